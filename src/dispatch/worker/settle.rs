//! What becomes of an event after its attempt, written to the inbox for as long as the lease lasts.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::Shared;
use crate::clock::Timestamp;
use crate::dispatch::hold::Hold;
use crate::dispatch::meters::{Fate, Kind};
use crate::inbox::{InboxError, Outcome, ParkReason, Parked, Settled};

/// The longest pause before another attempt.
const BACKOFF_MAX: Duration = Duration::from_secs(30);
/// Pauses between attempts to settle while the inbox is unavailable.
const AGAIN_FIRST: Duration = Duration::from_millis(50);
const AGAIN_MAX: Duration = Duration::from_secs(1);

/// How an attempt ended.
#[derive(Debug)]
pub(super) enum Ending {
    /// Handled.
    Done,
    /// Its message was unsent while it waited: never handled.
    Wiped,
    /// Failed; another attempt may succeed.
    Retry {
        /// What the log may say.
        kind: &'static str,
        /// What the CLI may say.
        error: String,
    },
    /// Given up.
    Park(Parked),
    /// Cut by a stop.
    Released,
    /// The lease is over: nothing of it counts.
    Lost,
}

impl Shared {
    /// Settles the event. A lost lease is no concern of ours any more: another holder has the event.
    pub(super) async fn settle(&self, hold: &Hold, kind: Kind, attempt: u32, ending: Ending) {
        let (wiped, released) = (matches!(ending, Ending::Wiped), matches!(ending, Ending::Released));
        let Some((outcome, why)) = self.outcome(ending, attempt) else {
            tracing::warn!(
                "the lease on this chat was lost while its event was handled; another holder goes on"
            );
            return;
        };
        let settled = self.write(hold, &outcome).await;
        if released {
            // Not before: what is not given back yet is counted among what is held.
            self.cut.fetch_add(1, Ordering::Relaxed);
        }
        let Some(settled) = settled else { return };
        let fate = if wiped || settled == Settled::Unsent { Some(Fate::Unsent) } else { fate_of(&outcome) };
        if let Some(fate) = fate {
            self.common.meters.event(kind, fate);
        }
        tell(&outcome, why, settled);
    }

    /// Tries until the inbox has it or the lease is over.
    async fn write(&self, hold: &Hold, outcome: &Outcome) -> Option<Settled> {
        let mut pause = AGAIN_FIRST;
        loop {
            let now = self.common.clock.now();
            match self.common.inbox.settle(&hold.lease, outcome.clone(), now).await {
                Ok(settled) => return Some(settled),
                Err(InboxError::LeaseLost) => {
                    tracing::debug!("the lease was over before the event could be settled");
                    return None;
                }
                Err(error) => self.failed("settle in", &error),
            }
            if hold.lost() || now.boot >= hold.end() {
                tracing::warn!("the lease ended before the event could be settled; it will be handled again");
                return None;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(AGAIN_MAX);
        }
    }

    /// What an ending comes to, and the kind of reason for the log; `None` if there is nothing to settle.
    fn outcome(&self, ending: Ending, attempt: u32) -> Option<(Outcome, &'static str)> {
        Some(match ending {
            Ending::Done => (Outcome::Done, "handled"),
            Ending::Wiped => (Outcome::Done, "unsent"),
            Ending::Released => (Outcome::Release, "stopped"),
            Ending::Lost => return None,
            Ending::Park(parked) => {
                let why = parked.reason.as_str();
                (Outcome::Park(parked), why)
            }
            Ending::Retry { kind, error } if attempt < self.settings.attempts => {
                (Outcome::Retry { at: self.retry_at(attempt), error }, kind)
            }
            Ending::Retry { kind, error } => {
                (Outcome::Park(Parked { reason: ParkReason::Attempts, detail: error }), kind)
            }
        })
    }

    /// The pause doubles from `backoff` on, at most 30 s, give or take a fifth, so that what failed together does not
    /// come back together.
    fn retry_at(&self, attempt: u32) -> Timestamp {
        let factor = 2_u32.saturating_pow(attempt.saturating_sub(1));
        let pause = self.settings.backoff.saturating_mul(factor).min(BACKOFF_MAX);
        self.common.clock.now().wall.after(pause.mul_f64(jitter()).min(BACKOFF_MAX))
    }
}

/// 0.8 to 1.2.
fn jitter() -> f64 {
    let random = RandomState::new().hash_one(0_u8);
    0.8 + 0.4 * (f64::from((random >> 32) as u32) / f64::from(u32::MAX))
}

fn fate_of(outcome: &Outcome) -> Option<Fate> {
    match outcome {
        Outcome::Done => Some(Fate::Handled),
        Outcome::Retry { .. } => Some(Fate::Retried),
        Outcome::Park(_) => Some(Fate::Parked),
        Outcome::Release => None,
    }
}

/// One line for each event; the error's text is for the CLI alone.
fn tell(outcome: &Outcome, why: &'static str, settled: Settled) {
    match outcome {
        _ if settled == Settled::Unsent => {
            tracing::debug!("the message was unsent while it was in hand: dropped");
        }
        Outcome::Done => tracing::debug!(why, "settled"),
        Outcome::Release => tracing::info!("cut by the stop; the attempt is given back"),
        Outcome::Retry { .. } => tracing::warn!(why, "the attempt failed; it will be tried again"),
        Outcome::Park(parked) => {
            let reason = parked.reason.as_str();
            tracing::error!(reason, why, "parked: see `inbox show`, mend it, then `inbox retry`");
        }
    }
}
