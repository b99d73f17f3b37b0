//! An inbox as the command line sees it: beside its servers, whether or not any is running.

use std::path::Path;

use super::{Counts, Filter, InboxError, Listed, Settings, Shown, Url, open_error, postgres, sqlite};
use crate::clock::Now;
use crate::line::{Channel, WebhookEventId};

/// An inbox, looked at from outside. Its methods block, wherever they are called.
pub struct Operator(Behind);

enum Behind {
    File(sqlite::Operator),
    Database(Box<postgres::Operator>),
}

/// Opens an inbox for the command line, beside its server if one is running. Blocks.
///
/// # Errors
/// [`InboxError::Open`]; for `memory://` too, which only its own server can see. [`InboxError::Unavailable`]: the
/// database cannot be reached.
pub fn operator(settings: &Settings) -> Result<Operator, InboxError> {
    Ok(Operator(match Url::parse(&settings.url)? {
        Url::Memory => {
            return Err(open_error(
                &settings.url,
                "a memory inbox is only in its server; set INBOX_URL to a sqlite:// file or a postgres:// database",
            ));
        }
        Url::Sqlite(path) => Behind::File(sqlite::Operator::open(&settings.url, path)?),
        Url::Postgres => {
            Behind::Database(Box::new(postgres::Operator::open(&settings.url, &settings.postgres)?))
        }
    }))
}

impl Operator {
    /// How much there is of what. Of a file without a running server, "in hand" is what the last one left in hand.
    ///
    /// # Errors
    /// [`InboxError::Unavailable`].
    pub fn counts(&self, now: Now) -> Result<Counts, InboxError> {
        match &self.0 {
            Behind::File(file) => file.counts(now),
            Behind::Database(database) => database.counts(now),
        }
    }

    /// Events that match, oldest first.
    ///
    /// # Errors
    /// [`InboxError::Unavailable`].
    pub fn list(&self, filter: &Filter) -> Result<Vec<Listed>, InboxError> {
        match &self.0 {
            Behind::File(file) => file.list(filter),
            Behind::Database(database) => database.list(filter),
        }
    }

    /// One event with its payload and journal.
    ///
    /// # Errors
    /// [`InboxError::Unavailable`].
    pub fn show(&self, channel: &Channel, id: &WebhookEventId) -> Result<Option<Shown>, InboxError> {
        match &self.0 {
            Behind::File(file) => file.show(channel, id),
            Behind::Database(database) => database.show(channel, id),
        }
    }

    /// Has parked events that match handled anew, behind everything that waits. Unsent ones are left out. Of a file
    /// its server does it, within a second. Returns how many.
    ///
    /// # Errors
    /// [`InboxError::Unavailable`]; of a file, nothing was asked for.
    pub fn retry(&self, filter: &Filter, resend: bool, now: Now) -> Result<u64, InboxError> {
        match &self.0 {
            Behind::File(file) => file.retry(filter, resend, now),
            Behind::Database(database) => database.retry(filter, resend),
        }
    }

    /// Has waiting or parked events that match dropped; what is in hand is left out. Of a file its server does it,
    /// within a second. Returns how many.
    ///
    /// # Errors
    /// [`InboxError::Unavailable`]; of a file, nothing was asked for.
    pub fn discard(&self, filter: &Filter, now: Now) -> Result<u64, InboxError> {
        match &self.0 {
            Behind::File(file) => file.discard(filter, now),
            Behind::Database(database) => database.discard(filter),
        }
    }

    /// Writes a consistent copy of a file to `to`, which must not exist yet, beside a running server too. It is as
    /// private as the original: it holds messages.
    ///
    /// # Errors
    /// [`InboxError::Unavailable`] says why it could not be written; [`InboxError::Unsupported`] of a database, and
    /// names the tool that does it.
    pub fn backup(&self, to: &Path) -> Result<(), InboxError> {
        match &self.0 {
            Behind::File(file) => file.backup(to),
            Behind::Database(database) => Err(database.backup()),
        }
    }
}
