//! The statements of the path from webhook to settled, prepared once.

use rusqlite::{Connection, Statement};

macro_rules! statements {
    ($($name:ident: $sql:expr),* $(,)?) => {
        pub(super) struct Statements<'c> {
            $(pub(super) $name: Statement<'c>),*
        }

        impl<'c> Statements<'c> {
            pub(super) fn new(conn: &'c Connection) -> rusqlite::Result<Self> {
                Ok(Self { $($name: conn.prepare($sql)?),* })
            }
        }
    };
}

statements! {
    begin: "BEGIN IMMEDIATE",
    commit: "COMMIT",
    data_version: "PRAGMA data_version",
    // An id is stored exactly once: what this changes is the duplicate check.
    remember: "INSERT OR IGNORE INTO seen (key, at) VALUES (?1, ?2)",
    is_seen: "SELECT 1 FROM seen WHERE key = ?1",
    redate: "UPDATE seen SET at = ?2 WHERE key = ?1",
    forget: "DELETE FROM seen WHERE key = ?1",
    insert_event: "INSERT INTO event (seq, key, channel, destination, id, kind, chat_kind, chat, timestamp, arrived,
        redelivered, message_id, json) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    restart: "UPDATE event SET arrived = ?2 WHERE seq = ?1",
    event_json: "SELECT json FROM event WHERE seq = ?1",
    delete_event: "DELETE FROM event WHERE seq = ?1",
    insert_claim: "INSERT INTO claim (fence, seqs) VALUES (?1, ?2)",
    delete_claim: "DELETE FROM claim WHERE fence = ?1",
    put_attempt: "INSERT OR REPLACE INTO attempt (seq, fence, attempts, failures, due, last_error)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    delete_attempt: "DELETE FROM attempt WHERE seq = ?1",
    // The first note stays: the retry key's 24 hours count from it.
    note: "INSERT INTO journal (seq, key, part, route, hash, noted) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT DO NOTHING",
    result: "UPDATE journal SET result = ?5 WHERE seq = ?1 AND key = ?2 AND part = ?3 AND route = ?4",
    delete_journal: "DELETE FROM journal WHERE seq = ?1",
}
