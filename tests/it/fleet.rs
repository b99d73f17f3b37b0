//! Many replicas on one PostgreSQL, as real processes behind a balancer: killed, paused past their leases, deployed one
//! after the other, their database restarted. Nothing acked is lost, nothing comes twice, every chat keeps its order
//! (P2, P3, P5, P6, P7, P9), and the tables agree with each other whenever one looks.
//!
//! The bot is the example `kitchensink`, as in the room of crashes. `FLEET_KILLS`, `FLEET_PAUSES` and `FLEET_RESTARTS`
//! say how often what happens, `FLEET_SEED` repeats the choices of an earlier run (not its timing).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod balancer;
mod blows;
mod books;
mod busy;
mod races;
mod replicas;
mod rolling;
mod together;
mod woken;

use std::time::Duration;

use balancer::Spread;
use blows::Blows;
use replicas::Fleet;

use crate::crash::load::Load;
use crate::crash::verdict::Case;
use crate::crash::{finish, line, number};
use crate::support::postgres::{Options, Server};

/// How long a chat whose replica died waits. Everything in flight is as short as this allows.
const LEASE: Duration = Duration::from_secs(3);

/// What a replica says whose handler was overtaken.
const LOST: &str = "the lease on this chat was lost while its event was handled";

/// What happens in a run that does not say.
const KILLS: u64 = 5;
const PAUSES: u64 = 1;
const RESTARTS: u64 = 1;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_pauses_and_restarts_of_the_database_lose_nothing_double_nothing_and_keep_the_order() {
    let Some(server) = Server::start(Options::default()).await else { return };
    let (kills, pauses) = (number("FLEET_KILLS").unwrap_or(KILLS), number("FLEET_PAUSES").unwrap_or(PAUSES));
    let restarts = number("FLEET_RESTARTS").unwrap_or(RESTARTS);
    let seed = number("FLEET_SEED").unwrap_or_else(|| fastrand::u64(..));
    println!("FLEET_SEED={seed} FLEET_KILLS={kills} FLEET_PAUSES={pauses} FLEET_RESTARTS={restarts}");
    let mut rng = fastrand::Rng::with_seed(seed);
    let sim = line().await;
    let lease = [("LEASE", &*format!("{}s", LEASE.as_secs()))];
    let mut fleet = Fleet::new(&server.url(), &sim, &lease, Spread::RoundRobin, &mut rng).await;
    fleet.start().await;
    let audit = fleet.books.audit();

    let load = Load::start(&sim, &mut rng);
    let plan = blows::plan(kills, pauses, restarts, &mut rng);
    let mut blows = Blows::new(&sim, &server, &mut fleet);
    for blow in plan {
        blows.strike(blow).await;
    }
    let told = blows.over().await;
    let chats = load.stop().await;
    finish::all_answered(&sim, &chats).await;
    let in_time = finish::deliver_again(&sim, &chats).await;
    fleet.books.settled().await;
    let (looks, unsound) = audit.end().await;
    fleet.stop().await;

    println!("{told}\n{looks} looks at the books, {} handlers cut for a lost lease", fleet.logged(LOST));
    let mut left = fleet.books.left().await;
    left.unsound.extend(unsound);
    assert!(looks > 0, "nobody looked at the books");
    let seed = format!("FLEET_SEED={seed}");
    let case = Case { sim: &sim, chats: &chats, left: &left, in_time, seed: &seed };
    case.judge(|| {
        format!("The logs are kept in {}. The last words:\n{}", fleet.replicas[0].site.keep(), fleet.log())
    });
}
