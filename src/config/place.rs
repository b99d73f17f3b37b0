//! Where the inbox is and how to get there.

use std::time::Duration;

use secrecy::ExposeSecret as _;

use super::knobs::{self, Knob};
use super::reader::Reader;
use super::values;
use crate::inbox;
use crate::inbox::postgres::{self, url::Address};

/// Variables that mean nothing without PostgreSQL.
const POSTGRES: [Knob; 7] = [
    knobs::INBOX_PASSWORD,
    knobs::INBOX_SCHEMA,
    knobs::INBOX_POOL_SIZE,
    knobs::INBOX_CONNECT_TIMEOUT,
    knobs::INBOX_TIMEOUT,
    knobs::INBOX_PREPARE,
    knobs::INBOX_LISTEN_URL,
];

/// PostgreSQL cuts longer names, silently.
const NAME_MAX: usize = 63;

/// The settings, and what is odd about them.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<(inbox::Settings, Vec<String>)> {
    let url = reader.value(&knobs::INBOX_URL, url);
    let max_pending = reader.value(&knobs::MAX_PENDING_EVENTS, values::count);
    let postgres = postgres(reader);
    let (url, mut settings) = (url?, postgres?);
    let shared = postgres::url::is_postgres(&url);
    let mut warnings = Vec::new();
    if shared {
        warnings.extend(check(reader, &knobs::INBOX_URL, &url, &settings)?);
        if let Some(listen) = &settings.listen_url {
            warnings.extend(check(reader, &knobs::INBOX_LISTEN_URL, listen.expose_secret(), &settings)?);
        }
    } else {
        warnings = unused(reader);
        settings = postgres::Settings::default();
    }
    let mut inbox = inbox::Settings::new(url, max_pending?);
    inbox.postgres = settings;
    Some((inbox, warnings))
}

/// Of a URL that is none it says nothing but that: it may carry a password.
fn url(text: &str) -> Result<String, String> {
    match text.split_once("://") {
        Some(("sqlite", path)) if !path.is_empty() => Ok(text.to_owned()),
        Some(("memory", "")) => Ok(text.to_owned()),
        Some(("postgres" | "postgresql", _)) => postgres_url(text),
        _ => Err("is not an inbox; write it like sqlite://data/inbox.db, postgres://user@host/database or memory://"
            .to_owned()),
    }
}

fn postgres_url(text: &str) -> Result<String, String> {
    Address::parse(text).map(|_| text.to_owned())
}

fn postgres(reader: &mut Reader<'_>) -> Option<postgres::Settings> {
    let password = reader.found(knobs::INBOX_PASSWORD.name, true);
    let schema = reader.value(&knobs::INBOX_SCHEMA, schema);
    let pool_size = reader.value(&knobs::INBOX_POOL_SIZE, pool_size);
    let connect_timeout = reader.value(&knobs::INBOX_CONNECT_TIMEOUT, values::some_time);
    let timeout = reader.value(&knobs::INBOX_TIMEOUT, statement_time);
    let switch = [("on", true), ("off", false)];
    let prepare = reader.value(&knobs::INBOX_PREPARE, |text| values::choice(text, &switch));
    let listen = reader.found(knobs::INBOX_LISTEN_URL.name, true)?;
    let listen_url = match listen {
        None => None,
        Some(found) => match postgres_url(found.text()) {
            Ok(_) => Some(found.text),
            Err(problem) => {
                reader.fault(found.name, problem);
                return None;
            }
        },
    };
    Some(postgres::Settings {
        password: password?.map(|found| found.text),
        schema: schema?,
        pool_size: pool_size?,
        connect_timeout: connect_timeout?,
        timeout: timeout?,
        prepare: prepare?,
        listen_url,
    })
}

/// A fault, or what is odd.
fn check(
    reader: &mut Reader<'_>,
    knob: &Knob,
    url: &str,
    settings: &postgres::Settings,
) -> Option<Option<String>> {
    let checked = Address::parse(url).and_then(|address| address.check(settings).map(|()| address));
    let address = checked.map_err(|problem| reader.fault(knob.name, problem)).ok()?;
    Some(address.is_unguarded().then(|| {
        format!(
            "{} has no sslmode: the connection is encrypted only if the server offers it, and nobody checks who \
             answers; write sslmode=verify-full, or sslmode=disable if the network is safe",
            knob.name
        )
    }))
}

/// Nothing that would have to be quoted by an operator who looks for it.
fn schema(text: &str) -> Result<String, String> {
    let letter = |c: char| c.is_ascii_lowercase() || c == '_';
    let named = text.starts_with(letter)
        && text.len() <= NAME_MAX
        && text.chars().all(|c| letter(c) || c.is_ascii_digit());
    // PostgreSQL keeps these for itself.
    if !named || text.starts_with("pg_") {
        return Err(format!(
            "{text:?} is not a schema's name; write up to {NAME_MAX} of a-z, 0-9 and _, not beginning with a digit or \
             pg_, like line_bot"
        ));
    }
    Ok(text.to_owned())
}

/// One connection alone would have the readiness probe wait behind the work.
fn pool_size(text: &str) -> Result<usize, String> {
    match values::count(text)? {
        1 => Err("\"1\" is too few connections; write at least 2".to_owned()),
        size => Ok(size),
    }
}

/// A statement that is given up too early is done twice.
fn statement_time(text: &str) -> Result<Duration, String> {
    let time = values::some_time(text)?;
    if time < Duration::from_millis(100) {
        return Err(format!("{text:?} is too short for a statement; give it at least 100ms"));
    }
    Ok(time)
}

fn unused(reader: &mut Reader<'_>) -> Vec<String> {
    let set = |knob: &&Knob| match reader.found(knob.name, false) {
        Some(Some(found)) => Some(found.text()) != knob.default,
        _ => false,
    };
    let names = POSTGRES.iter().filter(set);
    names.map(|knob| format!("{} is not used: INBOX_URL names no PostgreSQL", knob.name)).collect()
}
