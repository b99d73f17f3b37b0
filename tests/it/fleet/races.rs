//! What two replicas do to one chat at the same moment, held still in the midst of a statement.

use std::sync::Arc;
use std::time::Duration;

use line_bot_server::clock::{Clock, Timestamp};
use line_bot_server::inbox::{Claimed, Claims, Filter, Inbox, InboxError, Outcome, SendResult, open};
use tokio::task::JoinHandle;
use tokio_postgres::{Client, NoTls};

use crate::inbox::rig::{LEASE, START, delivery, entry, event, message, push_note, unsend};
use crate::support::postgres::Fresh;

/// Two replicas, whose clocks stand still with the database's, and the test's own way to it.
struct Two {
    first: Arc<dyn Inbox>,
    second: Arc<dyn Inbox>,
    clock: Clock,
    client: Client,
    schema: String,
    /// An advisory lock of the test's own.
    lock: u32,
    fresh: Fresh,
}

impl Two {
    async fn new() -> Option<Self> {
        let fresh = Fresh::at(START, 1_000).await?;
        let (client, connection) = tokio_postgres::connect(&fresh.settings.url, NoTls).await.unwrap();
        tokio::spawn(connection);
        let second = open(&fresh.settings).await.unwrap();
        let schema = format!("\"{}\"", fresh.settings.postgres.schema);
        let clock = Clock::manual(Timestamp::from_millis(START));
        Some(Self {
            first: Arc::clone(&fresh.inbox),
            second,
            clock,
            client,
            schema,
            lock: fastrand::u32(1..1 << 31),
            fresh,
        })
    }

    async fn run(&self, statements: &str) {
        self.client
            .batch_execute(
                &statements
                    .replace("$S", &self.schema)
                    .replace("$L", &format!("pg_advisory_xact_lock({})", self.lock)),
            )
            .await
            .unwrap();
    }

    /// From now on somebody who comes to the lock waits.
    async fn hold(&self) {
        self.run("BEGIN; SELECT $L;").await;
    }

    /// Waits until somebody does.
    async fn somebody_is_held(&self) {
        let waiting = format!(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {} AND NOT granted",
            self.lock
        );
        let waits = async {
            while self.client.query_one(&waiting, &[]).await.unwrap().get::<_, i64>(0) == 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), waits).await.expect("somebody waits for the lock");
    }

    async fn let_go(&self) {
        self.run("COMMIT").await;
    }

    /// The next one who asks for the time has seen the database as it is, has locked nothing, and waits at the lock; to
    /// it the time is later than to all who come after.
    async fn hold_who_asks_for_the_time(&self, later: Duration) {
        let later = START + i64::try_from(later.as_millis()).unwrap();
        self.run(&format!(
            "CREATE SEQUENCE $S.asked;
             CREATE OR REPLACE FUNCTION $S.now_ms() RETURNS bigint LANGUAGE plpgsql VOLATILE AS
                'BEGIN IF nextval(''$S.asked'') = 1 THEN PERFORM $L; RETURN {later}; END IF; RETURN {START}; END'"
        ))
        .await;
        self.hold().await;
    }

    /// Whoever does that to a row of that table, where the condition holds, waits at the lock.
    async fn hold_who(&self, does: &str, table: &str, condition: &str) {
        self.run(&format!(
            "CREATE FUNCTION $S.hold() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN PERFORM $L; IF TG_OP = ''DELETE'' THEN RETURN OLD; END IF; RETURN NEW; END';
             CREATE TRIGGER hold BEFORE {does} ON $S.{table} FOR EACH ROW WHEN ({condition})
                EXECUTE FUNCTION $S.hold();"
        ))
        .await;
        self.hold().await;
    }

    /// An event in hand that has sent something, whose result is taken in this very moment.
    async fn sent(&self) -> Claimed {
        let now = self.clock.now();
        self.first.accept(delivery(vec![event("U1", "e1")]), now).await.unwrap();
        let claimed = self.claimed(&self.first).await.unwrap();
        self.first.note(&claimed.lease, vec![push_note("#0", 7)], now).await.unwrap();
        let taken = SendResult::Accepted { request_id: None, sent: Vec::new() };
        self.first.result(&claimed.lease, entry("#0"), taken).await.unwrap();
        claimed
    }

    async fn claimed(&self, by: &Arc<dyn Inbox>) -> Option<Claimed> {
        let mut claims = by.claim(1, LEASE, self.clock.now()).await.unwrap();
        claims.chats.pop()
    }

    /// A claim of the second that has begun and is held in its midst.
    async fn claim_is_held(&self) -> JoinHandle<Result<Claims, InboxError>> {
        let (second, now) = (Arc::clone(&self.second), self.clock.now());
        let late = tokio::spawn(async move { second.claim(1, LEASE, now).await });
        self.somebody_is_held().await;
        late
    }

    /// Lets that claim go on: it finds nothing, and the next one what is left.
    async fn brings_nothing_but_leaves_e2(&self, late: JoinHandle<Result<Claims, InboxError>>) {
        self.let_go().await;
        let late = late.await.unwrap().unwrap();
        assert!(late.chats.is_empty(), "{:?}", late.chats);
        assert_eq!(self.claimed(&self.second).await.unwrap().event.id.as_str(), "e2");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_has_handled_since_a_claim_began_is_not_handed_out_again() {
    let Some(two) = Two::new().await else { return };
    let now = two.clock.now();
    two.first.accept(delivery(vec![event("U1", "e1"), event("U1", "e2")]), now).await.unwrap();
    two.hold_who_asks_for_the_time(Duration::ZERO).await;
    let late = two.claim_is_held().await;

    let claimed = two.claimed(&two.first).await.unwrap();
    assert_eq!(claimed.event.id.as_str(), "e1");
    two.first.settle(&claimed.lease, Outcome::Done, now).await.unwrap();
    two.brings_nothing_but_leaves_e2(late).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_was_in_hand_stays_in_front_of_one_that_came_before_and_was_committed_after() {
    let Some(two) = Two::new().await else { return };
    let now = two.clock.now();
    two.hold_who("INSERT", "event", "NEW.id = 'slow'").await;
    let second = Arc::clone(&two.second);
    let slow = tokio::spawn(async move { second.accept(delivery(vec![event("U1", "slow")]), now).await });
    two.somebody_is_held().await;

    two.first.accept(delivery(vec![event("U1", "quick")]), now).await.unwrap();
    let quick = two.claimed(&two.first).await.unwrap();
    assert_eq!((quick.event.id.as_str(), quick.attempt), ("quick", 1));
    two.first.note(&quick.lease, vec![push_note("#0", 7)], now).await.unwrap();
    let taken = SendResult::Accepted { request_id: None, sent: Vec::new() };
    two.first.result(&quick.lease, entry("#0"), taken).await.unwrap();
    two.let_go().await;
    slow.await.unwrap().unwrap();
    let again = Outcome::Retry { at: now.wall, error: "once more".into() };
    two.first.settle(&quick.lease, again, now).await.unwrap();

    // What it has sent is known, and its attempts are counted.
    let quick = two.claimed(&two.second).await.unwrap();
    assert_eq!((quick.event.id.as_str(), quick.attempt, quick.failures), ("quick", 2, 1));
    assert_eq!(quick.journal.len(), 1);
    two.second.settle(&quick.lease, Outcome::Done, now).await.unwrap();
    let slow = two.claimed(&two.first).await.unwrap();
    assert_eq!((slow.event.id.as_str(), slow.attempt), ("slow", 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_handled_at_the_very_end_of_its_lease_is_not_handed_out_again() {
    let Some(two) = Two::new().await else { return };
    let now = two.clock.now();
    two.first.accept(delivery(vec![event("U1", "e1"), event("U1", "e2")]), now).await.unwrap();
    let claimed = two.claimed(&two.first).await.unwrap();
    // To the claim the lease is over, to the settle, which began before and ends before the claim goes on, it is not.
    two.hold_who_asks_for_the_time(LEASE).await;
    let late = two.claim_is_held().await;

    two.first.settle(&claimed.lease, Outcome::Done, now).await.unwrap();
    two.brings_nothing_but_leaves_e2(late).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_discarded_since_a_claim_began_is_not_handed_out() {
    let Some(two) = Two::new().await else { return };
    let now = two.clock.now();
    two.first.accept(delivery(vec![event("U1", "e1"), event("U1", "e2")]), now).await.unwrap();
    two.hold_who_asks_for_the_time(Duration::ZERO).await;
    let late = two.claim_is_held().await;

    let one = Filter { id: Some("e1".into()), ..Filter::default() };
    assert_eq!(two.first.discard(one, now).await.unwrap(), 1);
    two.brings_nothing_but_leaves_e2(late).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_not_handed_out_once_its_unsend_is_on_its_way_in() {
    let Some(two) = Two::new().await else { return };
    let now = two.clock.now();
    two.first.accept(delivery(vec![message("U1", "e1", "m1")]), now).await.unwrap();
    two.hold_who("INSERT", "event", "NEW.id = 'u1'").await;
    let second = Arc::clone(&two.second);
    let taken =
        tokio::spawn(async move { second.accept(delivery(vec![unsend("U1", "u1", "m1")]), now).await });
    two.somebody_is_held().await;

    assert!(two.claimed(&two.first).await.is_none());
    two.let_go().await;
    taken.await.unwrap().unwrap();
    assert_eq!(two.claimed(&two.first).await.unwrap().event.id.as_str(), "u1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_known_of_a_send_outlives_a_settle_that_failed() {
    let Some(two) = Two::new().await else { return };
    two.run(
        "CREATE FUNCTION $S.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END';
         CREATE TRIGGER refuse BEFORE DELETE ON $S.event FOR EACH ROW EXECUTE FUNCTION $S.refuse();",
    )
    .await;
    let claimed = two.sent().await;
    let settled = two.first.settle(&claimed.lease, Outcome::Done, two.clock.now()).await;
    assert!(matches!(settled, Err(InboxError::Unavailable(_))), "{settled:?}");
    two.run("DROP TRIGGER refuse ON $S.event").await;

    two.clock.advance(LEASE);
    two.fresh.clock.set(two.clock.now().wall.as_millis()).await;
    let again = two.claimed(&two.first).await.unwrap();
    assert!(again.journal[0].result.is_some(), "{:?}", again.journal);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_known_of_a_send_outlives_a_close_in_the_midst_of_its_settle() {
    let Some(two) = Two::new().await else { return };
    two.hold_who("DELETE", "event", "true").await;
    let claimed = two.sent().await;
    let (first, now) = (Arc::clone(&two.first), two.clock.now());
    let settled = tokio::spawn(async move { first.settle(&claimed.lease, Outcome::Done, now).await });
    two.somebody_is_held().await;

    two.first.close().await.unwrap();
    let settled = settled.await.unwrap();
    assert!(matches!(settled, Err(InboxError::Unavailable(_))), "{settled:?}");
    two.let_go().await;
    let again = two.claimed(&two.second).await.unwrap();
    assert!(again.journal[0].result.is_some(), "{:?}", again.journal);
}
