//! `GET /v2/bot/message/progress/narrowcast`

use std::time::Duration;

use line_bot_server::simulator::{Act, Fault, Harm, NarrowcastFailure, NarrowcastRules, Settings, Simulator};
use serde_json::json;

use super::kit::{DAY, KEY, Line, STEP, saying};

#[tokio::test]
async fn it_waits_is_sent_and_succeeds_by_the_clock() {
    let line = Line::for_few().await;
    line.sim.crowd("Fan", 3);
    let id = line.narrowcast(json!({})).await.request_id();
    let accepted = "2026-10-26T07:33:20.000Z";
    let waiting = json!({"phase": "waiting", "acceptedTime": accepted});
    assert_eq!(line.progress(&id).await.json, waiting);
    line.clock.advance(STEP - Duration::from_millis(1));
    assert_eq!(line.progress(&id).await.json, waiting);
    line.clock.advance(Duration::from_millis(1));
    let sending = json!({
        "phase": "sending", "successCount": 0, "failureCount": 0, "targetCount": 3, "acceptedTime": accepted,
    });
    assert_eq!((line.progress(&id).await.json, line.count_heard()), (sending, 0));
    line.clock.advance(DAY);
    let succeeded = json!({
        "phase": "succeeded", "successCount": 3, "failureCount": 0, "targetCount": 3,
        "acceptedTime": accepted, "completedTime": "2026-10-26T07:33:40.000Z",
    });
    assert_eq!((line.progress(&id).await.json, line.count_heard()), (succeeded, 3));
}

#[tokio::test]
async fn who_blocks_the_bot_meanwhile_is_a_failure() {
    let line = Line::for_few().await;
    let fans = line.sim.crowd("Fan", 3);
    let id = line.narrowcast(json!({})).await.request_id();
    line.clock.advance(STEP);
    line.progress(&id).await;
    line.sim.compose(Act::unfollow(&fans[0])).unwrap();
    line.clock.advance(STEP);
    let json = line.progress(&id).await.json;
    assert_eq!([&json["phase"], &json["successCount"]], [&json!("succeeded"), &json!(2)]);
    assert_eq!([&json["failureCount"], &json["targetCount"]], [&json!(1), &json!(3)]);
    assert_eq!((line.heard(), line.used().await), (vec!["Fan 2".to_owned(), "Fan 3".to_owned()], 2));
}

#[tokio::test]
async fn each_failure_has_its_code_and_a_description() {
    let line = Line::for_few().await;
    line.sim.user("Alice");
    for (failure, code) in [
        (NarrowcastFailure::Internal, 1),
        (NarrowcastFailure::TooFewRecipients, 2),
        (NarrowcastFailure::Conflict, 3),
        (NarrowcastFailure::SmallAudience, 4),
        (NarrowcastFailure::PartialDelivery, 5),
    ] {
        line.sim.fail_next_narrowcast(failure);
        let outcome = line.outcome(json!({})).await;
        assert_eq!((&outcome["phase"], &outcome["errorCode"]), (&json!("failed"), &json!(code)));
        assert!(!outcome["failedDescription"].as_str().unwrap().is_empty());
        assert!(outcome["completedTime"].is_string() && outcome["acceptedTime"].is_string());
        assert_eq!(outcome.get("successCount"), None);
    }
    assert_eq!(line.count_heard(), 0);
    assert_eq!(line.reached(json!({})).await, Ok(1));
}

#[tokio::test]
async fn it_fails_when_sending_would_begin() {
    let line = Line::for_few().await;
    let id = line.narrowcast(json!({})).await.request_id();
    line.clock.advance(STEP);
    let json = line.progress(&id).await.json;
    assert_eq!(
        (&json["phase"], &json["completedTime"]),
        (&json!("failed"), &json!("2026-10-26T07:33:30.000Z"))
    );
}

#[tokio::test]
async fn a_failure_is_told_to_those_who_watch() {
    let line = Line::for_few().await;
    line.narrowcast(json!({})).await;
    let mut happenings = line.sim.happenings();
    line.clock.advance(STEP);
    assert_eq!(line.count_heard(), 0);
    let told = happenings.recv().await.unwrap().to_string();
    assert_eq!(told, "narrowcast failed: There were not enough recipients");
}

#[tokio::test]
async fn it_is_told_of_for_fourteen_days() {
    let line = Line::for_few().await;
    line.sim.user("Alice");
    let id = line.narrowcast(json!({})).await.request_id();
    line.clock.advance(14 * DAY);
    assert_eq!(line.progress(&id).await.status, 200);
    line.clock.advance(Duration::from_millis(1));
    assert_eq!(line.progress(&id).await.refusal(), (404, "Not found"));
}

#[tokio::test]
async fn other_requests_have_no_progress() {
    let line = Line::for_few().await;
    let alice = line.sim.user("Alice");
    for id in [line.broadcast().await, line.multicast(&[alice]).await].map(|got| got.request_id()) {
        assert_eq!(line.progress(&id).await.refusal(), (404, "Not found"));
    }
    assert_eq!(line.progress(KEY).await.status, 404);
    assert_eq!(line.progress("nonsense").await.status, 400);
    assert_eq!(line.get("/v2/bot/message/progress/narrowcast").await.status, 400);
}

#[tokio::test]
async fn an_answer_that_was_lost_leaves_one_narrowcast() {
    let line = Line::for_few().await;
    line.sim.user("Alice");
    let broken = Harm::Answer { status: 500, body: json!({"message": "broken"}) };
    line.sim.fault(Fault::on("narrowcast", broken).after_doing());
    let body = || saying("hi", json!({}));
    let lost = line.post_with_key("/v2/bot/message/narrowcast", KEY, body()).await;
    let again = line.post_with_key("/v2/bot/message/narrowcast", KEY, body()).await;
    assert_eq!((lost.status, again.status), (500, 409));
    line.clock.advance(2 * STEP);
    assert_eq!(line.progress(&again.accepted_request_id()).await.json["phase"], "succeeded");
    assert_eq!(line.count_heard(), 1);
}

#[tokio::test]
async fn on_the_system_clock_it_ends_without_anybody_asking() {
    let narrowcast = NarrowcastRules {
        waiting: Duration::from_millis(5),
        sending: Duration::from_millis(5),
        ..NarrowcastRules::default()
    };
    let sim = Simulator::start(Settings { narrowcast, ..Settings::default() }).await.unwrap();
    sim.user("Alice");
    let mut happenings = sim.happenings();
    drop(rustls::crypto::ring::default_provider().install_default());
    let accepted = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .post(format!("{}/v2/bot/message/narrowcast", sim.base_url()))
        .bearer_auth(sim.access_token())
        .header("content-type", "application/json")
        .body(saying("hi", json!({})).to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(accepted.status(), 202);
    sim.wait_for(Duration::from_secs(20), |ledger| ledger.all_heard().len() == 1).await.unwrap();
    assert_eq!(happenings.recv().await.unwrap().to_string(), "[Alice] bot narrowcasts: \"hi\"");
}
