//! Configuration around a simulated LINE: who a simulator is to be, what points a bot at it, and what `demo` runs on.

use std::collections::BTreeMap;
use std::path::Path;

use secrecy::SecretString;

use super::channels::{self, parse_secrets};
use super::knobs;
use super::reader::{Found, Reader, Strings};
use super::{Config, ConfigError};
use crate::line::ChannelSecret;
use crate::simulator;

/// The channel that a simulator is to stand for, as far as variables say. Its `Debug` shows no secret.
pub struct Identity {
    /// `LINE_CHANNEL_SECRET`, the first of several.
    pub secret: Option<ChannelSecret>,
    /// `LINE_CHANNEL_ACCESS_TOKEN`
    pub access_token: Option<SecretString>,
    /// `LINE_CHANNEL_ID`
    pub channel_id: Option<String>,
    /// The public half of `LINE_ASSERTION_KEY`.
    pub assertion_key: Option<simulator::AssertionKey>,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").field("channel_id", &self.channel_id).finish_non_exhaustive()
    }
}

/// Reads who a simulator is to be. Nothing is required.
///
/// # Errors
/// Variables that are set have faults.
pub fn identity(strings: &dyn Strings) -> Result<Identity, ConfigError> {
    let mut reader = Reader::new(strings);
    let secret = reader.found(knobs::LINE_CHANNEL_SECRET.name, true).flatten().and_then(|found| {
        parse_secrets(found.text()).map_err(|problem| reader.fault(&found.name, problem)).ok()
    });
    let token = reader.found(knobs::LINE_CHANNEL_ACCESS_TOKEN.name, true).flatten();
    let id = reader.found(knobs::LINE_CHANNEL_ID.name, false).flatten();
    let kid = reader.found(knobs::LINE_ASSERTION_KEY_ID.name, false).flatten();
    let key = reader.found_text(knobs::LINE_ASSERTION_KEY.name).flatten();
    let assertion_key = key.and_then(|found| assertion_key(&mut reader, &found, kid.as_ref()));
    if !reader.faults.is_empty() {
        return Err(ConfigError { faults: reader.faults });
    }
    Ok(Identity {
        assertion_key,
        secret: secret.map(|secrets| secrets.first().clone()),
        access_token: token.map(|found| found.text),
        channel_id: id.map(|found| found.text().to_owned()),
    })
}

fn assertion_key(
    reader: &mut Reader<'_>,
    found: &Found,
    kid: Option<&Found>,
) -> Option<simulator::AssertionKey> {
    let key = channels::assertion_key(reader, found, kid)?;
    let (modulus, exponent) = key.public();
    Some(simulator::AssertionKey::new(key.kid(), modulus, exponent))
}

/// The variables that make a bot take `base_url` for LINE.
pub fn addresses(base_url: &str) -> [(&'static str, String); 3] {
    [knobs::LINE_API_BASE_URL, knobs::LINE_DATA_API_BASE_URL, knobs::LINE_MANAGER_BASE_URL]
        .map(|knob| (knob.name, base_url.to_owned()))
}

/// The variables that make a bot this channel.
pub fn credentials(secret: &str, access_token: &str) -> [(&'static str, String); 2] {
    [
        (knobs::LINE_CHANNEL_SECRET.name, secret.to_owned()),
        (knobs::LINE_CHANNEL_ACCESS_TOKEN.name, access_token.to_owned()),
    ]
}

/// What a demonstration runs on: `variables`, loopback, an inbox in `dir`, no metrics. Of `strings` it takes the port and
/// how to log; without them a free port and warnings alone.
///
/// # Errors
/// What it takes of `strings` has faults.
pub fn demo(
    strings: &dyn Strings,
    variables: impl IntoIterator<Item = (&'static str, String)>,
    dir: &Path,
) -> Result<Config, ConfigError> {
    let mut set: BTreeMap<&str, String> = variables.into_iter().collect();
    let inbox = format!("sqlite://{}", dir.join("inbox.db").display());
    for (knob, value) in [
        (knobs::HOST, "127.0.0.1"),
        (knobs::INBOX_URL, &*inbox),
        (knobs::METRICS_ADDR, "off"),
        (knobs::SHUTDOWN_GRACE, "2s"),
    ] {
        set.insert(knob.name, value.to_owned());
    }
    Config::load(&Demo { set, strings })
}

/// `NO_COLOR` is set ([convention](https://no-color.org/)).
pub fn no_color(strings: &dyn Strings) -> bool {
    matches!(strings.get("NO_COLOR"), Ok(Some(value)) if !value.is_empty())
}

/// Most is settled; some may be given.
struct Demo<'a> {
    set: BTreeMap<&'static str, String>,
    strings: &'a dyn Strings,
}

/// What may be given to a demonstration, and what it is otherwise.
const OPEN: [(&str, &str); 3] =
    [(knobs::PORT.name, "0"), (knobs::RUST_LOG.name, "warn"), (knobs::LOG_FORMAT.name, "pretty")];

impl Strings for Demo<'_> {
    fn get(&self, name: &str) -> Result<Option<String>, String> {
        if let Some(value) = self.set.get(name) {
            return Ok(Some(value.clone()));
        }
        let stem = name.strip_suffix("_FILE").unwrap_or(name);
        let Some((_, otherwise)) = OPEN.iter().find(|(open, _)| *open == stem) else { return Ok(None) };
        let given = |name: &str| self.strings.get(name).map(|value| value.filter(|value| !value.is_empty()));
        match given(name)? {
            None if stem == name && given(&format!("{stem}_FILE"))?.is_none() => {
                Ok(Some((*otherwise).to_owned()))
            }
            given => Ok(given),
        }
    }

    fn names(&self) -> Vec<String> {
        self.set.keys().map(|name| (*name).to_owned()).collect()
    }
}
