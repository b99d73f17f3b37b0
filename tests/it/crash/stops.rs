//! When and how each life of the bot ends.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use line_bot_server::simulator::Simulator;

use super::bot::{Bot, Site};
use super::moment::{Since, When};
use super::verdict::spread;

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

/// The lives of a bot, the present one and those before.
pub(super) struct Stops<'a> {
    sim: &'a Arc<Simulator>,
    site: &'a Site,
    rng: fastrand::Rng,
    bot: Bot,
    born: Since,
    lives: Vec<Life>,
}

impl<'a> Stops<'a> {
    /// The first life begins.
    pub(super) fn new(sim: &'a Arc<Simulator>, site: &'a Site, rng: fastrand::Rng) -> Self {
        sim.point_at(site.url());
        let born = Since::now(sim);
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
        self.born.wait(when, || self.site.log()).await;
        self.stop(how, when).await;
        self.born = Since::now(self.sim);
        self.bot = self.site.start();
    }

    /// Waits until the present life works.
    pub(super) async fn settle_in(&mut self) {
        self.born.first_200(|| self.site.log()).await;
    }

    /// The last life ends politely.
    pub(super) async fn end(mut self) -> Vec<Life> {
        self.stop(How::Term, When::Working(Duration::ZERO)).await;
        self.lives
    }

    async fn stop(&mut self, how: How, when: When) {
        let open = self.born.open();
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
        let (acked, first_200) = (self.born.acked(), self.born.to_first_200());
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
        _ => When::Calling {
            endpoint: if rng.bool() { "reply" } else { "push" },
            carried_out: rng.bool(),
            open: 1,
        },
    }
}

/// The figures of all lives.
pub(super) fn table(lives: &[Life]) -> String {
    let polite = || lives.iter().filter(|life| life.how == How::Term);
    let cut = lives.iter().filter(|life| matches!(life.how, How::Cut(_))).count();
    let mut text = String::from("life | ended by | when | first 200 | acked | calls open | ending\n");
    for (number, Life { how, when, first_200, acked, open, ending }) in lives.iter().enumerate() {
        let first = first_200.map_or_else(|| "-".to_owned(), |it| format!("{} ms", it.as_millis()));
        let _ = writeln!(
            text,
            "{number} | {how:?} | {when} | {first} | {acked} | {open} | {} ms",
            ending.as_millis()
        );
    }
    let mut row = |name: &str, value: String| {
        let _ = writeln!(text, "{name:<44}{value}");
    };
    row("kills, of these in a polite stop", format!("{}, {cut}", lives.len() - polite().count()));
    row("polite stops", polite().count().to_string());
    row("calls open when a signal came", lives.iter().map(|life| life.open).sum::<usize>().to_string());
    row("restart to first 200, median and longest", spread(lives.iter().filter_map(|life| life.first_200)));
    row("SIGTERM to exit, median and longest", spread(polite().map(|life| life.ending)));
    text
}
