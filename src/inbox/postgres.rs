//! The inbox that many replicas share, in PostgreSQL.
//!
//! - [`url`], [`connect`], [`tls`], [`pool`], [`problem`], [`meters`]: the way to the database and what goes wrong on it
//! - [`listen`], [`stir`]: waking the others, and being woken
//! - [`schema`]: the tables · [`rows`], [`columns`]: how the inbox's values stand in them · [`open`]: the first connection
//! - [`crowd`]: what waits together goes in one statement
//! - [`accept`], [`claim`], [`journal`], [`settle`], [`lease`], [`unsend`], [`sweep`]: a statement each, or two
//! - [`reader`]: what operators look at · [`replay`]: what they do · [`operator`]: the same from the command line
//! - [`import`]: what comes from another inbox
//!
//! # What a statement may rely on
//! Each is a transaction of its own and sent whole, so a process that stops between two bytes leaves no transaction
//! open and no lock held. A statement sees the database as of its start, *but* a row that it had to wait for as it
//! then is. So whatever two replicas may do to one chat is decided on the chat's `lane` row, under its lock.
//!
//! # Time
//! There is one clock, the database's. [`Now`] places the caller on it: what is read is given as seen from there.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use tokio::task::JoinSet;

use self::accept::Accept;
use self::claim::Claim;
use self::core::Core;
use self::crowd::Crowd;
use self::journal::Note;
use self::listen::Listener;
use self::pool::Db;
use self::settle::Settle;
use super::{
    Accepted, Claims, Counts, Delivery, Filter, Inbox, InboxError, Lease, Listed, Now, Outcome, Retention,
    SendEntry, SendNote, SendResult, Settled, Shown, Swept,
};
use crate::line::{Channel, WebhookEventId};

mod accept;
mod cancel;
mod claim;
mod columns;
mod connect;
mod core;
mod crowd;
mod import;
mod journal;
mod lease;
#[doc(hidden)] // open to tests alone
pub mod listen;
mod meters;
mod open;
mod operator;
#[doc(hidden)] // open to tests alone
pub mod pool;
mod problem;
mod reader;
mod ready;
mod replay;
mod rows;
mod schema;
mod settle;
mod stir;
mod sweep;
mod tls;
mod unsend;
#[doc(hidden)] // for `config`, `cli` and tests
pub mod url;

pub(super) use self::import::Importer;
pub(super) use self::operator::Operator;

/// How to reach PostgreSQL, besides its URL.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The password, if the URL does not carry it.
    pub password: Option<SecretString>,
    /// The schema that the tables are in; made if it is missing.
    pub schema: String,
    /// The most connections this process opens, besides the one that listens.
    pub pool_size: usize,
    /// How long making a connection may take.
    pub connect_timeout: Duration,
    /// How long a statement may take until its connection is given up.
    pub timeout: Duration,
    /// Prepare statements once per connection. Behind a pooler in transaction mode a connection is another one each time,
    /// with other clients' statements under the same names: there it must be off.
    pub prepare: bool,
    /// A URL that leads to PostgreSQL past any pooler, to be woken by `NOTIFY`; polling alone without it.
    pub listen_url: Option<SecretString>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            password: None,
            schema: "line_bot".into(),
            pool_size: 8,
            connect_timeout: Duration::from_secs(2),
            timeout: Duration::from_secs(3),
            prepare: false,
            listen_url: None,
        }
    }
}

/// An [`Inbox`] in PostgreSQL.
pub struct PostgresInbox {
    core: Arc<Core>,
    accepts: Crowd<Accept, Accepted>,
    claims: Crowd<Claim, Claims>,
    notes: Crowd<Note, ()>,
    settles: Crowd<Settle, Settled>,
    beats: Crowd<(), ()>,
    /// Everything that answers them; ends with this.
    tasks: Mutex<JoinSet<()>>,
}

impl PostgresInbox {
    /// Connects to the database at `url`, brings its schema to this version, and begins to answer. A database that is
    /// away or only starting is waited for, some 30 s.
    ///
    /// # Errors
    /// [`InboxError::Open`]: a URL has a fault, the database cannot be reached or does not let us in, or its schema is
    /// newer.
    pub async fn open(url: &str, max_pending: u64, settings: &Settings) -> Result<Self, InboxError> {
        let core = Arc::new(Core::new(Db::new(url, settings)?, max_pending, settings));
        let listener = Listener::new(settings)?;
        core.open().await?;
        let inbox = Self::serve(Arc::clone(&core));
        let mut tasks = inbox.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listener) = listener {
            let core = Arc::clone(&core);
            tasks.spawn(async move { listener.serve(&core.stir.woken).await });
        }
        tasks.spawn(async move { core.keep_telling().await });
        drop(tasks);
        Ok(inbox)
    }

    fn serve(core: Arc<Core>) -> Self {
        let mut tasks = JoinSet::new();
        macro_rules! crowd {
            ($answer:ident) => {{
                let core = Arc::clone(&core);
                Crowd::served(&mut tasks, move |crowd| {
                    let core = Arc::clone(&core);
                    async move { core.$answer(crowd).await }
                })
            }};
        }
        let (accepts, claims, notes) = (crowd!(accept), crowd!(hand_out), crowd!(note));
        let (settles, beats) = (crowd!(settle), crowd!(ready));
        let at = Arc::clone(&core);
        tasks.spawn(async move { at.keep_writing_results().await });
        Self { core, accepts, claims, notes, settles, beats, tasks: Mutex::new(tasks) }
    }
}

#[async_trait]
impl Inbox for PostgresInbox {
    async fn accept(&self, delivery: Delivery, now: Now) -> Result<Accepted, InboxError> {
        self.accepts.ask((delivery, now)).await
    }

    async fn claim(&self, max: usize, lease: Duration, now: Now) -> Result<Claims, InboxError> {
        self.claims.ask(Claim { max, lease, now }).await
    }

    async fn extend(&self, leases: &[Lease], lease: Duration, now: Now) -> Result<Vec<Lease>, InboxError> {
        self.core.extend(leases, lease, now).await
    }

    async fn settle(&self, lease: &Lease, outcome: Outcome, now: Now) -> Result<Settled, InboxError> {
        self.settles.ask(Settle { lease: *lease, outcome, now }).await
    }

    async fn note(&self, lease: &Lease, sends: Vec<SendNote>, now: Now) -> Result<(), InboxError> {
        self.notes.ask(Note { lease: *lease, sends, now }).await
    }

    async fn result(&self, lease: &Lease, entry: SendEntry, result: SendResult) -> Result<(), InboxError> {
        self.core.result(lease, entry, result)
    }

    async fn counts(&self, now: Now) -> Result<Counts, InboxError> {
        self.core.counts(now).await
    }

    async fn list(&self, filter: Filter) -> Result<Vec<Listed>, InboxError> {
        self.core.list(&filter).await
    }

    async fn show(&self, channel: &Channel, id: &WebhookEventId) -> Result<Option<Shown>, InboxError> {
        self.core.show(channel, id).await
    }

    async fn retry(&self, filter: Filter, resend: bool, _now: Now) -> Result<u64, InboxError> {
        self.core.retry(&filter, resend).await
    }

    async fn discard(&self, filter: Filter, _now: Now) -> Result<u64, InboxError> {
        self.core.discard(&filter).await
    }

    async fn sweep(&self, retention: Retention, _now: Now) -> Result<Swept, InboxError> {
        self.core.sweep(retention).await
    }

    async fn ready(&self) -> Result<(), InboxError> {
        self.beats.ask(()).await
    }

    async fn stirred(&self) {
        self.core.stir.woken.notified().await;
    }

    async fn close(&self) -> Result<(), InboxError> {
        // What is asked from here on finds nobody.
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        // Nor is anybody on the way any more: what they did not bring to an end is here again.
        tasks.shutdown().await;
        self.core.close().await?;
        self.core.tell_now().await
    }
}
