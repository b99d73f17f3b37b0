//! What a send is known by when the handler runs again: ordinals, the author's keys, the hash of the request.

use std::future::IntoFuture;
use std::sync::{Arc, Mutex};

use line_bot_server::dispatch::{Context, HandlerError, SendError, handler_fn};
use line_bot_server::inbox::{ParkReason, SendEntry};

use crate::dispatch::support::{Fault, On, Point, group, text, text_in};

fn keys_of(journal: &[line_bot_server::inbox::JournalEntry]) -> Vec<String> {
    let mut keys: Vec<_> = journal.iter().map(|known| known.entry.key.to_string()).collect();
    keys.sort();
    keys
}

pub(super) async fn ordinals_are_taken_when_the_builder_is_made_and_not_when_it_is_awaited(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    let ordered = |second_first: bool| {
        handler_fn(move |cx: Context, _| async move {
            let (one, two) = (cx.push("one"), cx.push("two"));
            if second_first {
                two.await?;
                one.await?;
            } else {
                one.await?;
                two.await?;
            }
            Ok(())
        })
    };
    world.crash(Point::BeforeSettle, ordered(true)).await;
    assert_eq!(keys_of(&world.show("E1").await.unwrap().journal), ["#0", "#1"]);
    world.run(ordered(false)).await;
    assert_eq!(
        world.line.texts(),
        ["two", "one"],
        "once each, though the re-run awaits them the other way round"
    );
    assert!(world.is_done("E1").await);
}

pub(super) async fn the_authors_key_takes_the_ordinals_place_and_uses_none_up(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    let named = |order: [&'static str; 2]| {
        handler_fn(move |cx: Context, _| async move {
            for name in order {
                cx.key(name).push(format!("the {name}")).await?;
            }
            cx.push("bye").await?;
            Ok(())
        })
    };
    world.crash(Point::BeforeSettle, named(["receipt", "invoice"])).await;
    let journal = world.show("E1").await.unwrap().journal;
    assert_eq!(keys_of(&journal), ["#0", "=invoice", "=receipt"]);
    world.run(named(["invoice", "receipt"])).await;
    assert_eq!(world.line.texts(), ["the receipt", "the invoice", "bye"]);
    assert!(world.is_done("E1").await);
}

pub(super) async fn one_key_is_one_send_within_an_attempt_too(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world
        .run(handler_fn(async |cx, _| {
            let once = cx.key("receipt").push("A").await?;
            assert_eq!(cx.key("receipt").push("A").await?, once);
            let other = cx.key("receipt").push("B").await;
            assert!(matches!(other, Err(SendError::Diverged { .. })), "{other:?}");
            Ok(())
        }))
        .await;
    assert_eq!(world.line.texts(), ["A"]);
    assert_eq!(world.parked("E1").await, Some(ParkReason::SendDiverged), "never a false success");
}

pub(super) async fn of_two_sends_of_one_name_at_once_the_refusal_of_one_does_not_hide_the_other(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.line.fault(Fault::Status(400, "the one that comes first"));
    world
        .run(handler_fn(async |cx: Context, _| {
            let push = || cx.key("hello").push("A").into_future();
            let (one, two) = futures_util::join!(push(), push());
            assert!(one.is_err() && two.is_ok(), "{one:?} {two:?}");
            Err(HandlerError::new("again"))
        }))
        .await;
    world.run_again(handler_fn(async |cx, _| Ok(cx.key("hello").push("A").await.map(drop)?))).await;
    assert_eq!(world.line.texts(), ["A"]);
    assert_eq!(world.line.calls().len(), 2);
}

pub(super) async fn one_key_awaited_twice_at_once_is_one_send(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world
        .run(handler_fn(async |cx, _| {
            let (one, two) = futures_util::join!(
                cx.key("hello").respond("A").into_future(),
                cx.key("hello").respond("A").into_future()
            );
            assert_eq!(one?, two?);
            Ok(())
        }))
        .await;
    assert_eq!(world.line.texts(), ["A"]);
    assert_eq!(world.line.calls().len(), 1, "the second has the first one's result");
    assert!(world.is_done("E1").await);
}

pub(super) async fn a_key_cannot_be_mistaken_for_an_ordinal(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world
        .run(handler_fn(async |cx, _| {
            cx.push("A").await?;
            cx.key("#0").push("B").await?;
            Ok(())
        }))
        .await;
    assert_eq!(world.line.texts(), ["A", "B"]);
    let keys = world.line.keys();
    assert_ne!(keys[0], keys[1]);
}

pub(super) async fn retry_keys_differ_by_event_and_entry_and_stay_the_same_in_a_re_run(on: On) {
    let world = on.world().await;
    world.accept([text("E1"), text_in("E2", group("C1"))]).await;
    let handler = || {
        handler_fn(async |cx: Context, _| {
            cx.push("A").await?;
            cx.push("A").await?;
            Ok(())
        })
    };
    world.line.faults(&Fault::LostBefore, 2);
    world.run(handler()).await;
    assert!(world.line.keys().is_empty());
    world.line.faults(&Fault::Status(503, "later"), 2);
    world.run_again(handler()).await;
    let first = world.line.keys();
    world.advance(crate::dispatch::support::secs(2)).await;
    world.run_again(handler()).await;
    let all = world.line.keys();
    assert!(first.iter().all(|key| all[first.len()..].contains(key)), "the same keys again");
    let mut distinct = all.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 4, "{all:?}");
    assert_eq!(world.line.texts(), ["A"; 4]);
}

pub(super) async fn a_retry_key_is_the_uuid_v5_of_channel_event_entry_and_part(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.run(handler_fn(async |cx, _| Ok(cx.key("receipt").push("A").await.map(drop)?))).await;
    let expected = line_bot_server::line::RetryKey::derived("default/E1/=receipt/0").to_string();
    assert_eq!(world.line.keys(), [expected]);
}

pub(super) async fn another_route_under_the_same_ordinal_has_diverged(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.crash(Point::BeforeSettle, handler_fn(async |cx, _| Ok(cx.respond("A").await.map(drop)?))).await;
    world.run(handler_fn(async |cx, _| Ok(cx.push("A").await.map(drop)?))).await;
    assert_eq!(world.line.texts(), ["A"]);
    assert_eq!(world.parked("E1").await, Some(ParkReason::SendDiverged));
}

pub(super) async fn a_swallowed_divergence_parks_the_event_all_the_same(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.crash(Point::AfterNote, handler_fn(async |cx, _| Ok(cx.push("A").await.map(drop)?))).await;
    world
        .run(handler_fn(async |cx, _| {
            let _ = cx.push("B").await;
            Ok(())
        }))
        .await;
    assert!(world.line.texts().is_empty());
    assert_eq!(world.parked("E1").await, Some(ParkReason::SendDiverged));
}

pub(super) async fn a_re_run_gets_the_results_of_the_first_run(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    let seen: Arc<Mutex<Vec<_>>> = Arc::default();
    let handler = || {
        let seen = Arc::clone(&seen);
        handler_fn(move |cx: Context, _| {
            let seen = Arc::clone(&seen);
            async move {
                let sent = cx.respond("A").await?;
                seen.lock().unwrap().push(sent);
                if cx.attempt() == 1 { Err(HandlerError::new("not yet")) } else { Ok(()) }
            }
        })
    };
    world.run(handler()).await;
    world.run_again(handler()).await;
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].messages.len(), 1);
    assert_eq!(world.line.calls().len(), 1);
}

pub(super) async fn a_push_that_line_refused_for_certain_may_be_mended(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.line.fault(Fault::Status(400, "The request body has 1 error(s)"));
    world.run(handler_fn(async |cx, _| Ok(cx.push("bad").await.map(drop)?))).await;
    assert_eq!(world.parked("E1").await, Some(ParkReason::Refused));
    world.retry(false).await;
    world.run(handler_fn(async |cx, _| Ok(cx.push("good").await.map(drop)?))).await;
    assert_eq!(world.line.texts(), ["good"]);
    let keys = world.line.keys();
    assert_ne!(keys[0], keys[1], "a new request has a new retry key");
    assert!(world.is_done("E1").await);
}

pub(super) async fn what_was_refused_for_certain_is_begun_anew_as_an_entry_of_its_own(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    let handler = || handler_fn(async |cx: Context, _| Ok(cx.push("A").await.map(drop)?));
    for _ in 0..2 {
        world.line.fault(Fault::Status(429, "The API rate limit has been exceeded. Try again later."));
        world.run_again(handler()).await;
    }
    world.advance(crate::dispatch::support::secs(3)).await;
    world.crash(Point::AfterCall, handler()).await;
    assert_eq!(keys_of(&world.show("E1").await.unwrap().journal), ["#0", "1#0", "2#0"]);
    world.run(handler()).await;
    assert_eq!(world.line.texts(), ["A"], "the last beginning is repeated, not begun again");
    assert!(world.is_done("E1").await);
}

pub(super) async fn the_journal_names_key_part_and_route(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world
        .crash(Point::BeforeSettle, handler_fn(async |cx, _| Ok(cx.respond(vec!["A"; 6]).await.map(drop)?)))
        .await;
    let journal = world.show("E1").await.unwrap().journal;
    let entries: Vec<SendEntry> = journal.into_iter().map(|known| known.entry).collect();
    use line_bot_server::inbox::Route::{Push, Reply};
    let entry = |part, route| SendEntry { key: "#0".into(), part, route };
    assert_eq!(entries, [entry(0, Reply), entry(1, Push)]);
}
