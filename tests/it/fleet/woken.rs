//! A holder that was overtaken: it neither settles, nor journals, nor begins a send.

use std::sync::Arc;
use std::time::Duration;

use line_bot_server::clock::Clock;
use line_bot_server::line::ChatId;
use line_bot_server::simulator::{Fault, Harm, Simulator};

use super::balancer::Spread;
use super::replicas::Fleet;
use crate::crash::{PATIENCE, line};
use crate::support::postgres::{self, DatabaseClock};
use crate::support::until;

/// So long that nobody renews it meanwhile; the clock of the database jumps by more.
const LONG: Duration = Duration::from_secs(600);

/// How a replica tells that its lease is over: a handler was cut, or its outcome was refused.
const OVER: [&str; 3] = [
    super::LOST,
    "the lease was over before the event could be settled",
    "the lease ended before the event could be settled",
];

/// Says something of which a send comes. That is carried out, and answered late: its sender is then before its next
/// step. Returns when LINE has it; nobody else may be at work.
async fn caught(fleet: &Fleet, sim: &Simulator, endpoint: &str, begin: impl AsyncFnOnce()) {
    let before = sim.calls_to(endpoint).len();
    sim.fault(Fault::on(endpoint, Harm::Delay(Duration::from_secs(1))).after_doing());
    begin().await;
    let sent = sim.wait_for(PATIENCE, |ledger| {
        let call = ledger.calls_to(endpoint).nth(before);
        let key = call.and_then(|call| call.retry_key.as_deref().or(call.body["replyToken"].as_str()));
        key.is_some_and(|key| ledger.effects(key) > 0)
    });
    sent.await.unwrap_or_else(|error| panic!("no {endpoint}, {error}:\n{}", fleet.log()));
}

async fn is_over(fleet: &Fleet, whom: usize) {
    let site = &fleet.replicas[whom].site;
    let over = || OVER.iter().any(|over| site.whole_log().contains(over));
    until("a lease that is over", over).await;
}

async fn fleet_of(sim: &Arc<Simulator>, database: &str, lease: Duration) -> Fleet {
    let lease = format!("{}s", lease.as_secs());
    let variables = [("LEASE", &*lease), ("RUST_LOG", "line_bot_server=debug,info")];
    Fleet::new(database, sim, &variables, Spread::RoundRobin, &mut fastrand::Rng::new()).await
}

fn texts(sim: &Simulator, chat: &ChatId) -> Vec<String> {
    sim.heard(chat.clone()).iter().map(|one| one.text().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_slept_past_its_lease_begins_no_send_when_it_wakes() {
    let Some(server) = postgres::server() else { return };
    let sim = line().await;
    let mut fleet = fleet_of(&sim, &server.url(), super::LEASE).await;
    let alice = sim.user("Alice");
    let chat = ChatId::from(alice.clone());

    fleet.replicas[0].start();
    fleet.replicas[0].ready().await;
    caught(&fleet, &sim, "reply", async || drop(sim.say(&alice, "push hello").unwrap())).await;
    fleet.replicas[0].bot().pause();

    fleet.replicas[1].start();
    let done = sim.wait_for(PATIENCE, |ledger| ledger.count_heard(&chat) == 2);
    done.await.unwrap_or_else(|error| panic!("nobody took over, {error}:\n{}", fleet.log()));
    fleet.books.settled().await;
    fleet.replicas[0].bot().wake();
    is_over(&fleet, 0).await;

    // It goes on as if nothing had been.
    fleet.replicas[1].stop().await;
    sim.say(&alice, "quote me").unwrap();
    let answered = sim.wait_for(PATIENCE, |ledger| ledger.count_heard(&chat) == 3);
    answered.await.unwrap_or_else(|error| panic!("{error}:\n{}", fleet.log()));
    fleet.replicas[0].stop().await;
    assert_eq!(texts(&sim, &chat), ["ok", "hello", "me"]);
    assert_eq!(sim.calls_to("push").len(), 1, "its second send never left");
    let left = fleet.books.left().await;
    assert_eq!((left.pending, left.remembered, left.unsound), (0, 2, Vec::new()));
}

/// A replica is overtaken without noticing: its own clock says that its lease lasts, the database's says no. Returns how
/// many pushes LINE was asked for.
async fn overtaken(text: &str, heard: &[&str]) -> Option<usize> {
    let server = postgres::server()?;
    let sim = line().await;
    let mut fleet = fleet_of(&sim, &server.url(), LONG).await;
    let alice = sim.user("Alice");
    let chat = ChatId::from(alice.clone());
    let client = fleet.books.client().await;
    let row = fleet.books.sql(
        "SELECT concat(fence, ' of ', holder), concat(count, ' events, ', held), \
         (SELECT count(*) FROM $S.journal) FROM $S.lane",
    );

    fleet.replicas[0].start();
    fleet.replicas[0].ready().await;
    caught(&fleet, &sim, "push", async || drop(sim.say(&alice, text).unwrap())).await;
    sim.say(&alice, "burst 1").unwrap();
    let behind = sim.wait_for(PATIENCE, |ledger| ledger.acked().len() == 2);
    behind.await.unwrap_or_else(|error| panic!("{error}:\n{}", fleet.log()));
    fleet.replicas[0].bot().pause();
    let first: String = client.query_one(&row, &[]).await.unwrap().get(0);

    // The second takes over, and comes no further than the first has come.
    fleet.replicas[1].start();
    fleet.replicas[1].ready().await;
    let jump = Clock::system().now().wall.after(LONG * 2).as_millis();
    let mut clock = None;
    caught(&fleet, &sim, "push", async || {
        clock = Some(DatabaseClock::stop(server, &fleet.schema, jump).await);
    })
    .await;
    fleet.replicas[1].bot().pause();

    fleet.replicas[0].bot().wake();
    is_over(&fleet, 0).await;
    let now = client.query_one(&row, &[]).await.unwrap();
    assert_ne!(now.get::<_, String>(0), first, "another has it");
    assert_eq!(now.get::<_, String>(1), "2 events, t", "and has it still");
    assert_eq!(now.get::<_, i64>(2), 1, "nothing was noted but the one push");
    assert_eq!(sim.calls_to("push").len(), 2, "nothing was sent but that, by each");

    fleet.replicas[1].bot().wake();
    let all = sim.wait_for(PATIENCE, |ledger| ledger.count_heard(&chat) >= heard.len());
    all.await.unwrap_or_else(|error| panic!("{error}:\n{}", fleet.log()));
    fleet.replicas[0].stop().await;
    fleet.replicas[1].stop().await;
    assert_eq!(texts(&sim, &chat), heard);
    let left = fleet.books.left().await;
    assert_eq!((left.pending, left.remembered, left.unsound), (0, 2, Vec::new()));
    Some(sim.calls_to("push").len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_overtaken_replica_journals_nothing_and_sends_nothing() {
    let Some(pushes) = overtaken("burst 2", &["1", "2", "1"]).await else { return };
    assert_eq!(pushes, 4, "one of them twice, by each holder");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_overtaken_replica_does_not_settle() {
    let Some(pushes) = overtaken("burst 1", &["1", "1"]).await else { return };
    assert_eq!(pushes, 3, "one of them twice, by each holder");
}
