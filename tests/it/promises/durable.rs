//! P2: 200 means durable.

use std::time::Duration;

use line_bot_server::app::Summary;
use line_bot_server::handler_fn;
use line_bot_server::simulator::{Outcome, Parcel, Via};

use crate::support::{PATIENCE, Seen, Stage, heard};

#[tokio::test]
async fn p2_an_acked_event_is_there_after_a_restart() {
    let stage = Stage::new().await.set("SHUTDOWN_GRACE", "0s").set("HANDLER_CONCURRENCY", "1");
    let seen = Seen::default();
    let noted = seen.clone();
    let app = stage
        .start(handler_fn(move |cx, event| {
            noted.note(&cx, &event);
            std::future::pending()
        }))
        .await;
    let alice = stage.sim.user("Alice");
    let events: Vec<_> = ["1", "2", "3"].iter().map(|text| stage.sim.say(&alice, *text).unwrap()).collect();
    stage.acked(3).await;
    seen.wait(1).await;
    assert_eq!(app.stop_now().await, Summary { cut: 1, pending: Some(3), broken: false });

    let again = Seen::default();
    let noted = again.clone();
    let app = stage
        .start(handler_fn(move |cx, event| {
            let one = noted.note(&cx, &event);
            async move {
                cx.respond(one.text()).await?;
                Ok(())
            }
        }))
        .await;
    let texts = heard(&stage.sim, alice, 3).await;
    assert_eq!(texts, ["1", "2", "3"].map(|text| (text.to_owned(), Via::Reply)));
    app.stop().await;
    assert_eq!(again.ids(), events.iter().map(|event| event.id.to_string()).collect::<Vec<_>>());
    assert_eq!(again.attempts(), [1, 1, 1], "a polite stop costs no attempt");
}

#[tokio::test]
async fn p2_a_locked_inbox_is_503_with_retry_after_and_the_redelivery_is_handled_once() {
    let stage = Stage::redelivering().await;
    let seen = Seen::default();
    let noted = seen.clone();
    let handler = handler_fn(move |cx, event| {
        let one = noted.note(&cx, &event);
        async move {
            cx.respond(one.text()).await?;
            Ok(())
        }
    });
    let deadline = Duration::from_millis(200);
    let app = stage.start_with(handler, |config| config.server.accept_deadline = deadline).await;
    let lock = rusqlite::Connection::open(stage.dir.path().join("inbox.db")).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();

    let alice = stage.sim.user("Alice");
    let event = stage.sim.say(&alice, "hi").unwrap();
    let refused = |outcome: &Outcome| *outcome == Outcome::Answered(503);
    stage
        .sim
        .wait_for(PATIENCE, |ledger| ledger.deliveries().iter().any(|it| refused(&it.outcome)))
        .await
        .unwrap();
    let body = serde_json::json!({"destination": "U0", "events": [event.json]}).to_string();
    let answer = app.post("/callback", Some(stage.sim.secret()), body).await;
    assert_eq!(answer.status(), 503);
    let after: u32 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!(after > 0);
    assert_eq!(answer.bytes().await.unwrap().len(), 0);
    assert!(seen.all().is_empty());

    lock.execute_batch("ROLLBACK").unwrap();
    heard(&stage.sim, alice.clone(), 1).await;
    stage.sim.wait_for(PATIENCE, |ledger| ledger.acked().contains(&event.id)).await.unwrap();
    // And once more, now that it is done.
    stage.sim.deliver(Parcel::of([event]).as_redelivery());
    let posts = stage.sim.deliveries().len();
    stage.sim.wait_for(PATIENCE, |ledger| ledger.deliveries().len() > posts).await.unwrap();
    app.stop().await;
    assert_eq!(seen.texts(), ["hi"]);
    assert_eq!(stage.sim.heard(alice).len(), 1);
}
