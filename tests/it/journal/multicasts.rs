//! Multicasts: journaled part by part, and known as one.

use line_bot_server::client::api::message::PartOutcome;
use line_bot_server::dispatch::{Context, Handler, SendError, handler_fn};
use line_bot_server::inbox::{JournalEntry, ParkReason};
use line_bot_server::line::UserId;

use crate::dispatch::support::{Delivered, Fault, On, Point, World, text};

const UNKNOWN_USER: Fault = Fault::Status(400, "Failed to send messages");
const MONTHLY: Fault = Fault::Status(429, "You have reached your monthly limit.");

pub(super) fn users(n: usize) -> Vec<UserId> {
    (0..n).map(|n| UserId::from(format!("U{n:05}"))).collect()
}

/// How many users each multicast reached.
fn reached(world: &World) -> Vec<usize> {
    let of = |one: &Delivered| match one {
        Delivered::Multicast(n, ..) => *n,
        other => panic!("{other:?}"),
    };
    world.line.delivered().iter().map(of).collect()
}

pub(super) fn multicasting(n: usize) -> impl Handler {
    handler_fn(move |cx: Context, _| async move { Ok(cx.multicast(users(n), "A").await.map(drop)?) })
}

pub(super) async fn journal(world: &World) -> Vec<JournalEntry> {
    world.show("E1").await.unwrap().journal
}

pub(super) async fn a_multicast_goes_out_in_parts_of_500_under_keys_of_their_own(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world
        .run(handler_fn(async |cx: Context, _| {
            let mut turned = users(1200);
            turned.reverse();
            turned.extend(users(3));
            let sent = cx.multicast(turned, ["A", "B"]).notification_disabled(true).await?;
            assert_eq!((sent.parts.len(), sent.accepted().count()), (3, 1200));
            Ok(())
        }))
        .await;
    assert_eq!(reached(&world), [500, 500, 200]);
    let mut keys = world.line.keys();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 3);
    assert!(world.is_done("E1").await);
}

pub(super) async fn a_crash_between_the_parts_of_a_multicast_doubles_none(on: On) {
    for point in [Point::AfterCall, Point::BeforeResult] {
        let world = on.world().await;
        world.accept([text("E1")]).await;
        world.crash(point, multicasting(700)).await;
        assert_eq!(reached(&world), [500], "{point:?}");
        world.run(multicasting(700)).await;
        assert_eq!(reached(&world), [500, 200], "{point:?}");
        assert!(world.is_done("E1").await, "{point:?}");
    }
}

pub(super) async fn a_refused_part_of_a_multicast_does_not_hide_the_others_and_the_re_run_sends_it_alone(
    on: On,
) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.line.fault(UNKNOWN_USER);
    world
        .run(handler_fn(async |cx: Context, _| {
            let error = cx.multicast(users(1200), "A").await.unwrap_err();
            let SendError::Multicast(told) = &error else { panic!("{error:?}") };
            let sent = told.sent().unwrap();
            assert_eq!((sent.accepted().count(), sent.refused().count()), (700, 500));
            assert!(matches!(sent.parts[0].outcome, PartOutcome::Refused(_)));
            Err(error.into())
        }))
        .await;
    assert_eq!(world.parked("E1").await, Some(ParkReason::Refused));
    assert_eq!(reached(&world), [500, 200]);
    world.retry(false).await;
    world.run(multicasting(1200)).await;
    assert_eq!(reached(&world), [500, 200, 500]);
    assert!(world.is_done("E1").await);
}

pub(super) async fn an_exhausted_quota_ends_a_multicast_and_parks_the_event(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.line.fault(MONTHLY);
    world.run(multicasting(1200)).await;
    assert_eq!(world.line.calls().len(), 1);
    assert_eq!(world.parked("E1").await, Some(ParkReason::Refused));
    assert!(world.detail("E1").await.contains("accepted for 0 of 1200 users"));
    assert_eq!(journal(&world).await.len(), 1);
}

pub(super) async fn a_re_run_tells_of_parts_that_were_accepted_behind_one_that_fails_now(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.line.fault(Fault::Status(500, "later"));
    world.run(multicasting(1200)).await;
    assert_eq!(reached(&world), [500, 200]);
    world.line.fault(MONTHLY);
    world
        .run_again(handler_fn(async |cx: Context, _| {
            let error = cx.multicast(users(1200), "A").await.unwrap_err();
            let SendError::Multicast(told) = &error else { panic!("{error:?}") };
            let sent = told.sent().unwrap();
            // What is refused now may have arrived before.
            assert_eq!((sent.accepted().count(), sent.unknown().count()), (700, 500));
            Ok(())
        }))
        .await;
    assert_eq!(world.line.calls().len(), 4);
}

pub(super) async fn a_multicast_to_other_users_has_diverged_before_any_of_them_gets_it(on: On) {
    for other in [700, 999, 501, 1500] {
        let world = on.world().await;
        world.accept([text("E1")]).await;
        world.crash(Point::BeforeSettle, multicasting(1000)).await;
        world.run(multicasting(other)).await;
        assert_eq!(reached(&world), [500, 500], "{other}");
        assert_eq!(world.parked("E1").await, Some(ParkReason::SendDiverged), "{other}");
    }
}

pub(super) async fn a_multicast_that_some_have_cannot_be_mended_for_users_would_move_between_its_parts(
    on: On,
) {
    // Without its first user, one of the part that was accepted would be in the other; without half of them, all would.
    for left_out in [1, 350] {
        let world = on.world().await;
        world.accept([text("E1")]).await;
        world.line.fault(UNKNOWN_USER);
        world.run(multicasting(700)).await;
        assert_eq!(reached(&world), [200], "{left_out}");
        world.retry(false).await;
        world
            .run(handler_fn(move |cx: Context, _| async move {
                Ok(cx.multicast(users(700).split_off(left_out), "A").await.map(drop)?)
            }))
            .await;
        assert_eq!(reached(&world), [200], "{left_out}: nobody gets it twice");
        assert_eq!(world.parked("E1").await, Some(ParkReason::SendDiverged), "{left_out}");
    }
}

pub(super) async fn a_multicast_that_nobody_has_may_be_mended(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.line.fault(UNKNOWN_USER);
    world.run(multicasting(500)).await;
    assert_eq!(world.parked("E1").await, Some(ParkReason::Refused));
    world.retry(false).await;
    world.run(multicasting(499)).await;
    assert_eq!(reached(&world), [499]);
    assert!(world.is_done("E1").await);
}
