//! The network between one of two replicas and PostgreSQL is cut, so that everything is refused, or half-open, so that
//! nothing comes back. That replica says 503 in time; the other carries on; healed, the first goes on by itself.

use line_bot_server::dispatch::{Context, HandlerError, handler_fn};
use line_bot_server::line::Event;
use line_bot_server::simulator::Parcel;

use super::scene::{Scene, lines, readiness, ready};
use crate::support::postgres::{self, Proxy};
use crate::support::{Gate, Logged, Seen, heard};

/// Says what it hears; who says `hold` is answered once the gate is open.
async fn echo(cx: Context, event: Event, seen: Seen, gate: Gate) -> Result<(), HandlerError> {
    let one = seen.note(&cx, &event);
    if one.text() == "hold" {
        gate.pass().await;
    }
    cx.respond(one.text()).await?;
    Ok(())
}

macro_rules! echo {
    ($seen:expr, $gate:expr) => {{
        let (seen, gate) = ($seen.clone(), $gate.clone());
        handler_fn(move |cx: Context, event: Event| echo(cx, event, seen.clone(), gate.clone()))
    }};
}

async fn one_replica_is_cut_off(half_open: bool) {
    let Some(server) = postgres::server() else { return };
    let log = Logged::at_debug();
    let (scene, proxy) = (Scene::new().await.set("LEASE", "3s"), Proxy::to(server).await);
    let [alice, bob, carol, dave] = ["Alice", "Bob", "Carol", "Dave"].map(|name| scene.stage.sim.user(name));
    let (seen_by_a, seen_by_b) = (Seen::default(), Seen::default());
    let never = Gate::closed();
    let open = Gate::closed();
    open.open();

    let a = scene.start(&proxy.url(), echo!(seen_by_a, never)).await;
    scene.stage.sim.say(&alice, "before").unwrap();
    heard(&scene.stage.sim, alice.clone(), 1).await;
    scene.stage.sim.say(&bob, "hold").unwrap();
    seen_by_a.wait(2).await;
    let b = scene.start(&server.url(), echo!(seen_by_b, open)).await;
    assert_eq!((readiness(&a).await, readiness(&b).await), (200, 200));
    if half_open {
        proxy.freeze().await;
    } else {
        proxy.cut().await;
    }

    // The one that is cut off says so, every time and to everybody, in time.
    let event = scene.said(&carol, "unknown");
    for _ in 0..3 {
        scene.is_refused(&a, &event).await;
    }
    let eight = std::array::from_fn::<_, 8, _>(|_| scene.is_refused(&a, &event));
    futures_util::future::join_all(eight).await;
    assert_eq!(readiness(&a).await, 503);

    // The other carries on, and takes over what the first has in hand when its lease ends.
    scene.point_at(&b);
    let during = scene.stage.sim.say(&alice, "during").unwrap();
    scene.acked(&during).await;
    heard(&scene.stage.sim, alice.clone(), 2).await;
    assert_eq!(readiness(&b).await, 200);
    heard(&scene.stage.sim, bob.clone(), 1).await;
    assert!(seen_by_b.texts().contains(&"hold".to_owned()));

    // What LINE brings to the first meanwhile comes again until it is healed.
    scene.point_at(&a);
    let since = scene.stage.sim.deliveries().len();
    let late = scene.stage.sim.say(&dave, "late").unwrap();
    scene.refuses(since).await;
    proxy.heal().await;
    scene.acked(&late).await;
    ready(&a).await;
    scene.redeliver(&event).await;
    let expected: [(&_, &[&str]); 4] =
        [(&alice, &["before", "during"]), (&bob, &["hold"]), (&carol, &["unknown"]), (&dave, &["late"])];
    scene.was_heard(server, &expected).await;

    // It claims again, too.
    b.stop_now().await;
    scene.stage.sim.say(&dave, "again").unwrap();
    heard(&scene.stage.sim, dave.clone(), 2).await;
    assert!(seen_by_a.texts().contains(&"again".to_owned()));
    scene.was_heard(server, &[(&dave, &["late", "again"])]).await;
    a.stop_now().await;
    scene.answered_in_time();
    is_legible(&log.text());
}

/// Not a line for each request, and each says what to do.
fn is_legible(log: &str) {
    let errors = lines(log, "ERROR");
    assert!((2..20).contains(&errors.len()), "{errors:#?}");
    assert!(lines(log, "WARN").len() < 20, "{:#?}", lines(log, "WARN"));
    assert!(errors.iter().any(|line| line.contains("/readyz answers 503")), "{errors:#?}");
    assert!(
        errors.iter().any(|line| line.contains("the network") || line.contains("nothing listens there")),
        "{errors:#?}"
    );
    assert!(log.contains("the inbox works again"));
}

#[tokio::test]
async fn a_replica_whose_network_is_cut_says_503_in_time_and_goes_on_when_it_is_healed() {
    one_replica_is_cut_off(false).await;
}

#[tokio::test]
async fn a_replica_whose_network_is_half_open_says_503_in_time_and_goes_on_when_it_is_healed() {
    one_replica_is_cut_off(true).await;
}

#[tokio::test]
async fn a_replica_that_is_cut_off_is_stopped_politely_all_the_same() {
    for half_open in [false, true] {
        let Some(server) = postgres::server() else { return };
        let (scene, proxy) =
            (Scene::new().await.set("LEASE", "3s").set("SHUTDOWN_GRACE", "1s"), Proxy::to(server).await);
        let alice = scene.stage.sim.user("Alice");
        let (seen_by_a, seen_by_b, never) = (Seen::default(), Seen::default(), Gate::closed());
        let open = Gate::closed();
        open.open();
        let a = scene.start(&proxy.url(), echo!(seen_by_a, never)).await;
        scene.stage.sim.say(&alice, "hold").unwrap();
        seen_by_a.wait(1).await;
        if half_open {
            proxy.freeze().await;
        } else {
            proxy.cut().await;
        }
        let summary = a.stop_now().await;
        assert_eq!((summary.cut, summary.broken), (1, false));
        let b = scene.start(&server.url(), echo!(seen_by_b, open)).await;
        scene.was_heard(server, &[(&alice, &["hold"])]).await;
        b.stop_now().await;
    }
}

/// Only what reaches the database counts: a body that was posted into the void is no body.
#[tokio::test]
async fn what_was_sent_into_a_half_open_network_may_arrive_late_and_is_a_duplicate_then() {
    let Some(server) = postgres::server() else { return };
    let (scene, proxy) = (Scene::new().await, Proxy::to(server).await);
    let alice = scene.stage.sim.user("Alice");
    let (seen, open) = (Seen::default(), Gate::closed());
    open.open();
    let a = scene.start(&proxy.url(), echo!(seen, open)).await;
    proxy.freeze().await;
    let event = scene.said(&alice, "late");
    scene.is_refused(&a, &event).await;
    proxy.heal().await;
    // The statement is on its way yet: it arrives now.
    seen.wait(1).await;
    scene.stage.sim.deliver(Parcel::of([event.clone()]).as_redelivery());
    scene.acked(&event).await;
    scene.was_heard(server, &[(&alice, &["late"])]).await;
    assert_eq!(seen.attempts(), [1]);
    a.stop_now().await;
}
