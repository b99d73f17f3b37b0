//! What the command line does with an inbox in PostgreSQL: the same as a server, without anything in the background.

use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use super::Settings;
use super::core::Core;
use super::pool::Db;
use super::schema::VERSION;
use crate::clock::Now;
use crate::inbox::{Counts, Filter, InboxError, Listed, Shown};
use crate::line::{Channel, WebhookEventId};

/// An inbox in PostgreSQL, looked at from outside. Its methods block.
pub(in crate::inbox) struct Operator {
    pub(super) core: Core,
    pub(super) aside: Aside,
}

impl Operator {
    /// Connects. The tables must be there: only a server makes or changes them.
    pub(in crate::inbox) fn open(url: &str, settings: &Settings) -> Result<Self, InboxError> {
        let operator = Self::new(url, settings)?;
        operator.aside.wait(operator.core.check())?;
        Ok(operator)
    }

    /// The same for who may make the tables.
    pub(super) fn new(url: &str, settings: &Settings) -> Result<Self, InboxError> {
        let core = Core::new(Db::new(url, settings)?, u64::MAX, settings);
        let aside = Aside::new().map_err(|error| InboxError::Open {
            url: core.db.shown().to_owned(),
            problem: format!("there is no thread for it: {error}"),
        })?;
        Ok(Self { core, aside })
    }

    pub(in crate::inbox) fn counts(&self, now: Now) -> Result<Counts, InboxError> {
        self.aside.wait(self.core.counts(now))
    }

    pub(in crate::inbox) fn list(&self, filter: &Filter) -> Result<Vec<Listed>, InboxError> {
        self.aside.wait(self.core.list(filter))
    }

    pub(in crate::inbox) fn show(
        &self,
        channel: &Channel,
        id: &WebhookEventId,
    ) -> Result<Option<Shown>, InboxError> {
        self.aside.wait(self.core.show(channel, id))
    }

    pub(in crate::inbox) fn retry(&self, filter: &Filter, resend: bool) -> Result<u64, InboxError> {
        self.aside.wait(self.core.retry(filter, resend))
    }

    pub(in crate::inbox) fn discard(&self, filter: &Filter) -> Result<u64, InboxError> {
        self.aside.wait(self.core.discard(filter))
    }

    /// Not ours to do.
    pub(in crate::inbox) fn backup(&self) -> InboxError {
        InboxError::Unsupported(format!(
            "an inbox in PostgreSQL is copied with PostgreSQL's own tools: pg_dump --format=custom --schema={} \
             --file=inbox.dump, or the backup of the whole server (see docs/operations/scaling.md)",
            self.core.db.schema().trim_matches('"')
        ))
    }
}

impl Core {
    /// Whether the tables are there and of this version.
    async fn check(&self) -> Result<(), InboxError> {
        let (url, schema) = (self.db.shown().to_owned(), self.db.schema());
        let refuse = |problem: String| Err(InboxError::Open { url, problem });
        let there = self.run("SELECT to_regclass('$S.meta') IS NOT NULL", &[]).await?;
        if !there.first().is_some_and(|row| row.get(0)) {
            return refuse(format!(
                "its schema {schema} holds no inbox; start the server once, or correct INBOX_SCHEMA"
            ));
        }
        let rows = self.run("SELECT version FROM $S.meta WHERE one", &[]).await?;
        match rows.first().map_or(0, |row| row.get::<_, i32>(0)) {
            VERSION => Ok(()),
            found if found > VERSION => refuse(format!(
                "a newer line-bot-server made its schema {schema} (its form is {found}, this one knows up to \
                 {VERSION}); run that version"
            )),
            _ => refuse(format!("its schema {schema} has an older form; start the server once to renew it")),
        }
    }
}

/// Runs what is asynchronous for callers that are not, also where they are on a thread of another runtime.
pub(super) struct Aside {
    /// Only taken when this is dropped.
    runtime: Option<Runtime>,
}

/// How long connections may take to say good-bye.
const GOODBYE: Duration = Duration::from_millis(100);

impl Aside {
    fn new() -> std::io::Result<Self> {
        Ok(Self { runtime: Some(Builder::new_current_thread().enable_all().build()?) })
    }

    pub(super) fn wait<T: Send>(
        &self,
        work: impl Future<Output = Result<T, InboxError>> + Send,
    ) -> Result<T, InboxError> {
        let gone = || InboxError::Unavailable("the thread that works for the command line ended".into());
        let runtime = self.runtime.as_ref().ok_or_else(gone)?;
        thread::scope(|scope| scope.spawn(|| runtime.block_on(work)).join().unwrap_or_else(|_| Err(gone())))
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // Not on this thread, which may belong to a runtime.
        if let Some(runtime) = self.runtime.take() {
            let _ = thread::spawn(move || runtime.shutdown_timeout(GOODBYE)).join();
        }
    }
}
