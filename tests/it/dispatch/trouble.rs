//! An inbox that fails for a while: nothing is sent that is not journaled, nothing handled is forgotten; and the figures.

use std::sync::Arc;

use line_bot_server::dispatch::{Context, SendError, Step, handler_fn};
use line_bot_server::inbox::Inbox;
use metrics_exporter_prometheus::PrometheusBuilder;

use super::support::{By, Fault, LEASE, On, Point, Stuck, World, group, say, secs, text, text_in};

fn failing(world: &World, point: Point, times: u32) -> Arc<dyn Inbox> {
    Arc::new(Stuck::failing(Arc::clone(&world.inbox), point, times))
}

pub(super) async fn a_step_outlives_an_inbox_that_fails(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    let worker = world.worker_on(failing(&world, Point::BeforeClaim, 2), handler_fn(async |_, _| Ok(())));
    assert_eq!(worker.step().await, Step::Idle(Some(secs(1))));
    assert_eq!(worker.step().await, Step::Idle(Some(secs(1))));
    assert_eq!(worker.step().await, Step::Started(1));
    worker.settled().await;
    assert!(world.is_done("E1").await);
}

pub(super) async fn a_send_waits_until_it_can_be_noted(on: On) {
    for point in [Point::BeforeNote, Point::AfterNote] {
        let world = on.world().await;
        world.accept([text("E1")]).await;
        let worker = world
            .worker_on(failing(&world, point, 2), handler_fn(async |cx, _| say(&cx, By::Push, "A").await));
        worker.step().await;
        worker.settled().await;
        assert_eq!(world.line.texts(), ["A"], "{point:?}");
        assert!(world.is_done("E1").await, "{point:?}");
    }
}

pub(super) async fn what_cannot_be_noted_before_the_lease_ends_is_not_sent_and_the_event_is_handled_again(
    on: On,
) {
    for point in [Point::BeforeNote, Point::AfterNote] {
        let world = on.world().await;
        world.accept([text("E1")]).await;
        let (told, mut failed) = tokio::sync::mpsc::unbounded_channel();
        let clock = world.clock.clone();
        let worker = world.worker_on(
            failing(&world, point, u32::MAX),
            handler_fn(move |cx: Context, _| {
                let (told, clock) = (told.clone(), clock.clone());
                async move {
                    let push = async { cx.key("k").push("A").await };
                    let meanwhile = async {
                        tokio::task::yield_now().await;
                        clock.advance(LEASE);
                    };
                    let (pushed, ()) = tokio::join!(push, meanwhile);
                    told.send(matches!(pushed, Err(SendError::Journal(_)))).unwrap();
                    Ok(pushed.map(drop)?)
                }
            }),
        );
        worker.step().await;
        worker.settled().await;
        assert_eq!(failed.recv().await, Some(true), "{point:?}");
        assert!(world.line.texts().is_empty(), "{point:?}");
        world.advance(LEASE).await;
        world.run_again(handler_fn(async |cx: Context, _| Ok(cx.key("k").push("A").await.map(drop)?))).await;
        assert_eq!(world.line.texts(), ["A"], "{point:?}");
        assert!(world.is_done("E1").await, "{point:?}");
    }
}

pub(super) async fn a_result_that_cannot_be_written_does_not_undo_the_send(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    let handler = || {
        handler_fn(async |cx: Context, _| {
            cx.push("A").await?;
            if cx.attempt() == 1 {
                Err(line_bot_server::dispatch::HandlerError::new("later"))
            } else {
                Ok(())
            }
        })
    };
    let worker = world.worker_on(failing(&world, Point::BeforeResult, 1), handler());
    worker.step().await;
    worker.settled().await;
    world.run_again(handler()).await;
    assert_eq!(world.line.texts(), ["A"]);
    assert_eq!(world.line.keys().len(), 2, "repeated under its key");
    assert!(world.is_done("E1").await);
}

pub(super) async fn a_refusal_that_cannot_be_written_is_not_followed_by_a_push(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.line.spend("token-E1");
    let handler = handler_fn(async |cx, _| Ok(cx.respond("A").await.map(drop)?));
    let worker = world.worker_on(failing(&world, Point::BeforeResult, 1), handler);
    worker.step().await;
    worker.settled().await;
    assert!(world.line.texts().is_empty());
    assert!(world.last_error("E1").await.contains("journal"));
}

pub(super) async fn what_was_handled_is_settled_once_the_inbox_works_again(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    let worker = world.worker_on(failing(&world, Point::BeforeSettle, 2), handler_fn(async |_, _| Ok(())));
    worker.step().await;
    worker.settled().await;
    assert!(world.is_done("E1").await);
}

#[test]
fn events_answers_and_notes_are_counted() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    metrics::with_local_recorder(&recorder, || {
        runtime.block_on(async {
            let world = On::Memory.world().await;
            world.accept([text("E1"), text_in("E2", group("C1")), text_in("E3", group("C2"))]).await;
            world.line.fault(Fault::NotSent);
            world
                .run(handler_fn(async |cx: Context, _| match cx.event_id().as_str() {
                    "E1" => say(&cx, By::Push, "A").await,
                    "E2" => Ok(cx.respond(vec!["B"; 6]).await.map(drop)?),
                    _ => Err(line_bot_server::dispatch::HandlerError::permanent("no")),
                }))
                .await;
        });
    });
    let figures = recorder.handle().render();
    for expected in [
        r#"linebot_events_total{type="message",outcome="retried"} 1"#,
        r#"linebot_events_total{type="message",outcome="handled"} 1"#,
        r#"linebot_events_total{type="message",outcome="parked"} 1"#,
        r#"linebot_answers_total{route="reply"} 1"#,
        r#"linebot_answers_total{route="push"} 1"#,
        "linebot_journal_notes_total 3",
        "linebot_reply_token_age_seconds_count 1",
        r#"linebot_handler_seconds_count{outcome="ok"} 1"#,
        r#"linebot_handler_seconds_count{outcome="error"} 2"#,
    ] {
        assert!(figures.lines().any(|line| line == expected), "{expected} is not in\n{figures}");
    }
}
