//! Moments at which something happens to a bot: so long after it answers, or in the midst of a call.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use line_bot_server::clock::Timestamp;
use line_bot_server::simulator::{Fault, Harm, Simulator};

use super::PATIENCE;

/// How long LINE takes for a call in the midst of which something is to happen.
const CALL: Duration = Duration::from_millis(500);

#[derive(Clone, Copy, Debug)]
pub(crate) enum When {
    /// So long after its beginning: while it takes over what the last one left, or before.
    Early(Duration),
    /// So long after its first 200.
    Working(Duration),
    /// As soon as LINE has so many of these calls but has not answered them; carried out or not.
    Calling { endpoint: &'static str, carried_out: bool, open: usize },
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Early(wait) => write!(f, "{wait:?} after its start"),
            Self::Working(wait) => write!(f, "{wait:?} after its first 200"),
            Self::Calling { endpoint, carried_out: true, .. } => write!(f, "{endpoint} done, not answered"),
            Self::Calling { endpoint, carried_out: false, .. } => write!(f, "{endpoint} sent, not done"),
        }
    }
}

/// What there was when something began: a life, or the wait for the next blow.
pub(crate) struct Since {
    sim: Arc<Simulator>,
    at: Timestamp,
    calls: usize,
    acked: usize,
}

impl Since {
    pub(crate) fn now(sim: &Arc<Simulator>) -> Self {
        let at = sim.now();
        let (calls, acked) = sim.ledger(|ledger| (ledger.calls().len(), ledger.acked().len()));
        Self { sim: Arc::clone(sim), at, calls, acked }
    }

    /// Waits for the moment. `log` tells why it does not come.
    pub(crate) async fn wait(&self, when: When, log: impl Fn() -> String) {
        match when {
            When::Early(wait) => tokio::time::sleep(wait).await,
            When::Working(wait) => {
                self.first_200(log).await;
                tokio::time::sleep(wait).await;
            }
            When::Calling { endpoint, carried_out, open } => {
                self.first_200(&log).await;
                self.calls_open(endpoint, carried_out, open, log).await;
            }
        }
    }

    pub(crate) async fn first_200(&self, log: impl Fn() -> String) {
        let acked = self.sim.wait_for(PATIENCE, |ledger| {
            ledger.deliveries().iter().rev().take(200).any(|one| one.at >= self.at && one.outcome.acked())
        });
        acked.await.unwrap_or_else(|error| panic!("no 200 after a restart, {error}:\n{}", log()));
    }

    /// Makes calls wait from now on, and waits for so many.
    async fn calls_open(
        &self,
        endpoint: &'static str,
        carried_out: bool,
        open: usize,
        log: impl Fn() -> String,
    ) {
        let fault = Fault::on(endpoint, Harm::Delay(CALL)).times(u32::MAX);
        let from = self.sim.ledger(|ledger| ledger.calls().len());
        // It goes in front of all others, or another fault would be played.
        self.sim.clear_faults();
        self.sim.fault(if carried_out { fault.after_doing() } else { fault });
        let waiting = self.sim.wait_for(PATIENCE, |ledger| {
            let calls = ledger.calls()[from..].iter().filter(|call| {
                let done = || call.retry_key.as_deref().or(call.body["replyToken"].as_str());
                call.faulty
                    && call.endpoint == endpoint
                    && call.status.is_none()
                    && (!carried_out || done().is_some_and(|key| ledger.effects(key) > 0))
            });
            calls.count() >= open
        });
        waiting.await.unwrap_or_else(|error| panic!("no calls to {endpoint}, {error}:\n{}", log()));
        self.sim.clear_faults();
    }

    /// Calls that have no answer yet.
    pub(crate) fn open(&self) -> usize {
        self.sim.ledger(|ledger| {
            let calls = &ledger.calls()[self.calls..];
            calls.iter().filter(|call| call.status.is_none()).count()
        })
    }

    /// Events that were first acked since.
    pub(crate) fn acked(&self) -> usize {
        self.sim.ledger(|ledger| ledger.acked().len()) - self.acked
    }

    /// How long it took to the first 200.
    pub(crate) fn to_first_200(&self) -> Option<Duration> {
        self.sim.ledger(|ledger| {
            let mine = ledger.deliveries().iter().filter(|one| one.at >= self.at);
            mine.filter(|one| one.outcome.acked()).map(|one| one.at.since(self.at) + one.latency).min()
        })
    }
}
