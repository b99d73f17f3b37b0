//! The dull loop around [`Worker::step`], and how it stops.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{POLL, Worker};
use crate::dispatch::Handler;

/// How long what was cut may take to be given back to the inbox.
const GIVING_BACK: Duration = Duration::from_secs(3);
/// The shortest pause when nothing could be claimed, whatever the inbox says of what is due.
const PAUSE_MIN: Duration = Duration::from_millis(5);

impl<H: Handler> Worker<H> {
    /// Steps until `stop`, then claims nothing more and gives what is in hand `grace`; what is then left is cut and
    /// released. Returns how many events were cut.
    pub async fn run(&self, stop: CancellationToken, grace: Duration) -> usize {
        let late = async {
            stop.cancelled().await;
            tokio::time::sleep(grace).await;
        };
        let work = async {
            self.claim_until(&stop).await;
            self.settled().await;
        };
        tokio::select! {
            biased;
            () = work => {}
            () = late => {}
            never = self.keep_renewing() => match never {},
        }
        self.cut().await
    }

    async fn claim_until(&self, stop: &CancellationToken) {
        let shared = &self.inner.shared;
        while !stop.is_cancelled() {
            // Asked for before looking, or a wake-up in between is lost.
            let woken = shared.wake.notified();
            tokio::select! {
                () = shared.slots.wait() => {}
                () = stop.cancelled() => return,
            }
            // Whoever is about to put something in goes first, so that one claim finds it all.
            tokio::task::yield_now().await;
            let Some(due) = self.claim().await.drained else { continue };
            let failing = shared.failing.load(Ordering::Relaxed);
            let pause = due.clamp(PAUSE_MIN, POLL);
            tokio::select! {
                // While the inbox fails, being told of more does not help.
                () = woken, if !failing => {}
                () = tokio::time::sleep(pause) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Drops the handlers that still run and gives their events back. Counts them, and what could not be given back in
    /// time.
    async fn cut(&self) -> usize {
        let shared = &self.inner.shared;
        for hold in shared.holds.all() {
            hold.stop();
        }
        let _ = tokio::time::timeout(GIVING_BACK, self.settled()).await;
        shared.cut.load(Ordering::Relaxed) + shared.holds.len()
    }
}
