//! When and how each life of the bot ends.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use line_bot_server::clock::Timestamp;
use line_bot_server::simulator::{Fault, Harm, Simulator};

use super::PATIENCE;
use super::bot::{Bot, Site};

/// How a life ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// SIGKILL
    Kill,
    /// SIGTERM
    Term,
    /// SIGTERM, and SIGKILL so long after it, in the midst of a polite stop.
    Cut(Duration),
}

/// When a life ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum When {
    /// So long after its beginning: while it takes over what the last one left, or before.
    Early(Duration),
    /// So long after its first 200.
    Working(Duration),
    /// As soon as LINE has this call but has not answered it; carried out or not.
    Calling { endpoint: &'static str, carried_out: bool },
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Stop {
    how: How,
    when: When,
}

/// What one life was.
pub(super) struct Life {
    pub(super) how: How,
    pub(super) when: When,
    /// From its start to its first 200, if it came to one.
    pub(super) first_200: Option<Duration>,
    /// Events that were first acked in it.
    pub(super) acked: usize,
    /// Calls without an answer when the signal came.
    pub(super) open: usize,
    /// From the signal to the end of the process.
    pub(super) ending: Duration,
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Early(wait) => write!(f, "{wait:?} after its start"),
            Self::Working(wait) => write!(f, "{wait:?} after its first 200"),
            Self::Calling { endpoint, carried_out: true } => write!(f, "{endpoint} done, not answered"),
            Self::Calling { endpoint, carried_out: false } => write!(f, "{endpoint} sent, not done"),
        }
    }
}

/// The lives of a bot, the present one and those before.
pub(super) struct Stops<'a> {
    sim: &'a Arc<Simulator>,
    site: &'a Site,
    rng: fastrand::Rng,
    bot: Bot,
    born: Born,
    lives: Vec<Life>,
}

/// What there was when a life began.
struct Born {
    at: Timestamp,
    calls: usize,
    acked: usize,
}

impl Born {
    fn now(sim: &Simulator) -> Self {
        let at = sim.now();
        sim.ledger(|ledger| Self { at, calls: ledger.calls().len(), acked: ledger.acked().len() })
    }
}

impl<'a> Stops<'a> {
    /// The first life begins.
    pub(super) fn new(sim: &'a Arc<Simulator>, site: &'a Site, rng: fastrand::Rng) -> Self {
        sim.point_at(site.url());
        let born = Born::now(sim);
        Self { sim, site, rng, bot: site.start(), born, lives: Vec::new() }
    }

    /// So many kills, with a polite stop for every four, in some order.
    pub(super) fn plan(&mut self, kills: u32) -> Vec<Stop> {
        let polite = kills.div_ceil(4);
        let hows = (0..kills + polite).map(|n| if n < polite { How::Term } else { kill(&mut self.rng) });
        let hows: Vec<_> = hows.collect();
        let mut plan: Vec<_> =
            hows.into_iter().map(|how| Stop { how, when: when(how, &mut self.rng) }).collect();
        self.rng.shuffle(&mut plan);
        plan
    }

    /// Lets the present life go on until its stop, and begins the next at once.
    pub(super) async fn live_until(&mut self, Stop { how, when }: Stop) {
        self.wait(when).await;
        self.stop(how, when).await;
        self.born = Born::now(self.sim);
        self.bot = self.site.start();
    }

    /// Waits until the present life works.
    pub(super) async fn settle_in(&mut self) {
        self.first_200().await;
    }

    /// The last life ends politely.
    pub(super) async fn end(mut self) -> Vec<Life> {
        self.stop(How::Term, When::Working(Duration::ZERO)).await;
        self.lives
    }

    async fn wait(&mut self, when: When) {
        match when {
            When::Early(wait) => tokio::time::sleep(wait).await,
            When::Working(wait) => {
                self.first_200().await;
                tokio::time::sleep(wait).await;
            }
            When::Calling { endpoint, carried_out } => {
                self.first_200().await;
                self.call_open(endpoint, carried_out).await;
            }
        }
    }

    async fn first_200(&self) {
        let born = self.born.at;
        let acked = self.sim.wait_for(PATIENCE, |ledger| {
            ledger.deliveries().iter().rev().take(200).any(|one| one.at >= born && one.outcome.acked())
        });
        acked.await.unwrap_or_else(|error| panic!("no 200 after a restart, {error}:\n{}", self.site.log()));
    }

    /// Makes the next call wait, and waits for it.
    async fn call_open(&self, endpoint: &'static str, carried_out: bool) {
        let fault = Fault::on(endpoint, Harm::Delay(Duration::from_millis(500)));
        let from = self.sim.ledger(|ledger| ledger.calls().len());
        // It goes in front of all others, or another fault would be played.
        self.sim.clear_faults();
        self.sim.fault(if carried_out { fault.after_doing() } else { fault });
        let open = self.sim.wait_for(PATIENCE, |ledger| {
            let mut calls = ledger.calls()[from..].iter();
            calls.any(|call| {
                let done = || call.retry_key.as_deref().or(call.body["replyToken"].as_str());
                call.faulty
                    && call.endpoint == endpoint
                    && call.status.is_none()
                    && (!carried_out || done().is_some_and(|key| ledger.effects(key) > 0))
            })
        });
        open.await.unwrap_or_else(|error| panic!("no call to {endpoint}, {error}:\n{}", self.site.log()));
    }

    async fn stop(&mut self, how: How, when: When) {
        let open = self.sim.ledger(|ledger| {
            let calls = &ledger.calls()[self.born.calls..];
            calls.iter().filter(|call| call.status.is_none()).count()
        });
        let begun = std::time::Instant::now();
        match how {
            How::Kill => self.bot.kill(),
            How::Cut(wait) => {
                self.bot.ask_to_stop();
                tokio::time::sleep(wait).await;
                self.bot.kill_if_alive();
            }
            How::Term => {
                self.bot.ask_to_stop();
                let (code, log) = self.bot.ended().await;
                assert_eq!(code, Some(0), "the exit code after SIGTERM, {when}:\n{log}");
            }
        }
        let ending = begun.elapsed();
        let (acked, first_200) = self.sim.ledger(|ledger| {
            let mine = ledger.deliveries().iter().filter(|one| one.at >= self.born.at);
            let first = mine
                .filter(|one| one.outcome.acked())
                .map(|one| one.at.since(self.born.at) + one.latency)
                .min();
            (ledger.acked().len() - self.born.acked, first)
        });
        self.lives.push(Life { how, when, first_200, acked, open, ending });
    }
}

fn kill(rng: &mut fastrand::Rng) -> How {
    if rng.u8(0..6) == 0 { How::Cut(Duration::from_millis(rng.u64(0..100))) } else { How::Kill }
}

/// A signal that comes before it is listened to cannot be heeded, so nothing polite is early.
fn when(how: How, rng: &mut fastrand::Rng) -> When {
    match rng.u8(0..10) {
        0..2 if how == How::Kill => When::Early(Duration::from_millis(rng.u64(1..200))),
        0..6 => When::Working(Duration::from_millis(rng.u64(0..600))),
        _ => When::Calling { endpoint: if rng.bool() { "reply" } else { "push" }, carried_out: rng.bool() },
    }
}
