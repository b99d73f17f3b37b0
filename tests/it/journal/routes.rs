//! Which way an answer goes: free while it can, never twice (P8).

use std::sync::{Arc, Mutex};

use line_bot_server::client::api::message::Sent;
use line_bot_server::dispatch::{Fallback, Handler, SendError, handler_fn};
use line_bot_server::inbox::{ParkReason, Route, SendResult};
use line_bot_server::line::RawEvent;

use crate::dispatch::support::{
    Delivered, Fault, On, Point, START, event, group, ms, secs, text, text_in, user,
};

fn respond(what: &'static str) -> impl Handler {
    handler_fn(move |cx, _| async move { Ok(cx.respond(what).await.map(drop)?) })
}

/// Responds, and keeps the error that came of it.
fn keeping<T: Send + 'static>(
    kept: &Arc<Mutex<Vec<T>>>,
    of: impl Fn(&Result<Sent, SendError>) -> T + Send + Sync + 'static,
) -> impl Handler {
    let (kept, of) = (Arc::clone(kept), Arc::new(of));
    handler_fn(move |cx, _| {
        let (kept, of) = (Arc::clone(&kept), Arc::clone(&of));
        async move {
            let sent = cx.respond("A").await;
            kept.lock().unwrap().push(of(&sent));
            sent?;
            Ok(())
        }
    })
}

fn reply(text: &str) -> Delivered {
    Delivered::Reply(vec![text.to_owned()])
}

fn push(text: &str) -> Delivered {
    Delivered::Push("U1".to_owned(), vec![text.to_owned()])
}

pub(super) async fn respond_replies_while_the_token_is_fresh_and_pushes_from_50_s_on(on: On) {
    for (age, expected) in [(ms(49_999), reply("A")), (secs(50), push("A"))] {
        let world = on.world().await;
        world.accept([text("E1")]).await;
        world.advance(age).await;
        world.run(respond("A")).await;
        assert_eq!(world.line.delivered(), [expected], "after {age:?}");
        assert!(world.is_done("E1").await);
    }
}

pub(super) async fn freshness_counts_from_the_arrival_and_not_from_the_timestamp(on: On) {
    let world = on.world().await;
    world.advance(secs(3600)).await;
    world.accept([text("E1")]).await;
    world.run(respond("A")).await;
    assert_eq!(world.line.delivered(), [reply("A")]);
}

pub(super) async fn a_redelivery_of_a_waiting_event_makes_its_token_fresh_again(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.advance(secs(60)).await;
    world.accept([RawEvent { redelivery: true, ..text("E1") }]).await;
    world.run(respond("A")).await;
    assert_eq!(world.line.delivered(), [reply("A")]);
}

pub(super) async fn an_arrival_in_the_future_is_not_taken_for_fresh(on: On) {
    let world = on.world().await;
    // The wall clock was set back an hour since.
    world.accept_at(START.after(secs(3600)), [text("E1")]).await;
    world.run(respond("A")).await;
    // A database goes by its own clock, and knows that the event came just now.
    let expected = if on == On::Database { reply("A") } else { push("A") };
    assert_eq!(world.line.delivered(), [expected]);
}

pub(super) async fn without_a_reply_token_respond_pushes(on: On) {
    let world = on.world().await;
    world.accept([event("E1", user("U1"), serde_json::json!({}))]).await;
    world.run(respond("A")).await;
    assert_eq!(world.line.delivered(), [push("A")]);
}

pub(super) async fn without_a_token_and_a_chat_there_is_no_way_and_the_error_says_so(on: On) {
    let world = on.world().await;
    world.accept([event("E1", None, serde_json::json!({}))]).await;
    world.run(respond("A")).await;
    assert_eq!(world.parked("E1").await, Some(ParkReason::Permanent));
    assert!(world.detail("E1").await.contains("no chat"));
}

pub(super) async fn a_certainly_refused_reply_is_journaled_and_then_pushed(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.line.spend("token-E1");
    world.crash(Point::BeforeSettle, respond("A")).await;
    assert_eq!(world.line.delivered(), [push("A")]);
    let journal = world.show("E1").await.unwrap().journal;
    let routes: Vec<_> = journal.iter().map(|known| known.entry.route).collect();
    assert_eq!(routes, [Route::Reply, Route::Push]);
    assert!(matches!(journal[0].result, Some(SendResult::Refused { status: 400, .. })));
    world.run(respond("A")).await;
    assert_eq!(world.line.delivered(), [push("A")], "the re-run sends nothing");
    assert_eq!(world.line.calls().len(), 2);
    assert!(world.is_done("E1").await);
}

pub(super) async fn the_refusal_is_durable_before_the_push_and_the_re_run_does_not_try_the_token_again(
    on: On,
) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.line.spend("token-E1");
    // The push meets LINE's failure; the handler fails and runs again.
    world.line.fault(Fault::Status(400, "Invalid reply token"));
    world.line.fault(Fault::LostAfter);
    world.run(respond("A")).await;
    let journal = world.show("E1").await.unwrap().journal;
    assert!(matches!(journal[0].result, Some(SendResult::Refused { .. })));
    assert_eq!(journal[1].result, None);
    world.run_again(respond("A")).await;
    assert_eq!(world.line.calls().iter().filter(|path| path.ends_with("reply")).count(), 1);
    assert_eq!(world.line.delivered(), [push("A")]);
    assert!(world.is_done("E1").await);
}

pub(super) async fn a_refused_token_of_an_event_first_seen_as_a_redelivery_is_never_followed_by_a_push(
    on: On,
) {
    let world = on.world().await;
    world.accept([RawEvent { redelivery: true, ..text("E1") }]).await;
    world.line.spend("token-E1");
    world.run(respond("A")).await;
    assert!(world.line.delivered().is_empty());
    assert_eq!(world.parked("E1").await, Some(ParkReason::OutcomeUnknown));
    world.retry(false).await;
    world.advance(secs(60)).await;
    world.run(respond("A")).await;
    assert!(world.line.delivered().is_empty(), "nor by the re-run");
    assert_eq!(world.parked("E1").await, Some(ParkReason::OutcomeUnknown));
}

pub(super) async fn a_redelivery_whose_token_works_is_answered_by_reply(on: On) {
    let world = on.world().await;
    world.accept([RawEvent { redelivery: true, ..text("E1") }]).await;
    world.run(respond("A")).await;
    assert_eq!(world.line.delivered(), [reply("A")]);
}

pub(super) async fn a_reply_of_unknown_outcome_is_never_followed_by_a_push_and_parks_at_once(on: On) {
    for fault in [Fault::LostBefore, Fault::LostAfter, Fault::Status(500, "oops")] {
        let world = on.world().await;
        world.accept([text("E1")]).await;
        world.line.faults(&fault, 1);
        world.line.faults(&Fault::LostBefore, 100);
        world.run(handler_fn(async |cx, _| Ok(cx.respond(vec!["A"; 7]).await.map(drop)?))).await;
        assert_eq!(world.parked("E1").await, Some(ParkReason::OutcomeUnknown), "{fault:?}");
        world.line.mend();
        let arrived = usize::from(fault == Fault::LostAfter) * 5;
        assert_eq!(world.line.texts().len(), arrived, "{fault:?}: no later part, no push");
    }
}

pub(super) async fn a_refused_token_on_the_repeat_of_an_unknown_reply_means_that_it_arrived(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.line.fault(Fault::LostAfter);
    let kept = Arc::default();
    world.run(keeping(&kept, |sent| sent.as_ref().map(|sent| sent.messages.len()).unwrap_or(99))).await;
    assert_eq!(*kept.lock().unwrap(), [0], "success without messages");
    assert_eq!(world.line.delivered(), [reply("A")]);
    assert!(world.is_done("E1").await);
}

pub(super) async fn a_refusal_that_is_not_recognised_is_an_error_and_never_a_reason_to_push(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.line.fault(Fault::Status(400, "The request body has 1 error(s)"));
    world.run(respond("A")).await;
    assert!(world.line.delivered().is_empty());
    assert_eq!(world.parked("E1").await, Some(ParkReason::Refused));
    world.retry(false).await;
    world.advance(secs(60)).await;
    world.run(respond("A")).await;
    assert!(world.line.delivered().is_empty(), "nor by a re-run with a stale token");
    assert_eq!(world.parked("E1").await, Some(ParkReason::Refused));
}

pub(super) async fn a_reply_that_never_left_is_tried_again_by_reply_and_pushed_once_its_token_is_stale(
    on: On,
) {
    for (later, expected) in [(secs(2), reply("A")), (secs(55), push("A"))] {
        let world = on.world().await;
        world.accept([text("E1")]).await;
        world.line.fault(Fault::NotSent);
        world.run(respond("A")).await;
        assert!(world.line.delivered().is_empty());
        world.advance(later).await;
        world.run(respond("A")).await;
        assert_eq!(world.line.delivered(), [expected], "after {later:?}");
        assert!(world.is_done("E1").await);
    }
}

pub(super) async fn a_reply_that_never_left_and_then_may_have_is_not_pushed(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.line.fault(Fault::NotSent);
    world.run(respond("A")).await;
    // The second attempt dies with the reply on the wire.
    world.advance(secs(2)).await;
    world.crash(Point::AfterCall, respond("A")).await;
    world.advance(secs(60)).await;
    world.run(respond("A")).await;
    assert_eq!(world.line.delivered(), [reply("A")]);
    assert_eq!(world.parked("E1").await, Some(ParkReason::OutcomeUnknown));
}

pub(super) async fn a_push_that_respond_began_is_kept_to_although_the_token_is_fresh_again(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.advance(secs(50)).await;
    world.crash(Point::AfterCall, respond("A")).await;
    world.accept([RawEvent { redelivery: true, ..text("E1") }]).await;
    world.run(respond("A")).await;
    assert_eq!(world.line.delivered(), [push("A")]);
    assert!(world.is_done("E1").await);
}

pub(super) async fn a_second_respond_pushes_and_a_second_reply_is_an_error(on: On) {
    let world = on.world().await;
    world.accept([text("E1"), text_in("E2", group("C1"))]).await;
    world
        .run(handler_fn(async |cx, _| {
            if cx.event_id().as_str() == "E1" {
                cx.respond("one").await?;
                cx.respond("two").await?;
            } else {
                cx.reply("one").await?;
                assert!(matches!(cx.reply("two").await, Err(SendError::ReplyTokenSpent)));
                cx.reply("three").await?;
            }
            Ok(())
        }))
        .await;
    let mut delivered = world.line.delivered();
    delivered.sort_by_key(|one| matches!(one, Delivered::Push(..)));
    assert_eq!(delivered, [reply("one"), reply("one"), push("two")]);
    assert!(world.is_done("E1").await);
    assert_eq!(world.parked("E2").await, Some(ParkReason::Permanent), "the author's bug");
}

pub(super) async fn fallback_error_and_reply_only_forbid_the_paid_way(on: On) {
    for reply_only in [false, true] {
        let mut world = on.world().await;
        if !reply_only {
            world.settings.fallback = Fallback::Error;
        }
        world.accept([text("E1")]).await;
        world.advance(secs(50)).await;
        world
            .run(handler_fn(move |cx, _| async move {
                let answer = cx.respond("A");
                let answer = if reply_only { answer.reply_only() } else { answer };
                let sent = answer.await;
                assert!(matches!(sent, Err(SendError::ReplyTokenStale)), "{sent:?}");
                Ok(())
            }))
            .await;
        assert!(world.line.delivered().is_empty());
        assert!(world.is_done("E1").await, "an error the handler may handle");
    }
}

pub(super) async fn without_the_paid_way_a_refused_token_is_lines_refusal(on: On) {
    let mut world = on.world().await;
    world.settings.fallback = Fallback::Error;
    world.accept([text("E1")]).await;
    world.line.spend("token-E1");
    world.run(respond("A")).await;
    assert!(world.line.delivered().is_empty());
    assert_eq!(world.parked("E1").await, Some(ParkReason::Refused));
}

pub(super) async fn a_conflict_is_success_with_the_messages_that_line_repeats(on: On) {
    let world = on.world().await;
    world.accept([event("E1", user("U1"), serde_json::json!({}))]).await;
    world.line.fault(Fault::LostAfter);
    let kept = Arc::default();
    let handler = || {
        keeping(&kept, |sent| match sent {
            Ok(sent) => sent.messages.iter().map(|message| message.id.to_string()).collect(),
            Err(error) => error.to_string(),
        })
    };
    world.run(handler()).await;
    world.run_again(handler()).await;
    let kept = kept.lock().unwrap().clone();
    assert!(kept[0].contains("outcome unknown"), "{kept:?}");
    assert_eq!(kept[1], "1");
    assert_eq!(world.line.delivered(), [push("A")]);
    assert!(world.is_done("E1").await);
}

pub(super) async fn after_a_swallowed_unknown_reply_nothing_more_goes_out(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.line.faults(&Fault::LostAfter, 1);
    // As often as it is repeated; afterwards LINE works again.
    world.line.faults(&Fault::LostBefore, 3);
    world
        .run(handler_fn(async |cx, _| {
            let _ = cx.respond("A").await;
            let _ = cx.respond("sorry").await;
            let _ = cx.key("other").push("B").await;
            Ok(())
        }))
        .await;
    assert_eq!(world.line.delivered(), [reply("A")]);
    assert_eq!(world.parked("E1").await, Some(ParkReason::OutcomeUnknown));
}

pub(super) async fn a_swallowed_unknown_reply_parks_the_event_all_the_same(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.line.faults(&Fault::LostBefore, 100);
    world
        .run(handler_fn(async |cx, _| {
            let _ = cx.respond("A").await;
            Ok(())
        }))
        .await;
    assert_eq!(world.parked("E1").await, Some(ParkReason::OutcomeUnknown));
}
