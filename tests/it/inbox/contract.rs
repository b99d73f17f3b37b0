//! What every inbox keeps, whatever it is made of.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use line_bot_server::clock::Timestamp;
use line_bot_server::inbox::*;
use line_bot_server::line::response::SentMessage;
use line_bot_server::line::{ChatId, GroupId, RawEvent, RoomId};

use super::rig::*;
use Acceptance::{Duplicate, New, Unsent};

const WEEK: Retention =
    Retention { dedupe: Duration::from_secs(7 * 86_400), parked: Duration::from_secs(30 * 86_400) };

// ---- once (P3)

pub(crate) async fn an_event_is_taken_once(rig: Rig) {
    assert_eq!(rig.accept(vec![event("a", "1")]).await, [New]);
    assert_eq!(rig.accept(vec![event("a", "1")]).await, [Duplicate]);
    assert_eq!(rig.accept(vec![event("a", "1"), event("a", "2")]).await, [Duplicate, New]);
    assert_eq!(rig.accept(vec![]).await, []);
    assert_eq!(rig.drain().await, ["1", "2"]);
}

pub(crate) async fn an_event_twice_in_one_body_is_taken_once(rig: Rig) {
    assert_eq!(rig.accept(vec![event("a", "1"), event("a", "1")]).await, [New, Duplicate]);
    assert_eq!(rig.drain().await, ["1"]);
}

pub(crate) async fn the_same_event_from_a_thousand_at_once_is_taken_once(rig: Rig) {
    let now = rig.now();
    let submit = |_| {
        let inbox = Arc::clone(&rig.inbox);
        tokio::spawn(async move { inbox.accept(delivery(vec![event("a", "1")]), now).await.unwrap().events })
    };
    let submitted: Vec<_> = (0..1000).map(submit).collect();
    let mut new = 0;
    for answer in submitted {
        new += usize::from(answer.await.unwrap() == [New]);
    }
    assert_eq!(new, 1);
    assert_eq!(rig.drain().await, ["1"]);
}

pub(crate) async fn the_same_id_on_another_channel_is_another_event(rig: Rig) {
    rig.accept(vec![event("a", "1")]).await;
    let other = Delivery { channel: "shop".into(), ..delivery(vec![event("a", "1")]) };
    assert_eq!(rig.inbox.accept(other, rig.now()).await.unwrap().events, [New]);
    // Another channel's chat of the same name is another chat, too.
    assert_eq!(rig.claim(9).await.len(), 2);
}

pub(crate) async fn a_settled_event_stays_known(rig: Rig) {
    rig.accept(vec![event("a", "1"), event("a", &ulid(START, 7))]).await;
    rig.drain().await;
    assert_eq!(rig.accept(vec![event("a", "1"), event("a", &ulid(START, 7))]).await, [Duplicate, Duplicate]);
    assert_eq!(rig.claim(9).await.len(), 0);
    assert!(rig.show("1").await.is_none());
}

pub(crate) async fn what_was_accepted_comes_back_as_it_was(rig: Rig) {
    let group = RawEvent {
        chat: Some(ChatId::Group(GroupId::from("C1"))),
        redelivery: true,
        timestamp: None,
        kind: "join".into(),
        ..event("", "g")
    };
    let room = RawEvent { chat: Some(ChatId::Room(RoomId::from("R1"))), ..event("", "r") };
    let json = group.json.clone();
    rig.accept(vec![group, room, event("a", "u")]).await;
    let claimed = rig.claim(9).await;
    let first = &claimed[0].event;
    assert_eq!((first.id.as_str(), &*first.kind, first.timestamp), ("g", "join", None));
    assert_eq!((first.channel.as_str(), first.destination.as_str()), ("default", "Ubot"));
    assert_eq!((first.json.clone(), first.first_seen_redelivered), (json, true));
    assert_eq!(first.arrived, rig.now().wall);
    assert_eq!(first.chat, Some(ChatId::Group(GroupId::from("C1"))));
    assert_eq!(claimed[1].event.chat, Some(ChatId::Room(RoomId::from("R1"))));
    assert_eq!(claimed[2].event.timestamp, Some(Timestamp::from_millis(START)));
    assert!(!claimed[2].event.first_seen_redelivered);
}

pub(crate) async fn a_character_zero_hurts_nobody(rig: Rig) {
    let odd = RawEvent { kind: "mess\0age".into(), ..message("a\0", "1\0", "m\0") };
    assert_eq!(rig.accept(vec![odd, event("b", "2")]).await, [New, New]);
    let claimed = rig.claim(2).await;
    let note = SendNote { entry: entry("=key\0"), hash: [1; 32] };
    rig.inbox.note(&claimed[0].lease, vec![note], rig.now()).await.unwrap();
    let refused = SendResult::Refused { status: 400, message: "no\0".into() };
    rig.inbox.result(&claimed[0].lease, entry("=key\0"), refused.clone()).await.unwrap();
    let at = rig.now().wall;
    rig.settle(&claimed[0], Outcome::Retry { at, error: "boom\0".into() }).await;
    rig.done(&claimed[1]).await;
    let again = rig.claim_one().await;
    let known = JournalEntry { entry: entry("=key\0"), hash: [1; 32], noted: at, result: Some(refused) };
    assert_eq!(again.journal, [known]);
    let why = Parked { reason: ParkReason::Permanent, detail: "boom\0".into() };
    assert_eq!(rig.settle(&again, Outcome::Park(why)).await, Settled::AsAsked);
    assert_eq!(rig.accept(vec![unsend("a\0", "3\0", "m\0")]).await, [New]);
    assert_eq!(rig.inbox.retry(Filter::default(), false, rig.now()).await.unwrap(), 0);
}

// ---- order (P5)

pub(crate) async fn a_chat_is_handled_in_order_one_at_a_time(rig: Rig) {
    rig.accept(vec![event("a", "1"), event("a", "2")]).await;
    rig.accept(vec![event("a", "3")]).await;
    let first = rig.claim_one().await;
    assert_eq!(first.event.id.as_str(), "1");
    assert!(rig.claim(9).await.is_empty());
    rig.done(&first).await;
    assert_eq!(rig.drain().await, ["2", "3"]);
}

pub(crate) async fn other_chats_go_in_parallel(rig: Rig) {
    rig.accept(vec![event("a", "a1"), event("b", "b1"), event("c", "c1"), event("a", "a2")]).await;
    assert_eq!(rig.claim_ids(2).await, ["a1", "b1"]);
    assert_eq!(rig.claim_ids(9).await, ["c1"]);
}

pub(crate) async fn events_without_a_chat_wait_for_nobody(rig: Rig) {
    rig.accept(vec![event("", "1"), event("", "2"), event("", "3")]).await;
    assert_eq!(rig.claim_ids(9).await, ["1", "2", "3"]);
}

pub(crate) async fn the_longest_waiting_chat_goes_first_and_a_busy_one_goes_back_in_line(rig: Rig) {
    let busy = (0..100).map(|n| event("busy", &format!("busy{n}")));
    rig.accept(busy.collect()).await;
    rig.accept(vec![event("x", "x"), event("y", "y")]).await;
    let mut order = Vec::new();
    for _ in 0..4 {
        let claimed = rig.claim_one().await;
        order.push(claimed.event.id.to_string());
        rig.done(&claimed).await;
    }
    assert_eq!(order, ["busy0", "x", "y", "busy1"]);
}

// ---- leases

pub(crate) async fn a_lease_that_ran_out_hands_the_chat_over_and_fences_the_old_holder(rig: Rig) {
    rig.accept(vec![event("a", "1"), event("a", "2")]).await;
    let old = rig.claim_one().await;
    rig.advance(LEASE - Duration::from_millis(1)).await;
    assert!(rig.claim(1).await.is_empty());
    rig.advance(Duration::from_millis(1)).await;
    let new = rig.claim_one().await;
    assert_eq!((new.event.id.as_str(), new.attempt, new.failures), ("1", 2, 0));
    assert!(new.lease.fence > old.lease.fence);
    fenced(&rig, &old.lease).await;
    rig.inbox.note(&new.lease, vec![push_note("#0", 1)], rig.now()).await.unwrap();
    rig.done(&new).await;
    assert_eq!(rig.drain().await, ["2"]);
}

async fn fenced(rig: &Rig, old: &Lease) {
    let lost = |error| matches!(error, InboxError::LeaseLost);
    for outcome in [Outcome::Done, Outcome::Release, parked()] {
        assert!(lost(rig.inbox.settle(old, outcome, rig.now()).await.unwrap_err()));
    }
    assert!(lost(rig.inbox.note(old, vec![push_note("#9", 9)], rig.now()).await.unwrap_err()));
    let refused = SendResult::Refused { status: 400, message: "no".into() };
    assert!(lost(rig.inbox.result(old, entry("#9"), refused).await.unwrap_err()));
    assert_eq!(rig.inbox.extend(&[*old], LEASE, rig.now()).await.unwrap(), [*old]);
}

pub(crate) async fn a_lease_that_ran_out_is_over_even_if_nobody_took_it(rig: Rig) {
    rig.accept(vec![event("a", "1")]).await;
    let old = rig.claim_one().await;
    rig.advance(LEASE).await;
    let settled = rig.inbox.settle(&old.lease, Outcome::Done, rig.now()).await;
    assert!(matches!(settled, Err(InboxError::LeaseLost)));
    assert!(rig.inbox.note(&old.lease, vec![push_note("#0", 1)], rig.now()).await.is_err());
    let new = rig.claim_one().await;
    assert_eq!((new.attempt, new.journal.len()), (2, 0));
}

pub(crate) async fn an_extended_lease_lasts(rig: Rig) {
    rig.accept(vec![event("a", "1"), event("b", "2")]).await;
    let claimed = rig.claim(2).await;
    rig.advance(LEASE / 2).await;
    let kept = claimed[0].lease;
    assert_eq!(rig.inbox.extend(&[kept], LEASE, rig.now()).await.unwrap(), []);
    rig.advance(LEASE / 2).await;
    assert_eq!(rig.claim_ids(9).await, ["2"]);
    rig.done(&claimed[0]).await;
}

pub(crate) async fn an_event_in_hand_twice_is_lost_to_its_first_holder_alone(rig: Rig) {
    rig.accept(vec![event("a", "1")]).await;
    let first = rig.claim_one().await.lease;
    rig.advance(LEASE).await;
    let second = rig.claim_one().await.lease;
    assert_eq!(rig.inbox.extend(&[first, second], LEASE, rig.now()).await.unwrap(), [first]);
    assert_eq!(rig.inbox.extend(&[second, first], LEASE, rig.now()).await.unwrap(), [first]);
}

pub(crate) async fn a_note_is_for_its_own_holder_alone(rig: Rig) {
    rig.accept(vec![event("a", "1")]).await;
    let old = rig.claim_one().await.lease;
    rig.advance(LEASE).await;
    let new = rig.claim_one().await.lease;
    // Asked for at once, so that they may be answered together.
    let (late, noted) = tokio::join!(
        rig.inbox.note(&old, vec![push_note("#0", 1)], rig.now()),
        rig.inbox.note(&new, vec![push_note("#1", 2)], rig.now()),
    );
    assert!(matches!(late, Err(InboxError::LeaseLost)), "{late:?}");
    noted.unwrap();
    assert_eq!(rig.show("1").await.unwrap().journal.len(), 1);
}

pub(crate) async fn attempts_are_counted_and_a_polite_stop_gives_them_back(rig: Rig) {
    rig.accept(vec![event("a", "1")]).await;
    for _ in 0..3 {
        let claimed = rig.claim_one().await;
        assert_eq!(claimed.attempt, 1);
        rig.settle(&claimed, Outcome::Release).await;
    }
    let claimed = rig.claim_one().await;
    rig.retry_in(&claimed, Duration::ZERO).await;
    let claimed = rig.claim_one().await;
    assert_eq!((claimed.attempt, claimed.failures), (2, 1));
    rig.done(&claimed).await;
}

pub(crate) async fn failures_and_deaths_are_told_apart(rig: Rig) {
    rig.accept(vec![event("a", "1")]).await;
    let first = rig.claim_one().await;
    rig.retry_in(&first, Duration::ZERO).await;
    for died in 0..3 {
        let claimed = rig.claim_one().await;
        assert_eq!((claimed.attempt, claimed.failures), (2 + died, 1));
        rig.advance(LEASE).await;
    }
}

// ---- retry and park (P6)

pub(crate) async fn a_retry_keeps_its_place_and_its_chat_waits(rig: Rig) {
    rig.accept(vec![event("a", "a1"), event("a", "a2"), event("b", "b1")]).await;
    let claimed = rig.claim_one().await;
    rig.retry_in(&claimed, Duration::from_secs(10)).await;
    assert_eq!(rig.drain().await, ["b1"]);
    rig.advance(Duration::from_secs(9)).await;
    assert!(rig.claim(9).await.is_empty());
    rig.advance(Duration::from_secs(1)).await;
    assert_eq!(rig.drain().await, ["a1", "a2"]);
}

pub(crate) async fn a_claim_says_when_to_come_again(rig: Rig) {
    let next = async || rig.inbox.claim(9, LEASE, rig.now()).await.unwrap().next_due;
    assert_eq!(next().await, None);
    rig.accept(vec![event("a", "1"), event("b", "2")]).await;
    let claimed = rig.claim(9).await;
    rig.retry_in(&claimed[0], Duration::from_secs(20)).await;
    rig.retry_in(&claimed[1], Duration::from_secs(10)).await;
    assert_eq!(next().await, Some(rig.now().wall.after(Duration::from_secs(10))));
}

pub(crate) async fn a_claim_says_when_a_lease_ends(rig: Rig) {
    rig.accept(vec![event("a", "1")]).await;
    let _held = rig.claim_one().await;
    rig.advance(Duration::from_secs(1)).await;
    let due = rig.inbox.claim(9, LEASE, rig.now()).await.unwrap().next_due.unwrap();
    let left = due.since(rig.now().wall).as_millis();
    assert!((29_000..=29_001).contains(&left), "{left} ms");
}

pub(crate) async fn parking_frees_the_chat(rig: Rig) {
    rig.accept(vec![event("a", "1"), event("a", "2")]).await;
    let claimed = rig.claim_one().await;
    assert_eq!(rig.settle(&claimed, parked()).await, Settled::AsAsked);
    assert_eq!(rig.drain().await, ["2"]);
    let shown = rig.show("1").await.unwrap();
    assert_eq!(shown.json, event("a", "1").json);
    let (why, at) = shown.listed.parked.unwrap();
    assert_eq!((why.reason, &*why.detail, at), (ParkReason::Permanent, "it says so", rig.now().wall));
    // Still known, though not waiting.
    assert_eq!(rig.accept(vec![event("a", "1")]).await, [Duplicate]);
}

// ---- journal (P7)

fn accepted() -> SendResult {
    let sent: SentMessage =
        serde_json::from_str(r#"{"id":"461230966842064897","quoteToken":"IStG5h1Tz7b"}"#).unwrap();
    SendResult::Accepted { request_id: Some("req-1".into()), sent: vec![sent] }
}

pub(crate) async fn the_journal_is_handed_to_the_next_attempt(rig: Rig) {
    rig.accept(vec![event("a", "1")]).await;
    let first = rig.claim_one().await;
    assert!(first.journal.is_empty());
    let noted = rig.now().wall;
    let reply = SendEntry { key: "=receipt".into(), part: 1, route: Route::Reply };
    let notes = vec![push_note("#0", 1), SendNote { entry: reply.clone(), hash: [2; 32] }];
    rig.inbox.note(&first.lease, notes, rig.now()).await.unwrap();
    rig.inbox.result(&first.lease, entry("#0"), accepted()).await.unwrap();
    rig.advance(LEASE).await;

    let second = rig.claim_one().await;
    let known = |entry: SendEntry, hash, result| JournalEntry { entry, hash: [hash; 32], noted, result };
    assert_eq!(second.journal.len(), 2);
    assert!(second.journal.contains(&known(entry("#0"), 1, Some(accepted()))));
    assert!(second.journal.contains(&known(reply.clone(), 2, None)));

    let refused = SendResult::Refused { status: 400, message: "Invalid reply token".into() };
    rig.inbox.result(&second.lease, reply.clone(), refused.clone()).await.unwrap();
    rig.retry_in(&second, Duration::ZERO).await;
    let third = rig.claim_one().await;
    assert!(third.journal.contains(&known(reply, 2, Some(refused))));
    assert_eq!(rig.show("1").await.unwrap().journal.len(), 2);
    rig.done(&third).await;
}

pub(crate) async fn the_journal_outlives_a_polite_stop(rig: Rig) {
    rig.accept(vec![event("a", "1")]).await;
    let stopped = rig.claim_one().await;
    rig.inbox.note(&stopped.lease, vec![push_note("#0", 1)], rig.now()).await.unwrap();
    rig.settle(&stopped, Outcome::Release).await;
    let next = rig.claim_one().await;
    assert_eq!((next.attempt, next.journal.len()), (1, 1));
}

pub(crate) async fn a_result_is_durable_before_the_next_note(rig: Rig) {
    if !rig.outlives_its_process() {
        return;
    }
    rig.accept(vec![event("a", "1")]).await;
    let claimed = rig.claim_one().await;
    rig.inbox.note(&claimed.lease, vec![push_note("#0", 1)], rig.now()).await.unwrap();
    rig.inbox.result(&claimed.lease, entry("#0"), accepted()).await.unwrap();
    rig.inbox.note(&claimed.lease, vec![push_note("#1", 2)], rig.now()).await.unwrap();
    let rig = rig.crash().await;
    rig.advance(LEASE).await;
    let again = rig.claim_one().await;
    let results: Vec<_> = again.journal.into_iter().map(|entry| (entry.entry.key, entry.result)).collect();
    assert_eq!(results, [("#0".into(), Some(accepted())), ("#1".into(), None)]);
}

pub(crate) async fn the_first_note_of_a_send_stays(rig: Rig) {
    rig.accept(vec![event("a", "1")]).await;
    let claimed = rig.claim_one().await;
    let noted = rig.now().wall;
    rig.inbox.note(&claimed.lease, vec![push_note("#0", 1)], rig.now()).await.unwrap();
    rig.advance(Duration::from_secs(1)).await;
    rig.inbox.note(&claimed.lease, vec![push_note("#0", 2)], rig.now()).await.unwrap();
    let shown = rig.show("1").await.unwrap();
    assert_eq!(shown.journal, [JournalEntry { entry: entry("#0"), hash: [1; 32], noted, result: None }]);
}

pub(crate) async fn parking_keeps_the_journal_and_only_resend_sets_it_aside(rig: Rig) {
    rig.accept(vec![event("a", "1")]).await;
    let claimed = rig.claim_one().await;
    rig.inbox.note(&claimed.lease, vec![push_note("#0", 1)], rig.now()).await.unwrap();
    rig.settle(&claimed, parked()).await;
    assert_eq!(rig.show("1").await.unwrap().journal.len(), 1);

    assert_eq!(rig.inbox.retry(Filter::default(), false, rig.now()).await.unwrap(), 1);
    let again = rig.claim_one().await;
    assert_eq!((again.attempt, again.journal.len()), (1, 1));
    rig.settle(&again, parked()).await;

    assert_eq!(rig.inbox.retry(Filter::default(), true, rig.now()).await.unwrap(), 1);
    let anew = rig.claim_one().await;
    assert_eq!((anew.attempt, anew.journal.len()), (1, 1));
    for journal in [anew.journal, rig.show("1").await.unwrap().journal] {
        assert!(matches!(journal[0].result, Some(SendResult::Refused { status: 0, .. })), "{journal:?}");
    }
}

// ---- unsend (P10)

pub(crate) async fn an_unsend_wipes_what_waits_and_is_itself_handled(rig: Rig) {
    rig.accept(vec![message("a", "1", "m1"), event("a", "2")]).await;
    assert_eq!(rig.accept(vec![unsend("a", "3", "m1")]).await, [New]);
    assert!(rig.show("1").await.is_none());
    assert_eq!(rig.counts().await.pending, 2);
    assert_eq!(rig.accept(vec![message("a", "1", "m1")]).await, [Duplicate]);
    assert_eq!(rig.drain().await, ["2", "3"]);
}

pub(crate) async fn an_unsend_wipes_edits_too_and_nothing_else(rig: Rig) {
    let edit = RawEvent { kind: "messageEdited".into(), ..message("a", "3", "m1") };
    rig.accept(vec![message("a", "1", "m1"), message("a", "2", "m2"), edit]).await;
    let elsewhere = Delivery { channel: "shop".into(), ..delivery(vec![message("a", "4", "m1")]) };
    rig.inbox.accept(elsewhere, rig.now()).await.unwrap();
    rig.accept(vec![unsend("a", "5", "m1")]).await;
    let mut left = rig.drain().await;
    left.sort();
    assert_eq!(left, ["2", "4", "5"]);
}

pub(crate) async fn an_unsend_in_hand_ends_with_its_attempt(rig: Rig) {
    for (n, outcome) in [Outcome::Retry { at: rig.now().wall, error: "e".into() }, parked(), Outcome::Release]
        .into_iter()
        .enumerate()
    {
        let name = format!("m{n}");
        rig.accept(vec![message("a", &name, &name)]).await;
        let claimed = rig.claim_one().await;
        rig.accept(vec![unsend("a", &format!("u{n}"), &name)]).await;
        // Its holder is not interrupted.
        rig.inbox.note(&claimed.lease, vec![push_note("#0", 1)], rig.now()).await.unwrap();
        assert_eq!(rig.settle(&claimed, outcome).await, Settled::Unsent);
        assert!(rig.show(&name).await.is_none());
        assert_eq!(rig.drain().await, [format!("u{n}")]);
    }
    assert_eq!(rig.counts().await.parked.len(), 0);
}

pub(crate) async fn an_unsend_in_hand_ends_with_its_lease(rig: Rig) {
    rig.accept(vec![message("a", "1", "m1"), event("a", "2")]).await;
    let claimed = rig.claim_one().await;
    rig.accept(vec![unsend("a", "3", "m1")]).await;
    rig.advance(LEASE).await;
    assert_eq!(rig.drain().await, ["2", "3"]);
    assert!(rig.inbox.settle(&claimed.lease, Outcome::Done, rig.now()).await.is_err());
}

pub(crate) async fn an_unsend_in_hand_that_was_handled_is_done(rig: Rig) {
    rig.accept(vec![message("a", "1", "m1")]).await;
    let claimed = rig.claim_one().await;
    rig.accept(vec![unsend("a", "2", "m1")]).await;
    assert_eq!(rig.settle(&claimed, Outcome::Done).await, Settled::AsAsked);
    assert_eq!(rig.drain().await, ["2"]);
}

pub(crate) async fn an_unsend_wipes_what_is_parked_and_it_is_not_retried(rig: Rig) {
    rig.accept(vec![message("a", "1", "m1")]).await;
    let claimed = rig.claim_one().await;
    let soon = rig.now().wall.after(Duration::from_secs(1));
    rig.settle(&claimed, Outcome::Retry { at: soon, error: "cannot parse \"secret\"".into() }).await;
    rig.advance(Duration::from_secs(1)).await;
    let claimed = rig.claim_one().await;
    let why = Parked { reason: ParkReason::Permanent, detail: "cannot parse \"secret\"".into() };
    rig.settle(&claimed, Outcome::Park(why)).await;
    rig.accept(vec![unsend("a", "2", "m1")]).await;
    let shown = rig.show("1").await.unwrap();
    assert!(shown.json.is_empty());
    assert!(!format!("{shown:?}").contains("secret"), "an error may quote the message: {shown:?}");
    assert_eq!(rig.inbox.retry(Filter::default(), false, rig.now()).await.unwrap(), 0);
    assert_eq!(rig.drain().await, ["2"]);
}

pub(crate) async fn an_unsend_that_overtakes_its_message_wipes_it_at_the_door(rig: Rig) {
    rig.accept(vec![unsend("a", "1", "m1")]).await;
    assert_eq!(rig.accept(vec![message("a", "2", "m1"), message("a", "3", "m3")]).await, [Unsent, New]);
    assert_eq!(rig.accept(vec![message("a", "2", "m1")]).await, [Duplicate]);
    assert_eq!(rig.drain().await, ["1", "3"]);
}

pub(crate) async fn an_unsend_in_the_same_body_wipes_both_ways(rig: Rig) {
    let body = vec![
        message("a", "1", "m1"),
        unsend("a", "2", "m1"),
        unsend("a", "3", "m4"),
        message("a", "4", "m4"),
    ];
    assert_eq!(rig.accept(body).await, [New, New, New, Unsent]);
    assert_eq!(rig.drain().await, ["2", "3"]);
}

pub(crate) async fn an_unsend_without_a_chat_finds_its_message(rig: Rig) {
    rig.accept(vec![message("a", "1", "m1"), message("", "2", "m2")]).await;
    rig.accept(vec![unsend("", "3", "m1"), unsend("", "4", "m2")]).await;
    assert_eq!(rig.drain().await, ["3", "4"]);
}

// ---- the door

pub(crate) async fn a_full_inbox_refuses_whole_bodies_but_knows_duplicates(rig: Rig) {
    let rig = rig.with_max(2).await;
    rig.accept(vec![event("a", "1")]).await;
    // The last body may overshoot.
    rig.accept(vec![event("a", "2"), event("a", "3")]).await;
    let claimed = rig.claim_one().await;
    let full = rig.inbox.accept(delivery(vec![event("a", "1"), event("b", "4")]), rig.now()).await;
    assert!(matches!(full, Err(InboxError::Full { pending: 3, max: 2 })), "{full:?}");
    assert_eq!(rig.accept(vec![event("a", "1"), event("a", "3")]).await, [Duplicate, Duplicate]);
    rig.done(&claimed).await;
    assert!(rig.inbox.accept(delivery(vec![event("b", "4")]), rig.now()).await.is_err());
    let claimed = rig.claim_one().await;
    rig.done(&claimed).await;
    // What was refused was not remembered.
    assert_eq!(rig.accept(vec![event("b", "4")]).await, [New]);
    assert_eq!(rig.accept(vec![event("a", "1")]).await, [Duplicate]);
}

pub(crate) async fn a_redelivery_restarts_the_arrival_of_what_waits(rig: Rig) {
    rig.accept(vec![event("a", "1")]).await;
    rig.advance(TOKEN_RESTART_MAX).await;
    let again = RawEvent { redelivery: true, ..event("a", "1") };
    assert_eq!(rig.accept(vec![again]).await, [Duplicate]);
    let claimed = rig.claim_one().await;
    assert_eq!(claimed.event.arrived, rig.now().wall);
    // It was not a redelivery when it was first seen.
    assert!(!claimed.event.first_seen_redelivered);
}

pub(crate) async fn an_old_event_is_not_restarted(rig: Rig) {
    rig.accept(vec![event("a", "1")]).await;
    rig.advance(TOKEN_RESTART_MAX + Duration::from_millis(1)).await;
    assert_eq!(rig.accept(vec![event("a", "1")]).await, [Duplicate]);
    assert_eq!(rig.claim_one().await.event.arrived, Timestamp::from_millis(START));
}

// ---- operators

/// Waiting, due later, in hand, parked.
async fn every_state(rig: &Rig) -> Claimed {
    rig.accept(vec![event("p", "parked"), event("l", "later"), event("h", "held"), event("w", "waiting")])
        .await;
    let claimed = rig.claim(3).await;
    rig.settle(&claimed[0], parked()).await;
    rig.retry_in(&claimed[1], Duration::from_secs(60)).await;
    claimed.into_iter().nth(2).unwrap()
}

pub(crate) async fn list_and_show_tell_every_state(rig: Rig) {
    let _held = every_state(&rig).await;
    let all = rig.inbox.list(Filter::default()).await.unwrap();
    let told: Vec<_> = all.iter().map(|listed| (listed.id.as_str(), listed.state, listed.attempts)).collect();
    let expected = [
        ("parked", State::Parked, 1),
        ("later", State::Waiting, 1),
        ("held", State::InHand, 1),
        ("waiting", State::Waiting, 0),
    ];
    assert_eq!(told, expected);
    assert_eq!(all[1].due, Some(rig.now().wall.after(Duration::from_secs(60))));
    assert_eq!(all[1].last_error.as_deref(), Some("boom"));
    assert_eq!((all[0].due, all[2].due), (None, None));
    for listed in all {
        let shown = rig.show(listed.id.as_str()).await.unwrap();
        assert_eq!((shown.listed.state, shown.json.is_empty()), (listed.state, false));
    }
    assert!(rig.show("nobody").await.is_none());
    assert!(rig.inbox.show(&"shop".into(), &"held".into()).await.unwrap().is_none());
}

pub(crate) async fn filters_choose(rig: Rig) {
    let _held = every_state(&rig).await;
    let state = |state| Filter { state: Some(state), ..Filter::default() };
    assert_eq!(rig.list(state(State::Waiting)).await, ["later", "waiting"]);
    assert_eq!(rig.list(state(State::InHand)).await, ["held"]);
    assert_eq!(rig.list(state(State::Parked)).await, ["parked"]);
    let reason = |reason| Filter { reason: Some(reason), ..Filter::default() };
    assert_eq!(rig.list(reason(ParkReason::Permanent)).await, ["parked"]);
    assert!(rig.list(reason(ParkReason::Attempts)).await.is_empty());
    assert_eq!(rig.list(Filter { id: Some("held".into()), ..Filter::default() }).await, ["held"]);
    assert_eq!(rig.list(Filter { limit: Some(2), ..Filter::default() }).await, ["parked", "later"]);
    assert!(rig.list(Filter { channel: Some("shop".into()), ..Filter::default() }).await.is_empty());
    assert_eq!(rig.list(Filter { channel: Some("default".into()), ..Filter::default() }).await.len(), 4);
    let since = |ms| Filter { since: Some(Timestamp::from_millis(ms)), ..Filter::default() };
    assert_eq!(rig.list(since(START)).await.len(), 4);
    assert!(rig.list(since(START + 1)).await.is_empty());
}

pub(crate) async fn retry_puts_behind_what_waits(rig: Rig) {
    rig.accept(vec![event("a", "1"), event("a", "2")]).await;
    let claimed = rig.claim_one().await;
    rig.settle(&claimed, parked()).await;
    let only = |id: &str| Filter { id: Some(id.into()), ..Filter::default() };
    assert_eq!(rig.inbox.retry(only("2"), false, rig.now()).await.unwrap(), 0);
    assert_eq!(rig.inbox.retry(only("1"), false, rig.now()).await.unwrap(), 1);
    assert_eq!(rig.inbox.retry(only("1"), false, rig.now()).await.unwrap(), 0);
    let first = rig.claim_one().await;
    assert_eq!(first.event.id.as_str(), "2");
    rig.done(&first).await;
    let again = rig.claim_one().await;
    assert_eq!((again.event.id.as_str(), again.attempt, again.failures), ("1", 1, 0));
    assert_eq!(again.event.json, event("a", "1").json);
    rig.done(&again).await;
    assert_eq!(rig.counts().await.pending, 0);
}

pub(crate) async fn discard_drops_but_remembers(rig: Rig) {
    let held = every_state(&rig).await;
    assert_eq!(rig.inbox.discard(Filter::default(), rig.now()).await.unwrap(), 3);
    assert_eq!(rig.list(Filter::default()).await, ["held"]);
    rig.done(&held).await;
    rig.advance(HOUR).await;
    assert!(rig.claim(9).await.is_empty());
    let again = vec![event("p", "parked"), event("l", "later"), event("w", "waiting")];
    assert_eq!(rig.accept(again).await, [Duplicate; 3]);
}

pub(crate) async fn counts_count(rig: Rig) {
    assert_eq!(rig.counts().await, Counts::default());
    let held = every_state(&rig).await;
    rig.advance(Duration::from_secs(5)).await;
    let counts = rig.counts().await;
    assert_eq!((counts.pending, counts.in_hand, counts.remembered), (3, 1, 4));
    assert_eq!(counts.oldest_pending, Some(Duration::from_secs(5)));
    assert_eq!(counts.parked.into_iter().collect::<Vec<_>>(), [("permanent", 1)]);
    rig.done(&held).await;
    assert_eq!(rig.counts().await.in_hand, 0);
    assert_eq!(rig.counts().await.remembered, 4);
}

// ---- retention

pub(crate) async fn sweep_forgets_ids_after_their_retention(rig: Rig) {
    let ids: Vec<String> =
        (0..3000).map(|n| if n % 2 == 0 { ulid(START, n) } else { format!("id{n}") }).collect();
    rig.accept(ids.iter().map(|id| event("", id)).collect()).await;
    for claimed in rig.claim(5000).await {
        rig.done(&claimed).await;
    }
    rig.advance(WEEK.dedupe).await;
    assert_eq!(rig.sweep_all(WEEK).await, (0, 0));
    assert_eq!(rig.accept(vec![event("", &ids[0]), event("", &ids[1])]).await, [Duplicate; 2]);
    rig.advance(4 * HOUR).await;
    assert_eq!(rig.sweep_all(WEEK).await, (3000, 0));
    assert_eq!(rig.counts().await.remembered, 0);
    assert_eq!(rig.accept(vec![event("", &ids[0]), event("", &ids[1])]).await, [New; 2]);
}

pub(crate) async fn sweep_keeps_what_is_still_here(rig: Rig) {
    let (waits, parks) = (ulid(START, 1), ulid(START, 2));
    rig.accept(vec![event("p", &parks), event("w", &waits), event("w", "hashed")]).await;
    let claimed = rig.claim_one().await;
    rig.settle(&claimed, parked()).await;
    rig.advance(2 * WEEK.dedupe).await;
    rig.sweep_all(WEEK).await;
    let again = vec![event("p", &parks), event("w", &waits), event("w", "hashed")];
    assert_eq!(rig.accept(again).await, [Duplicate; 3]);
}

pub(crate) async fn a_late_settle_is_remembered_from_the_settle_on(rig: Rig) {
    let (id, parks) = (ulid(START, 1), ulid(START, 2));
    rig.accept(vec![event("a", &parks), event("a", &id), event("a", "hashed")]).await;
    let claimed = rig.claim_one().await;
    rig.settle(&claimed, parked()).await;
    rig.advance(WEEK.dedupe).await;
    rig.inbox.retry(Filter::default(), false, rig.now()).await.unwrap();
    assert_eq!(rig.drain().await.len(), 3);
    rig.advance(WEEK.dedupe).await;
    rig.sweep_all(WEEK).await;
    let again = vec![event("a", &parks), event("a", &id), event("a", "hashed")];
    assert_eq!(rig.accept(again.clone()).await, [Duplicate; 3]);
    rig.advance(4 * HOUR).await;
    rig.sweep_all(WEEK).await;
    assert_eq!(rig.accept(again).await, [New; 3]);
}

pub(crate) async fn sweep_drops_old_parked_events_and_unsends(rig: Rig) {
    rig.accept(vec![event("a", "1"), unsend("a", "2", "m1")]).await;
    let claimed = rig.claim_one().await;
    rig.settle(&claimed, parked()).await;
    rig.drain().await;
    rig.advance(WEEK.parked + Duration::from_millis(1)).await;
    assert_eq!(rig.sweep_all(WEEK).await.1, 1);
    assert!(rig.list(Filter::default()).await.is_empty());
    // It was dropped only now, so it is remembered from now on.
    assert_eq!(rig.accept(vec![event("a", "1")]).await, [Duplicate]);
    assert_eq!(rig.accept(vec![message("a", "3", "m1")]).await, [New]);
}

pub(crate) async fn close_gives_up_every_lease(rig: Rig) {
    rig.accept(vec![event("a", "1")]).await;
    let claimed = rig.claim_one().await;
    rig.inbox.close().await.unwrap();
    let settled = rig.inbox.settle(&claimed.lease, Outcome::Done, rig.now()).await;
    assert!(settled.is_err());
    let rig = if rig.outlives_its_process() { rig.crash().await } else { rig };
    let again = rig.claim(1).await;
    let ids: HashSet<_> = again.iter().map(|claimed| claimed.event.id.as_str()).collect();
    assert_eq!(ids, HashSet::from(["1"]));
}
