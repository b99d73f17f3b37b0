//! How the inbox's values stand in rows.

use std::borrow::Cow;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::clock::{Now, Timestamp};
use crate::inbox::key::IdKey;
use crate::inbox::{InboxError, JournalEntry, SendEntry, StoredEvent, stored};
use crate::line::{BotUserId, Channel, ChatId};

/// PostgreSQL's integers are signed; ours never come near the sign.
pub(super) fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn uint(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(super) fn count(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

/// PostgreSQL's text cannot hold the character zero, and one value that it refuses fails all that go with it. Nothing
/// that LINE sends has it; a handler's error may quote somebody who does.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// A column that is not as the schema has it.
pub(super) fn broken(column: &str) -> InboxError {
    InboxError::Unavailable(format!(
        "the database holds something in the column {column} that this version did not write"
    ))
}

/// A channel's number: never more than a `smallint` holds.
pub(super) fn channel(key: &IdKey) -> i16 {
    i16::try_from(key.channel()).unwrap_or(i16::MAX)
}

pub(super) fn key(key: &IdKey) -> Uuid {
    Uuid::from_bytes(key.id())
}

/// The lane of a chat; that of an event without one is its own. Sixteen bytes of a hash: neither names nor their
/// lengths matter to the index.
pub(super) fn lane(key: &IdKey, destination: &BotUserId, chat: Option<&ChatId>) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(key.channel().to_be_bytes());
    match chat {
        Some(chat) => {
            hash.update([chat_kind(chat).to_be_bytes()[1]]);
            hash.update(destination.as_str());
            hash.update([0]);
            hash.update(chat.as_str());
        }
        None => {
            hash.update([u8::MAX]);
            hash.update(key.id());
        }
    }
    let mut id = [0; 16];
    id.copy_from_slice(&hash.finalize()[..16]);
    Uuid::from_bytes(id)
}

pub(super) const fn chat_kind(chat: &ChatId) -> i16 {
    match chat {
        ChatId::User(_) => 0,
        ChatId::Group(_) => 1,
        ChatId::Room(_) => 2,
    }
}

pub(super) fn chat(kind: Option<i16>, id: Option<String>) -> Result<Option<ChatId>, InboxError> {
    Ok(match (kind, id) {
        (Some(0), Some(id)) => Some(ChatId::User(id.into())),
        (Some(1), Some(id)) => Some(ChatId::Group(id.into())),
        (Some(2), Some(id)) => Some(ChatId::Room(id.into())),
        (None, None) => None,
        _ => return Err(broken("chat_kind")),
    })
}

/// The caller's wall time of a moment of the database's clock, of which it is now `there`.
pub(super) fn seen_from(now: Now, there: i64, moment: i64) -> Timestamp {
    Timestamp::from_millis(moment.saturating_add(now.wall.as_millis().saturating_sub(there)))
}

/// An event from the columns channel, destination, id, kind, chat_kind, chat, timestamp, arrived, redelivered and json,
/// which begin at `from`. `at` tells the caller's time of its `arrived`.
pub(super) fn event(
    row: &Row,
    from: usize,
    channel: Channel,
    at: impl Fn(i64) -> Timestamp,
) -> Result<StoredEvent, InboxError> {
    Ok(StoredEvent {
        channel,
        destination: row.get::<_, String>(from + 1).into(),
        id: row.get::<_, String>(from + 2).into(),
        kind: row.get::<_, String>(from + 3).into(),
        chat: chat(row.get(from + 4), row.get(from + 5))?,
        timestamp: row.get::<_, Option<i64>>(from + 6).map(Timestamp::from_millis),
        arrived: at(row.get(from + 7)),
        first_seen_redelivered: row.get(from + 8),
        json: Bytes::from(row.get::<_, Vec<u8>>(from + 9)),
    })
}

/// The columns of a journal entry, in the order [`journal_entry`] reads them, after the event's `seq`.
pub(super) const JOURNAL_COLUMNS: &str = "seq, key, part, route, hash, noted, result";

pub(super) fn journal_entry(row: &Row, at: impl Fn(i64) -> Timestamp) -> Result<JournalEntry, InboxError> {
    let entry = SendEntry {
        // Compared with what an author wrote, so to be kept to the letter: as bytes.
        key: String::from_utf8(row.get(1)).map_err(|_| broken("key"))?.into(),
        part: u16::try_from(row.get::<_, i32>(2)).map_err(|_| broken("part"))?,
        route: stored::read_route(row.get::<_, i16>(3).into()),
    };
    Ok(JournalEntry {
        entry,
        hash: row.get::<_, Vec<u8>>(4).try_into().map_err(|_| broken("hash"))?,
        noted: at(row.get(5)),
        result: row.get::<_, Option<&str>>(6).and_then(stored::read),
    })
}
