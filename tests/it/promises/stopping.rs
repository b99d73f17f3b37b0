//! P9: stops politely.

use std::time::Duration;

use line_bot_server::app::Summary;
use line_bot_server::line::ChannelSecret;
use line_bot_server::simulator::{Act, Via};
use line_bot_server::{Context, Event, Handler, handler_fn};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Gate, PATIENCE, Seen, Stage, heard};

fn waiting(seen: &Seen, gate: &Gate) -> impl Handler + use<> {
    let (seen, gate) = (seen.clone(), gate.clone());
    handler_fn(move |cx: Context, event: Event| {
        seen.note(&cx, &event);
        let gate = gate.clone();
        async move {
            gate.pass().await;
            cx.respond("done").await?;
            Ok(())
        }
    })
}

#[tokio::test]
async fn p9_readyz_turns_503_requests_in_flight_and_the_handler_in_hand_are_finished() {
    let stage = Stage::new().await.set("SHUTDOWN_DELAY", "2s").set("SHUTDOWN_GRACE", "60s");
    let (seen, gate) = (Seen::default(), Gate::closed());
    let app = stage.start(waiting(&seen, &gate)).await;
    let (alice, bob) = (stage.sim.user("Alice"), stage.sim.user("Bob"));
    stage.sim.say(&alice, "hi").unwrap();
    seen.wait(1).await;

    let late = stage.sim.compose(Act::say(&bob, "late")).unwrap();
    let body = serde_json::json!({"destination": "U0", "events": [late.json]}).to_string();
    let signature = ChannelSecret::new(stage.sim.secret()).unwrap().sign(body.as_bytes());
    let length = body.len();
    let head = format!(
        "POST /callback HTTP/1.1\r\nhost: bot\r\nx-line-signature: {signature}\r\ncontent-length: {length}\r\n\r\n"
    );
    let mut wire = TcpStream::connect(app.address).await.unwrap();
    wire.write_all(head.as_bytes()).await.unwrap();

    let (http, address, ready) = (app.http.clone(), app.address, app.url("/readyz"));
    let stopped = app.shut_down();
    let drained = async {
        while http.get(&ready).send().await.unwrap().status() != 503 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, drained)
        .await
        .expect("/readyz turns 503 while the listener is still open");
    let closed = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, closed).await.expect("the listener closes");
    wire.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    wire.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.to_ascii_lowercase().contains("connection: close"), "{answer}");
    assert!(!stopped.is_finished());
    gate.open();
    assert_eq!(stopped.await.unwrap(), Summary { cut: 0, pending: Some(1), broken: false });
    assert_eq!(heard(&stage.sim, alice.clone(), 1).await, [("done".to_owned(), Via::Reply)]);

    let app = stage.start(waiting(&seen, &gate)).await;
    app.stop().await;
    assert_eq!(seen.texts(), ["hi", "late"]);
    assert_eq!(stage.sim.heard(alice).len(), 1);
}

#[tokio::test]
async fn p9_what_does_not_end_within_the_grace_is_cut_released_and_handled_by_the_next_start() {
    let stage = Stage::new().await.set("SHUTDOWN_GRACE", "50ms");
    let (seen, gate) = (Seen::default(), Gate::closed());
    let app = stage.start(waiting(&seen, &gate)).await;
    let alice = stage.sim.user("Alice");
    stage.sim.say(&alice, "hi").unwrap();
    seen.wait(1).await;
    assert_eq!(app.stop_now().await, Summary { cut: 1, pending: Some(1), broken: false });
    assert_eq!(stage.counts().in_hand, 0, "released");
    gate.open();
    let app = stage.start(waiting(&seen, &gate)).await;
    assert_eq!(heard(&stage.sim, alice, 1).await.len(), 1);
    app.stop().await;
    assert_eq!(seen.attempts(), [1, 1], "the attempt was given back");
}

#[tokio::test]
async fn p9_a_memory_inbox_says_what_it_forgets() {
    let stage = Stage::new().await.set("SHUTDOWN_GRACE", "0s").set("INBOX_URL", "memory://");
    let (seen, gate) = (Seen::default(), Gate::closed());
    let app = stage.start(waiting(&seen, &gate)).await;
    let alice = stage.sim.user("Alice");
    stage.sim.say(&alice, "1").unwrap();
    stage.sim.say(&alice, "2").unwrap();
    stage.acked(2).await;
    seen.wait(1).await;
    assert_eq!(app.stop_now().await, Summary { cut: 1, pending: Some(2), broken: false });
}
