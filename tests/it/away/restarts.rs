//! PostgreSQL is stopped and started again under traffic.

use std::time::Duration;

use line_bot_server::bot::QuoteBot;
use line_bot_server::line::UserId;

use super::scene::{Scene, lines, readiness, ready};
use crate::support::Logged;
use crate::support::postgres::{Options, Server, Stop};

/// Things each person says in a row, before, during and after.
const WORDS: [&str; 6] = ["one", "two", "three", "four", "five", "six"];

async fn restarted_under_traffic(how: Stop) {
    let Some(server) = Server::start(Options::default()).await else { return };
    let log = Logged::at_debug();
    let scene = Scene::new().await;
    let users: Vec<UserId> = (0..8).map(|n| scene.stage.sim.user(&format!("user{n}"))).collect();
    let a = scene.start(&server.url(), QuoteBot).await;
    let b = scene.start(&server.url(), QuoteBot).await;
    let say = |words: &[&str]| {
        for word in words {
            for user in &users {
                scene.stage.sim.say(user, *word).unwrap();
            }
        }
    };
    say(&WORDS[..3]);
    // In the middle of it.
    scene.stage.acked(8).await;
    let since = scene.stage.sim.deliveries().len();
    server.stop(how).await;
    say(&WORDS[3..5]);
    scene.refuses(since).await;
    assert_eq!((readiness(&a).await, readiness(&b).await), (503, 503));
    let event = scene.said(&users[0], "never mind");
    scene.is_refused(&a, &event).await;
    // Long enough that every chat was refused many times.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let during = log.text();
    server.start_again().await;
    say(&WORDS[5..]);
    scene.stage.acked(8 * WORDS.len()).await;
    ready(&a).await;
    ready(&b).await;
    let expected: Vec<_> = users.iter().map(|user| (user, &WORDS[..])).collect();
    scene.was_heard(&server, &expected).await;
    scene.answered_in_time();
    a.stop_now().await;
    b.stop_now().await;

    let refused = scene.stage.sim.deliveries().iter().filter(|one| !one.outcome.acked()).count();
    let errors = lines(&during, "ERROR");
    assert!(refused > 50, "{refused}");
    // Each of two servers: what its webhooks, its worker, its probe and its sweep have met.
    assert!(errors.len() <= 10, "{} for {refused} refusals: {errors:#?}", errors.len());
}

#[tokio::test]
async fn nothing_acked_is_lost_and_nothing_doubled_when_postgresql_restarts() {
    restarted_under_traffic(Stop::Fast).await;
}

#[tokio::test]
async fn nothing_acked_is_lost_and_nothing_doubled_when_postgresql_crashes() {
    restarted_under_traffic(Stop::Immediate).await;
}
