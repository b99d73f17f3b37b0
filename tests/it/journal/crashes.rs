//! A process that dies at each point of a send, and the re-run: by every route, saying the same and saying
//! something else.

use line_bot_server::dispatch::{Handler, handler_fn};
use line_bot_server::inbox::ParkReason;

use crate::dispatch::support::{By, LEASE, On, Point, World, say, secs, text};

fn saying(by: By, what: &'static str) -> impl Handler {
    handler_fn(move |cx, _| async move { say(&cx, by, what).await })
}

/// Dies at `point` while saying "A", then runs again saying `again`.
async fn crashed_at(on: On, point: Point, by: By, again: &'static str) -> World {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.crash(point, saying(by, "A")).await;
    world.run(saying(by, again)).await;
    world
}

async fn assert_sent_once(on: On, point: Point) {
    for by in By::ALL {
        let world = crashed_at(on, point, by, "A").await;
        assert_eq!(world.line.texts(), ["A"], "{point:?} {by:?}");
        assert!(world.is_done("E1").await, "{point:?} {by:?}");
    }
}

/// The other request is not sent; whether the first one was depends on the point.
async fn assert_diverged(on: On, point: Point, delivered: &[&str]) {
    for by in By::ALL {
        let world = crashed_at(on, point, by, "B").await;
        assert_eq!(world.line.texts(), delivered, "{point:?} {by:?}");
        assert_eq!(world.parked("E1").await, Some(ParkReason::SendDiverged), "{point:?} {by:?}");
    }
}

pub(super) async fn before_the_note_nothing_left_and_the_re_run_sends(on: On) {
    assert_sent_once(on, Point::BeforeNote).await;
}

pub(super) async fn before_the_note_a_re_run_may_say_something_else(on: On) {
    for by in By::ALL {
        let world = crashed_at(on, Point::BeforeNote, by, "B").await;
        assert_eq!(world.line.texts(), ["B"], "{by:?}");
        assert!(world.is_done("E1").await, "{by:?}");
    }
}

pub(super) async fn between_note_and_call_the_re_run_sends_it_once(on: On) {
    assert_sent_once(on, Point::AfterNote).await;
}

pub(super) async fn between_note_and_call_a_different_re_run_is_parked_as_diverged(on: On) {
    assert_diverged(on, Point::AfterNote, &[]).await;
}

pub(super) async fn between_call_and_answer_the_re_run_repeats_it_and_it_arrives_once(on: On) {
    assert_sent_once(on, Point::AfterCall).await;
}

pub(super) async fn between_call_and_answer_a_different_re_run_is_parked_as_diverged(on: On) {
    assert_diverged(on, Point::AfterCall, &["A"]).await;
}

pub(super) async fn between_answer_and_result_the_re_run_repeats_it_and_it_arrives_once(on: On) {
    assert_sent_once(on, Point::BeforeResult).await;
    for by in By::KEYED {
        let world = crashed_at(on, Point::BeforeResult, by, "A").await;
        let keys = world.line.keys();
        assert_eq!(keys.len(), 2, "{by:?}");
        assert_eq!(keys[0], keys[1], "the same retry key: {by:?}");
    }
}

pub(super) async fn between_answer_and_result_a_different_re_run_is_parked_as_diverged(on: On) {
    assert_diverged(on, Point::BeforeResult, &["A"]).await;
}

pub(super) async fn between_result_and_settle_the_re_run_gets_the_result_without_calling_line(on: On) {
    for by in By::ALL {
        let world = crashed_at(on, Point::BeforeSettle, by, "A").await;
        assert_eq!(world.line.texts(), ["A"], "{by:?}");
        assert_eq!(world.line.calls().len(), 1, "{by:?}");
        assert!(world.is_done("E1").await, "{by:?}");
    }
}

pub(super) async fn between_result_and_settle_a_different_re_run_is_parked_as_diverged(on: On) {
    assert_diverged(on, Point::BeforeSettle, &["A"]).await;
}

pub(super) async fn a_reply_that_may_have_arrived_is_not_repeated_once_its_token_is_stale(on: On) {
    for (point, delivered) in [(Point::AfterNote, vec![]), (Point::AfterCall, vec!["A"])] {
        let world = on.world().await;
        world.accept([text("E1")]).await;
        world.crash(point, saying(By::Reply, "A")).await;
        world.advance(secs(50) - LEASE).await;
        world.run(handler_fn(async |cx, _| Ok(cx.respond("A").await.map(drop)?))).await;
        assert_eq!(world.line.texts(), delivered, "{point:?}: no push, no second reply");
        assert_eq!(world.parked("E1").await, Some(ParkReason::OutcomeUnknown), "{point:?}");
    }
}

pub(super) async fn a_send_of_unknown_outcome_is_repeated_for_23_hours_and_then_refused(on: On) {
    let moments = [(23 * 3600 - 60, true), (23 * 3600 + 1, false)];
    for (by, (later, arrived)) in By::KEYED.into_iter().flat_map(|by| moments.map(|moment| (by, moment))) {
        let world = on.world().await;
        world.accept([text("E1")]).await;
        world.crash(Point::AfterNote, saying(by, "A")).await;
        world.advance(secs(later) - LEASE).await;
        world.run(saying(by, "A")).await;
        assert_eq!(world.line.texts().len(), usize::from(arrived), "{by:?} after {later} s");
        let expired = (!arrived).then_some(ParkReason::RetryKeyExpired);
        assert_eq!(world.parked("E1").await, expired, "{by:?} after {later} s");
    }
}

pub(super) async fn only_a_retry_with_resend_sends_an_expired_push_anew(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.crash(Point::AfterNote, saying(By::Push, "A")).await;
    world.advance(secs(24 * 3600)).await;
    world.run(saying(By::Push, "A")).await;
    world.retry(false).await;
    world.run(saying(By::Push, "A")).await;
    assert_eq!(world.parked("E1").await, Some(ParkReason::RetryKeyExpired));
    assert!(world.line.texts().is_empty());
    world.retry(true).await;
    world.run(saying(By::Push, "A")).await;
    assert_eq!(world.line.texts(), ["A"]);
    assert!(world.is_done("E1").await);
}

pub(super) async fn a_retry_with_resend_sends_under_a_new_key_though_line_still_has_the_old_one(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.crash(Point::BeforeSettle, saying(By::Push, "A")).await;
    world.run(saying(By::Push, "B")).await;
    assert_eq!(world.parked("E1").await, Some(ParkReason::SendDiverged));
    world.retry(true).await;
    world.run(saying(By::Push, "B")).await;
    assert_eq!(world.line.texts(), ["A", "B"], "a 409 to the old key would be a false success");
    assert!(world.is_done("E1").await);
}

pub(super) async fn results_of_accepted_sends_outlive_the_23_hours(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.crash(Point::BeforeSettle, saying(By::Push, "A")).await;
    world.advance(secs(48 * 3600)).await;
    world.run(saying(By::Push, "A")).await;
    assert_eq!(world.line.texts(), ["A"]);
    assert!(world.is_done("E1").await);
}

pub(super) async fn a_crash_in_the_second_of_two_sends_repeats_that_one_alone(on: On) {
    let two = || {
        handler_fn(async |cx, _| {
            cx.respond("one").await?;
            cx.push("two").await?;
            Ok(())
        })
    };
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.crash(Point::BeforeSettle, handler_fn(async |cx, _| Ok(cx.respond("one").await.map(drop)?))).await;
    world.crash(Point::AfterNote, two()).await;
    world.run(two()).await;
    assert_eq!(world.line.texts(), ["one", "two"]);
    assert!(world.is_done("E1").await);
}
