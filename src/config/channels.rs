//! Who the bot is: one channel, or several with suffixed variables.

use std::collections::BTreeSet;

use super::knobs::{self, Knob};
use super::reader::{Found, Reader};
use super::reload::{SecretFile, What};
use super::{DEFAULT_CHANNEL, Layout, Token};
use crate::client::AssertionKey;
use crate::line::{Channel, ChannelSecret, Secrets};

/// What was read of the channels.
pub(super) struct Read {
    pub(super) identities: Vec<Identity>,
    pub(super) layout: Layout,
    pub(super) files: Vec<SecretFile>,
    pub(super) warnings: Vec<String>,
}

/// Who one channel is.
pub(super) struct Identity {
    pub(super) name: Channel,
    pub(super) secrets: Secrets,
    pub(super) token: Token,
}

pub(super) fn read(reader: &mut Reader<'_>) -> Option<Read> {
    let names = names(reader)?;
    let layout = if names.is_some() { Layout::ByName } else { Layout::One };
    let names = names.unwrap_or_else(|| vec![DEFAULT_CHANNEL.to_owned()]);
    let mut read = Read { identities: Vec::new(), layout, files: Vec::new(), warnings: Vec::new() };
    let mut complete = true;
    for name in &names {
        match channel(reader, name, layout, &mut read) {
            Some(identity) => read.identities.push(identity),
            None => complete = false,
        }
    }
    ignored(reader, layout);
    complete.then_some(read)
}

/// The secrets of the channel named, or of the only one.
pub(super) fn secrets_of(reader: &mut Reader<'_>, wanted: Option<&str>) -> Option<Secrets> {
    let names = names(reader)?;
    let variable = match (&names, wanted) {
        (None, None | Some(DEFAULT_CHANNEL)) => knobs::LINE_CHANNEL_SECRET.name.to_owned(),
        (Some(names), Some(wanted)) if names.iter().any(|name| name == wanted) => {
            suffixed(&knobs::LINE_CHANNEL_SECRET, wanted)
        }
        (Some(names), None) if names.len() == 1 => suffixed(&knobs::LINE_CHANNEL_SECRET, &names[0]),
        (Some(names), None) => {
            let problem = format!("names several channels; say which with --channel ({})", names.join(", "));
            reader.fault(knobs::LINE_CHANNELS.name, problem);
            return None;
        }
        (_, Some(wanted)) => {
            reader.fault(knobs::LINE_CHANNELS.name, format!("does not name {wanted:?}"));
            return None;
        }
    };
    secrets(reader, &variable).map(|(secrets, _)| secrets)
}

/// The names of `LINE_CHANNELS`; `Some(None)` when it is not set.
fn names(reader: &mut Reader<'_>) -> Option<Option<Vec<String>>> {
    let Some(found) = reader.found(knobs::LINE_CHANNELS.name, false)? else { return Some(None) };
    let mut seen = BTreeSet::new();
    let mut names = Vec::new();
    for name in found.text().split(',').map(str::trim) {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        if name.is_empty() {
            reader.fault(&found.name, "has an empty item; write it like shop,support");
        } else if !name.chars().all(plain) {
            reader
                .fault(&found.name, format!("names {name:?}; a name has lower-case letters and digits only"));
        } else if !seen.insert(name) {
            reader.fault(&found.name, format!("names {name:?} twice"));
        } else {
            names.push(name.to_owned());
        }
    }
    // A name that was refused makes its suffixed variables look superfluous: report the names alone.
    (names.len() == found.text().split(',').count()).then_some(Some(names))
}

fn suffixed(knob: &Knob, channel: &str) -> String {
    format!("{}__{}", knob.name, channel.to_ascii_uppercase())
}

fn channel(reader: &mut Reader<'_>, name: &str, layout: Layout, read: &mut Read) -> Option<Identity> {
    let variable = |knob: &Knob| match layout {
        Layout::One => knob.name.to_owned(),
        Layout::ByName => suffixed(knob, name),
    };
    let names = Names {
        token: variable(&knobs::LINE_CHANNEL_ACCESS_TOKEN),
        id: variable(&knobs::LINE_CHANNEL_ID),
        key: variable(&knobs::LINE_ASSERTION_KEY),
        kid: variable(&knobs::LINE_ASSERTION_KEY_ID),
    };
    let secrets = secrets(reader, &variable(&knobs::LINE_CHANNEL_SECRET));
    let token = token(reader, &names, &mut read.warnings);
    // Only now: what is wrong with the one must not hide what is wrong with the other.
    let ((secrets, secret_file), (token, token_file)) = (secrets?, token?);
    let name = Channel::from(name);
    let what = if matches!(token, Token::V21 { .. }) { What::AssertionKey } else { What::Token };
    let files = [(secret_file, What::Secrets), (token_file, what)];
    read.files.extend(files.into_iter().filter_map(|(found, what)| watched(found?, &name, what)));
    Some(Identity { name, secrets, token })
}

/// The variables that say where a channel's tokens come from.
struct Names {
    token: String,
    id: String,
    key: String,
    kid: String,
}

/// A fixed token, or what tokens are issued with; and where the part of it was found that may change.
fn token(
    reader: &mut Reader<'_>,
    names: &Names,
    warnings: &mut Vec<String>,
) -> Option<(Token, Option<Found>)> {
    let token = reader.found(&names.token, true);
    let id = reader.found(&names.id, false);
    let key = reader.found_text(&names.key);
    let kid = reader.found(&names.kid, false);
    let (token, id, key, kid) = (token?, id?, key?, kid?);
    if let Some(found) = token {
        let unused = [(&names.id, id), (&names.key, key), (&names.kid, kid)];
        let unused = unused.into_iter().filter_map(|(name, found)| found.map(|_| name));
        warnings.extend(unused.map(|name| format!("{name} is not used, for {} is set", names.token)));
        return Some((Token::Fixed(found.text.clone()), Some(found)));
    }
    let Some(id) = id else {
        let problem = if key.is_some() {
            format!("is not set, and {} needs it: it is the number under Basic settings", names.key)
        } else {
            format!("is not set, nor is {}; set one of them so that the bot can answer", names.id)
        };
        reader.fault(if key.is_some() { &names.id } else { &names.token }, problem);
        return None;
    };
    let channel_id = channel_id(reader, &id);
    match key {
        Some(found) => {
            let key = assertion_key(reader, &found, kid.as_ref());
            let (channel_id, key) = (channel_id?, key?);
            // A key that is named elsewhere cannot change alone.
            Some((Token::V21 { channel_id, key }, kid.is_none().then_some(found)))
        }
        None => {
            let unused = kid.map(|_| format!("{} is not used, for {} is not set", names.kid, names.key));
            warnings.extend(unused);
            Some((Token::Stateless { channel_id: channel_id? }, None))
        }
    }
}

pub(super) fn assertion_key(
    reader: &mut Reader<'_>,
    found: &Found,
    kid: Option<&Found>,
) -> Option<AssertionKey> {
    let key = AssertionKey::parse(found.text(), kid.map(Found::text));
    key.map_err(|problem| reader.fault(&found.name, problem.to_string())).ok()
}

fn channel_id(reader: &mut Reader<'_>, found: &Found) -> Option<String> {
    let text = found.text();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.to_owned());
    }
    reader.fault(
        &found.name,
        "is not a channel ID; it is the number under Basic settings, not the bot's @name",
    );
    None
}

fn watched(found: Found, channel: &Channel, what: What) -> Option<SecretFile> {
    let Found { name, text, file } = found;
    file.map(|path| SecretFile { channel: channel.clone(), what, variable: name, path, content: text })
}

fn secrets(reader: &mut Reader<'_>, variable: &str) -> Option<(Secrets, Option<Found>)> {
    let Some(found) = reader.found(variable, true)? else {
        reader.fault(
            variable,
            "is not set; copy the channel secret from the LINE Developers Console, Basic settings",
        );
        return None;
    };
    match parse_secrets(found.text()) {
        Ok(secrets) => Some((secrets, Some(found))),
        Err(problem) => {
            reader.fault(found.name, problem);
            None
        }
    }
}

/// One secret, or several separated by commas.
pub(super) fn parse_secrets(text: &str) -> Result<Secrets, String> {
    let empty = "has an empty item; anybody could sign with an empty secret";
    let mut keys = Vec::new();
    for item in text.split(',') {
        keys.push(ChannelSecret::new(item.trim()).map_err(|_| empty.to_owned())?);
    }
    let first = keys.remove(0);
    Ok(Secrets::new(first, keys))
}

/// A variable of a channel that is set and will not be read was meant for something.
fn ignored(reader: &mut Reader<'_>, layout: Layout) {
    for name in reader.left_over() {
        let base = name.strip_suffix("_FILE").unwrap_or(&name);
        let per_channel =
            |candidate: &str| knobs::ALL.iter().any(|knob| knob.per_channel && knob.name == candidate);
        match base.split_once("__") {
            None if per_channel(base) => {
                reader.fault(
                    &name,
                    "would be ignored, for LINE_CHANNELS is set; suffix it with __ and a channel's name",
                );
            }
            Some((stem, _)) if per_channel(stem) => {
                let problem = match layout {
                    Layout::One => "would be ignored, for LINE_CHANNELS is not set",
                    Layout::ByName => "would be ignored, for LINE_CHANNELS does not name this channel",
                };
                reader.fault(&name, problem);
            }
            _ => {}
        }
    }
}
