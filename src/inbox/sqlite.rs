//! The durable inbox in one SQLite file, owned by one server.
//!
//! - [`writer`]: the one thread that writes: group commit, and the chats in memory · [`house`]: its chores
//! - [`op`] → [`plan`] → [`accept`], [`claim`], [`journal`], [`settle`], [`replay`], [`sweep`]: what is asked, and what
//!   each decides and writes · [`batch`]: what then changes in memory
//! - [`schema`], [`rows`], [`statements`]: the file's form · [`open`], [`restore`]: how it is opened
//! - [`reader`]: what operators look at · [`operator`]: what they do, beside a running server too
//! - [`export`]: what goes to another inbox
//!
//! Leases live in memory: only one process has them, and after its end everything may be handed out at once.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use async_trait::async_trait;
use dashmap::DashMap;
use rusqlite::Connection;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

pub(super) use self::export::Export;
use self::op::{
    Accept, Asked, Claim, Discard, Extend, Note, Op, Reply, Retry, SendOutcome, Settle, Sweep, unavailable,
};
use self::open::Place;
pub(super) use self::operator::Operator;
use self::problem::explain;
use self::writer::Start;
use super::{
    Accepted, Claims, Counts, Delivery, Filter, Inbox, InboxError, Lease, Listed, Now, Outcome, Retention,
    SendEntry, SendNote, SendResult, Settled, Shown, Swept, Timestamp,
};
use crate::line::{Channel, WebhookEventId};

mod accept;
mod batch;
mod claim;
mod export;
mod house;
mod journal;
mod op;
mod open;
mod operator;
mod plan;
mod problem;
mod reader;
mod replay;
mod restore;
mod rows;
mod schema;
mod settle;
mod statements;
mod sweep;
mod writer;

/// Operations that may wait for the writer; more than that means the disk has stopped answering.
const QUEUE_MAX: usize = 65_536;

/// An [`Inbox`] in a SQLite file.
pub struct SqliteInbox {
    /// `None` once dropped: the writer ends when nobody can ask it any more.
    queue: Option<Sender<Op>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    reader: Arc<Mutex<Connection>>,
    shared: Arc<Shared>,
}

/// What the writer tells without being asked.
#[derive(Default)]
struct Shared {
    /// Cancelled when the writer has ended, however that came about.
    ended: CancellationToken,
    /// It was asked to.
    closed: AtomicBool,
    /// Why the last commit failed.
    failure: Mutex<Option<String>>,
    /// The fence of every event in hand.
    holders: DashMap<u64, u64>,
    queued: AtomicUsize,
    pending: AtomicU64,
    in_hand: AtomicU64,
    /// When the oldest pending event came, in milliseconds; `i64::MAX` when there is none.
    oldest: AtomicI64,
    /// Ids remembered since the start, less those forgotten.
    remembered: AtomicI64,
    /// Ids that were remembered at the start; counted when first asked for.
    remembered_before: Mutex<Option<i64>>,
}

impl Shared {
    fn set_failure(&self, failure: Option<String>) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }

    fn failure(&self) -> Option<String> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl SqliteInbox {
    /// Opens the file at `path`, creating it and its directory where they are missing, takes it over from whoever
    /// had it before, and starts its writer. Blocks.
    ///
    /// # Errors
    /// [`InboxError::Open`]: another server has it; it is damaged, foreign, newer or not writable; the disk is full.
    pub fn open(url: &str, path: &str, max_pending: u64) -> Result<Self, InboxError> {
        let place = Place::new(url, path)?;
        let start = Start::new(&place, max_pending)?;
        let reader = Arc::new(Mutex::new(place.reader()?));
        Self::serve(reader, move |asked, shared| start.run(asked, shared))
            .map_err(|error| place.error(format!("its thread cannot be started: {error}")))
    }

    /// Starts the thread that does `work`.
    fn serve(
        reader: Arc<Mutex<Connection>>,
        work: impl FnOnce(&Receiver<Op>, &Arc<Shared>) + Send + 'static,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared { oldest: AtomicI64::new(i64::MAX), ..Shared::default() });
        let (queue, asked) = channel();
        let for_writer = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("inbox-writer".into()).spawn(move || {
            // Dropped on a panic too, and after all that the work had.
            let _ended = for_writer.ended.clone().drop_guard();
            work(&asked, &for_writer);
        })?;
        Ok(Self { queue: Some(queue), thread: Mutex::new(Some(thread)), reader, shared })
    }

    fn send(&self, op: Op) -> Result<(), InboxError> {
        let stopped = || self.ended();
        if self.shared.queued.fetch_add(1, Ordering::Relaxed) >= QUEUE_MAX {
            self.shared.queued.fetch_sub(1, Ordering::Relaxed);
            return Err(unavailable("too many requests wait for the disk; check whether it still answers"));
        }
        self.queue.as_ref().ok_or_else(stopped)?.send(op).map_err(|_| stopped())
    }

    async fn ask<Q, T>(&self, question: Q, op: impl FnOnce(Asked<Q, T>) -> Op) -> Result<T, InboxError> {
        let (reply, answer): (Reply<T>, _) = oneshot::channel();
        self.send(op(Asked::new(question, reply)))?;
        answer.await.unwrap_or_else(|_| Err(self.ended()))
    }

    /// Why there is no writer.
    fn ended(&self) -> InboxError {
        unavailable(if self.shared.closed.load(Ordering::Relaxed) {
            "it is closed"
        } else {
            "its writer has died, which is a bug; see the log, and restart the server"
        })
    }

    /// Reads beside the writer, on a thread that may block.
    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, InboxError> {
        let reader = Arc::clone(&self.reader);
        let read = move || read(&reader.lock().unwrap_or_else(PoisonError::into_inner));
        match tokio::task::spawn_blocking(read).await {
            Ok(read) => read.map_err(|error| InboxError::Unavailable(explain(&error))),
            Err(error) => Err(InboxError::Unavailable(error.to_string())),
        }
    }

    /// The count at the start is read once and late, for it walks through every id; commits that fall between its
    /// two readings may put it off by as many ids.
    async fn remembered(&self) -> Result<u64, InboxError> {
        let before = *self.shared.remembered_before.lock().unwrap_or_else(PoisonError::into_inner);
        let since = self.shared.remembered.load(Ordering::Relaxed);
        let before = match before {
            Some(before) => before,
            None => {
                let all = self.read(reader::remembered).await?;
                let before = rows::int(all) - since;
                *self.shared.remembered_before.lock().unwrap_or_else(PoisonError::into_inner) = Some(before);
                before
            }
        };
        Ok(rows::uint(before + since))
    }

    fn join(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the inbox's writer panicked");
        }
    }
}

#[async_trait]
impl Inbox for SqliteInbox {
    async fn accept(&self, delivery: Delivery, now: Now) -> Result<Accepted, InboxError> {
        self.ask(Accept { delivery: Some(delivery), now }, Op::Accept).await
    }

    async fn claim(&self, max: usize, lease: Duration, now: Now) -> Result<Claims, InboxError> {
        self.ask(Claim { max, lease, now }, Op::Claim).await
    }

    async fn extend(&self, leases: &[Lease], lease: Duration, now: Now) -> Result<Vec<Lease>, InboxError> {
        self.ask(Extend { leases: leases.to_vec(), lease, now }, Op::Extend).await
    }

    async fn settle(&self, lease: &Lease, outcome: Outcome, now: Now) -> Result<Settled, InboxError> {
        self.ask(Settle { lease: *lease, outcome, now }, Op::Settle).await
    }

    async fn note(&self, lease: &Lease, sends: Vec<SendNote>, now: Now) -> Result<(), InboxError> {
        self.ask(Note { lease: *lease, sends, now }, Op::Note).await
    }

    async fn result(&self, lease: &Lease, entry: SendEntry, result: SendResult) -> Result<(), InboxError> {
        if self.shared.holders.get(&lease.seq).is_none_or(|fence| *fence != lease.fence) {
            return Err(InboxError::LeaseLost);
        }
        self.send(Op::Result(SendOutcome { lease: *lease, entry, result }))
    }

    async fn counts(&self, now: Now) -> Result<Counts, InboxError> {
        let oldest = self.shared.oldest.load(Ordering::Relaxed);
        Ok(Counts {
            pending: self.shared.pending.load(Ordering::Relaxed),
            in_hand: self.shared.in_hand.load(Ordering::Relaxed),
            oldest_pending: (oldest < i64::MAX).then(|| now.wall.since(Timestamp::from_millis(oldest))),
            parked: self.read(reader::parked).await?,
            remembered: self.remembered().await?,
        })
    }

    async fn list(&self, filter: Filter) -> Result<Vec<Listed>, InboxError> {
        self.read(move |conn| reader::list(conn, &filter)).await
    }

    async fn show(&self, channel: &Channel, id: &WebhookEventId) -> Result<Option<Shown>, InboxError> {
        let (channel, id) = (channel.clone(), id.clone());
        self.read(move |conn| reader::show(conn, &channel, &id)).await
    }

    async fn retry(&self, filter: Filter, resend: bool, now: Now) -> Result<u64, InboxError> {
        self.ask(Retry { filter, resend, now }, Op::Retry).await
    }

    async fn discard(&self, filter: Filter, now: Now) -> Result<u64, InboxError> {
        self.ask(Discard { filter, now }, Op::Discard).await
    }

    async fn sweep(&self, retention: Retention, now: Now) -> Result<Swept, InboxError> {
        self.ask(Sweep { retention, now }, Op::Sweep).await
    }

    async fn ready(&self) -> Result<(), InboxError> {
        if self.shared.ended.is_cancelled() {
            return Err(self.ended());
        }
        if self.shared.failure().is_none() {
            return Ok(());
        }
        // Nobody else may be asking for a commit, so ask for one.
        self.ask((), Op::Probe).await
    }

    async fn broken(&self) {
        self.shared.ended.cancelled().await;
        if self.shared.closed.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
    }

    async fn close(&self) -> Result<(), InboxError> {
        self.ask((), Op::Close).await?;
        // It has answered, so it ends at once.
        self.join();
        Ok(())
    }
}

impl Drop for SqliteInbox {
    fn drop(&mut self) {
        self.queue = None;
        // When this returns the file is free for the next owner.
        self.join();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;
    use crate::clock::Clock;

    impl SqliteInbox {
        /// Its writer panics at the first question.
        pub(crate) fn that_dies() -> Self {
            let reader = Arc::new(Mutex::new(Connection::open_in_memory().unwrap()));
            let dies = |asked: &Receiver<Op>, _: &Arc<Shared>| {
                let _asked = asked.recv();
                panic!("a bug");
            };
            Self::serve(reader, dies).unwrap()
        }
    }

    #[tokio::test]
    async fn an_inbox_whose_writer_panicked_says_so_and_is_broken() {
        let inbox = SqliteInbox::that_dies();
        assert!(inbox.ready().await.is_ok());
        let now = Clock::manual(Timestamp::from_millis(0)).now();
        let said = inbox.claim(1, Duration::ZERO, now).await.unwrap_err().to_string();
        assert!(said.contains("its writer has died"), "{said}");
        inbox.broken().await;
        let said = inbox.ready().await.unwrap_err().to_string();
        assert!(said.contains("its writer has died"), "{said}");
        assert!(inbox.close().await.is_err());
    }

    #[tokio::test]
    async fn an_inbox_that_was_closed_is_not_broken() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("inbox.db");
        let inbox = SqliteInbox::open("sqlite://", path.to_str().unwrap(), 1).unwrap();
        inbox.close().await.unwrap();
        assert!(inbox.shared.ended.is_cancelled());
        assert!(inbox.ready().await.unwrap_err().to_string().contains("it is closed"));
        assert!(inbox.broken().now_or_never().is_none());
    }
}
