//! How the inbox's values stand in rows.

use std::collections::HashMap;

use bytes::Bytes;
use rusqlite::types::Type;
use rusqlite::{Connection, Error, Row};

use super::super::key::IdKey;
use super::super::pending::Pending;
use super::super::{JournalEntry, SendEntry, StoredEvent, stored};
use crate::clock::Timestamp;
use crate::line::{Channel, ChatId};

/// Columns that `event` and `parked` share, in the order [`event`] reads them; `json` is left to the caller.
pub(super) const EVENT_COLUMNS: &str =
    "seq, key, channel, destination, id, kind, chat_kind, chat, timestamp, arrived, redelivered, message_id";

pub(super) type Names = [Channel];

/// SQLite's integers are signed; ours never come near the sign.
pub(super) fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn uint(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(super) fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn broken(column: usize, kind: Type, what: &'static str) -> Error {
    Error::FromSqlConversionFailure(column, kind, what.into())
}

pub(super) fn channel_names(conn: &Connection) -> rusqlite::Result<Vec<Channel>> {
    let mut rows = conn.prepare("SELECT name FROM channel ORDER BY no")?;
    rows.query_map([], |row| row.get::<_, String>(0).map(Channel::from))?.collect()
}

pub(super) fn chat_kind(chat: &ChatId) -> i64 {
    match chat {
        ChatId::User(_) => 0,
        ChatId::Group(_) => 1,
        ChatId::Room(_) => 2,
    }
}

fn chat(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<ChatId>> {
    let Some(kind) = row.get::<_, Option<i64>>(at)? else { return Ok(None) };
    let id: String = row.get(at + 1)?;
    Ok(Some(match kind {
        0 => ChatId::User(id.into()),
        1 => ChatId::Group(id.into()),
        2 => ChatId::Room(id.into()),
        _ => return Err(broken(at, Type::Integer, "an unknown kind of chat")),
    }))
}

/// An event from [`EVENT_COLUMNS`], its JSON being in the file only.
pub(super) fn event(row: &Row<'_>, names: &Names) -> rusqlite::Result<(u64, IdKey, Pending)> {
    let key =
        IdKey::from_bytes(row.get_ref(1)?.as_blob()?).ok_or_else(|| broken(1, Type::Blob, "not a key"))?;
    let channel = usize::try_from(row.get::<_, i64>(2)?).ok().and_then(|no| names.get(no));
    let event = StoredEvent {
        channel: channel.ok_or_else(|| broken(2, Type::Integer, "an unknown channel"))?.clone(),
        destination: row.get::<_, String>(3)?.into(),
        id: row.get::<_, String>(4)?.into(),
        kind: row.get::<_, String>(5)?.into(),
        chat: chat(row, 6)?,
        timestamp: row.get::<_, Option<i64>>(8)?.map(Timestamp::from_millis),
        arrived: Timestamp::from_millis(row.get(9)?),
        first_seen_redelivered: row.get(10)?,
        json: Bytes::new(),
    };
    let mut pending = Pending::of(event, row.get::<_, Option<String>>(11)?.map(Into::into));
    pending.cold = true;
    Ok((uint(row.get(0)?), key, pending))
}

/// The seqs of a `claim` row.
pub(super) fn seqs(blob: &[u8]) -> impl Iterator<Item = u64> + '_ {
    blob.as_chunks::<8>().0.iter().map(|seq| u64::from_be_bytes(*seq))
}

/// What claims say of events: how often each was claimed, by fence.
pub(super) fn claims(conn: &Connection) -> rusqlite::Result<HashMap<u64, Vec<u64>>> {
    let mut claims: HashMap<u64, Vec<u64>> = HashMap::new();
    let mut statement = conn.prepare("SELECT fence, seqs FROM claim ORDER BY fence")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let fence = uint(row.get(0)?);
        for seq in seqs(row.get_ref(1)?.as_blob()?) {
            claims.entry(seq).or_default().push(fence);
        }
    }
    Ok(claims)
}

/// The journal of one event, in the order of its notes.
pub(super) fn journal(conn: &Connection, seq: u64) -> rusqlite::Result<Vec<JournalEntry>> {
    let mut statement = conn.prepare_cached(
        "SELECT key, part, route, hash, noted, result FROM journal WHERE seq = ?1 ORDER BY noted, key, part, route",
    )?;
    statement.query_map([int(seq)], journal_entry)?.collect()
}

fn journal_entry(row: &Row<'_>) -> rusqlite::Result<JournalEntry> {
    let entry = SendEntry {
        key: row.get::<_, String>(0)?.into(),
        part: row.get(1)?,
        route: stored::read_route(row.get(2)?),
    };
    Ok(JournalEntry {
        entry,
        hash: row.get(3)?,
        noted: Timestamp::from_millis(row.get(4)?),
        result: row.get_ref(5)?.as_str_or_null()?.and_then(stored::read),
    })
}
