//! The loop, and how it stops politely (P9).

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use line_bot_server::dispatch::{Context, Step, handler_fn};
use line_bot_server::inbox::{Inbox, State};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::support::{On, Stuck, group, ms, secs, text, text_in};

pub(super) async fn run_handles_what_waits_and_what_comes_and_ends_when_it_is_told_to(on: On) {
    let world = on.world().await;
    let (handled, all) = (Arc::new(AtomicU32::new(0)), Arc::new(Notify::new()));
    let worker = world.worker(handler_fn({
        let (handled, all) = (Arc::clone(&handled), Arc::clone(&all));
        move |_, _| {
            if handled.fetch_add(1, Ordering::Relaxed) == 29 {
                all.notify_one();
            }
            async { Ok(()) }
        }
    }));
    world.accept((0..10).map(|n| text(&format!("E{n}")))).await;
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (worker, stop) = (worker.clone(), stop.clone());
        async move { worker.run(stop, secs(5)).await }
    });
    tokio::task::yield_now().await;
    world.accept((10..30).map(|n| text_in(&format!("E{n}"), group(&format!("C{n}"))))).await;
    all.notified().await;
    stop.cancel();
    assert_eq!(running.await.unwrap(), 0);
    assert_eq!(world.inbox.counts(world.clock.now()).await.unwrap().pending, 0);
}

pub(super) async fn a_stop_waits_for_what_is_in_hand_and_claims_nothing_more(on: On) {
    let world = on.world().await;
    world.accept([text("E1"), text("E2")]).await;
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let worker = world.worker(handler_fn({
        let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
        move |_, _| {
            let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
            async move {
                begun.notify_one();
                go_on.notified().await;
                Ok(())
            }
        }
    }));
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (worker, stop) = (worker.clone(), stop.clone());
        async move { worker.run(stop, secs(60)).await }
    });
    begun.notified().await;
    stop.cancel();
    tokio::task::yield_now().await;
    assert!(!running.is_finished());
    go_on.notify_one();
    assert_eq!(running.await.unwrap(), 0);
    assert!(world.is_done("E1").await);
    assert_eq!(world.show("E2").await.unwrap().listed.attempts, 0);
}

pub(super) async fn what_is_left_after_the_grace_is_cut_and_its_attempt_given_back(on: On) {
    let world = on.world().await;
    world.accept([text("E1"), text_in("E2", group("C1"))]).await;
    let begun = Arc::new(tokio::sync::Semaphore::new(0));
    let worker = world.worker(handler_fn({
        let begun = Arc::clone(&begun);
        move |_, _| {
            begun.add_permits(1);
            std::future::pending()
        }
    }));
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (worker, stop) = (worker.clone(), stop.clone());
        async move { worker.run(stop, ms(5)).await }
    });
    begun.acquire_many(2).await.unwrap().forget();
    stop.cancel();
    assert_eq!(running.await.unwrap(), 2);
    for id in ["E1", "E2"] {
        let listed = world.show(id).await.unwrap().listed;
        assert_eq!((listed.state, listed.attempts), (State::Waiting, 0), "{id}");
    }
    world
        .run(handler_fn(async |cx: Context, _| {
            assert_eq!(cx.attempt(), 1);
            Ok(())
        }))
        .await;
    assert!(world.is_done("E1").await && world.is_done("E2").await);
}

pub(super) async fn run_renews_leases_by_itself(on: On) {
    let mut world = on.world().await;
    world.settings.lease = ms(30);
    world.accept([text("E1")]).await;
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let watched = Arc::new(Stuck::nowhere(Arc::clone(&world.inbox)));
    let worker = world.worker_on(
        Arc::clone(&watched) as Arc<dyn Inbox>,
        handler_fn({
            let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
            move |_, _| {
                let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
                async move {
                    begun.notify_one();
                    go_on.notified().await;
                    Ok(())
                }
            }
        }),
    );
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (worker, stop) = (worker.clone(), stop.clone());
        async move { worker.run(stop, secs(60)).await }
    });
    begun.notified().await;
    // Time goes on in steps of a third of the lease, each once the renewal before it was made.
    for _ in 0..6 {
        world.advance(ms(10)).await;
        watched.extended.notified().await;
    }
    let other = world.worker(handler_fn(async |_, _| Ok(())));
    assert!(matches!(other.step().await, Step::Idle(_)), "twice its lease is over, and it is still held");
    go_on.notify_one();
    stop.cancel();
    assert_eq!(running.await.unwrap(), 0);
    assert!(world.is_done("E1").await);
}
