//! What the command line does with an inbox file, whether or not a server is running on it.
//!
//! It only looks, and writes down what it wants: the server that owns the file does it within a second, or the next
//! one at its start. So the order of the chats stays in one hand.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rusqlite::{Connection, params};

use super::super::{Counts, Filter, InboxError, Listed, Shown, State};
use super::open::Place;
use super::problem::explain;
use super::reader::{self, Found};
use super::replay::Verb;
use super::rows::int;
use crate::clock::Now;
use crate::line::{Channel, WebhookEventId};

/// An inbox file, looked at from outside. Its methods block.
pub(in crate::inbox) struct Operator {
    conn: Connection,
}

impl Operator {
    pub(super) const fn new(conn: Connection) -> Self {
        Self { conn }
    }

    /// Opens the file at `path` beside its server, if one is running.
    ///
    /// # Errors
    /// [`InboxError::Open`]: there is no such file, or it is not an inbox of this version.
    pub(in crate::inbox) fn open(url: &str, path: &str) -> Result<Self, InboxError> {
        Ok(Self::new(Place::new(url, path)?.guest()?))
    }

    /// How much there is of what. Without a running server, "in hand" is what the last one left in hand.
    ///
    /// # Errors
    /// [`InboxError::Unavailable`].
    pub(in crate::inbox) fn counts(&self, now: Now) -> Result<Counts, InboxError> {
        reader::counts(&self.conn, now).map_err(unavailable)
    }

    /// Events that match, oldest first.
    ///
    /// # Errors
    /// [`InboxError::Unavailable`].
    pub(in crate::inbox) fn list(&self, filter: &Filter) -> Result<Vec<Listed>, InboxError> {
        reader::list(&self.conn, filter).map_err(unavailable)
    }

    /// One event with its payload and journal.
    ///
    /// # Errors
    /// [`InboxError::Unavailable`].
    pub(in crate::inbox) fn show(
        &self,
        channel: &Channel,
        id: &WebhookEventId,
    ) -> Result<Option<Shown>, InboxError> {
        reader::show(&self.conn, channel, id).map_err(unavailable)
    }

    /// Asks for parked events that match to be handled anew, behind everything that waits. Unsent ones are left out.
    /// Returns how many were asked for.
    ///
    /// # Errors
    /// [`InboxError::Unavailable`]; nothing was asked for.
    pub(in crate::inbox) fn retry(&self, filter: &Filter, resend: bool, now: Now) -> Result<u64, InboxError> {
        let verb = if resend { Verb::Resend } else { Verb::Retry };
        self.ask(filter, verb, now, |found| found.listed.state == State::Parked && !found.unsent)
    }

    /// Asks for waiting or parked events that match to be dropped; what is in hand is left out. Returns how many
    /// were asked for.
    ///
    /// # Errors
    /// [`InboxError::Unavailable`]; nothing was asked for.
    pub(in crate::inbox) fn discard(&self, filter: &Filter, now: Now) -> Result<u64, InboxError> {
        self.ask(filter, Verb::Discard, now, |found| found.listed.state != State::InHand)
    }

    /// Writes a consistent copy to `to`, which must not exist yet, beside a running server too. It is as private as
    /// the original: it holds messages.
    ///
    /// # Errors
    /// [`InboxError::Unavailable`] says why it could not be written.
    pub(in crate::inbox) fn backup(&self, to: &Path) -> Result<(), InboxError> {
        let failed = |problem: String| {
            InboxError::Unavailable(format!("the backup could not be written to {}: {problem}", to.display()))
        };
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to);
        let file: File = file.map_err(|error| failed(format!("{error}; name a new file")))?;
        let name = to.to_str().ok_or_else(|| failed("its name is not UTF-8; name another file".into()))?;
        let copied = self.conn.execute("VACUUM INTO ?1", [name]).map_err(|error| explain(&error));
        copied.and_then(|_| file.sync_all().map_err(|error| error.to_string())).map_err(|problem| {
            // Half a copy must not be taken for one.
            let _ = std::fs::remove_file(to);
            failed(problem)
        })
    }

    fn ask(
        &self,
        filter: &Filter,
        verb: Verb,
        now: Now,
        means: impl Fn(&Found) -> bool,
    ) -> Result<u64, InboxError> {
        let ask = || {
            let found = reader::find(&self.conn, filter)?;
            let tx = self.conn.unchecked_transaction()?;
            let mut asked = 0;
            for found in found.iter().filter(|found| means(found)) {
                let row = params![verb as i64, int(found.seq), now.wall.as_millis()];
                tx.prepare_cached("INSERT INTO ask (verb, seq, at) VALUES (?1, ?2, ?3)")?.execute(row)?;
                asked += 1;
            }
            tx.commit()?;
            Ok(asked)
        };
        ask().map_err(unavailable)
    }
}

#[allow(clippy::needless_pass_by_value)] // for map_err
fn unavailable(error: rusqlite::Error) -> InboxError {
    InboxError::Unavailable(explain(&error))
}
