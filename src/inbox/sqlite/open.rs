//! Opening the file: who may, what can be wrong with it, and what a crash left behind.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::super::InboxError;
use super::problem::explain;
use super::schema::{self, Kind};

/// How long a statement waits for somebody else's lock before the inbox counts as unavailable.
pub(super) const BUSY: Duration = Duration::from_secs(1);

/// The file of a `sqlite://` URL.
#[derive(Clone, Debug)]
pub(super) struct Place {
    url: String,
    pub(super) path: PathBuf,
}

impl Place {
    pub(super) fn new(url: &str, path: &str) -> Result<Self, InboxError> {
        let place = Self { url: url.to_owned(), path: PathBuf::from(path) };
        if place.path.file_name().is_none() || path.ends_with('/') {
            return Err(
                place.error("it names no file; write sqlite://data/inbox.db, or sqlite:///var/lib/inbox.db")
            );
        }
        Ok(place)
    }

    pub(super) fn error(&self, problem: impl Into<String>) -> InboxError {
        InboxError::Open { url: self.url.clone(), problem: problem.into() }
    }

    pub(super) fn sqlite(&self, error: &rusqlite::Error) -> InboxError {
        self.error(explain(error))
    }

    fn directory(&self) -> &Path {
        self.path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    /// Creates the directory (0700) and the file (0600) where they are missing, and proves that both can be written.
    fn prepare(&self) -> Result<(), InboxError> {
        let directory = self.directory();
        DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(|error| {
            let advice = "create it, or name a directory this user may write to";
            self.error(format!("the directory {} cannot be created: {error}; {advice}", directory.display()))
        })?;
        private_file(&self.path).map(drop).map_err(|error| self.file_error(&self.path, &error))
    }

    fn file_error(&self, path: &Path, error: &io::Error) -> InboxError {
        let advice = match error.kind() {
            io::ErrorKind::PermissionDenied => "give this user the right to write it and its directory",
            io::ErrorKind::ReadOnlyFilesystem => {
                "it is on a read-only file system; mount a writable volume there"
            }
            io::ErrorKind::StorageFull => "the disk is full; free some space",
            io::ErrorKind::IsADirectory => "it is a directory; name a file",
            _ => "check the path and the disk",
        };
        self.error(format!("{} cannot be opened for writing: {error}; {advice}", path.display()))
    }

    /// The file belongs to one server: the lock lasts as long as the handle, and ends with the process.
    pub(super) fn lock(&self) -> Result<File, InboxError> {
        self.lock_or(
            "another server is using it; stop that one first, or give this one its own file \
             (several servers cannot share a SQLite inbox)",
        )
    }

    /// The same; `taken` is what to say where a server has it.
    pub(super) fn lock_or(&self, taken: &str) -> Result<File, InboxError> {
        self.prepare()?;
        let mut path = self.path.clone().into_os_string();
        path.push(".lock");
        let path = PathBuf::from(path);
        let file = private_file(&path).map_err(|error| self.file_error(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(self.error(taken)),
            Err(TryLockError::Error(error)) => Err(self.file_error(&path, &error)),
        }
    }

    /// The connection that writes, its file brought to this version.
    pub(super) fn writer(&self) -> Result<Connection, InboxError> {
        let conn = self.connect(OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let version = match self.kind(&conn)? {
            Kind::Empty => 0,
            Kind::Inbox(version) => version,
            Kind::Foreign => return Err(self.foreign()),
        };
        let set_up = || {
            let mode: String = conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
            conn.execute_batch(
                "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;",
            )?;
            schema::migrate(&conn, version)?;
            Ok(mode)
        };
        let mode = set_up().map_err(|error| self.sqlite(&error))?;
        if mode != "wal" {
            return Err(self.error("its file system cannot share memory (WAL); use a local disk"));
        }
        Ok(conn)
    }

    /// A connection that only looks.
    pub(super) fn reader(&self) -> Result<Connection, InboxError> {
        self.connect(OpenFlags::SQLITE_OPEN_READ_ONLY)
    }

    /// A connection beside a running server, or to a file nobody serves.
    pub(super) fn guest(&self) -> Result<Connection, InboxError> {
        if !self.path.exists() {
            return Err(
                self.error(format!("there is no file {}; start the server once", self.path.display()))
            );
        }
        let conn = self.connect(OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        match self.kind(&conn)? {
            Kind::Inbox(schema::VERSION) => {}
            Kind::Inbox(_) => {
                return Err(self.error("it has an older form; start the server once to renew it"));
            }
            Kind::Empty => return Err(self.error("it is empty; start the server once")),
            Kind::Foreign => return Err(self.foreign()),
        }
        conn.busy_timeout(5 * BUSY).map_err(|error| self.sqlite(&error))?;
        Ok(conn)
    }

    fn connect(&self, mode: OpenFlags) -> Result<Connection, InboxError> {
        let open = || {
            let conn = Connection::open_with_flags(&self.path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
            conn.busy_timeout(BUSY)?;
            conn.set_prepared_statement_cache_capacity(64);
            Ok(conn)
        };
        open().map_err(|error| self.sqlite(&error))
    }

    fn kind(&self, conn: &Connection) -> Result<Kind, InboxError> {
        let kind = schema::kind(conn).map_err(|error| self.sqlite(&error))?;
        if let Kind::Inbox(version) = kind
            && version > schema::VERSION
        {
            return Err(self.error(format!(
                "a newer line-bot-server wrote it (its form is {version}, this one knows up to {}); \
                 run that version, or restore a backup of before the upgrade",
                schema::VERSION
            )));
        }
        Ok(kind)
    }

    fn foreign(&self) -> InboxError {
        self.error("it is a database of something else; name another file in INBOX_URL")
    }
}

/// Opened for writing; made readable for this user alone if it is new. SQLite gives its side files the same mode.
fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}
