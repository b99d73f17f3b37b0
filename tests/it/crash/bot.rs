//! The bot as a process, and what outlives it: its port, its inbox, its log.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use line_bot_server::simulator::Simulator;
use tempfile::TempDir;

use crate::process::Process;

/// `SHUTDOWN_GRACE`
const GRACE: Duration = Duration::from_secs(10);
/// A process that has not ended this long after its grace never will.
const MARGIN: Duration = Duration::from_secs(10);
/// How often a process is asked whether it has ended.
const LOOK: Duration = Duration::from_millis(2);

/// Where a bot lives, life after life.
pub(crate) struct Site {
    dir: Arc<TempDir>,
    log: PathBuf,
    port: u16,
    variables: BTreeMap<&'static str, String>,
}

impl Site {
    /// With an inbox in a file of its own.
    pub(crate) fn new(sim: &Simulator, rng: &mut fastrand::Rng) -> Self {
        let site = Self::on("", sim, rng);
        let file = format!("sqlite://{}", site.file().display());
        site.set("INBOX_URL", &file)
    }

    /// With an inbox that is elsewhere.
    pub(crate) fn on(inbox_url: &str, sim: &Simulator, rng: &mut fastrand::Rng) -> Self {
        let dir = Arc::new(tempfile::tempdir().unwrap());
        let variables = [
            ("LINE_CHANNEL_SECRET", sim.secret()),
            ("LINE_CHANNEL_ACCESS_TOKEN", sim.access_token()),
            ("LINE_API_BASE_URL", &sim.base_url()),
            ("LINE_DATA_API_BASE_URL", &sim.base_url()),
            ("HOST", "127.0.0.1"),
            ("INBOX_URL", inbox_url),
            ("HANDLER_BACKOFF", "20ms"),
            // Kills count as attempts; they are no reason to give an event up here.
            ("HANDLER_ATTEMPTS", "1000"),
            ("SHUTDOWN_GRACE", &format!("{}s", GRACE.as_secs())),
            ("METRICS_ADDR", "off"),
            ("RUST_LOG", "info"),
        ];
        let variables = variables.map(|(name, value)| (name, value.to_owned())).into();
        Self { log: PathBuf::new(), port: 0, dir, variables }.on_another_port(rng)
    }

    pub(crate) fn set(mut self, name: &'static str, value: &str) -> Self {
        self.variables.insert(name, value.to_owned());
        self
    }

    /// The same inbox, for another server.
    pub(crate) fn on_another_port(&self, rng: &mut fastrand::Rng) -> Self {
        let port = free_port(rng);
        let log = self.dir.path().join(format!("{port}.log"));
        Self { dir: Arc::clone(&self.dir), log, port, variables: self.variables.clone() }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/callback", self.address())
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.dir.path().join("inbox.db")
    }

    pub(crate) fn inbox_url(&self) -> &str {
        &self.variables["INBOX_URL"]
    }

    /// The last words of all lives.
    pub(crate) fn log(&self) -> String {
        let log = fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(60)..].join("\n")
    }

    /// Everything that all lives have logged.
    pub(crate) fn whole_log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Keeps file and log beyond this test, and says where they are.
    pub(crate) fn keep(&self) -> String {
        let kept = tempfile::Builder::new().prefix("crash-").tempdir().unwrap().keep();
        for entry in fs::read_dir(self.dir.path()).unwrap() {
            let entry = entry.unwrap();
            let _ = fs::copy(entry.path(), kept.join(entry.file_name()));
        }
        kept.display().to_string()
    }

    /// Begins a life.
    pub(crate) fn start(&self) -> Bot {
        let log = OpenOptions::new().create(true).append(true).open(&self.log).unwrap();
        let process = Process::start(
            Command::new(kitchensink())
                .current_dir(self.dir.path())
                .env_clear()
                .envs(&self.variables)
                .env("PORT", self.port.to_string())
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(log),
        );
        Bot { process, log: self.log.clone() }
    }
}

/// One life. Ends with its owner.
pub(crate) struct Bot {
    process: Process,
    log: PathBuf,
}

impl Bot {
    /// SIGKILL: whatever it is doing, it does no more.
    pub(crate) fn kill(&mut self) {
        if let Some(status) = self.process.try_wait().unwrap() {
            panic!("the bot ended on its own, {status}:\n{}", self.whole_log());
        }
        self.kill_if_alive();
    }

    /// SIGKILL, to one that may have ended before.
    pub(crate) fn kill_if_alive(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// SIGTERM.
    pub(crate) fn ask_to_stop(&self) {
        self.process.signal("TERM");
    }

    /// SIGSTOP: it does nothing until it is woken, and does not know.
    pub(crate) fn pause(&self) {
        self.process.signal("STOP");
    }

    /// SIGCONT.
    pub(crate) fn wake(&self) {
        self.process.signal("CONT");
    }

    /// Waits for its end, `SHUTDOWN_GRACE` and some: its exit code and everything it has logged.
    pub(crate) async fn ended(&mut self) -> (Option<i32>, String) {
        let ended = async {
            loop {
                match self.process.try_wait().unwrap() {
                    Some(status) => break status.code(),
                    None => tokio::time::sleep(LOOK).await,
                }
            }
        };
        let code = tokio::time::timeout(GRACE + MARGIN, ended).await;
        let code = code.unwrap_or_else(|_| panic!("it does not stop:\n{}", self.whole_log()));
        (code, self.whole_log())
    }

    fn whole_log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

/// A port below those that outgoing connections get: one of them could sit on it while the bot is away, even a
/// redelivery that connects to itself.
fn free_port(rng: &mut fastrand::Rng) -> u16 {
    let is_free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    (0..100).map(|_| rng.u16(20_000..32_000)).find(is_free).expect("a free port")
}

/// `target/…/examples/kitchensink`, beside `target/…/deps/` where this test is.
fn kitchensink() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let target = test.parent().and_then(Path::parent).unwrap();
    let bot = target.join("examples").join("kitchensink");
    assert!(
        bot.is_file(),
        "there is no {}: run `cargo build --example kitchensink` (with the profile of this test), or the whole \
         `cargo test`",
        bot.display()
    );
    bot
}
