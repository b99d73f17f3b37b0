//! SQLite's errors in words that say what to do.

use rusqlite::{Error, ErrorCode};

/// What is wrong, and what to do. Names no value that was stored.
pub(super) fn explain(error: &Error) -> String {
    let advice = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another process holds the database locked; end it (an open sqlite3 shell, a backup tool)"
        }
        Some(ErrorCode::DiskFull) => "the disk is full; free some space or move the inbox to another disk",
        Some(ErrorCode::ReadOnly) => {
            "the file or its directory is read-only; make both writable for this user"
        }
        Some(ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            "the file or its directory cannot be opened; check that it exists and that this user may write there"
        }
        Some(ErrorCode::NotADatabase) => {
            "the file is not a database; name another file in INBOX_URL, or move this one away"
        }
        Some(ErrorCode::DatabaseCorrupt) => {
            "the database is damaged; stop the server, keep a copy, and restore a backup or recover it \
             (sqlite3 inbox.db .recover)"
        }
        Some(ErrorCode::SystemIoFailure) => {
            "the disk answered with an error; check the disk and the system's log"
        }
        _ => return error.to_string(),
    };
    format!("{advice} ({error})")
}
