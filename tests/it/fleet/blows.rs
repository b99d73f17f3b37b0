//! What happens to the fleet under load: replicas killed, replicas paused past their leases, the database restarted.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use line_bot_server::simulator::Simulator;

use super::LEASE;
use super::replicas::Fleet;
use crate::crash::moment::{Since, When};
use crate::support::postgres::{Server, Stop};

/// Calls that are open when something happens in the midst of them: each replica is likely to have one.
const OPEN: usize = 3;

#[derive(Clone, Copy, Debug)]
enum What {
    /// SIGKILL; it comes back so much later.
    Kill { down: Duration },
    /// SIGSTOP, and SIGCONT so much later.
    Pause { length: Duration },
    /// The database ends as in a crash, and starts again.
    Restart,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Blow {
    what: What,
    when: When,
    /// Decides whom it hits.
    lot: usize,
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kill { down } => write!(f, "killed, down for {down:?}"),
            Self::Pause { length } => write!(f, "paused for {length:?}"),
            Self::Restart => write!(f, "restarted (immediate)"),
        }
    }
}

/// How many of each, in some order.
pub(super) fn plan(kills: u64, pauses: u64, restarts: u64, rng: &mut fastrand::Rng) -> Vec<Blow> {
    let mut whats = Vec::new();
    whats.extend((0..kills).map(|_| What::Kill { down: Duration::from_millis(rng.u64(0..600)) }));
    whats.extend(
        (0..pauses).map(|_| What::Pause { length: LEASE + Duration::from_millis(rng.u64(200..1_500)) }),
    );
    whats.extend((0..restarts).map(|_| What::Restart));
    rng.shuffle(&mut whats);
    whats.into_iter().map(|what| Blow { what, when: when(what, rng), lot: rng.usize(..) }).collect()
}

fn when(what: What, rng: &mut fastrand::Rng) -> When {
    let (early, working) = match what {
        What::Kill { .. } => (2, 6),
        // Somebody who has nothing in hand misses nothing.
        What::Pause { .. } => (0, 2),
        What::Restart => (0, 5),
    };
    match rng.u8(0..10) {
        lot if lot < early => When::Early(Duration::from_millis(rng.u64(1..200))),
        lot if lot < working => When::Working(Duration::from_millis(rng.u64(0..600))),
        _ => {
            let endpoint = if rng.bool() { "reply" } else { "push" };
            When::Calling { endpoint, carried_out: rng.bool(), open: OPEN }
        }
    }
}

/// The fleet while all this happens to it.
pub(super) struct Blows<'a> {
    sim: &'a Arc<Simulator>,
    server: &'a Server,
    fleet: &'a mut Fleet,
    /// Who is paused, and until when.
    paused: Vec<(usize, Instant)>,
    /// Who was started last.
    youngest: usize,
    told: Vec<String>,
}

impl<'a> Blows<'a> {
    pub(super) fn new(sim: &'a Arc<Simulator>, server: &'a Server, fleet: &'a mut Fleet) -> Self {
        let told = vec!["blow | what | when | calls open | acked since the last".to_owned()];
        Self { sim, server, fleet, paused: Vec::new(), youngest: 0, told }
    }

    /// Waits for its moment, and strikes.
    pub(super) async fn strike(&mut self, Blow { what, when, lot }: Blow) {
        if let What::Restart = what {
            // Who finds no database at its start ends, and says so.
            for whom in self.all_awake() {
                self.fleet.replicas[whom].ready().await;
            }
        }
        let since = Since::now(self.sim);
        since.wait(when, || self.fleet.log()).await;
        self.wake_up();
        let (open, acked) = (since.open(), since.acked());
        let whom = match what {
            What::Kill { down } => {
                let whom = if let When::Early(_) = when {
                    self.awake_or(self.youngest, lot)
                } else {
                    self.awake(lot)
                };
                self.fleet.replicas[whom].bot().kill();
                tokio::time::sleep(down).await;
                self.fleet.replicas[whom].start();
                self.youngest = whom;
                whom.to_string()
            }
            What::Pause { length } => {
                // One at least goes on.
                if self.paused.len() + 1 >= self.fleet.replicas.len() {
                    self.wake_all().await;
                }
                let whom = self.awake(lot);
                self.fleet.replicas[whom].bot().pause();
                self.paused.push((whom, Instant::now() + length));
                whom.to_string()
            }
            What::Restart => {
                self.server.restart(Stop::Immediate).await;
                "database".to_owned()
            }
        };
        self.told.push(format!("{} | {whom} {what} | {when} | {open} | {acked}", self.told.len() - 1));
    }

    fn all_awake(&self) -> Vec<usize> {
        let paused = |whom: &usize| self.paused.iter().any(|(paused, _)| paused == whom);
        (0..self.fleet.replicas.len()).filter(|whom| !paused(whom)).collect()
    }

    /// Somebody who is not paused.
    fn awake(&self, lot: usize) -> usize {
        let awake = self.all_awake();
        awake[lot % awake.len()]
    }

    fn awake_or(&self, whom: usize, lot: usize) -> usize {
        if self.paused.iter().any(|(paused, _)| *paused == whom) { self.awake(lot) } else { whom }
    }

    /// Those whose time has come.
    fn wake_up(&mut self) {
        let now = Instant::now();
        let replicas = &mut self.fleet.replicas;
        self.paused.retain(|(whom, until)| {
            let sleeps = now < *until;
            if !sleeps {
                replicas[*whom].bot().wake();
            }
            sleeps
        });
    }

    /// Everybody, when their time has come.
    pub(super) async fn wake_all(&mut self) {
        while let Some(until) = self.paused.iter().map(|(_, until)| *until).max() {
            tokio::time::sleep_until(until.into()).await;
            self.wake_up();
        }
    }

    /// The last replica to be hit works again; returns what happened.
    pub(super) async fn over(mut self) -> String {
        self.wake_all().await;
        self.fleet.ready().await;
        Since::now(self.sim).first_200(|| self.fleet.log()).await;
        self.told.join("\n")
    }
}
