//! Multicast, narrowcast and broadcast: journaled like a push, each request an entry of its own.

use std::sync::{Arc, Mutex};

use line_bot_server::dispatch::context::Narrowcasting;
use line_bot_server::dispatch::{Context, HandlerError, SendError, handler_fn};
use line_bot_server::inbox::{ParkReason, Route, SendResult};
use line_bot_server::line::narrowcast::{Age, Demographic, Limit, Recipient};
use line_bot_server::line::{AggregationUnit, RetryKey, UserId};

use super::multicasts::{journal, multicasting, users};
use crate::dispatch::support::{Delivered, Fault, On, Point, event, group, secs, text, user};

pub(super) async fn a_re_run_gets_the_narrowcast_of_the_first_run(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    let seen: Arc<Mutex<Vec<_>>> = Arc::default();
    let handler = || {
        let seen = Arc::clone(&seen);
        handler_fn(move |cx: Context, _| {
            let seen = Arc::clone(&seen);
            async move {
                let narrowcast = cx.narrowcast("A").await?;
                seen.lock().unwrap().push(narrowcast.request_id.to_string());
                if cx.attempt() == 1 { Err(HandlerError::new("not yet")) } else { Ok(()) }
            }
        })
    };
    world.run(handler()).await;
    let entries = journal(&world).await;
    let Some(SendResult::Accepted { request_id: Some(id), .. }) = &entries[0].result else {
        panic!("{entries:?}")
    };
    assert_eq!((id.as_str(), entries[0].entry.route), ("request-1", Route::Narrowcast));
    world.run_again(handler()).await;
    assert_eq!(*seen.lock().unwrap(), ["request-1", "request-1"]);
    assert_eq!(world.line.calls().len(), 1);
    assert!(world.is_done("E1").await);
}

pub(super) async fn a_narrowcast_of_unknown_outcome_is_the_one_that_was_accepted(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    let seen: Arc<Mutex<Option<String>>> = Arc::default();
    let handler = || {
        let seen = Arc::clone(&seen);
        handler_fn(move |cx: Context, _| {
            let seen = Arc::clone(&seen);
            async move {
                *seen.lock().unwrap() = Some(cx.narrowcast("A").await?.request_id.to_string());
                Ok(())
            }
        })
    };
    world.crash(Point::AfterCall, handler()).await;
    world.run(handler()).await;
    assert_eq!(world.line.delivered(), [Delivered::Narrowcast(vec!["A".into()])]);
    assert_eq!(seen.lock().unwrap().as_deref(), Some("request-1"), "not the one of the repeat");
}

pub(super) async fn a_narrowcast_to_others_has_diverged(on: On) {
    type Cast = fn(&Context) -> Narrowcasting;
    let casts: [Cast; 5] = [
        |cx| cx.narrowcast("A"),
        |cx| cx.narrowcast("A").recipient(Recipient::audience(1)),
        |cx| cx.narrowcast("A").filter(Demographic::age(Age::Years20..)),
        |cx| cx.narrowcast("A").limit(Limit::new().max(1)),
        |cx| cx.narrowcast("A").notification_disabled(true),
    ];
    let handler =
        |cast: Cast| handler_fn(move |cx: Context, _| async move { Ok(cast(&cx).await.map(drop)?) });
    for (first, second) in [(0, 1), (0, 2), (0, 3), (0, 4), (1, 0), (2, 0), (3, 0)] {
        let world = on.world().await;
        world.accept([text("E1")]).await;
        world.crash(Point::AfterCall, handler(casts[first])).await;
        world.run(handler(casts[second])).await;
        assert_eq!(world.line.calls().len(), 1, "{first}, then {second}");
        assert_eq!(world.parked("E1").await, Some(ParkReason::SendDiverged), "{first}, then {second}");
    }
}

pub(super) async fn another_route_under_the_same_name_has_diverged(on: On) {
    type Say = fn(Context) -> futures_util::future::BoxFuture<'static, Result<(), SendError>>;
    let ways: [(&str, Say); 5] = [
        ("respond", |cx| Box::pin(async move { cx.respond("A").await.map(drop) })),
        ("push", |cx| Box::pin(async move { cx.push("A").await.map(drop) })),
        ("multicast", |cx| Box::pin(async move { cx.multicast(["U5"], "A").await.map(drop) })),
        ("narrowcast", |cx| Box::pin(async move { cx.narrowcast("A").await.map(drop) })),
        ("broadcast", |cx| Box::pin(async move { cx.broadcast("A").await.map(drop) })),
    ];
    let handler = |say: Say| handler_fn(move |cx: Context, _| async move { Ok(say(cx).await?) });
    for (first, say) in ways {
        for (second, again) in ways.into_iter().filter(|(second, _)| *second != first) {
            // A push is one of the ways that respond takes.
            if (first, second) == ("push", "respond") {
                continue;
            }
            let world = on.world().await;
            world.accept([text("E1")]).await;
            world.crash(Point::BeforeSettle, handler(say)).await;
            world.run(handler(again)).await;
            assert_eq!(world.line.texts(), ["A"], "{first}, then {second}");
            assert_eq!(world.parked("E1").await, Some(ParkReason::SendDiverged), "{first}, then {second}");
        }
    }
}

pub(super) async fn a_route_that_was_refused_for_certain_may_become_another_under_another_key(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.line.fault(Fault::Status(403, "Your account does not have enough friends"));
    world.run(handler_fn(async |cx: Context, _| Ok(cx.narrowcast("A").await.map(drop)?))).await;
    assert_eq!(world.parked("E1").await, Some(ParkReason::Refused));
    world.retry(false).await;
    world.run(handler_fn(async |cx: Context, _| Ok(cx.broadcast("A").await.map(drop)?))).await;
    assert_eq!(world.line.delivered(), [Delivered::Broadcast(vec!["A".into()])]);
    let keys = world.line.keys();
    assert_ne!(keys[0], keys[1]);
}

pub(super) async fn the_authors_key_names_what_goes_to_many_too(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    let named = |order: [&'static str; 3]| {
        handler_fn(move |cx: Context, _| async move {
            for name in order {
                match name {
                    "m" => drop(cx.key(name).multicast(["U5"], name).await?),
                    "n" => drop(cx.key(name).narrowcast(name).await?),
                    _ => drop(cx.key(name).broadcast(name).await?),
                }
            }
            Ok(())
        })
    };
    world.crash(Point::BeforeSettle, named(["m", "n", "b"])).await;
    let mut names: Vec<_> = journal(&world).await.iter().map(|one| one.entry.key.to_string()).collect();
    names.sort();
    assert_eq!(names, ["=b", "=m", "=n"]);
    world.run(named(["b", "n", "m"])).await;
    assert_eq!(world.line.texts(), ["m", "n", "b"]);
    assert!(world.is_done("E1").await);
}

pub(super) async fn the_retry_key_names_the_route(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world
        .run(handler_fn(async |cx: Context, _| {
            cx.key("all").multicast(users(501), "A").await?;
            cx.narrowcast("A").await?;
            cx.broadcast("A").await?;
            Ok(())
        }))
        .await;
    let names = ["=all/0/multicast", "=all/1/multicast", "#0/0/narrowcast", "#1/0/broadcast"];
    let key = |name| RetryKey::derived(&format!("default/E1/{name}")).to_string();
    assert_eq!(world.line.keys(), names.map(key));
}

pub(super) async fn what_line_would_refuse_is_not_journaled(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world
        .run(handler_fn(async |cx: Context, _| {
            let nobody: [UserId; 0] = [];
            let long = "x".repeat(5001);
            for refused in [
                cx.multicast(nobody, "A").await.map(drop),
                cx.multicast(["U5"], long.clone()).await.map(drop),
                cx.narrowcast(long.clone()).await.map(drop),
                cx.broadcast(long.clone()).await.map(drop),
            ] {
                assert!(
                    matches!(&refused, Err(SendError::Client(error)) if error.is_permanent()),
                    "{refused:?}"
                );
            }
            Err(HandlerError::new("to look at the journal"))
        }))
        .await;
    assert!(world.line.calls().is_empty());
    assert!(journal(&world).await.is_empty());
}

pub(super) async fn in_standby_the_chat_notices_nothing_of_what_goes_to_many(on: On) {
    let world = on.world().await;
    let standby = serde_json::json!({ "mode": "standby" });
    world.accept([event("E1", user("U1"), standby.clone()), event("E2", Some(group("C1")), standby)]).await;
    world
        .run(handler_fn(async |cx: Context, _| {
            for refused in [cx.narrowcast("A").await.map(drop), cx.broadcast("A").await.map(drop)] {
                assert!(matches!(refused, Err(SendError::Standby)), "{refused:?}");
            }
            if cx.event_id().as_str() == "E1" {
                let refused = cx.multicast(["U0", "U1", "U2"], "A").await;
                assert!(matches!(refused, Err(SendError::Standby)), "{refused:?}");
            }
            cx.multicast(["U0", "U2"], "B").await?;
            Ok(())
        }))
        .await;
    assert_eq!(world.line.texts(), ["B", "B"]);
    assert!(world.is_done("E1").await && world.is_done("E2").await);
}

pub(super) async fn after_a_swallowed_divergence_nothing_goes_to_many(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.crash(Point::AfterNote, multicasting(1)).await;
    world
        .run(handler_fn(async |cx: Context, _| {
            assert!(matches!(cx.multicast(users(2), "A").await, Err(SendError::Diverged { .. })));
            for over in [
                cx.multicast(users(1), "A").await.map(drop),
                cx.narrowcast("A").await.map(drop),
                cx.broadcast("A").await.map(drop),
            ] {
                assert!(matches!(over, Err(SendError::AttemptOver)), "{over:?}");
            }
            Ok(())
        }))
        .await;
    assert!(world.line.texts().is_empty());
    assert_eq!(world.parked("E1").await, Some(ParkReason::SendDiverged));
}

pub(super) async fn a_unit_is_part_of_what_is_pushed(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    let counted = |name: &'static str| {
        handler_fn(move |cx: Context, _| async move {
            let unit = || AggregationUnit::new(name).unwrap();
            cx.respond(vec!["A"; 6]).custom_aggregation_unit(unit()).await?;
            cx.push("B").custom_aggregation_unit(unit()).await?;
            cx.multicast(["U5"], "C").custom_aggregation_unit(unit()).await?;
            Ok(())
        })
    };
    world.crash(Point::BeforeSettle, counted("spring")).await;
    assert_eq!(world.line.calls().len(), 4);
    world.advance(secs(1)).await;
    world.run(counted("autumn")).await;
    assert_eq!(world.line.calls().len(), 4);
    assert_eq!(world.parked("E1").await, Some(ParkReason::SendDiverged));
}
