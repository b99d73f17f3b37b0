//! What a deployment tells the server, read by the server itself.

use std::collections::BTreeMap;
use std::time::Duration;

use line_bot_server::Config;
use line_bot_server::config::knobs;

/// The environment of one container, and what the server makes of it.
pub(super) struct Told {
    pub(super) config: Config,
    pub(super) env: BTreeMap<String, String>,
}

impl Told {
    /// Every variable is one that the server knows, every value one that it takes, and every file one of `mounted`.
    pub(super) fn new(env: BTreeMap<String, String>, mounted: &[String]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut strings = BTreeMap::new();
        for (name, value) in &env {
            let base = name.strip_suffix("_FILE").unwrap_or(name);
            assert!(
                knobs::ALL.iter().any(|knob| knob.name == base),
                "{name} is not a variable of the server"
            );
            let mut value = value.clone();
            if base != name {
                assert!(mounted.contains(&value), "{name}: {value} is not among {mounted:?}");
                let file = dir.path().join(base);
                std::fs::write(&file, "a-secret\n").unwrap();
                value = file.to_str().unwrap().to_owned();
            }
            strings.insert(name.clone(), value);
        }
        let config = Config::load(&strings).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(config.warnings, [""; 0]);
        Self { config, env }
    }

    pub(super) fn port(&self) -> u16 {
        self.config.server.listen.port()
    }

    pub(super) fn metrics_port(&self) -> u16 {
        let metrics = self.config.server.metrics.expect("METRICS_ADDR is not off");
        assert!(metrics.ip().is_unspecified(), "{metrics} is not reachable from another container");
        metrics.port()
    }

    /// How long it may take to stop.
    pub(super) fn stop(&self) -> Duration {
        self.config.server.shutdown_delay + self.config.server.shutdown_grace
    }

    /// Connections to PostgreSQL that one replica may open.
    pub(super) fn connections(&self) -> u64 {
        let listens = self.env.contains_key("INBOX_LISTEN_URL");
        self.env["INBOX_POOL_SIZE"].parse::<u64>().unwrap() + u64::from(listens)
    }

    /// Where the shared inbox is.
    pub(super) fn database(&self) -> Database<'_> {
        let url = self.env["INBOX_URL"].strip_prefix("postgres://").expect("a PostgreSQL URL");
        let (user, rest) = url.split_once('@').unwrap();
        let (address, rest) = rest.split_once('/').unwrap();
        let (host, port) = address.split_once(':').unwrap();
        let (name, params) = rest.split_once('?').unwrap();
        Database { user, host, port: port.parse().unwrap(), name, params }
    }
}

/// A URL's parts.
pub(super) struct Database<'a> {
    pub(super) user: &'a str,
    pub(super) host: &'a str,
    pub(super) port: u64,
    pub(super) name: &'a str,
    pub(super) params: &'a str,
}
