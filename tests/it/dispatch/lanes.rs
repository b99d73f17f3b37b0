//! The same chat in order, other chats in parallel, everything bounded (P5).

use std::sync::{Arc, Mutex};

use line_bot_server::dispatch::{Context, HandlerError, Step, Worker, handler_fn};
use tokio::sync::Semaphore;

use super::support::{On, World, group, secs, text, text_in};

pub(super) async fn a_chat_is_handled_in_order_and_waits_for_an_event_that_is_retried(on: On) {
    let world = on.world().await;
    world.accept([text("E1"), text("E2"), text_in("G1", group("C1"))]).await;
    let order: Arc<Mutex<Vec<String>>> = Arc::default();
    let handler = || {
        let order = Arc::clone(&order);
        handler_fn(move |cx: Context, _| {
            order.lock().unwrap().push(cx.event_id().to_string());
            async move {
                let fails = cx.event_id().as_str() == "E1" && cx.attempt() == 1;
                if fails { Err(HandlerError::new("not yet")) } else { Ok(()) }
            }
        })
    };
    world.run(handler()).await;
    assert_eq!(*order.lock().unwrap(), ["E1", "G1"], "E2 waits with its chat");
    world.run_again(handler()).await;
    assert_eq!(*order.lock().unwrap(), ["E1", "G1", "E1", "E2"]);
}

pub(super) async fn a_parked_event_does_not_hold_up_its_chat(on: On) {
    let world = on.world().await;
    world.accept([text("E1"), text("E2")]).await;
    world
        .run(handler_fn(async |cx: Context, _| {
            if cx.event_id().as_str() == "E1" { Err(HandlerError::permanent("no")) } else { Ok(()) }
        }))
        .await;
    assert!(world.parked("E1").await.is_some());
    assert!(world.is_done("E2").await);
}

/// A worker whose handlers wait for a permit each.
fn gated(world: &World, gate: &Arc<Semaphore>) -> Worker<impl line_bot_server::dispatch::Handler + use<>> {
    let gate = Arc::clone(gate);
    world.worker(handler_fn(move |_, _| {
        let gate = Arc::clone(&gate);
        async move {
            gate.acquire().await?.forget();
            Ok(())
        }
    }))
}

pub(super) async fn chats_run_in_parallel_up_to_the_limit_and_not_beyond(on: On) {
    let mut world = on.world().await;
    world.settings.concurrency = 2;
    for n in 0..5 {
        world.accept([text_in(&format!("E{n}"), group(&format!("C{n}")))]).await;
    }
    let gate = Arc::new(Semaphore::new(0));
    let worker = gated(&world, &gate);
    assert_eq!(worker.step().await, Step::Started(2));
    assert_eq!(worker.step().await, Step::Full);
    gate.add_permits(2);
    worker.settled().await;
    assert_eq!(worker.step().await, Step::Started(2));
    gate.add_permits(3);
    worker.settled().await;
    assert_eq!(worker.step().await, Step::Started(1));
    worker.settled().await;
    assert_eq!(world.inbox.counts(world.clock.now()).await.unwrap().pending, 0);
}

pub(super) async fn with_many_free_slots_twice_as_many_are_claimed_and_no_more_run_at_once(on: On) {
    let mut world = on.world().await;
    world.settings.concurrency = 16;
    for n in 0..40 {
        world.accept([text_in(&format!("E{n}"), group(&format!("C{n}")))]).await;
    }
    let (gate, running, most) =
        (Arc::new(Semaphore::new(0)), Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
    let (begun, mut began) = tokio::sync::mpsc::unbounded_channel();
    let worker = world.worker(handler_fn({
        let (gate, running, most) = (Arc::clone(&gate), Arc::clone(&running), Arc::clone(&most));
        move |_, _| {
            let now = {
                let mut running = running.lock().unwrap();
                *running += 1;
                *running
            };
            let mut most = most.lock().unwrap();
            *most = now.max(*most);
            begun.send(()).unwrap();
            let (gate, running) = (Arc::clone(&gate), Arc::clone(&running));
            async move {
                gate.acquire().await?.forget();
                *running.lock().unwrap() -= 1;
                Ok(())
            }
        }
    }));
    assert_eq!(worker.step().await, Step::Started(32), "16 to run, and 16 that wait for them");
    for _ in 0..16 {
        began.recv().await.unwrap();
    }
    assert_eq!(worker.step().await, Step::Full, "while handlers are slow, nothing more is taken in hand");
    gate.add_permits(40);
    worker.settled().await;
    assert_eq!(*most.lock().unwrap(), 16);
    assert_eq!(worker.step().await, Step::Started(8));
    worker.settled().await;
    assert_eq!(world.inbox.counts(world.clock.now()).await.unwrap().pending, 0);
}

pub(super) async fn an_event_that_waits_for_a_slot_is_given_back_by_a_stop_and_was_not_run(on: On) {
    let mut world = on.world().await;
    world.settings.concurrency = 16;
    for n in 0..32 {
        world.accept([text_in(&format!("E{n}"), group(&format!("C{n}")))]).await;
    }
    let runs = Arc::new(Mutex::new(0));
    let stop = tokio_util::sync::CancellationToken::new();
    let worker = world.worker(handler_fn({
        let (runs, stop) = (Arc::clone(&runs), stop.clone());
        move |_, _| {
            *runs.lock().unwrap() += 1;
            stop.cancel();
            std::future::pending()
        }
    }));
    assert_eq!(worker.run(stop, std::time::Duration::ZERO).await, 32);
    assert!(*runs.lock().unwrap() <= 16);
    let again = world.inbox.claim(32, secs(30), world.clock.now()).await.unwrap();
    assert_eq!(again.chats.len(), 32);
    assert!(again.chats.iter().all(|claimed| claimed.attempt == 1), "the attempt is given back");
}

pub(super) async fn one_busy_chat_takes_one_slot(on: On) {
    let mut world = on.world().await;
    world.settings.concurrency = 2;
    world.accept((0..20).map(|n| text(&format!("E{n}")))).await;
    world.accept([text_in("G1", group("C1"))]).await;
    let gate = Arc::new(Semaphore::new(0));
    let worker = gated(&world, &gate);
    assert_eq!(worker.step().await, Step::Started(2), "the busy chat and the other one");
    assert_eq!(worker.step().await, Step::Full);
    gate.add_permits(100);
}

pub(super) async fn a_chat_is_in_one_hand_at_a_time_also_with_two_servers(on: On) {
    let world = on.world().await;
    world.accept([text("E1"), text("E2")]).await;
    let gate = Arc::new(Semaphore::new(0));
    let (one, other) = (gated(&world, &gate), gated(&world, &gate));
    assert_eq!(one.step().await, Step::Started(1));
    assert!(matches!(other.step().await, Step::Idle(_)));
    gate.add_permits(2);
    one.settled().await;
    assert_eq!(other.step().await, Step::Started(1));
    other.settled().await;
    assert!(world.is_done("E2").await);
}

pub(super) async fn an_idle_step_says_when_the_next_event_falls_due(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    let worker = world.worker(handler_fn(async |_, _| Err(HandlerError::new("no"))));
    assert_eq!(worker.step().await, Step::Started(1));
    worker.settled().await;
    let Step::Idle(Some(due)) = worker.step().await else { panic!("not idle") };
    assert!(due <= secs(2) && due > secs(0), "{due:?}");
}
