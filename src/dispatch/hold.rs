//! The chats this worker holds: until when, whether their attempts still count, and how to cut them.

use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::clock::Boot;
use crate::inbox::Lease;

/// One held chat and the state of its attempt.
pub(crate) struct Hold {
    /// The right to it.
    pub(crate) lease: Lease,
    /// When the lease ends, in nanoseconds since boot; moved by renewals.
    end: AtomicU64,
    state: AtomicU8,
    cut: Notify,
    /// Where it stands in [`Holds`].
    place: AtomicUsize,
}

/// The handler runs and may send.
const RUNNING: u8 = 0;
/// The handler has ended; the event is being settled.
const ENDED: u8 = 1;
/// Cut by a stop: the handler is dropped and the attempt given back.
const STOPPED: u8 = 2;
/// The lease is over: the handler is dropped and nothing is settled.
const LOST: u8 = 3;

/// Why an attempt was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The worker stops.
    Stopped,
    /// The lease is over.
    Lost,
}

impl Hold {
    /// A chat held under `lease` until `end`.
    pub(crate) fn new(lease: Lease, end: Boot) -> Arc<Self> {
        Arc::new(Self {
            lease,
            end: AtomicU64::new(nanos(end)),
            state: AtomicU8::new(RUNNING),
            cut: Notify::new(),
            place: AtomicUsize::new(0),
        })
    }

    /// When the lease ends.
    pub(crate) fn end(&self) -> Boot {
        Boot::from_duration(Duration::from_nanos(self.end.load(Ordering::Acquire)))
    }

    /// The lease was renewed; it never gets shorter.
    pub(crate) fn renewed(&self, end: Boot) {
        self.end.fetch_max(nanos(end), Ordering::AcqRel);
    }

    /// Whether its attempt may still send: the handler runs and the lease lasts.
    pub(crate) fn live(&self, now: Boot) -> bool {
        self.state.load(Ordering::Acquire) == RUNNING && now < self.end()
    }

    /// The handler has ended: its [`Context`](crate::dispatch::Context) is void from here on. `false` when the
    /// attempt was cut before.
    pub(crate) fn finish(&self) -> bool {
        self.leave_running(ENDED)
    }

    /// A stop cuts the attempt, if its handler still runs.
    pub(crate) fn stop(&self) {
        if self.leave_running(STOPPED) {
            self.cut.notify_one();
        }
    }

    /// The lease is over: the attempt ends and is not settled.
    pub(crate) fn lose(&self) {
        self.state.store(LOST, Ordering::Release);
        self.cut.notify_one();
    }

    /// Whether the lease is known to be over.
    pub(crate) fn lost(&self) -> bool {
        self.state.load(Ordering::Acquire) == LOST
    }

    /// Waits until the attempt is cut.
    pub(crate) async fn cut(&self) -> Cut {
        loop {
            match self.state.load(Ordering::Acquire) {
                STOPPED => return Cut::Stopped,
                LOST => return Cut::Lost,
                _ => self.cut.notified().await,
            }
        }
    }

    fn leave_running(&self, to: u8) -> bool {
        self.state.compare_exchange(RUNNING, to, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

fn nanos(at: Boot) -> u64 {
    u64::try_from(Boot::default().until(at).as_nanos()).unwrap_or(u64::MAX)
}

/// Every held chat of a worker. Taking one in and out is a push and a swap, for it happens with every event.
#[derive(Default)]
pub(crate) struct Holds {
    list: Mutex<Vec<Arc<Hold>>>,
    emptied: Notify,
}

impl Holds {
    /// Takes one in.
    pub(crate) fn insert(&self, hold: &Arc<Hold>) {
        let mut list = self.lock();
        hold.place.store(list.len(), Ordering::Relaxed);
        list.push(Arc::clone(hold));
    }

    /// Takes one out.
    pub(crate) fn remove(&self, hold: &Hold) {
        let mut list = self.lock();
        let place = hold.place.load(Ordering::Relaxed);
        if place < list.len() {
            list.swap_remove(place);
        }
        if let Some(moved) = list.get(place) {
            moved.place.store(place, Ordering::Relaxed);
        }
        if list.is_empty() {
            drop(list);
            self.emptied.notify_waiters();
        }
    }

    /// Those held now.
    pub(crate) fn all(&self) -> Vec<Arc<Hold>> {
        self.lock().clone()
    }

    /// How many are held.
    pub(crate) fn len(&self) -> usize {
        self.lock().len()
    }

    /// Waits until none is held.
    pub(crate) async fn none_left(&self) {
        loop {
            let emptied = self.emptied.notified();
            if self.len() == 0 {
                return;
            }
            emptied.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Hold>>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
