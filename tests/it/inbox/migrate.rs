//! Moving a file's inbox into a database: nothing lost, nothing doubled, wherever it was interrupted.

use std::time::Duration;

use line_bot_server::inbox::*;
use line_bot_server::line::response::SentMessage;
use line_bot_server::line::{Channel, ChatId, GroupId, RawEvent};

use super::rig::*;
use crate::support::postgres::{self, Options, Proxy, Server};

/// An empty schema; `None` where PostgreSQL is not installed.
fn target() -> Option<Settings> {
    postgres::server().map(|server| schema_at(server.url()))
}

fn schema_at(url: String) -> Settings {
    let mut settings = Settings::new(url, 100_000);
    settings.postgres.schema = postgres::schema();
    settings
}

const ENDED: usize = 20;

/// A file with one of everything, whose server has crashed.
async fn source() -> Rig {
    let rig = Rig::sqlite().await;
    let ended: Vec<String> =
        (0..ENDED as u128).map(|n| if n % 2 == 0 { ulid(START, n) } else { format!("ended{n}") }).collect();
    rig.accept(ended.iter().map(|id| event("", id)).collect()).await;
    rig.drain().await;
    rig.accept(vec![message("p", "parked", "m1"), event("l", "later"), event("h", "held")]).await;
    let claimed = rig.claim(3).await;
    for (n, claimed) in claimed.iter().enumerate() {
        rig.inbox
            .note(&claimed.lease, vec![push_note("#0", n as u8), push_note("=r", 9)], rig.now())
            .await
            .unwrap();
    }
    let sent: SentMessage = serde_json::from_str(r#"{"id":"4612","quoteToken":"q"}"#).unwrap();
    let accepted = SendResult::Accepted { request_id: Some("req-1".into()), sent: vec![sent] };
    rig.inbox.result(&claimed[1].lease, entry("#0"), accepted).await.unwrap();
    rig.advance(Duration::from_secs(1)).await;
    let why = Parked { reason: ParkReason::Refused, detail: "zero\0 in it".into() };
    rig.settle(&claimed[0], Outcome::Park(why)).await;
    rig.retry_in(&claimed[1], Duration::from_secs(60)).await;

    let group = RawEvent {
        chat: Some(ChatId::Group(GroupId::from("C1"))),
        redelivery: true,
        timestamp: None,
        ..event("", &ulid(START, 1000))
    };
    rig.accept(vec![event("l", "l2"), event("a", "a1"), event("a", "a2"), group, event("", "alone")]).await;
    rig.accept(vec![event("a", "a3"), unsend("a", "u", "gone")]).await;
    let elsewhere = Delivery { channel: "shop".into(), ..delivery(vec![event("a", "a1")]) };
    rig.inbox.accept(elsewhere, rig.now()).await.unwrap();
    // It is dead with its claim in hand, then starts and ends once more without having claimed anything.
    rig.crash().await
}

const WAITING: u64 = 10;
const ALL: u64 = ENDED as u64 + WAITING + 1;

/// Everything that operators can see, in order.
fn contents(settings: &Settings) -> Vec<String> {
    let operator = operator(settings).unwrap();
    let all = operator.list(&Filter::default()).unwrap();
    let told = |listed: &Listed| {
        let shown = operator.show(&listed.channel, &listed.id).unwrap().unwrap();
        format!("{shown:?} {}", String::from_utf8_lossy(&shown.json)).replace("\\0", "\u{fffd}")
    };
    all.iter().map(told).collect()
}

fn move_with(rig: &Rig, to: &Settings, pace: Pace) -> Result<Tally, InboxError> {
    migrate(&Migration { from: &rig.url, to, pace }, |_| ())
}

fn move_all(rig: &Rig, to: &Settings) -> Tally {
    move_with(rig, to, Pace::default()).unwrap()
}

/// Everything is there once: as it was listed, in its order, and its ids.
async fn assert_moved(rig: &Rig, to: &Settings) {
    assert_eq!(by_chat(contents(to)), by_chat(contents(&Settings::new(&*rig.url, 1))));
    let target = open(to).await.unwrap();
    assert_eq!(target.counts(rig.now()).await.unwrap().remembered, ALL);
    let again = |events| target.accept(delivery(events), rig.now());
    let ended = [event("", &ulid(START, 0)), event("", "ended1"), event("p", "parked")];
    assert_eq!(again(ended.into()).await.unwrap().events, [Acceptance::Duplicate; 3]);
    assert_eq!(again(vec![message("b", "b1", "gone")]).await.unwrap().events, [Acceptance::Unsent]);
    let mut order = Vec::new();
    loop {
        let mut claims = target.claim(1, LEASE, rig.now()).await.unwrap();
        let Some(claimed) = claims.chats.pop() else { break };
        let Claimed { event, attempt, failures, journal, .. } = claimed;
        let sends: Vec<_> = journal.iter().map(|sent| (&*sent.entry.key, sent.result.is_some())).collect();
        match event.id.as_str() {
            "held" => assert_eq!((attempt, failures, &*sends), (2, 0, &[("#0", false), ("=r", false)][..])),
            "later" => assert_eq!((attempt, failures, &*sends), (2, 1, &[("#0", true), ("=r", false)][..])),
            _ => assert_eq!((attempt, failures, sends.len()), (1, 0, 0)),
        }
        order.push(format!("{} {}", event.channel, event.id));
        target.settle(&claimed.lease, Outcome::Done, rig.now()).await.unwrap();
    }
    assert_eq!(order.len() as u64, WAITING);
    let place = |id: &str| order.iter().position(|known| known == id).unwrap();
    assert!(
        place("default a1") < place("default a2") && place("default a2") < place("default a3"),
        "{order:?}"
    );
    assert!(place("default later") < place("default l2"), "{order:?}");
    // Nothing that was handled comes back.
    assert_eq!(move_all(rig, to).waiting.new, 0);
    let counts = target.counts(rig.now()).await.unwrap();
    assert_eq!((counts.pending, counts.parked.values().sum::<u64>()), (0, 1));
}

/// The parked and the waiting have an order each.
fn by_chat(mut contents: Vec<String>) -> Vec<String> {
    contents.sort_by_key(|told| told.contains("state: Parked"));
    contents
}

#[tokio::test]
async fn everything_is_moved_as_it_was() {
    let (rig, Some(to)) = (source().await, target()) else { return };
    rig.inbox.close().await.unwrap();
    let tally = move_all(&rig, &to);
    let moved = |of| Moved { of, seen: of, new: of };
    assert_eq!((tally.waiting, tally.parked, tally.unsent), (moved(WAITING), moved(1), moved(1)));
    assert_eq!(tally.ids, Moved { of: ALL, seen: ALL, new: ENDED as u64 });
    assert!(tally.complete);
    assert_moved(&rig, &to).await;
}

#[tokio::test]
async fn what_was_in_hand_when_its_server_died_waits_with_that_attempt() {
    let Some(to) = target() else { return };
    let rig = Rig::sqlite().await;
    rig.accept(vec![event("a", "1")]).await;
    rig.claim_one().await;
    let Rig { inbox, dir, .. } = &rig;
    // As it is on the disk at this moment: copied, for here the server lives on.
    let copy = dir.as_ref().unwrap().path().join("copy.db");
    operator(&Settings::new(&*rig.url, 1)).unwrap().backup(&copy).unwrap();
    let from = format!("sqlite://{}", copy.display());
    migrate(&Migration { from: &from, to: &to, pace: Pace::default() }, |_| ()).unwrap();
    let listed = operator(&to).unwrap().list(&Filter::default()).unwrap();
    assert_eq!((listed[0].state, listed[0].attempts), (State::Waiting, 1));
    let claimed = open(&to).await.unwrap().claim(1, LEASE, rig.now()).await.unwrap().chats;
    assert_eq!((claimed[0].attempt, claimed[0].failures), (2, 0));
    inbox.close().await.unwrap();
}

#[tokio::test]
async fn repeated_it_moves_nothing_twice_and_what_came_since() {
    let (rig, Some(to)) = (source().await, target()) else { return };
    rig.inbox.close().await.unwrap();
    let first = move_all(&rig, &to);
    let before = contents(&to);
    let again = move_all(&rig, &to);
    assert_eq!((again.waiting.new, again.parked.new, again.ids.new, again.unsent.new), (0, 0, 0, 0));
    assert_eq!(again.waiting.seen, first.waiting.seen);
    assert_eq!(contents(&to), before);

    let rig = rig.crash().await;
    rig.accept(vec![event("a", "a4")]).await;
    rig.inbox.close().await.unwrap();
    assert_eq!(move_all(&rig, &to).waiting.new, 1);
    let listed = operator(&to).unwrap().list(&Filter::default()).unwrap();
    assert_eq!(listed.last().unwrap().id.as_str(), "a4");
    assert_eq!(listed.len(), before.len() + 1);
}

#[tokio::test]
async fn ended_after_any_piece_it_can_be_repeated() {
    let (rig, Some(to)) = (source().await, target()) else { return };
    rig.inbox.close().await.unwrap();
    let mut new = 0;
    for pieces in 0.. {
        let tally = move_with(&rig, &to, Pace { piece: 2, pieces }).unwrap();
        new += tally.waiting.new + tally.parked.new + tally.ids.new;
        if tally.complete {
            assert!(pieces > 5, "it was interrupted: {pieces}");
            break;
        }
    }
    assert_eq!(new, ALL);
    assert_moved(&rig, &to).await;
}

#[tokio::test]
async fn cut_off_from_the_database_it_says_so_and_can_be_repeated() {
    let rig = source().await;
    let Some(server) = Server::start(Options::default()).await else { return };
    rig.inbox.close().await.unwrap();
    let proxy = Proxy::to(&server).await;
    let mut to = schema_at(proxy.url());
    to.postgres.timeout = Duration::from_millis(500);
    let runtime = tokio::runtime::Handle::current();
    let (from, settings) = (rig.url.clone(), to.clone());
    let (failed, proxy) = tokio::task::spawn_blocking(move || {
        let pace = Pace { piece: 2, ..Pace::default() };
        let cut = |tally: &Tally| {
            if tally.waiting.seen == 4 {
                runtime.block_on(proxy.cut());
            }
        };
        let failed = migrate(&Migration { from: &from, to: &settings, pace }, cut);
        (failed, proxy)
    })
    .await
    .unwrap();
    let said = failed.unwrap_err().to_string();
    assert!(said.contains("unavailable") && !said.contains("secret"), "{said}");
    proxy.heal().await;
    let to = Settings { url: server.url(), ..to };
    assert_eq!(contents(&to).len(), 4);
    let tally = tokio::task::spawn_blocking({
        let (from, to) = (rig.url.clone(), to.clone());
        move || migrate(&Migration { from: &from, to: &to, pace: Pace::default() }, |_| ()).unwrap()
    });
    assert_eq!(tally.await.unwrap().waiting.new, WAITING - 4);
    assert_moved(&rig, &to).await;
}

#[tokio::test]
async fn a_file_with_a_server_is_not_moved() {
    let (rig, Some(to)) = (Rig::sqlite().await, target()) else { return };
    let said = move_with(&rig, &to, Pace::default()).unwrap_err().to_string();
    assert!(said.contains("a server is using it") && said.contains("stop it first"), "{said}");
}

#[tokio::test]
async fn only_a_file_goes_into_a_database() {
    let Some(to) = target() else { return };
    let file = Settings::new("sqlite:///nowhere/inbox.db", 1);
    let refused = |from: &str, to: &Settings| {
        migrate(&Migration { from, to, pace: Pace::default() }, |_| ()).unwrap_err().to_string()
    };
    assert!(refused("memory://", &to).contains("out of a sqlite:// file"));
    assert!(refused(&to.url, &to).contains("out of a sqlite:// file"));
    assert!(refused(&file.url, &file).contains("into a postgres:// database"));
    assert!(refused(&file.url, &to).contains("there is no file"));
}

#[tokio::test]
async fn a_message_that_was_unsent_at_the_target_is_not_brought_back() {
    let Some(to) = target() else { return };
    let rig = Rig::sqlite().await;
    rig.accept(vec![message("a", "1", "m1"), message("b", "2", "m1")]).await;
    let claimed = rig.claim_one().await;
    let why = Parked { reason: ParkReason::Permanent, detail: "it said secret".into() };
    rig.settle(&claimed, Outcome::Park(why)).await;
    rig.inbox.close().await.unwrap();
    let target = open(&to).await.unwrap();
    target.accept(delivery(vec![unsend("a", "3", "m1")]), rig.now()).await.unwrap();
    move_all(&rig, &to);
    let shown = target.show(&Channel::from("default"), &"1".into()).await.unwrap().unwrap();
    assert!(shown.json.is_empty() && !format!("{shown:?}").contains("secret"), "{shown:?}");
    assert!(target.show(&Channel::from("default"), &"2".into()).await.unwrap().is_none());
}
