//! The one thread that writes. It owns the connection and the lanes, so neither needs a lock.
//!
//! Group commit: it takes everything that waits, decides it on the lanes as they are, writes it in one transaction,
//! commits, and only then changes the lanes and answers. If anything fails, nothing was changed and everyone is told
//! so; the next batch tries anew.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use foldhash::HashMap;
use rusqlite::Connection;

use super::Shared;
use super::batch::{Batch, Change};
use super::house::Traces;
use super::op::Op;
use super::open::Place;
use super::problem::explain;
use super::restore;
use super::rows::{channel_names, int};
use super::schema;
use super::statements::Statements;
use crate::inbox::InboxError;
use crate::inbox::lanes::Lanes;
use crate::inbox::pending::Channels;
use crate::inbox::unsent::Unsent;
use crate::telemetry;

/// JSON kept in memory, so that a claim right after an accept reads no file.
pub(super) const HOT_BYTES: usize = 16 * 1024 * 1024;
/// Operations in one commit, and bytes of JSON beyond which it takes no more.
const BATCH_MAX: usize = 1024;
const BATCH_BYTES: usize = 8 * 1024 * 1024;
/// How often to look for what operators ask, and for traces to wipe.
pub(super) const POLL: Duration = Duration::from_millis(250);
/// How long the result of a send may wait for a commit to ride on.
const LINGER: Duration = Duration::from_millis(2);
/// A commit costs about the same for one operation as for fifty. When there were this many of late, more are on their
/// way, and waiting this long for them is cheaper for everyone than committing without them. Nobody who comes alone
/// waits.
const CROWD: usize = 8;
const GATHER: Duration = Duration::from_micros(100);

pub(super) struct Writer<'c> {
    pub(super) conn: &'c Connection,
    pub(super) sql: Statements<'c>,
    pub(super) lanes: Lanes,
    pub(super) channels: Channels,
    pub(super) unsent: Unsent,
    pub(super) open_claims: OpenClaims,
    pub(super) max_pending: u64,
    pub(super) seq: u64,
    pub(super) fence: u64,
    pub(super) shared: Arc<Shared>,
    pub(super) traces: Option<Traces>,
    /// Parked rows were emptied or left since their table was last rewritten.
    pub(super) parked_stale: bool,
    pub(super) data_version: i64,
    pub(super) polled: Option<Instant>,
    /// Operations in a batch, of late.
    crowd: usize,
    /// The last commit failed.
    failing: bool,
    closed: bool,
}

/// Which events each `claim` row still counts for.
#[derive(Default)]
pub(super) struct OpenClaims {
    fence_of: HashMap<u64, u64>,
    left: HashMap<u64, u32>,
    /// Rows that count for nothing any more; they go with the next commit.
    spent: Vec<u64>,
}

impl OpenClaims {
    /// The row that counts an attempt which has not been settled.
    pub(super) fn fence_of(&self, seq: u64) -> Option<u64> {
        self.fence_of.get(&seq).copied()
    }

    fn open(&mut self, seq: u64, fence: u64) {
        self.close(seq);
        self.fence_of.insert(seq, fence);
        *self.left.entry(fence).or_default() += 1;
    }

    fn close(&mut self, seq: u64) {
        let Some(fence) = self.fence_of.remove(&seq) else { return };
        let Some(left) = self.left.get_mut(&fence) else { return };
        *left -= 1;
        if *left == 0 {
            self.left.remove(&fence);
            self.spent.push(fence);
        }
    }
}

/// What has been brought up from the file before the thread starts.
pub(super) struct Start {
    conn: Connection,
    lanes: Lanes,
    channels: Channels,
    unsent: Unsent,
    seq: u64,
    fence: u64,
    lock: File,
    max_pending: u64,
}

impl Start {
    /// Opens, migrates and restores; everything that can be wrong with a file shows here.
    pub(super) fn new(place: &Place, max_pending: u64) -> Result<Self, InboxError> {
        let lock = place.lock()?;
        let conn = place.writer()?;
        Self::restore(conn, lock, max_pending).map_err(|error| place.sqlite(&error))
    }

    fn restore(conn: Connection, lock: File, max_pending: u64) -> rusqlite::Result<Self> {
        restore::fold_claims(&conn)?;
        let names = channel_names(&conn)?;
        let lanes = restore::lanes(&conn, &names, HOT_BYTES)?;
        let unsent = restore::unsent(&conn)?;
        let (seq, fence) = restore::last_numbers(&conn)?;
        let channels = Channels::from_names(names);
        Ok(Self { conn, lanes, channels, unsent, seq, fence, lock, max_pending })
    }

    /// Serves `queue` until everyone who could ask has gone, or somebody closes the inbox.
    pub(super) fn run(self, queue: &Receiver<Op>, shared: &Arc<Shared>) {
        let Self { conn, lanes, channels, unsent, seq, fence, lock, max_pending } = self;
        match Statements::new(&conn) {
            Ok(sql) => {
                let mut writer = Writer {
                    conn: &conn,
                    sql,
                    lanes,
                    channels,
                    unsent,
                    open_claims: OpenClaims::default(),
                    max_pending,
                    seq,
                    fence,
                    shared: Arc::clone(shared),
                    // An unclean end may have left some.
                    traces: Some(Traces { since: Instant::now(), scrubbed: false }),
                    parked_stale: true,
                    data_version: -1,
                    polled: None,
                    crowd: 0,
                    failing: false,
                    closed: false,
                };
                writer.publish();
                writer.serve(queue);
            }
            Err(error) => {
                tracing::error!(problem = explain(&error), "the inbox's writer cannot start");
            }
        }
        drop(conn);
        // Only now may another server have the file.
        drop(lock);
    }
}

impl Writer<'_> {
    fn serve(&mut self, queue: &Receiver<Op>) {
        let mut ops: Vec<Op> = Vec::with_capacity(BATCH_MAX);
        self.hear_operators();
        while !self.closed {
            let patience = if ops.is_empty() || self.failing { POLL } else { LINGER };
            let timed_out = match queue.recv_timeout(patience) {
                Ok(op) => {
                    ops.push(op);
                    false
                }
                Err(RecvTimeoutError::Timeout) => true,
                Err(RecvTimeoutError::Disconnected) => break,
            };
            take_waiting(queue, &mut ops);
            if !timed_out && self.crowd >= CROWD && ops.len() < self.crowd {
                std::thread::sleep(GATHER);
                take_waiting(queue, &mut ops);
            }
            if timed_out || !ops.iter().all(Op::is_patient) {
                self.process(&mut ops);
            }
            self.keep_house();
        }
        self.process(&mut ops);
        for op in queue.try_iter() {
            self.shared.queued.fetch_sub(1, Ordering::Relaxed);
            op.conclude(Some("it is closed"));
        }
    }

    /// One batch: everything in it or nothing.
    fn process(&mut self, ops: &mut Vec<Op>) {
        if ops.is_empty() {
            return;
        }
        self.crowd = ops.len().max(self.crowd / 2);
        self.shared.queued.fetch_sub(ops.len(), Ordering::Relaxed);
        ops.sort_by_key(Op::rank);
        let done = self.transact(|writer, batch| {
            let mut pointful = ops.iter_mut().filter(|op| !op.is_pointless());
            pointful.try_for_each(|op| writer.plan(op, batch))
        });
        let failure = done.err();
        for mut op in std::mem::take(ops) {
            if failure.is_none() {
                self.finish(&mut op);
            } else if op.is_patient() {
                self.shared.queued.fetch_add(1, Ordering::Relaxed);
                ops.push(op);
                continue;
            }
            let releases = op.conclude(failure.as_deref());
            self.shared.queued.fetch_add(releases.len(), Ordering::Relaxed);
            ops.extend(releases);
        }
    }

    /// Runs `plan` in a transaction, if it writes at all, and applies it to the lanes.
    pub(super) fn transact(
        &mut self,
        plan: impl FnOnce(&mut Self, &mut Batch) -> rusqlite::Result<()>,
    ) -> Result<(), String> {
        let started = Instant::now();
        let mut batch = Batch::default();
        let done = plan(self, &mut batch).and_then(|()| self.commit(&batch));
        match done {
            Ok(()) => {
                if batch.begun {
                    metrics::histogram!(telemetry::COMMIT_SECONDS).record(started.elapsed());
                    if std::mem::take(&mut self.failing) {
                        tracing::info!("the inbox can commit again");
                        self.shared.set_failure(None);
                    }
                    self.open_claims.spent.clear();
                }
                self.apply(batch);
                self.publish();
                Ok(())
            }
            Err(error) => {
                self.roll_back(&batch);
                let problem = explain(&error);
                if !std::mem::replace(&mut self.failing, true) {
                    tracing::error!(
                        problem,
                        "the inbox cannot commit; webhooks are answered 503 until it can"
                    );
                }
                self.shared.set_failure(Some(problem.clone()));
                Err(problem)
            }
        }
    }

    /// Opens the transaction with the first write.
    pub(super) fn begin(&mut self, batch: &mut Batch) -> rusqlite::Result<()> {
        if !batch.begun {
            self.sql.begin.execute([])?;
            batch.begun = true;
        }
        Ok(())
    }

    fn commit(&mut self, batch: &Batch) -> rusqlite::Result<()> {
        if !batch.begun {
            return Ok(());
        }
        for fence in &self.open_claims.spent {
            self.sql.delete_claim.execute([int(*fence)])?;
        }
        self.sql.commit.execute([]).map(drop)
    }

    fn roll_back(&mut self, batch: &Batch) {
        // Some errors have rolled back already.
        if !self.conn.is_autocommit()
            && let Err(error) = self.conn.execute_batch("ROLLBACK")
        {
            tracing::error!(problem = explain(&error), "the inbox could not roll back");
        }
        self.lanes.unpick(&batch.picked);
    }

    fn apply(&mut self, batch: Batch) {
        for channel in batch.channels {
            self.channels.push(channel);
        }
        self.shared.remembered.fetch_add(batch.remembered, Ordering::Relaxed);
        self.parked_stale |= batch.unparked;
        if batch.wiped {
            let since = self.traces.as_ref().map_or_else(Instant::now, |traces| traces.since);
            self.traces = Some(Traces { since, scrubbed: false });
        }
        for change in batch.changes {
            self.apply_change(change);
        }
    }

    fn apply_change(&mut self, change: Change) {
        match change {
            Change::Hold { seq, fence, until } => {
                self.open_claims.open(seq, fence);
                self.shared.holders.insert(seq, fence);
                self.lanes.hold(seq, fence, until);
            }
            Change::Admit { seq, key, event } => {
                self.seq = self.seq.max(seq);
                self.lanes.admit(seq, key, *event);
            }
            Change::Restart { seq, at } => {
                if let Some(event) = self.lanes.get_mut(seq) {
                    event.event.arrived = at;
                }
            }
            Change::Note { seq, sends, at } => {
                if let Some(event) = self.lanes.get_mut(seq) {
                    event.note(sends, at);
                }
            }
            Change::Finish { seq } => {
                self.let_go(seq);
                self.lanes.finish(seq);
            }
            Change::Postpone { seq, at, error } => {
                self.let_go(seq);
                self.lanes.postpone(seq, at, error);
            }
            Change::Release { seq } => {
                self.let_go(seq);
                self.lanes.release(seq);
            }
            Change::Remove { seq } => {
                self.open_claims.close(seq);
                self.lanes.remove(seq);
            }
            Change::Wipe { seq } => {
                self.open_claims.close(seq);
                self.lanes.wipe(seq);
            }
            Change::Unsent { channel, message, at } => self.unsent.insert(channel, message, at),
            Change::ForgetUnsent { before } => self.unsent.forget_before(before),
        }
    }

    fn let_go(&mut self, seq: u64) {
        self.open_claims.close(seq);
        self.shared.holders.remove(&seq);
    }

    /// What can only be said, or done, once the batch is applied.
    fn finish(&mut self, op: &mut Op) {
        match op {
            Op::Claim(asked) => {
                if let Some(Ok(claims)) = &mut asked.answer {
                    claims.next_due = self.lanes.next_due(asked.question.now);
                }
            }
            Op::Close(_) => {
                self.lanes.end_all_leases();
                self.shared.holders.clear();
                self.closed = true;
                self.shared.closed.store(true, Ordering::Relaxed);
            }
            _ => {}
        }
    }

    /// Tells who asks without queueing.
    fn publish(&self) {
        let shared = &self.shared;
        shared.pending.store(self.lanes.pending(), Ordering::Relaxed);
        shared.in_hand.store(self.lanes.in_hand(), Ordering::Relaxed);
        let oldest = self.lanes.oldest().map_or(i64::MAX, |came| came.as_millis());
        shared.oldest.store(oldest, Ordering::Relaxed);
    }

    pub(super) fn probe(&mut self, batch: &mut Batch) -> rusqlite::Result<()> {
        self.begin(batch)?;
        self.conn.pragma_update(None, "user_version", schema::VERSION)
    }
}

fn take_waiting(queue: &Receiver<Op>, ops: &mut Vec<Op>) {
    let mut bytes: usize = ops.iter().map(Op::weight).sum();
    while ops.len() < BATCH_MAX && bytes < BATCH_BYTES {
        let Ok(op) = queue.try_recv() else { break };
        bytes += op.weight();
        ops.push(op);
    }
}
