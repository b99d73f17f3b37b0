//! The same event at all replicas at the same instant.

use line_bot_server::line::ChatId;
use line_bot_server::simulator::{Act, Parcel};

use super::balancer::Spread;
use super::replicas::{Fleet, REPLICAS};
use crate::crash::{PATIENCE, line};
use crate::support::postgres;

const EVENTS: usize = 1_000;
const PEOPLE: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_event_at_all_replicas_at_the_same_instant_is_handled_once() {
    let Some(server) = postgres::server() else { return };
    let (sim, mut rng) = (line().await, fastrand::Rng::new());
    let mut fleet = Fleet::new(&server.url(), &sim, &[], Spread::All, &mut rng).await;
    fleet.start().await;

    let people: Vec<_> = (0..PEOPLE).map(|n| sim.user(&format!("person{n}"))).collect();
    for (number, by) in (0..EVENTS).zip(people.iter().cycle()) {
        let event = sim.compose(Act::say(by, format!("quote {number}"))).unwrap();
        sim.deliver(Parcel::of([event]));
    }
    let all =
        sim.wait_for(PATIENCE, |ledger| ledger.acked().len() == EVENTS && ledger.all_heard().len() >= EVENTS);
    all.await.unwrap_or_else(|error| panic!("{error}:\n{}", fleet.log()));
    fleet.books.settled().await;
    fleet.stop().await;

    let handed_over = fleet.balancer.taken();
    assert!(
        handed_over.iter().all(|taken| *taken >= EVENTS),
        "every replica has taken each: {handed_over:?}"
    );
    assert_eq!(handed_over.len(), REPLICAS);
    let calls = sim.ledger(|ledger| ledger.calls().len());
    assert_eq!(calls, EVENTS, "one answer each, and nobody tried another");
    for (n, by) in people.iter().enumerate() {
        let heard: Vec<_> =
            sim.heard(ChatId::from(by.clone())).iter().map(|one| one.text().to_owned()).collect();
        let said: Vec<_> = (n..EVENTS).step_by(PEOPLE).map(|number| number.to_string()).collect();
        assert_eq!(heard, said, "what person{n} has heard");
    }
    let left = fleet.books.left().await;
    assert_eq!((left.remembered, left.pending), (EVENTS as u64, 0));
    assert!(left.unsound.is_empty() && left.events.is_empty(), "{:?} {:?}", left.unsound, left.parked);
}
