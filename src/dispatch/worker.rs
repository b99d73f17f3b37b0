//! Claims chats, runs the handler, settles. [`Worker::step`] does the work and is public, so that tests drive it by
//! hand; the loop around it ([`Worker::run`]) is dull.

mod attempt;
mod renew;
mod run;
mod settle;
mod slots;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

use crate::client::Client;
use crate::clock::{Clock, Now};
use crate::dispatch::context::Common;
use crate::dispatch::hold::{Hold, Holds};
use crate::dispatch::meters::Meters;
use crate::dispatch::{Handler, Settings};
use crate::inbox::{Claimed, Claims, Inbox, InboxError};
use crate::line::Channel;

use slots::{Slot, Slots};

/// How long the worker waits after an inbox that failed, and at most when nothing wakes it.
const POLL: Duration = Duration::from_secs(1);

/// Runs the handler over what the inbox holds. Cheap to clone.
pub struct Worker<H> {
    inner: Arc<Inner<H>>,
}

impl<H> Clone for Worker<H> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

struct Inner<H> {
    handler: H,
    clients: HashMap<Channel, Client>,
    shared: Arc<Shared>,
}

/// What does not depend on the handler's type.
struct Shared {
    settings: Settings,
    common: Arc<Common>,
    wake: Arc<Notify>,
    holds: Holds,
    slots: Slots,
    /// Events that a stop has cut.
    cut: AtomicUsize,
    /// The inbox failed when last asked; what follows is not logged until it works again.
    failing: AtomicBool,
}

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many chats were claimed and started.
    Started(usize),
    /// Nothing is due; the next event falls due after this long, if one waits at all.
    Idle(Option<Duration>),
    /// Every slot is taken.
    Full,
}

/// What a claim brought.
struct Claim {
    step: Step,
    /// The inbox had nothing more that is due, and nothing will fall due for so long.
    drained: Option<Duration>,
}

impl<H: Handler> Worker<H> {
    /// A worker; `wake` is notified by whoever put something into the inbox.
    pub fn new(
        settings: Settings,
        inbox: Arc<dyn Inbox>,
        handler: H,
        clients: HashMap<Channel, Client>,
        wake: Arc<Notify>,
        clock: Clock,
    ) -> Self {
        let slots = Slots::new(settings.concurrency);
        let common =
            Arc::new(Common { inbox, clock, fallback: settings.fallback, meters: Meters::default() });
        let shared = Shared {
            settings,
            common,
            wake,
            holds: Holds::default(),
            slots,
            cut: AtomicUsize::new(0),
            failing: AtomicBool::new(false),
        };
        Self { inner: Arc::new(Inner { handler, clients, shared: Arc::new(shared) }) }
    }

    /// Claims as many chats as there are free slots and starts them. An inbox that fails is logged and taken for one
    /// that is to be asked again after a pause.
    pub async fn step(&self) -> Step {
        self.claim().await.step
    }

    async fn claim(&self) -> Claim {
        let shared = &self.inner.shared;
        let Some(mut free) = shared.slots.free() else { return Claim { step: Step::Full, drained: None } };
        // Read before the claim is sent: the lease cannot end earlier than we think.
        let now = shared.common.clock.now();
        let asked = free.len();
        match shared.common.inbox.claim(asked, shared.settings.lease, now).await {
            Ok(Claims { chats, next_due }) => {
                shared.recovered();
                let due = next_due.map(|due| due.since(now.wall));
                let started = chats.len();
                for claimed in chats {
                    self.start(claimed, now, free.take());
                }
                let step = if started == 0 { Step::Idle(due) } else { Step::Started(started) };
                Claim { step, drained: (started < asked).then(|| due.unwrap_or(POLL)) }
            }
            Err(error) => {
                shared.failed("claim from", &error);
                Claim { step: Step::Idle(Some(POLL)), drained: Some(POLL) }
            }
        }
    }

    /// Waits until everything that was started has been settled.
    pub async fn settled(&self) {
        self.inner.shared.holds.none_left().await;
    }

    fn start(&self, claimed: Claimed, claimed_at: Now, slot: Option<Slot>) {
        let shared = &self.inner.shared;
        let hold = Hold::new(claimed.lease, claimed_at.boot.after(shared.settings.lease));
        shared.holds.insert(&hold);
        let held = Held { shared: Arc::clone(shared), hold };
        let inner = Arc::clone(&self.inner);
        tokio::spawn(async move { inner.handle(claimed, claimed_at, held, slot).await });
    }
}

/// A hold that is taken off the list however its task ends.
struct Held {
    shared: Arc<Shared>,
    hold: Arc<Hold>,
}

impl Drop for Held {
    fn drop(&mut self) {
        // A clone of the context that outlives its task (the runtime may drop it) must find it void.
        self.hold.finish();
        self.shared.holds.remove(&self.hold);
        // The chat may have more.
        self.shared.wake.notify_one();
    }
}

impl Shared {
    /// The inbox failed: said once, until it works again.
    fn failed(&self, what: &'static str, error: &InboxError) {
        if !self.failing.swap(true, Ordering::Relaxed) {
            tracing::error!(%error, "cannot {what} the inbox; events wait there, and it is asked again every second");
        }
    }

    fn recovered(&self) {
        if self.failing.load(Ordering::Relaxed) && self.failing.swap(false, Ordering::Relaxed) {
            tracing::info!("the inbox works again");
        }
    }
}
