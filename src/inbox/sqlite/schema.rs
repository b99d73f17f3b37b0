//! The tables, and how an older file becomes a newer one. Forwards only.

use rusqlite::Connection;

/// Marks the file as ours: `LBSi`.
pub(super) const APPLICATION_ID: i32 = 0x4c42_5369;

/// Each brings the file from the version of its place to the next.
const MIGRATIONS: [&str; 1] = [V1];

pub(super) const VERSION: i64 = MIGRATIONS.len() as i64;

/// - `event`: what waits or is in hand. No index by chat: every insert would dirty a random page, and the order
///   within chats is kept in memory.
/// - `seen`: every id, as [`IdKey`](super::super::key::IdKey). `at` is only there when the time inside the key does
///   not tell how long to remember it.
/// - `claim`: one row for all claims of a commit, `seqs` being 8 bytes each (big endian), so that counting an attempt
///   costs no row per event.
/// - `attempt`: where an event's count stands as of `fence`; claims with a greater fence come on top.
/// - `event_copy`, `parked_copy`: empty, but for a moment in [`SCRUB_EVENT`] and [`SCRUB_PARKED`].
/// - `ask`: what an operator beside a running server wants done.
const V1: &str = "
CREATE TABLE channel (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE event (
    seq INTEGER PRIMARY KEY, key BLOB NOT NULL, channel INTEGER NOT NULL, destination TEXT NOT NULL,
    id TEXT NOT NULL, kind TEXT NOT NULL, chat_kind INTEGER, chat TEXT, timestamp INTEGER,
    arrived INTEGER NOT NULL, redelivered INTEGER NOT NULL, message_id TEXT, json BLOB NOT NULL);
CREATE TABLE parked (
    seq INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, channel INTEGER NOT NULL, destination TEXT NOT NULL,
    id TEXT NOT NULL, kind TEXT NOT NULL, chat_kind INTEGER, chat TEXT, timestamp INTEGER,
    arrived INTEGER NOT NULL, redelivered INTEGER NOT NULL, message_id TEXT, json BLOB NOT NULL,
    unsent INTEGER NOT NULL, attempts INTEGER NOT NULL, last_error TEXT, reason TEXT NOT NULL, detail TEXT NOT NULL,
    at INTEGER NOT NULL);
CREATE TABLE event_copy (
    seq INTEGER PRIMARY KEY, key BLOB NOT NULL, channel INTEGER NOT NULL, destination TEXT NOT NULL,
    id TEXT NOT NULL, kind TEXT NOT NULL, chat_kind INTEGER, chat TEXT, timestamp INTEGER,
    arrived INTEGER NOT NULL, redelivered INTEGER NOT NULL, message_id TEXT, json BLOB NOT NULL);
CREATE TABLE parked_copy (
    seq INTEGER PRIMARY KEY, key BLOB NOT NULL, channel INTEGER NOT NULL, destination TEXT NOT NULL,
    id TEXT NOT NULL, kind TEXT NOT NULL, chat_kind INTEGER, chat TEXT, timestamp INTEGER,
    arrived INTEGER NOT NULL, redelivered INTEGER NOT NULL, message_id TEXT, json BLOB NOT NULL,
    unsent INTEGER NOT NULL, attempts INTEGER NOT NULL, last_error TEXT, reason TEXT NOT NULL, detail TEXT NOT NULL,
    at INTEGER NOT NULL);
CREATE INDEX parked_message ON parked (channel, message_id) WHERE message_id IS NOT NULL;
CREATE INDEX parked_at ON parked (at, reason);
CREATE TABLE seen (key BLOB PRIMARY KEY, at INTEGER) WITHOUT ROWID;
CREATE INDEX seen_at ON seen (at) WHERE at IS NOT NULL;
CREATE TABLE claim (fence INTEGER PRIMARY KEY, seqs BLOB NOT NULL);
CREATE TABLE attempt (
    seq INTEGER PRIMARY KEY, fence INTEGER NOT NULL, attempts INTEGER NOT NULL, failures INTEGER NOT NULL,
    due INTEGER, last_error TEXT);
CREATE TABLE journal (
    seq INTEGER NOT NULL, key TEXT NOT NULL, part INTEGER NOT NULL, route INTEGER NOT NULL, hash BLOB NOT NULL,
    noted INTEGER NOT NULL, result TEXT, PRIMARY KEY (seq, key, part, route)) WITHOUT ROWID;
CREATE TABLE unsent (
    channel INTEGER NOT NULL, message_id TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (channel, message_id)) WITHOUT ROWID;
CREATE TABLE ask (no INTEGER PRIMARY KEY, verb INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL);
";

/// Writes the payloads that stay onto fresh pages, and so zeroes all that were used before.
///
/// `secure_delete` zeroes a row where it is deleted, but not the copies left behind in the free space of a page when
/// SQLite moved that row to a neighbour. Emptying a table frees, and zeroes, whole pages; deleting a range of its rows
/// does not: balancing may keep an emptied page for its neighbours' rows, with what stood in its free space.
pub(super) const SCRUB_EVENT: &str = "
INSERT INTO event_copy SELECT * FROM event;
DELETE FROM event;
INSERT INTO event SELECT * FROM event_copy;
DELETE FROM event_copy;
";

/// The same for what is parked.
pub(super) const SCRUB_PARKED: &str = "
INSERT INTO parked_copy SELECT * FROM parked;
DELETE FROM parked;
INSERT INTO parked SELECT * FROM parked_copy;
DELETE FROM parked_copy;
";

/// What kind of database a file holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing yet.
    Empty,
    /// An inbox of that version.
    Inbox(i64),
    /// Somebody else's.
    Foreign,
}

pub(super) fn kind(conn: &Connection) -> rusqlite::Result<Kind> {
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let application: i32 = conn.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let version = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(match (application, tables) {
        (APPLICATION_ID, _) => Kind::Inbox(version),
        (0, 0) => Kind::Empty,
        _ => Kind::Foreign,
    })
}

/// Brings the file to [`VERSION`], all or nothing. Writes even when there is nothing to do, so that a file that
/// cannot be written is found out now.
pub(super) fn migrate(conn: &Connection, from: i64) -> rusqlite::Result<()> {
    let tx = conn.unchecked_transaction()?;
    for step in MIGRATIONS.iter().skip(usize::try_from(from).unwrap_or(0)) {
        tx.execute_batch(step)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", VERSION)?;
    tx.commit()
}
