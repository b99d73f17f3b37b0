//! Crashes of the real process: killed and stopped at random moments under load, on one SQLite file, with a LINE that
//! redelivers what was not answered with 200. Nothing acked is lost, nothing comes twice, every chat keeps its order
//! (P2, P3, P5, P6, P7), and a polite stop ends with exit code 0 (P9).
//!
//! The bot is the example `kitchensink`, which a whole `cargo test` builds; a narrower one needs
//! `cargo build --example kitchensink` first. `CRASH_KILLS` says how often it is killed, `CRASH_SEED` repeats the
//! choices of an earlier run (not its timing).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

pub(crate) mod bot;
pub(crate) mod finish;
mod left;
pub(crate) mod load;
pub(crate) mod moment;
mod stops;
pub(crate) mod verdict;

use std::sync::Arc;
use std::time::Duration;

use line_bot_server::simulator::{Redelivery, Settings, Simulator};

use bot::Site;
use load::Load;
use stops::Stops;
use verdict::Case;

/// Kills of a run that does not say.
const KILLS: u32 = 5;
/// Only ever reached by a test that fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A LINE that redelivers until it is answered with 200.
pub(crate) async fn line() -> Arc<Simulator> {
    let redelivery = Redelivery::UntilAcked { every: Duration::from_millis(30) };
    Arc::new(Simulator::start(Settings { redelivery, ..Settings::default() }).await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_and_stops_under_load_lose_nothing_double_nothing_and_keep_the_order_of_each_chat() {
    let kills = number("CRASH_KILLS").map_or(KILLS, |kills| u32::try_from(kills).unwrap());
    let seed = number("CRASH_SEED").unwrap_or_else(|| fastrand::u64(..));
    println!("CRASH_SEED={seed} CRASH_KILLS={kills}");
    let mut rng = fastrand::Rng::with_seed(seed);
    let sim = line().await;
    let site = Site::new(&sim, &mut rng);

    let load = Load::start(&sim, &mut rng);
    let mut stops = Stops::new(&sim, &site, rng);
    for stop in stops.plan(kills) {
        stops.live_until(stop).await;
    }
    stops.settle_in().await;
    let chats = load.stop().await;
    finish::all_answered(&sim, &chats).await;
    let in_time = finish::deliver_again(&sim, &chats).await;
    let lives = stops.end().await;
    println!("{}", stops::table(&lives));
    let left = left::of(&site);
    let case = Case { sim: &sim, chats: &chats, left: &left, in_time, seed: &format!("CRASH_SEED={seed}") };
    case.judge(|| {
        format!("The inbox and the logs are kept in {}. The last words:\n{}", site.keep(), site.log())
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_server_on_one_file_refuses_to_start_until_the_first_was_killed() {
    let sim = line().await;
    let mut rng = fastrand::Rng::new();
    let site = Site::new(&sim, &mut rng);
    let mut first = site.start();
    sim.point_at(site.url());
    let user = sim.user("Alice");
    sim.say(&user, "quote one").unwrap();
    sim.wait_for(PATIENCE, |ledger| ledger.all_heard().len() == 1)
        .await
        .unwrap_or_else(|error| panic!("{error}:\n{}", site.log()));

    let neighbour = site.on_another_port(&mut rng);
    let (code, log) = neighbour.start().ended().await;
    assert_eq!(code, Some(1), "{log}");
    assert!(log.contains("another server is using it"), "{log}");
    assert!(log.contains(site.inbox_url()), "the file is named: {log}");

    first.kill();
    let _second = neighbour.start();
    sim.point_at(neighbour.url());
    sim.say(&user, "quote two").unwrap();
    sim.wait_for(PATIENCE, |ledger| ledger.all_heard().len() == 2)
        .await
        .unwrap_or_else(|error| panic!("{error}:\n{}", neighbour.log()));
}

#[expect(clippy::disallowed_methods, reason = "a knob of this test, not of the server")]
pub(crate) fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is a number, not {text:?}")))
}
