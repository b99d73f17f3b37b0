//! How much runs at once. A handler's slot is free again when the handler has ended; its event then still waits to be
//! settled, which a second, wider limit bounds, so that the next handlers need not wait for a commit.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Events in hand for each handler that may run: one runs, the others are being settled.
const IN_HAND: usize = 4;
/// With so many slots free, handlers are quick and claims are what they wait for: twice as many events are claimed,
/// and the second half waits for the first. With slow handlers nothing that could wait in the inbox waits in hand.
const AHEAD_FROM: usize = 16;

pub(super) struct Slots {
    handlers: Arc<Semaphore>,
    in_hand: Arc<Semaphore>,
}

/// Slots that were free a moment ago and are kept for what is being claimed.
pub(super) struct Free {
    handlers: OwnedSemaphorePermit,
    in_hand: OwnedSemaphorePermit,
}

/// The place of one event.
pub(super) struct Slot {
    /// Dropped when the handler has ended.
    pub(super) handler: Handler,
    /// Dropped when the event is settled.
    pub(super) in_hand: OwnedSemaphorePermit,
}

/// The right to run a handler.
pub(super) enum Handler {
    /// Now.
    Free(OwnedSemaphorePermit),
    /// When another has ended.
    InLine(Arc<Semaphore>),
}

impl Handler {
    /// Waits for it; `None` only if the worker is gone.
    pub(super) async fn ready(self) -> Option<OwnedSemaphorePermit> {
        match self {
            Self::Free(permit) => Some(permit),
            Self::InLine(queue) => queue.acquire_owned().await.ok(),
        }
    }
}

impl Slots {
    pub(super) fn new(handlers: usize) -> Self {
        let handlers = handlers.clamp(1, Semaphore::MAX_PERMITS / IN_HAND);
        Self {
            handlers: Arc::new(Semaphore::new(handlers)),
            in_hand: Arc::new(Semaphore::new(handlers * IN_HAND)),
        }
    }

    /// All that are free; `None` if there are none.
    pub(super) fn free(&self) -> Option<Free> {
        let room = self.in_hand.available_permits();
        let free = self.handlers.available_permits().min(room);
        let ahead = if free >= AHEAD_FROM { free.min(room - free) } else { 0 };
        let permits = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        if free == 0 {
            return None;
        }
        let handlers = Arc::clone(&self.handlers).try_acquire_many_owned(permits(free)).ok()?;
        let in_hand = Arc::clone(&self.in_hand).try_acquire_many_owned(permits(free + ahead)).ok()?;
        Some(Free { handlers, in_hand })
    }

    /// Waits until there is one.
    pub(super) async fn wait(&self) {
        // They are never closed.
        let _ = self.in_hand.acquire().await;
        let _ = self.handlers.acquire().await;
    }
}

impl Free {
    pub(super) fn len(&self) -> usize {
        self.in_hand.num_permits()
    }

    /// One of them; `None` when none is left.
    pub(super) fn take(&mut self) -> Option<Slot> {
        let in_hand = self.in_hand.split(1)?;
        let free = self.handlers.split(1).map(Handler::Free);
        Some(Slot {
            handler: free.unwrap_or_else(|| Handler::InLine(Arc::clone(self.handlers.semaphore()))),
            in_hand,
        })
    }
}
