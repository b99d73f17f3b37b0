//! Chats with thousands of events starve nobody.

use line_bot_server::line::ChatId;
use line_bot_server::simulator::{Act, Parcel};

use super::balancer::Spread;
use super::replicas::Fleet;
use crate::crash::{PATIENCE, line};
use crate::support::postgres;

/// What waits in busy chats.
const BUSY: usize = 3_000;
/// More chats than a fleet has places where each replica handles one at a time, those included that are being settled.
const MANY: usize = 24;
/// Others, who say one thing each.
const OTHERS: usize = 30;

/// So many chats are busy. The others are all answered while these have handled at most a quarter of what waits there.
async fn others_are_answered_meanwhile(chats: usize, slots: &str) {
    let Some(server) = postgres::server() else { return };
    let (sim, mut rng) = (line().await, fastrand::Rng::new());
    let slots = [("HANDLER_CONCURRENCY", slots)];
    let mut fleet = Fleet::new(&server.url(), &sim, &slots, Spread::RoundRobin, &mut rng).await;
    fleet.start().await;

    let busy: Vec<_> = (0..chats).map(|n| sim.user(&format!("busy{n}"))).collect();
    for by in &busy {
        let say = |number| sim.compose(Act::say(by, format!("quote {number}"))).unwrap();
        sim.deliver(Parcel::of((0..BUSY / chats).map(say)));
    }
    let busy: Vec<_> = busy.into_iter().map(ChatId::from).collect();
    let begun = sim.wait_for(PATIENCE, |ledger| {
        ledger.acked().len() == BUSY && busy.iter().all(|busy| ledger.count_heard(busy) > 0)
    });
    begun.await.unwrap_or_else(|error| panic!("{error}:\n{}", fleet.log()));

    let others: Vec<_> = (0..OTHERS).map(|n| sim.user(&format!("other{n}"))).collect();
    others.iter().for_each(|other| drop(sim.say(other, "quote me").unwrap()));
    let mut meanwhile = 0;
    let others: Vec<_> = others.into_iter().map(ChatId::from).collect();
    let answered = sim.wait_for(PATIENCE, |ledger| {
        meanwhile = busy.iter().map(|busy| ledger.count_heard(busy)).sum();
        others.iter().all(|other| ledger.count_heard(other) == 1)
    });
    answered.await.unwrap_or_else(|error| panic!("{error}:\n{}", fleet.log()));
    println!("the busy chats had {meanwhile} of {BUSY} when the others were answered");
    assert!(meanwhile <= BUSY / 4, "the others waited for {meanwhile} events of busy chats");

    // The rest waits, in its order and once.
    fleet.stop().await;
    let mut rest = BUSY;
    for busy in busy {
        let heard: Vec<_> = sim.heard(busy).iter().map(|one| one.text().to_owned()).collect();
        let said: Vec<_> = (0..heard.len()).map(|number| number.to_string()).collect();
        assert_eq!(heard, said);
        rest -= heard.len();
    }
    let left = fleet.books.left().await;
    assert_eq!((left.pending, left.unsound), (rest as u64, Vec::new()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chat_with_thousands_of_events_starves_nobody() {
    others_are_answered_meanwhile(1, "64").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_do_more_such_chats_than_the_replicas_have_places() {
    others_are_answered_meanwhile(MANY, "1").await;
}
