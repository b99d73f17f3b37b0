//! One connection: which host, how, and for how long that may take. The hosts of a URL are tried like the addresses of
//! a name ([RFC 8305](https://www.rfc-editor.org/rfc/rfc8305)): one that does not answer costs a moment, not the
//! connection.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use secrecy::ExposeSecret as _;
use tokio_postgres::config::SslMode;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, Connection, Error, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::url::Address;
use super::{Settings, cancel, problem, tls};

/// How long a host may be silent until the next is tried beside it.
const HEAD_START: Duration = Duration::from_millis(250);
/// Probes of a silent connection, a second apart, until it counts as dead.
const PROBES: u32 = 3;
const NAME: &str = "line-bot-server";

/// The two ends of a connection: what statements go into, and what has to be driven.
pub(super) type Ends = (Client, Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>);

/// The way to a database that may be on any of several hosts.
pub(super) struct Road {
    hosts: Vec<Config>,
    /// The host that answered last.
    last: AtomicUsize,
    pub(super) tls: MakeRustlsConnect,
    /// How long a connection may take in all.
    pub(super) limit: Duration,
    /// The URL, for people.
    pub(super) shown: String,
}

impl Road {
    /// Connects to nothing yet; reads certificates.
    ///
    /// # Errors
    /// What is wrong with the URL, to follow the name of what holds it.
    pub(super) fn new(address: &Address, settings: &Settings) -> Result<Self, String> {
        let tls = tls::connector(&address.tls)?;
        let base = config(address, settings)?;
        let each = base.get_connect_timeout().copied().unwrap_or(settings.connect_timeout);
        let hosts: Vec<_> = address.hosts.iter().map(|(host, port)| at(&base, host, *port)).collect();
        let head_starts = u32::try_from(hosts.len().saturating_sub(1)).unwrap_or_default();
        let limit = each + HEAD_START * head_starts;
        Ok(Self { hosts, last: AtomicUsize::new(0), tls, limit, shown: address.to_string() })
    }

    /// Connects, first where it went well last time. Set no time-out around it but [`Self::limit`].
    pub(super) async fn connect(&self) -> Result<Ends, Error> {
        let (count, first) = (self.hosts.len(), self.last.load(Relaxed));
        let mut rest = (0..count).map(|n| (first + n) % count);
        let mut running = FuturesUnordered::new();
        let mut told = None;
        loop {
            let next = rest.next();
            if let Some(host) = next {
                running.push(self.to(host));
            }
            let done = tokio::select! {
                done = running.next() => done,
                () = tokio::time::sleep(HEAD_START), if next.is_some() && count > 1 => continue,
            };
            match done {
                Some((host, Ok(ends))) => {
                    self.last.store(host, Relaxed);
                    return Ok(ends);
                }
                Some((_, Err(error))) => told = Some(problem::more_telling(told, error)),
                None => match told.take() {
                    Some(error) => return Err(error),
                    // A URL names a host; were there none, this would be the error.
                    None => return Config::new().connect(self.tls.clone()).await,
                },
            }
        }
    }

    async fn to(&self, host: usize) -> (usize, Result<Ends, Error>) {
        (host, self.hosts[host].connect(self.tls.clone()).await)
    }

    /// Asks the server to stop what a connection is doing: nobody waits for it any more. It may come too late, or to
    /// another of several hosts, which does not know the connection.
    pub(super) async fn cancel(&self, client: &Client) {
        let config = &self.hosts[self.last.load(Relaxed)];
        if let ([host], [port]) = (config.get_hosts(), config.get_ports()) {
            let token = client.cancel_token();
            let _ = tokio::time::timeout(self.limit, cancel::cancel(&token, host, *port, &self.tls)).await;
        }
    }
}

/// Everything but the host.
fn config(address: &Address, settings: &Settings) -> Result<Config, String> {
    let mut config = Config::new();
    let password = match (&address.password, &settings.password) {
        (Some(_), Some(_)) => {
            return Err("carries a password although INBOX_PASSWORD is set; remove one of them".to_owned());
        }
        (one, other) => one.as_ref().or(other.as_ref()),
    };
    if let Some(password) = password {
        config.password(password.expose_secret());
    }
    if let Some(user) = &address.user {
        config.user(user);
    }
    if let Some(dbname) = &address.dbname {
        config.dbname(dbname);
    }
    if let Some(options) = &address.options {
        config.options(options);
    }
    config
        .application_name(address.application_name.as_deref().unwrap_or(NAME))
        .ssl_mode(tls::ssl_mode(address.tls.mode))
        .ssl_negotiation(address.tls.negotiation)
        .channel_binding(address.channel_binding)
        .target_session_attrs(address.target)
        .connect_timeout(address.connect_timeout.unwrap_or(settings.connect_timeout))
        // A connection whose other end is gone without a word is found out, in use or not.
        .tcp_user_timeout(settings.timeout)
        .keepalives_idle(settings.timeout.max(Duration::from_secs(1)))
        .keepalives_interval(Duration::from_secs(1))
        .keepalives_retries(PROBES);
    Ok(config)
}

fn at(base: &Config, host: &str, port: u16) -> Config {
    let mut config = base.clone();
    config.host(host).port(port);
    if host.starts_with('/') {
        // Nobody listens in on a socket of this machine; PostgreSQL has no TLS there.
        config.ssl_mode(SslMode::Disable);
    }
    config
}
