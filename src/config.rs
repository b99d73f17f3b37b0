//! From variables to settings: the only place that knows their names. Reads everything, then reports every fault.

mod channels;
pub mod knobs;
mod place;
pub mod reader;
pub mod reload;
pub mod simulated;
mod spelling;
mod values;

use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use crate::line::{Channel, Secrets};
use crate::{client, dispatch, inbox, server, telemetry};

pub use reader::{Env, Fault, Strings};

use reader::Reader;

/// The name of the channel when there is just one, without `LINE_CHANNELS`.
pub const DEFAULT_CHANNEL: &str = "default";

/// One attempt at a call to LINE may take so long.
const CALL_TIMEOUT: Duration = Duration::from_secs(10);
/// Attempts of one call.
const CALL_ATTEMPTS: u32 = 4;
/// The pause after the first failed attempt of a call.
const CALL_BACKOFF: Duration = Duration::from_millis(200);

/// Everything the server needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// The channels, at least one.
    pub channels: Vec<ChannelConfig>,
    /// How the channels are served.
    pub layout: Layout,
    /// The server's part.
    pub server: server::Settings,
    /// The inbox's part.
    pub inbox: inbox::Settings,
    /// How long things are kept.
    pub retention: inbox::Retention,
    /// The dispatch's part.
    pub dispatch: dispatch::Settings,
    /// The log's part.
    pub log: telemetry::Settings,
    /// What is odd but does not keep the server from starting.
    pub warnings: Vec<String>,
    /// The secret files to be re-read while running.
    pub files: Vec<reload::SecretFile>,
}

/// How channels are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One channel, at the webhook path.
    One,
    /// Each channel one segment below the webhook path.
    ByName,
}

/// One channel. Its `Debug` shows no secret.
#[derive(Clone)]
pub struct ChannelConfig {
    /// Its name.
    pub name: Channel,
    /// What its webhooks are signed with.
    pub secrets: Secrets,
    /// Where its channel access token comes from.
    pub token: Token,
    /// Its client's part.
    pub client: client::Settings,
}

/// Where a channel access token comes from. Its `Debug` shows no secret.
#[derive(Clone)]
pub enum Token {
    /// A long-lived token.
    Fixed(SecretString),
    /// Stateless tokens, issued for this channel ID and the channel's secret.
    Stateless {
        /// The channel ID.
        channel_id: String,
    },
    /// Tokens v2.1, issued for this channel ID and what this key signs.
    V21 {
        /// The channel ID.
        channel_id: String,
        /// The key.
        key: client::AssertionKey,
    },
}

impl fmt::Debug for ChannelConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelConfig")
            .field("name", &self.name)
            .field("token", &self.token)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(_) => f.write_str("Fixed(…)"),
            Self::Stateless { channel_id } => write!(f, "Stateless({channel_id})"),
            Self::V21 { channel_id, key } => write!(f, "V21({channel_id}, {})", key.kid()),
        }
    }
}

/// Every fault of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// At least one.
    pub faults: Vec<Fault>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.faults.len() {
            1 => writeln!(f, "the configuration has a fault:")?,
            many => writeln!(f, "the configuration has {many} faults:")?,
        }
        for fault in &self.faults {
            writeln!(f, "  {} {}", fault.name, fault.problem)?;
        }
        f.write_str("every variable is explained by `line-bot-server check --print env-example`")
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads everything.
    ///
    /// # Errors
    /// Every fault there is, not just the first.
    pub fn load(strings: &dyn Strings) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(strings);
        let addresses = addresses(&mut reader);
        let channels = channels::read(&mut reader);
        let server = server(&mut reader);
        let inbox = place::read(&mut reader);
        let retention = retention(&mut reader);
        let dispatch = dispatch(&mut reader);
        let log = log(&mut reader);
        let warnings = spelling::hints(&reader.left_over());
        match (addresses, channels, server, inbox, retention, dispatch, log) {
            (
                Some(addresses),
                Some(read),
                Some(server),
                Some((inbox, unused)),
                Some(retention),
                Some(dispatch),
                Some(log),
            ) if reader.faults.is_empty() => {
                let channels::Read { identities, layout, files, warnings: odd } = read;
                let warnings = warnings.into_iter().chain(odd).chain(unused);
                let warnings = warnings.chain(addresses.in_the_clear()).collect();
                let channels = identities.into_iter().map(|identity| addresses.channel(identity)).collect();
                Ok(Self { channels, layout, server, inbox, retention, dispatch, log, warnings, files })
            }
            _ => Err(ConfigError { faults: reader.faults }),
        }
    }
}

/// Where the inbox is, for commands that need nothing else.
///
/// # Errors
/// Its variables have faults.
pub fn inbox_settings(strings: &dyn Strings) -> Result<inbox::Settings, ConfigError> {
    alone(strings, place::read).map(|(settings, _)| settings)
}

/// Where the server listens, for commands that need nothing else.
///
/// # Errors
/// Its variables have faults.
pub fn listen_address(strings: &dyn Strings) -> Result<SocketAddr, ConfigError> {
    alone(strings, listen)
}

/// The secrets of one channel (of the only one, if `channel` is `None`), for commands that need nothing else.
///
/// # Errors
/// Its variables have faults.
pub fn channel_secrets(strings: &dyn Strings, channel: Option<&str>) -> Result<Secrets, ConfigError> {
    alone(strings, |reader| channels::secrets_of(reader, channel))
}

/// The secrets in a file such as `LINE_CHANNEL_SECRET_FILE` names, for commands that need nothing else.
///
/// # Errors
/// It cannot be read, or has an empty secret.
pub fn secrets_in(path: &Path) -> Result<Secrets, String> {
    let text = reader::read_file(path)?;
    channels::parse_secrets(text.expose_secret()).map_err(|problem| format!("{} {problem}", path.display()))
}

/// A duration as variables and arguments have it: `10s`, `5m`, `7d`, `500ms`.
///
/// # Errors
/// It is written otherwise.
pub fn duration(text: &str) -> Result<Duration, String> {
    values::duration(text)
}

fn alone<T>(
    strings: &dyn Strings,
    read: impl FnOnce(&mut Reader<'_>) -> Option<T>,
) -> Result<T, ConfigError> {
    let mut reader = Reader::new(strings);
    read(&mut reader).ok_or(ConfigError { faults: reader.faults })
}

/// Every field is read before any is missed, so that one run reports them all.
fn server(reader: &mut Reader<'_>) -> Option<server::Settings> {
    let listen = listen(reader);
    let webhook_path = reader.value(&knobs::WEBHOOK_PATH, values::path);
    let max_body_bytes = reader.value(&knobs::MAX_BODY_BYTES, values::size);
    let read_timeout = reader.value(&knobs::READ_TIMEOUT, values::some_time);
    let shutdown_delay = reader.value(&knobs::SHUTDOWN_DELAY, values::duration);
    let shutdown_grace = reader.value(&knobs::SHUTDOWN_GRACE, values::duration);
    let metrics = reader.value(&knobs::METRICS_ADDR, values::address_or_off);
    Some(server::Settings {
        listen: listen?,
        webhook_path: webhook_path?,
        max_body_bytes: max_body_bytes?,
        read_timeout: read_timeout?,
        accept_deadline: server::ACCEPT_DEADLINE,
        shutdown_delay: shutdown_delay?,
        shutdown_grace: shutdown_grace?,
        metrics: metrics?,
    })
}

fn listen(reader: &mut Reader<'_>) -> Option<SocketAddr> {
    let host = reader.value(&knobs::HOST, values::host);
    let port = reader.value(&knobs::PORT, values::port);
    Some(SocketAddr::new(host?, port?))
}

fn retention(reader: &mut Reader<'_>) -> Option<inbox::Retention> {
    let dedupe = reader.value(&knobs::DEDUPE_RETENTION, values::some_time);
    let parked = reader.value(&knobs::PARKED_RETENTION, values::some_time);
    Some(inbox::Retention { dedupe: dedupe?, parked: parked? })
}

fn dispatch(reader: &mut Reader<'_>) -> Option<dispatch::Settings> {
    use dispatch::Fallback::{Error, Push};
    let concurrency = reader.value(&knobs::HANDLER_CONCURRENCY, values::count);
    let timeout = reader.value(&knobs::HANDLER_TIMEOUT, values::some_time);
    let attempts = reader.value(&knobs::HANDLER_ATTEMPTS, values::count);
    let backoff = reader.value(&knobs::HANDLER_BACKOFF, values::some_time);
    let lease = reader.value(&knobs::LEASE, lease);
    let fallbacks = [("push", Push), ("error", Error)];
    let fallback = reader.value(&knobs::RESPOND_FALLBACK, |text| values::choice(text, &fallbacks));
    Some(dispatch::Settings {
        concurrency: concurrency?,
        timeout: timeout?,
        attempts: attempts?,
        backoff: backoff?,
        lease: lease?,
        fallback: fallback?,
    })
}

/// No request to LINE may outlive the lease, so a short one would leave no time to call anybody.
fn lease(text: &str) -> Result<Duration, String> {
    let lease = values::some_time(text)?;
    if lease < Duration::from_secs(3) {
        return Err(format!("{text:?} is too short to call LINE in; give it at least 3s"));
    }
    Ok(lease)
}

/// Where LINE is, and how it is called there.
struct Addresses {
    api: String,
    data: String,
    manager: String,
    /// How long one waits for its turn there.
    pacing_wait: Duration,
}

fn addresses(reader: &mut Reader<'_>) -> Option<Addresses> {
    let api = reader.value(&knobs::LINE_API_BASE_URL, values::base_url);
    let data = reader.value(&knobs::LINE_DATA_API_BASE_URL, values::base_url);
    let manager = reader.value(&knobs::LINE_MANAGER_BASE_URL, values::base_url);
    let pacing_wait = reader.value(&knobs::PACING_WAIT, values::duration);
    Some(Addresses { api: api?, data: data?, manager: manager?, pacing_wait: pacing_wait? })
}

impl Addresses {
    fn channel(&self, identity: channels::Identity) -> ChannelConfig {
        let channels::Identity { name, secrets, token } = identity;
        let client = client::Settings {
            channel: name.clone(),
            api_base_url: self.api.clone(),
            data_api_base_url: self.data.clone(),
            manager_base_url: self.manager.clone(),
            attempt_timeout: CALL_TIMEOUT,
            attempts: CALL_ATTEMPTS,
            backoff: CALL_BACKOFF,
            pacing_wait: self.pacing_wait,
        };
        ChannelConfig { name, secrets, token, client }
    }

    /// A token that travels in the clear is worth a word, unless it stays on this machine.
    fn in_the_clear(&self) -> Vec<String> {
        let urls = [
            (knobs::LINE_API_BASE_URL, &self.api),
            (knobs::LINE_DATA_API_BASE_URL, &self.data),
            (knobs::LINE_MANAGER_BASE_URL, &self.manager),
        ];
        let host = |url: &str| url.parse::<http::Uri>().ok().and_then(|uri| uri.host().map(str::to_owned));
        let local =
            |url: &str| host(url).is_some_and(|host| matches!(&*host, "localhost" | "127.0.0.1" | "[::1]"));
        urls.into_iter()
            .filter(|(_, url)| url.starts_with("http://") && !local(url))
            .map(|(knob, _)| format!("{} is plain http: channel access tokens travel unprotected", knob.name))
            .collect()
    }
}

fn log(reader: &mut Reader<'_>) -> Option<telemetry::Settings> {
    use telemetry::Format::{Json, Pretty};
    let formats = [("pretty", Pretty), ("json", Json)];
    let format = reader.value(&knobs::LOG_FORMAT, |text| values::choice(text, &formats));
    let filter = reader.value(&knobs::RUST_LOG, |text| {
        telemetry::check_filter(text).map(|()| text.to_owned()).map_err(|error| error.to_string())
    });
    Some(telemetry::Settings { format: format?, filter: filter? })
}
