//! P7 and P8 over the wire: no message twice, and the free way while it can be taken.

use std::time::Duration;

use line_bot_server::bot::QuoteBot;
use line_bot_server::clock::{Clock, Timestamp};
use line_bot_server::dispatch::SendError;
use line_bot_server::inbox::{ParkReason, Route, SendResult};
use line_bot_server::line::Channel;
use line_bot_server::simulator::{Fault, Harm, Via};
use line_bot_server::{Context, Event, Handler, HandlerError, TextMessage, handler_fn};

use crate::support::{Gate, Seen, Stage, heard, heard_whole, until};

/// Responds with each event's text.
fn responder() -> impl Handler {
    handler_fn(|cx: Context, event: Event| async move {
        let Event::Message(_) = event else { return Ok(()) };
        let json: serde_json::Value = serde_json::from_str(cx.raw())?;
        cx.respond(json["message"]["text"].as_str().unwrap_or_default()).await?;
        Ok(())
    })
}

/// Pushes each event's text.
fn pusher() -> impl Handler {
    handler_fn(|cx: Context, _: Event| async move {
        let json: serde_json::Value = serde_json::from_str(cx.raw())?;
        cx.push(json["message"]["text"].as_str().unwrap_or_default()).await?;
        Ok(())
    })
}

fn said(text: &str, via: Via) -> (String, Via) {
    (text.to_owned(), via)
}

#[tokio::test]
async fn p7_a_push_that_was_done_and_answered_500_comes_once() {
    let stage = Stage::new().await;
    stage.sim.fault(Fault::on("push", Harm::server_error()).after_doing());
    stage.sim.fault(Fault::on("push", Harm::HangUp).after_doing());
    let app = stage.start(pusher()).await;
    let alice = stage.sim.user("Alice");
    stage.sim.say(&alice, "once").unwrap();
    stage.acked(1).await;
    app.stop().await;
    assert_eq!(heard(&stage.sim, alice, 1).await, [said("once", Via::Push)]);
    let calls = stage.sim.calls_to("push");
    assert_eq!(calls.iter().map(|call| call.status).collect::<Vec<_>>(), [Some(500), None, Some(409)]);
    assert!(calls[0].retry_key.is_some() && calls.iter().all(|call| call.retry_key == calls[0].retry_key));
}

#[tokio::test]
async fn p7_a_push_whose_outcome_stays_unknown_comes_once_though_the_handler_runs_again() {
    let stage = Stage::new().await;
    // More than one run's worth of attempts.
    stage.sim.fault(Fault::on("push", Harm::HangUp).after_doing().times(5));
    let app = stage.start(pusher()).await;
    let alice = stage.sim.user("Alice");
    stage.sim.say(&alice, "once").unwrap();
    stage.acked(1).await;
    app.stop().await;
    assert_eq!(heard(&stage.sim, alice, 1).await, [said("once", Via::Push)]);
    let calls = stage.sim.calls_to("push");
    assert_eq!(calls.len(), 6);
    assert!(calls.iter().all(|call| call.retry_key == calls[0].retry_key && call.body == calls[0].body));
}

#[tokio::test]
async fn p8_a_reply_that_was_done_without_an_answer_is_not_pushed() {
    let stage = Stage::new().await;
    stage.sim.fault(Fault::on("reply", Harm::HangUp).after_doing());
    let app = stage.start(responder()).await;
    let alice = stage.sim.user("Alice");
    stage.sim.say(&alice, "once").unwrap();
    stage.acked(1).await;
    app.stop().await;
    assert_eq!(heard(&stage.sim, alice, 1).await, [said("once", Via::Reply)]);
    assert!(stage.sim.calls_to("push").is_empty());
    let statuses: Vec<_> = stage.sim.calls_to("reply").iter().map(|call| call.status).collect();
    assert_eq!(statuses, [None, Some(400)], "the same reply again, which LINE refuses: it had arrived");
}

#[tokio::test]
async fn p8_a_reply_whose_outcome_stays_unknown_is_parked_and_neither_pushed_nor_repeated_too_late() {
    let clock = Clock::manual(Timestamp::from_millis(1_793_000_000_000));
    let stage = Stage::at(&clock).await.set("LEASE", "600s");
    // The first run's attempts all go like this.
    stage.sim.fault(Fault::on("reply", Harm::HangUp).after_doing().times(100));
    let (seen, moved) = (Seen::default(), clock.clone());
    let noted = seen.clone();
    let app = stage
        .start(handler_fn(move |cx: Context, event: Event| {
            noted.note(&cx, &event);
            let clock = moved.clone();
            async move {
                let said = cx.respond("once").await;
                clock.advance(Duration::from_secs(55));
                said?;
                Ok(())
            }
        }))
        .await;
    let alice = stage.sim.user("Alice");
    stage.sim.say(&alice, "hi").unwrap();
    stage.acked(1).await;
    until("the first attempt is over", || {
        let listed = stage.list(&Default::default());
        listed.iter().any(|it| it.due.is_some() || it.parked.is_some())
    })
    .await;
    clock.advance(Duration::from_secs(1));
    let parked = stage.parked(1).await;
    app.stop().await;
    assert_eq!(parked[0].parked.as_ref().unwrap().0.reason, ParkReason::OutcomeUnknown);
    assert!(seen.attempts().len() <= 2, "{:?}", seen.attempts());
    assert_eq!(heard(&stage.sim, alice, 1).await, [said("once", Via::Reply)]);
    assert!(stage.sim.calls_to("push").is_empty());
}

#[tokio::test]
async fn p8_a_token_that_is_no_longer_fresh_is_left_alone_and_the_answer_pushed() {
    let clock = Clock::manual(Timestamp::from_millis(1_793_000_000_000));
    let stage = Stage::at(&clock).await.set("LEASE", "600s");
    let (seen, gate) = (Seen::default(), Gate::closed());
    let (noted, held) = (seen.clone(), gate.clone());
    let app = stage
        .start(handler_fn(move |cx: Context, event: Event| {
            noted.note(&cx, &event);
            let held = held.clone();
            async move {
                held.pass().await;
                cx.respond("late").await?;
                Ok(())
            }
        }))
        .await;
    let alice = stage.sim.user("Alice");
    stage.sim.say(&alice, "hi").unwrap();
    seen.wait(1).await;
    clock.advance(Duration::from_secs(51));
    gate.open();
    app.stop().await;
    assert_eq!(heard(&stage.sim, alice, 1).await, [said("late", Via::Push)]);
    assert!(stage.sim.calls_to("reply").is_empty());
}

#[tokio::test]
async fn p8_a_token_that_line_refuses_is_journaled_before_the_push_that_follows() {
    let stage = Stage::new().await;
    stage.sim.fault(Fault::on("reply", Harm::invalid_reply_token()));
    let gate = Gate::closed();
    let held = gate.clone();
    let app = stage
        .start(handler_fn(move |cx: Context, _: Event| {
            let held = held.clone();
            async move {
                cx.respond("hello").await?;
                held.pass().await;
                Ok(())
            }
        }))
        .await;
    let alice = stage.sim.user("Alice");
    let event = stage.sim.say(&alice, "hi").unwrap();
    assert_eq!(heard(&stage.sim, alice, 1).await, [said("hello", Via::Push)]);
    let operator = stage.operator().unwrap();
    let shown = operator.show(&Channel::from("default"), &event.id).unwrap().unwrap();
    let entry = |route| shown.journal.iter().find(|it| it.entry.route == route).unwrap();
    assert_eq!(shown.journal.len(), 2, "{:?}", shown.journal);
    let reply = entry(Route::Reply).result.clone();
    assert!(matches!(&reply, Some(SendResult::Refused { status: 400, .. })), "{reply:?}");
    assert_eq!(&*entry(Route::Push).entry.key, "#0");
    gate.open();
    app.stop().await;
}

#[tokio::test]
async fn p8_twelve_messages_go_out_in_three_parts_in_order() {
    let stage = Stage::new().await;
    let app = stage
        .start(handler_fn(|cx: Context, _: Event| async move {
            let sent =
                cx.respond((1..=12).map(|n| TextMessage::new(n.to_string())).collect::<Vec<_>>()).await?;
            if sent.messages.len() == 12 { Ok(()) } else { Err(HandlerError::permanent("not all are known")) }
        }))
        .await;
    let alice = stage.sim.user("Alice");
    stage.sim.say(&alice, "hi").unwrap();
    let all = heard(&stage.sim, alice, 12).await;
    app.stop().await;
    let via = |n| if n <= 5 { Via::Reply } else { Via::Push };
    assert_eq!(all, (1..=12).map(|n| said(&n.to_string(), via(n))).collect::<Vec<_>>());
    assert_eq!((stage.sim.calls_to("reply").len(), stage.sim.calls_to("push").len()), (1, 2));
    assert!(stage.list(&Default::default()).is_empty());
}

#[tokio::test]
async fn a_quote_carries_the_token_of_the_message_it_quotes() {
    let stage = Stage::new().await;
    let app = stage.start(QuoteBot).await;
    let alice = stage.sim.user("Alice");
    let event = stage.sim.say(&alice, "quote me").unwrap();
    let answer = heard_whole(&stage.sim, alice, 1).await.remove(0);
    app.stop().await;
    assert_eq!((answer.text(), answer.via), ("quote me", Via::Reply));
    assert!(event.json["message"]["quoteToken"].is_string());
    assert_eq!(answer.message["quoteToken"], event.json["message"]["quoteToken"]);
}

#[tokio::test]
async fn p8_the_second_answer_is_a_push() {
    let stage = Stage::new().await;
    let app = stage
        .start(handler_fn(|cx: Context, _: Event| async move {
            cx.respond("one").await?;
            cx.respond("two").await?;
            Ok(())
        }))
        .await;
    let alice = stage.sim.user("Alice");
    stage.sim.say(&alice, "hi").unwrap();
    stage.acked(1).await;
    app.stop().await;
    assert_eq!(heard(&stage.sim, alice, 2).await, [said("one", Via::Reply), said("two", Via::Push)]);
}

#[tokio::test]
async fn p8_respond_fallback_error_forbids_the_push() {
    let stage = Stage::new().await.set("RESPOND_FALLBACK", "error");
    let app = stage
        .start(handler_fn(|cx: Context, _: Event| async move {
            cx.respond("one").await?;
            let second = cx.respond("two").await.unwrap_err();
            assert!(matches!(second, SendError::ReplyTokenSpent), "{second}");
            Err(second.into())
        }))
        .await;
    let alice = stage.sim.user("Alice");
    stage.sim.say(&alice, "hi").unwrap();
    let parked = stage.parked(1).await;
    app.stop().await;
    assert_eq!(parked[0].parked.as_ref().unwrap().0.reason, ParkReason::Permanent);
    assert_eq!(heard(&stage.sim, alice, 1).await, [said("one", Via::Reply)]);
    assert!(stage.sim.calls_to("push").is_empty());
}

#[tokio::test]
async fn p8_reply_only_forbids_the_push() {
    let stage = Stage::new().await;
    stage.sim.fault(Fault::on("reply", Harm::invalid_reply_token()));
    let app = stage
        .start(handler_fn(|cx: Context, _: Event| async move {
            cx.respond("one").reply_only().await?;
            Ok(())
        }))
        .await;
    let alice = stage.sim.user("Alice");
    stage.sim.say(&alice, "hi").unwrap();
    let parked = stage.parked(1).await;
    app.stop().await;
    assert_eq!(parked[0].parked.as_ref().unwrap().0.reason, ParkReason::Refused);
    assert!(stage.sim.calls_to("push").is_empty() && stage.sim.heard(alice).is_empty());
}
