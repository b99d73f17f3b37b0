//! What is in hand when the database goes: sends wait for their journal entry until the lease ends, handled events wait
//! to be settled as long.

use line_bot_server::dispatch::{Context, handler_fn};
use line_bot_server::line::Event;

use super::scene::Scene;
use crate::support::postgres::{self, Proxy};
use crate::support::{Gate, Logged, Seen, until};

/// A handler that waits at the gate, then pushes what it heard.
macro_rules! pushing {
    ($seen:expr, $gate:expr) => {{
        let (seen, gate) = ($seen.clone(), $gate.clone());
        handler_fn(move |cx: Context, event: Event| {
            let (seen, gate) = (seen.clone(), gate.clone());
            async move {
                let one = seen.note(&cx, &event);
                gate.pass().await;
                cx.push(one.text()).await?;
                Ok(())
            }
        })
    }};
}

/// A handler that waits at the gate, and has nothing to send.
macro_rules! silent {
    ($seen:expr, $gate:expr) => {{
        let (seen, gate) = ($seen.clone(), $gate.clone());
        handler_fn(move |cx: Context, event: Event| {
            let (seen, gate) = (seen.clone(), gate.clone());
            async move {
                seen.note(&cx, &event);
                gate.pass().await;
                Ok(())
            }
        })
    }};
}

/// The database is cut off while a handler has Alice's event in hand and waits at the gate; the worker has noticed.
async fn goes_with_an_event_in_hand(
    scene: &Scene,
    proxy: &Proxy,
    (seen, gate): (&Seen, &Gate),
    log: &Logged,
) {
    scene.stage.sim.say(&scene.stage.sim.user("Alice"), "hi").unwrap();
    seen.wait(1).await;
    proxy.cut().await;
    gate.open();
    until("the worker has noticed", || log.text().contains("the inbox; events wait there")).await;
    // What could not be written once has been tried since.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
}

#[tokio::test]
async fn a_send_waits_for_its_journal_entry_while_the_lease_lasts() {
    let Some(server) = postgres::server() else { return };
    let log = Logged::at_debug();
    let (scene, proxy) = (Scene::new().await.set("LEASE", "180s"), Proxy::to(server).await);
    let (alice, seen, gate) = (scene.stage.sim.user("Alice"), Seen::default(), Gate::closed());
    let app = scene.start(&proxy.url(), pushing!(seen, gate)).await;
    goes_with_an_event_in_hand(&scene, &proxy, (&seen, &gate), &log).await;
    assert!(scene.stage.sim.calls_to("push").is_empty());
    proxy.heal().await;
    scene.was_heard(server, &[(&alice, &["hi"])]).await;
    assert_eq!(seen.attempts(), [1], "the same attempt went on");
    assert_eq!(scene.stage.sim.calls_to("push").len(), 1);
    app.stop_now().await;
}

#[tokio::test]
async fn a_send_without_a_journal_entry_fails_when_the_lease_ends_and_the_event_is_handled_again() {
    for half_open in [false, true] {
        let Some(server) = postgres::server() else { return };
        let log = Logged::at_debug();
        let (scene, proxy) = (Scene::new().await.set("LEASE", "3s"), Proxy::to(server).await);
        let (alice, gate) = (scene.stage.sim.user("Alice"), Gate::closed());
        let (seen_by_a, seen_by_b) = (Seen::default(), Seen::default());
        let a = scene.start(&proxy.url(), pushing!(seen_by_a, gate)).await;
        scene.stage.sim.say(&alice, "hi").unwrap();
        seen_by_a.wait(1).await;
        if half_open {
            proxy.freeze().await;
        } else {
            proxy.cut().await;
        }
        gate.open();
        let over = || {
            let (log, ends) = (
                log.text(),
                ["the lease ended before", "the lease on this chat was lost", "the lease was over"],
            );
            ends.into_iter().any(|end| log.contains(end))
        };
        until("the attempt is over", over).await;
        assert!(scene.stage.sim.calls_to("push").is_empty(), "nothing leaves without its entry");
        let b = scene.start(&server.url(), pushing!(seen_by_b, gate)).await;
        scene.was_heard(server, &[(&alice, &["hi"])]).await;
        assert_eq!((seen_by_a.attempts(), seen_by_b.attempts()), (vec![1], vec![2]));
        proxy.heal().await;
        super::scene::ready(&a).await;
        scene.idle(server).await;
        assert_eq!(scene.stage.sim.calls_to("push").len(), 1);
        a.stop_now().await;
        b.stop_now().await;
    }
}

#[tokio::test]
async fn what_was_handled_is_settled_when_the_database_is_back_in_time() {
    let Some(server) = postgres::server() else { return };
    let log = Logged::at_debug();
    let (scene, proxy) = (Scene::new().await.set("LEASE", "180s"), Proxy::to(server).await);
    let (seen, gate) = (Seen::default(), Gate::closed());
    let app = scene.start(&proxy.url(), silent!(seen, gate)).await;
    goes_with_an_event_in_hand(&scene, &proxy, (&seen, &gate), &log).await;
    proxy.heal().await;
    scene.idle(server).await;
    assert_eq!(seen.attempts(), [1]);
    app.stop_now().await;
}

#[tokio::test]
async fn what_was_sent_and_could_not_be_settled_is_handled_again_and_not_sent_again() {
    let Some(server) = postgres::server() else { return };
    let (scene, proxy) = (Scene::new().await.set("LEASE", "3s"), Proxy::to(server).await);
    let (alice, gate) = (scene.stage.sim.user("Alice"), Gate::closed());
    let (seen_by_a, seen_by_b) = (Seen::default(), Seen::default());
    let (seen, wait) = (seen_by_a.clone(), gate.clone());
    let sends_first = handler_fn(move |cx: Context, event: Event| {
        let (seen, wait) = (seen.clone(), wait.clone());
        async move {
            let one = seen.note(&cx, &event);
            cx.push(one.text()).await?;
            wait.pass().await;
            Ok(())
        }
    });
    let a = scene.start(&proxy.url(), sends_first).await;
    scene.stage.sim.say(&alice, "hi").unwrap();
    crate::support::heard(&scene.stage.sim, alice.clone(), 1).await;
    proxy.cut().await;
    gate.open();
    let b = scene.start(&server.url(), pushing!(seen_by_b, gate)).await;
    scene.was_heard(server, &[(&alice, &["hi"])]).await;
    assert_eq!((seen_by_a.attempts(), seen_by_b.attempts()), (vec![1], vec![2]));
    proxy.heal().await;
    super::scene::ready(&a).await;
    a.stop_now().await;
    b.stop_now().await;
}
