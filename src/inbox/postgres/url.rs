//! PostgreSQL URLs: what they say, and how they are shown to people. A password never leaves here in words.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::Settings;
use super::connect::Road;
use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use tokio_postgres::config::{ChannelBinding, SslNegotiation, TargetSessionAttrs};

/// What a URL is written like, for those who wrote it otherwise.
const LIKE: &str = "write it like postgres://user@host:5432/database?sslmode=verify-full";
/// A password that was pasted as it is cuts a URL in the wrong places. So nothing of such a URL is ever repeated.
const ENCODE: &str = "in a user name or password percent-encode / ? @ : # & % (as %2F %3F %40 %3A %23 %26 %25), or give \
                      the password in INBOX_PASSWORD";
const PORT: u16 = 5432;
const KNOWN: &str = "host, port, user, password, dbname, sslmode, sslrootcert, sslcert, sslkey, sslnegotiation, \
                     channel_binding, application_name, connect_timeout, target_session_attrs and options";

/// A PostgreSQL URL, understood. Shows no password, neither as `Display` nor as `Debug`.
#[derive(Clone)]
pub struct Address {
    shown: String,
    pub(super) hosts: Vec<(String, u16)>,
    pub(super) user: Option<String>,
    pub(super) password: Option<SecretString>,
    pub(super) dbname: Option<String>,
    pub(super) tls: Tls,
    pub(super) channel_binding: ChannelBinding,
    pub(super) application_name: Option<String>,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) target: TargetSessionAttrs,
    pub(super) options: Option<String>,
}

/// What a URL says of TLS.
#[derive(Clone, Debug)]
pub(super) struct Tls {
    pub(super) mode: Mode,
    /// `mode` is not the operator's word.
    pub(super) by_default: bool,
    pub(super) root: Root,
    /// A certificate of our own, and its key.
    pub(super) client: Option<(PathBuf, PathBuf)>,
    pub(super) negotiation: SslNegotiation,
}

/// `sslmode`, as libpq has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Disable,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// `sslrootcert`: who may vouch for the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Root {
    /// Mozilla's list, which this program carries.
    Bundled,
    /// The system's list.
    System,
    /// Those in this file alone.
    File(PathBuf),
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({})", self.shown)
    }
}

/// Whether it is a URL of this kind at all.
pub fn is_postgres(url: &str) -> bool {
    after_scheme(url).is_some()
}

/// The URL without its password; of one that is not understood, the scheme alone.
pub fn shown(url: &str) -> String {
    Address::parse(url).map_or_else(|_| "postgres://…".to_owned(), |address| address.shown)
}

fn after_scheme(url: &str) -> Option<&str> {
    url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://"))
}

impl Address {
    /// Understands a URL. Opens nothing, reads no file.
    ///
    /// # Errors
    /// What is wrong with it and what to do, to follow the name of what holds it: `names no host; write …`.
    pub fn parse(url: &str) -> Result<Self, String> {
        let rest = after_scheme(url).ok_or_else(|| format!("is not a PostgreSQL URL; {LIKE}"))?;
        if rest.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(format!("has a blank or a control character inside; {LIKE}"));
        }
        let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = before.split_once('/').unwrap_or((before, ""));
        if path.contains(['@', '/']) || query.contains('@') {
            return Err(format!("has an @ or / after its host; {ENCODE}"));
        }
        let mut parts = Parts::default();
        let (login, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        set(&mut parts.user, "user", decoded(user)?)?;
        set(&mut parts.password, "password", decoded(password)?)?;
        set(&mut parts.dbname, "dbname", decoded(path)?)?;
        parts.authority(hosts)?;
        let mut shown_params = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            parts.param(name, decoded(value)?)?;
            shown_params.push(if name == "password" { "password=***".to_owned() } else { pair.to_owned() });
        }
        let secret = if password.is_empty() { "" } else { ":***" };
        let at = if login.is_empty() { "" } else { "@" };
        let path = before.find('/').map_or("", |at| &before[at..]);
        let mut shown = format!("postgres://{user}{secret}{at}{hosts}{path}");
        if !shown_params.is_empty() {
            shown.push('?');
            shown.push_str(&shown_params.join("&"));
        }
        parts.finish(shown)
    }

    /// The URL carries a password.
    pub fn has_password(&self) -> bool {
        self.password.is_some()
    }

    /// Nothing was said of TLS, and somebody may stand in between: whoever answers is believed, with or without TLS.
    pub fn is_unguarded(&self) -> bool {
        let here = |host: &str| host.starts_with('/') || matches!(host, "localhost" | "127.0.0.1" | "::1");
        self.tls.by_default && !self.hosts.iter().all(|(host, _)| here(host))
    }

    /// Reads the files it names, and compares it with `settings`.
    ///
    /// # Errors
    /// As of [`Self::parse`].
    pub fn check(&self, settings: &Settings) -> Result<(), String> {
        Road::new(self, settings).map(drop)
    }
}

/// What was found so far.
#[derive(Default)]
struct Parts {
    hosts: Vec<String>,
    ports: Vec<u16>,
    user: Option<String>,
    password: Option<String>,
    /// What follows may be the rest of a password with an & in it.
    after_password: bool,
    dbname: Option<String>,
    sslmode: Option<Mode>,
    sslrootcert: Option<String>,
    sslcert: Option<String>,
    sslkey: Option<String>,
    negotiation: Option<SslNegotiation>,
    channel_binding: Option<ChannelBinding>,
    application_name: Option<String>,
    connect_timeout: Option<Duration>,
    target: Option<TargetSessionAttrs>,
    options: Option<String>,
}

fn decoded(text: &str) -> Result<String, String> {
    match percent_decode_str(text).decode_utf8() {
        Ok(text) if !text.contains('\0') => Ok(text.into_owned()),
        _ => Err(format!("has percent-encoded bytes that are not text; {ENCODE}")),
    }
}

/// What is written as nothing is not set; what is set twice would be ignored once.
fn set(slot: &mut Option<String>, name: &str, value: String) -> Result<(), String> {
    if value.is_empty() {
        return Ok(());
    }
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(format!("has {name} twice; remove one of them")),
    }
}

/// One of `allowed`. The value is not repeated: who knows what was pasted there.
fn choice<T: Copy>(
    slot: &mut Option<T>,
    name: &str,
    value: &str,
    allowed: &[(&str, T)],
) -> Result<(), String> {
    let Some((_, found)) = allowed.iter().find(|(known, _)| *known == value) else {
        let names: Vec<_> = allowed.iter().map(|(known, _)| *known).collect();
        return Err(format!("has a {name} that is not one of {}", names.join(", ")));
    };
    match slot.replace(*found) {
        None => Ok(()),
        Some(_) => Err(format!("has {name} twice; remove one of them")),
    }
}

impl Parts {
    /// `host`, `host:port`, `[::1]:port`, `%2Frun%2Fpostgresql`; several separated by commas.
    fn authority(&mut self, hosts: &str) -> Result<(), String> {
        for one in hosts.split(',').filter(|_| !hosts.is_empty()) {
            let (host, port) = match one.strip_prefix('[') {
                Some(rest) => rest
                    .split_once(']')
                    .ok_or_else(|| format!("has an IPv6 address without its closing ]; {LIKE}"))?,
                None => one.find(':').map_or((one, ""), |at| one.split_at(at)),
            };
            let port = match port.strip_prefix(':') {
                Some(port) if !port.is_empty() => self::port(port)?,
                _ if port.len() > 1 => return Err(format!("has something between host and port; {LIKE}")),
                _ => PORT,
            };
            self.hosts.push(decoded(host)?);
            self.ports.push(port);
        }
        Ok(())
    }

    fn param(&mut self, name: &str, value: String) -> Result<(), String> {
        use TargetSessionAttrs::{Any, ReadWrite};
        match name {
            "host" if self.hosts.is_empty() => {
                self.hosts = value.split(',').map(str::to_owned).collect();
                Ok(())
            }
            "host" => Err("names hosts twice; remove the parameter host".to_owned()),
            "port" if self.ports.is_empty() => {
                self.ports = value.split(',').map(port).collect::<Result<_, _>>()?;
                Ok(())
            }
            "port" => Err("names ports twice; remove the parameter port".to_owned()),
            "user" => set(&mut self.user, name, value),
            "password" => {
                self.after_password = true;
                set(&mut self.password, name, value)
            }
            "dbname" => set(&mut self.dbname, name, value),
            "sslmode" => choice(&mut self.sslmode, name, &value, &MODES),
            "sslrootcert" => set(&mut self.sslrootcert, name, value),
            "sslcert" => set(&mut self.sslcert, name, value),
            "sslkey" => set(&mut self.sslkey, name, value),
            "sslnegotiation" => choice(&mut self.negotiation, name, &value, &NEGOTIATIONS),
            "channel_binding" => choice(&mut self.channel_binding, name, &value, &BINDINGS),
            "application_name" => set(&mut self.application_name, name, value),
            "connect_timeout" => {
                let seconds = value.parse().ok().filter(|seconds| (1..=3600).contains(seconds));
                let seconds =
                    seconds.ok_or("has a connect_timeout that is not a number of seconds above 0")?;
                self.connect_timeout = Some(Duration::from_secs(seconds));
                Ok(())
            }
            // An inbox writes, so other targets would never do.
            "target_session_attrs" => choice(
                &mut self.target,
                name,
                &value,
                &[("any", Any), ("read-write", ReadWrite), ("primary", ReadWrite)],
            ),
            "options" => set(&mut self.options, name, value),
            "keepalives"
            | "keepalives_idle"
            | "keepalives_interval"
            | "keepalives_count"
            | "tcp_user_timeout" => {
                Err(format!("has the parameter {name}, which follows from INBOX_TIMEOUT here; remove it"))
            }
            _ if !self.after_password && name.chars().all(|c| c.is_ascii_lowercase() || c == '_') => {
                Err(format!("has the parameter {name}, which is not known here; remove it (known: {KNOWN})"))
            }
            _ => Err(format!("has a parameter that is not known here (known: {KNOWN}); {ENCODE}")),
        }
    }

    fn finish(self, shown: String) -> Result<Address, String> {
        if self.hosts.is_empty() || self.hosts.iter().any(String::is_empty) {
            return Err(format!("names no host, or an empty one; {LIKE}"));
        }
        let several = self.hosts.len() > 1;
        let ports = match self.ports[..] {
            [] => vec![PORT; self.hosts.len()],
            [one] => vec![one; self.hosts.len()],
            _ if self.ports.len() == self.hosts.len() => self.ports.clone(),
            _ => return Err("has not as many ports as hosts".to_owned()),
        };
        let tls = self.tls()?;
        let default = if several { TargetSessionAttrs::ReadWrite } else { TargetSessionAttrs::Any };
        Ok(Address {
            shown,
            hosts: self.hosts.into_iter().zip(ports).collect(),
            user: self.user,
            password: self.password.map(SecretString::from),
            dbname: self.dbname,
            tls,
            channel_binding: self.channel_binding.unwrap_or(ChannelBinding::Prefer),
            application_name: self.application_name,
            connect_timeout: self.connect_timeout,
            target: self.target.unwrap_or(default),
            options: self.options,
        })
    }

    fn tls(&self) -> Result<Tls, String> {
        let root = match self.sslrootcert.as_deref() {
            None => Root::Bundled,
            Some("system") => Root::System,
            Some(path) => Root::File(path.into()),
        };
        // Anybody can have a certificate of a public authority: only its name says whose it is.
        let mode = match (self.sslmode, &root) {
            (None, Root::System) => Mode::VerifyFull,
            (Some(mode), Root::System) if mode != Mode::VerifyFull => {
                return Err("has sslrootcert=system, which needs sslmode=verify-full".to_owned());
            }
            (Some(Mode::VerifyCa), Root::Bundled) => {
                return Err(
                    "has sslmode=verify-ca, which needs your authority's file in sslrootcert; with a public \
                            authority use sslmode=verify-full"
                        .to_owned(),
                );
            }
            (mode, _) => mode.unwrap_or(Mode::Prefer),
        };
        let negotiation = self.negotiation.unwrap_or(SslNegotiation::Postgres);
        if negotiation == SslNegotiation::Direct && matches!(mode, Mode::Disable | Mode::Prefer) {
            return Err(
                "has sslnegotiation=direct, which needs sslmode=require, verify-ca or verify-full".into()
            );
        }
        let client = match (&self.sslcert, &self.sslkey) {
            (Some(cert), Some(key)) => Some((cert.into(), key.into())),
            (None, None) => None,
            _ => return Err("has only one of sslcert and sslkey; give both or none".to_owned()),
        };
        let by_default = self.sslmode.is_none() && root == Root::Bundled;
        Ok(Tls { mode, by_default, root, client, negotiation })
    }
}

const MODES: [(&str, Mode); 5] = [
    ("disable", Mode::Disable),
    ("prefer", Mode::Prefer),
    ("require", Mode::Require),
    ("verify-ca", Mode::VerifyCa),
    ("verify-full", Mode::VerifyFull),
];
const NEGOTIATIONS: [(&str, SslNegotiation); 2] =
    [("postgres", SslNegotiation::Postgres), ("direct", SslNegotiation::Direct)];
const BINDINGS: [(&str, ChannelBinding); 3] = [
    ("disable", ChannelBinding::Disable),
    ("prefer", ChannelBinding::Prefer),
    ("require", ChannelBinding::Require),
];

fn port(text: &str) -> Result<u16, String> {
    let port = text.parse().ok().filter(|port| *port > 0);
    port.ok_or_else(|| format!("has a port that is not a number from 1 to 65535; {LIKE}; {ENCODE}"))
}
