//! When other replicas are told that there is something to claim, and how this one is told. What a process stores it
//! mostly claims itself, a moment later: only what is still unclaimed then is worth waking anybody for, because a
//! commit that notifies takes a lock of the whole database.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

use super::core::Core;
use super::listen::{self, Herald};
use crate::inbox::InboxError;

/// How long this process has to claim what it stored.
const OWN: Duration = Duration::from_millis(10);

/// What was stored here and what was looked for since.
#[derive(Default)]
pub(super) struct Stir {
    herald: Herald,
    /// Notified when another process has something to claim.
    pub(super) woken: Notify,
    came: Notify,
    stored: AtomicU64,
    looked: AtomicU64,
}

impl Stir {
    /// Events were stored.
    pub(super) fn stored(&self) {
        self.stored.fetch_add(1, Ordering::AcqRel);
        self.came.notify_one();
    }

    /// How much had been stored when a claim began.
    pub(super) fn mark(&self) -> u64 {
        self.stored.load(Ordering::Acquire)
    }

    /// A claim that began at `mark` found nothing more.
    pub(super) fn exhausted(&self, mark: u64) {
        self.looked.fetch_max(mark, Ordering::AcqRel);
    }

    /// There is something to claim for others, too.
    pub(super) fn tell(&self) {
        self.herald.call();
    }
}

impl Core {
    /// Tells the others at once: nobody will be here to do it later.
    pub(super) async fn tell_now(&self) -> Result<(), InboxError> {
        match &self.channel {
            Some(channel) => listen::tell(&self.db, channel).await,
            None => Ok(()),
        }
    }

    /// Tells the others what this process leaves unclaimed.
    pub(super) async fn keep_telling(&self) {
        let Some(channel) = &self.channel else { return };
        tokio::join!(self.stir.herald.serve(&self.db, channel), async {
            loop {
                self.stir.came.notified().await;
                let mark = self.stir.mark();
                tokio::time::sleep(OWN).await;
                if self.stir.looked.load(Ordering::Acquire) < mark {
                    self.stir.tell();
                }
            }
        });
    }
}
