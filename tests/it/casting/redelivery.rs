//! Narrowcasts to those whom an earlier one reached.

use std::time::Duration;

use line_bot_server::simulator::{Act, NarrowcastFailure};
use serde_json::json;

use super::kit::{DAY, KEY, Line, STEP, audience, redelivery};

async fn refused(line: &Line, request_id: &str) {
    let got = line.narrowcast(json!({"recipient": redelivery(request_id)})).await;
    assert_eq!(got.refusal(), (400, format!("Invalid request id: {request_id}").as_str()));
}

#[tokio::test]
async fn it_goes_to_those_whom_the_earlier_one_reached() {
    let line = Line::for_few().await;
    let fans = line.sim.crowd("Fan", 5);
    let three = json!({"recipient": audience(line.sim.audience("three", &fans[..3]))});
    let first = line.narrowcast(three).await.request_id();
    line.clock.advance(STEP);
    line.progress(&first).await;
    // Meant, but not reached.
    line.sim.compose(Act::unfollow(&fans[0])).unwrap();
    line.clock.advance(STEP);
    line.progress(&first).await;
    line.sim.compose(Act::follow(&fans[0])).unwrap();
    let before = line.count_heard();
    assert_eq!(line.reached(json!({"recipient": redelivery(&first)})).await, Ok(2));
    assert_eq!(line.heard_since(before), ["Fan 2", "Fan 3"]);
}

#[tokio::test]
async fn only_narrowcasts_that_succeeded_can_be_named() {
    let line = Line::for_few().await;
    let alice = line.sim.user("Alice");
    for id in [line.broadcast().await, line.multicast(&[alice]).await].map(|got| got.request_id()) {
        refused(&line, &id).await;
    }
    refused(&line, KEY).await;
    line.sim.fail_next_narrowcast(NarrowcastFailure::Internal);
    let failed = line.narrowcast(json!({})).await.request_id();
    line.clock.advance(2 * STEP);
    refused(&line, &failed).await;
    let running = line.narrowcast(json!({})).await.request_id();
    refused(&line, &running).await;
    line.clock.advance(STEP);
    refused(&line, &running).await;
    line.clock.advance(STEP);
    assert_eq!(line.narrowcast(json!({"recipient": redelivery(&running)})).await.status, 202);
}

#[tokio::test]
async fn it_must_be_less_than_fourteen_days_old() {
    let line = Line::for_few().await;
    line.sim.user("Alice");
    let id = line.narrowcast(json!({})).await.request_id();
    line.clock.advance(14 * DAY - Duration::from_millis(1));
    let last = line.narrowcast(json!({"recipient": redelivery(&id)})).await;
    assert_eq!(last.status, 202);
    line.clock.advance(Duration::from_millis(1));
    refused(&line, &id).await;
    // What was accepted in time is sent.
    line.clock.advance(2 * STEP);
    assert_eq!(line.progress(&last.request_id()).await.json["successCount"], 1);
}
