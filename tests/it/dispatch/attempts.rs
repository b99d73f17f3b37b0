//! An event is handled until it is done, or parked with its reason (P4, P6, P10).

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use line_bot_server::dispatch::{Context, Handler, HandlerError, Step, handler_fn};
use line_bot_server::inbox::{ParkReason, State};
use line_bot_server::line::{Event, RawEvent};

use super::support::{By, Fault, On, Point, channel, event, ms, say, secs, text, unsend, user};

/// Fails in its first attempts.
fn flaky(failures: u32) -> impl Handler {
    handler_fn(move |cx: Context, _| async move {
        if cx.attempt() <= failures { Err(HandlerError::new("not yet")) } else { Ok(()) }
    })
}

pub(super) async fn a_failed_attempt_is_retried_and_the_attempt_is_counted(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.run(flaky(1)).await;
    let shown = world.show("E1").await.unwrap();
    assert_eq!((shown.listed.state, shown.listed.attempts), (State::Waiting, 1));
    assert_eq!(world.last_error("E1").await, "not yet");
    world.run_again(flaky(1)).await;
    assert!(world.is_done("E1").await);
}

pub(super) async fn the_pause_doubles_up_to_30_s_give_or_take_a_fifth(on: On) {
    let mut world = on.world().await;
    world.settings.attempts = 20;
    world.accept([text("E1")]).await;
    let expected = [1, 2, 4, 8, 16, 30, 30];
    for pause in expected {
        world.run(flaky(20)).await;
        let due = world.show("E1").await.unwrap().listed.due.unwrap();
        let pause_ms = due.since(world.clock.now().wall).as_millis();
        assert!((pause * 800..=30_000.min(pause * 1200)).contains(&pause_ms), "{pause} s: {pause_ms} ms");
        world.advance(secs(30)).await;
    }
}

pub(super) async fn after_the_last_attempt_it_is_parked_with_its_payload_and_its_error(on: On) {
    let mut world = on.world().await;
    world.settings.attempts = 2;
    world.accept([text("E1")]).await;
    world.run(flaky(9)).await;
    world.run_again(flaky(9)).await;
    assert_eq!(world.parked("E1").await, Some(ParkReason::Attempts));
    assert_eq!(world.detail("E1").await, "not yet");
    assert!(!world.show("E1").await.unwrap().json.is_empty());
    world.retry(false).await;
    world.run(flaky(0)).await;
    assert!(world.is_done("E1").await);
}

pub(super) async fn a_permanent_error_parks_without_more_attempts(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.run(handler_fn(async |_, _| Err(HandlerError::permanent("no such order")))).await;
    assert_eq!(world.parked("E1").await, Some(ParkReason::Permanent));
    assert_eq!(world.detail("E1").await, "no such order");
}

pub(super) async fn lines_refusal_and_an_exhausted_quota_park_without_more_attempts(on: On) {
    for (status, message) in [(403, "Not available"), (429, "You have reached your monthly limit.")] {
        let world = on.world().await;
        world.accept([text("E1")]).await;
        world.line.fault(Fault::Status(status, message));
        world.run(handler_fn(async |cx, _| say(&cx, By::Push, "A").await)).await;
        assert_eq!(world.parked("E1").await, Some(ParkReason::Refused), "{message}");
        assert!(world.detail("E1").await.contains(message));
    }
}

pub(super) async fn a_refusal_inside_the_authors_own_error_is_found(on: On) {
    #[derive(Debug, thiserror::Error)]
    #[error("cannot greet")]
    struct CannotGreet(#[source] line_bot_server::dispatch::SendError);
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.line.fault(Fault::Status(403, "Not available"));
    world.run(handler_fn(async |cx, _| Ok(cx.push("A").await.map(drop).map_err(CannotGreet)?))).await;
    assert_eq!(world.parked("E1").await, Some(ParkReason::Refused));
    let detail = world.detail("E1").await;
    assert!(detail.starts_with("cannot greet: push: ") && detail.contains("403"), "{detail}");
}

pub(super) async fn a_refusal_is_found_in_whatever_hides_the_error_itself(on: On) {
    async fn sends(cx: &Context) -> Vec<anyhow::Error> {
        let client = cx.unguarded_client();
        vec![
            cx.push("A").await.unwrap_err().into(),
            cx.multicast(["U5"], "A").await.unwrap_err().into(),
            client.broadcast("A").await.unwrap_err().into(),
            client.multicast(["U5"], "A").await.unwrap_err().into(),
            anyhow::Error::from(client.broadcast("A").await.unwrap_err()).context("while greeting"),
        ]
    }
    for nth in 0..5 {
        let world = on.world().await;
        world.accept([text("E1")]).await;
        world.line.faults(&Fault::Status(403, "Not available"), 5);
        world
            .run(handler_fn(move |cx: Context, _| async move {
                Err(HandlerError::new(sends(&cx).await.swap_remove(nth)))
            }))
            .await;
        assert_eq!(world.parked("E1").await, Some(ParkReason::Refused), "{nth}");
        let detail = world.detail("E1").await;
        assert_eq!(detail.matches("Not available").count(), 1, "{detail}");
    }
}

pub(super) async fn the_rate_limit_and_a_missing_connection_are_retried(on: On) {
    let rate = Fault::Status(429, "The API rate limit has been exceeded. Try again later.");
    for fault in [rate, Fault::NotSent, Fault::LostAfter, Fault::Status(500, "oops")] {
        let world = on.world().await;
        world.accept([text("E1")]).await;
        world.line.fault(fault.clone());
        world.run(handler_fn(async |cx, _| say(&cx, By::Push, "A").await)).await;
        assert_eq!(world.parked("E1").await, None, "{fault:?}");
        world.run_again(handler_fn(async |cx, _| say(&cx, By::Push, "A").await)).await;
        assert_eq!(world.line.texts(), ["A"], "{fault:?}");
        assert!(world.is_done("E1").await);
    }
}

pub(super) async fn a_panic_hurts_its_own_event_alone_and_is_retried(on: On) {
    let world = on.world().await;
    world.accept([text("E1"), super::support::text_in("E2", super::support::group("C1"))]).await;
    let handler = || {
        handler_fn(async |cx: Context, _| {
            assert!(cx.event_id().as_str() != "E1" || cx.attempt() > 1, "boom {}", cx.event_id());
            Ok(())
        })
    };
    world.run(handler()).await;
    assert!(world.is_done("E2").await);
    assert_eq!(world.last_error("E1").await, "the handler panicked: boom E1");
    world.run_again(handler()).await;
    assert!(world.is_done("E1").await);
}

pub(super) async fn a_panic_before_the_first_await_is_caught_too(on: On) {
    struct Rude;
    impl Handler for Rude {
        fn handle(&self, _: Context, _: Event) -> impl Future<Output = Result<(), HandlerError>> + Send {
            if self.always() {
                panic!("at once");
            }
            async { Ok(()) }
        }
    }
    impl Rude {
        fn always(&self) -> bool {
            true
        }
    }
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.run(Rude).await;
    assert_eq!(world.last_error("E1").await, "the handler panicked: at once");
}

pub(super) async fn a_handler_that_does_not_end_in_time_has_failed(on: On) {
    let mut world = on.world().await;
    world.settings.timeout = ms(5);
    world.accept([text("E1")]).await;
    world.run(handler_fn(async |_, _| std::future::pending().await)).await;
    assert_eq!(world.last_error("E1").await, "the handler did not end within 5ms (HANDLER_TIMEOUT)");
    assert_eq!(world.show("E1").await.unwrap().listed.attempts, 1);
}

pub(super) async fn an_event_in_hand_at_too_many_crashes_is_parked_without_being_handled_again(on: On) {
    let mut world = on.world().await;
    world.settings.attempts = 2;
    world.accept([text("E1")]).await;
    for _ in 0..2 {
        world.crash(Point::BeforeSettle, handler_fn(async |_, _| Ok(()))).await;
    }
    let handled = Arc::new(AtomicU32::new(0));
    world.run(counting(&handled)).await;
    assert_eq!(handled.load(Ordering::Relaxed), 0);
    assert_eq!(world.parked("E1").await, Some(ParkReason::ProcessDied));
    assert_eq!(world.detail("E1").await, "the process died 2 times while handling it");
}

pub(super) async fn failures_and_crashes_are_told_apart(on: On) {
    let mut world = on.world().await;
    world.settings.attempts = 2;
    world.accept([text("E1")]).await;
    world.run(flaky(9)).await;
    world.advance(secs(2)).await;
    world.crash(Point::BeforeSettle, handler_fn(async |_, _| Ok(()))).await;
    world.run(flaky(9)).await;
    assert_eq!(world.parked("E1").await, Some(ParkReason::ProcessDied));
    let detail = world.detail("E1").await;
    assert!(detail.starts_with("the process died 1 times") && detail.ends_with("1 times"), "{detail}");
}

fn counting(handled: &Arc<AtomicU32>) -> impl Handler + use<> {
    let handled = Arc::clone(handled);
    handler_fn(move |_, _| {
        handled.fetch_add(1, Ordering::Relaxed);
        async { Ok(()) }
    })
}

pub(super) async fn a_known_type_of_unreadable_shape_is_parked_and_its_neighbours_never_notice(on: On) {
    let world = on.world().await;
    let broken = RawEvent { json: Bytes::from_static(br#"{"type":"message","message":17}"#), ..text("E1") };
    world.accept([broken, text("E2")]).await;
    let handled = Arc::new(AtomicU32::new(0));
    world.run(counting(&handled)).await;
    assert_eq!(world.parked("E1").await, Some(ParkReason::Undecodable));
    assert!(world.detail("E1").await.contains("message"));
    assert!(world.is_done("E2").await);
    assert_eq!(handled.load(Ordering::Relaxed), 1);
}

pub(super) async fn an_unknown_type_reaches_the_handler_with_its_json(on: On) {
    let world = on.world().await;
    let raw = event("E1", user("U1"), serde_json::json!({ "type": "newThing", "newThing": { "x": 1 } }));
    let json = raw.json.clone();
    world.accept([raw]).await;
    world
        .run(handler_fn(move |cx: Context, event| {
            let json = json.clone();
            async move {
                assert!(matches!(event, Event::Unknown(_)), "{event:?}");
                assert_eq!(cx.raw().as_bytes(), json);
                Ok(())
            }
        }))
        .await;
    assert!(world.is_done("E1").await);
}

pub(super) async fn a_message_that_was_unsent_while_it_waited_is_never_handled_and_the_unsend_is(on: On) {
    let world = on.world().await;
    world.accept([text("E1"), unsend("E2", "E1")]).await;
    let kinds: Arc<std::sync::Mutex<Vec<String>>> = Arc::default();
    let seen = Arc::clone(&kinds);
    world
        .run(handler_fn(move |_, event: Event| {
            seen.lock().unwrap().push(event.kind().to_owned());
            async { Ok(()) }
        }))
        .await;
    assert_eq!(*kinds.lock().unwrap(), ["unsend"]);
    assert!(world.is_done("E1").await && world.is_done("E2").await);
}

pub(super) async fn a_message_that_was_unsent_while_it_was_in_hand_is_neither_interrupted_nor_retried(
    on: On,
) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    let (begun, go_on) = (Arc::new(tokio::sync::Notify::new()), Arc::new(tokio::sync::Notify::new()));
    let handled = Arc::new(AtomicU32::new(0));
    let worker = world.worker(handler_fn({
        let (begun, go_on, handled) = (Arc::clone(&begun), Arc::clone(&go_on), Arc::clone(&handled));
        move |_, _| {
            let (begun, go_on, handled) = (Arc::clone(&begun), Arc::clone(&go_on), Arc::clone(&handled));
            async move {
                begun.notify_one();
                go_on.notified().await;
                handled.fetch_add(1, Ordering::Relaxed);
                Err(HandlerError::new("failed"))
            }
        }
    }));
    worker.step().await;
    begun.notified().await;
    world.accept([unsend("E2", "E1")]).await;
    go_on.notify_one();
    worker.settled().await;
    assert_eq!(handled.load(Ordering::Relaxed), 1);
    assert!(world.is_done("E1").await);
    assert!(world.show("E2").await.is_some(), "the unsend waits its turn");
}

pub(super) async fn an_event_of_a_channel_that_is_gone_is_parked_and_says_what_to_do(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    let worker = line_bot_server::dispatch::Worker::new(
        world.settings.clone(),
        Arc::clone(&world.inbox),
        handler_fn(async |_, _| Ok(())),
        Default::default(),
        Arc::clone(&world.wake),
        world.clock.clone(),
    );
    assert_eq!(worker.step().await, Step::Started(1));
    worker.settled().await;
    assert_eq!(world.parked("E1").await, Some(ParkReason::Permanent));
    assert!(world.detail("E1").await.contains(channel().as_str()));
}

#[tokio::test]
async fn a_handlers_debug_shows_the_kind_and_not_the_text() {
    let error = HandlerError::permanent("what the user wrote");
    assert!(!format!("{error:?}").contains("wrote"));
    assert!(format!("{error:?}").contains("permanent"));
    assert_eq!(error.to_string(), "what the user wrote");
}
