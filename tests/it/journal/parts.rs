//! Answers of more than five messages go out in parts; what cannot go out whole is not begun.

use line_bot_server::dispatch::{Context, Fallback, SendError, handler_fn};
use line_bot_server::inbox::ParkReason;

use crate::dispatch::support::{Delivered, Fault, On, Point, World, secs, text};

fn numbers(n: usize) -> Vec<String> {
    (1..=n).map(|n| n.to_string()).collect()
}

/// How many messages each call carried, and whether it was a reply.
fn shape(world: &World) -> Vec<(bool, usize)> {
    let of = |one: &Delivered| match one {
        Delivered::Reply(texts) => (true, texts.len()),
        Delivered::Push(_, texts) => (false, texts.len()),
        other => panic!("{other:?}"),
    };
    world.line.delivered().iter().map(of).collect()
}

pub(super) async fn respond_replies_with_the_first_five_and_pushes_the_rest_in_order(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world
        .run(handler_fn(async |cx, _| {
            let sent = cx.respond(numbers(12)).await?;
            assert_eq!(sent.messages.len(), 12);
            Ok(())
        }))
        .await;
    assert_eq!(shape(&world), [(true, 5), (false, 5), (false, 2)]);
    assert_eq!(world.line.texts(), numbers(12));
    assert!(world.is_done("E1").await);
}

pub(super) async fn push_sends_parts_under_keys_of_their_own(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.run(handler_fn(async |cx, _| Ok(cx.push(numbers(11)).await.map(drop)?))).await;
    assert_eq!(shape(&world), [(false, 5), (false, 5), (false, 1)]);
    let mut keys = world.line.keys();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 3);
}

pub(super) async fn a_re_run_goes_on_with_the_part_that_is_missing(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    let handler = || handler_fn(async |cx: Context, _| Ok(cx.respond(numbers(12)).await.map(drop)?));
    // The reply arrives, as its refused repeat shows; then the answer to the second part is lost.
    world.line.fault(Fault::LostAfter);
    world.line.fault(Fault::Status(400, "Invalid reply token"));
    world.line.fault(Fault::LostAfter);
    world.run(handler()).await;
    assert_eq!(shape(&world), [(true, 5), (false, 5)]);
    world.run_again(handler()).await;
    assert_eq!(world.line.texts(), numbers(12));
    assert!(world.is_done("E1").await);
}

pub(super) async fn a_crash_between_parts_doubles_none(on: On) {
    for point in [Point::AfterCall, Point::BeforeResult] {
        let world = on.world().await;
        world.accept([text("E1")]).await;
        let handler = || handler_fn(async |cx: Context, _| Ok(cx.push(numbers(7)).await.map(drop)?));
        world.crash(point, handler()).await;
        world.run(handler()).await;
        assert_eq!(world.line.texts(), numbers(7), "{point:?}");
        assert!(world.is_done("E1").await, "{point:?}");
    }
}

pub(super) async fn what_may_not_be_pushed_and_does_not_fit_a_reply_is_not_begun(on: On) {
    let mut world = on.world().await;
    world.accept([text("E1")]).await;
    world
        .run(handler_fn(async |cx, _| {
            let too_many = cx.respond(numbers(6)).reply_only().await;
            assert!(matches!(too_many, Err(SendError::TooMany { messages: 6, max: 5 })));
            assert!(matches!(cx.reply(numbers(6)).await, Err(SendError::TooMany { .. })));
            Ok(())
        }))
        .await;
    world.settings.fallback = Fallback::Error;
    world.accept([text("E2")]).await;
    world
        .run(handler_fn(async |cx, _| {
            assert!(matches!(cx.respond(numbers(6)).await, Err(SendError::TooMany { .. })));
            Ok(())
        }))
        .await;
    assert!(world.line.delivered().is_empty());
    assert!(world.is_done("E1").await && world.is_done("E2").await);
}

pub(super) async fn nothing_to_send_is_an_error(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world
        .run(handler_fn(async |cx, _| {
            assert!(matches!(cx.respond(Vec::<String>::new()).await, Err(SendError::NoMessages)));
            Ok(cx.push(Vec::<String>::new()).await.map(drop)?)
        }))
        .await;
    assert!(world.line.calls().is_empty());
    assert_eq!(world.parked("E1").await, Some(ParkReason::Permanent));
}

pub(super) async fn parts_after_a_stale_first_are_pushed_too(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.advance(secs(50)).await;
    world.run(handler_fn(async |cx, _| Ok(cx.respond(numbers(6)).await.map(drop)?))).await;
    assert_eq!(shape(&world), [(false, 5), (false, 1)]);
}
