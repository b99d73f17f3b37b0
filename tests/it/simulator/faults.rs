//! Faults on demand: before or after doing, each told from the other by what was heard.

use std::time::Duration;

use http::Method;
use line_bot_server::simulator::{Fault, Harm};
use serde_json::json;

use super::kit::{Kit, PATIENCE, text};

#[tokio::test]
async fn a_500_before_doing_leaves_nothing_done() {
    let kit = Kit::new().await;
    kit.sim.fault(Fault::on("push", Harm::server_error()));
    assert_eq!(kit.push(&kit.alice(), text("x")).await.status, 500);
    assert!(kit.sim.heard(kit.alice()).is_empty());
    assert_eq!(kit.push(&kit.alice(), text("x")).await.status, 200);
    let calls = kit.sim.calls_to("push");
    let seen: Vec<_> = calls.iter().map(|call| (call.status, call.faulty)).collect();
    assert_eq!(seen, [(Some(500), true), (Some(200), false)]);
}

#[tokio::test]
async fn a_500_after_doing_has_done_it() {
    let kit = Kit::new().await;
    let token = kit.greeted().await.reply_token.unwrap();
    kit.sim.fault(Fault::on("reply", Harm::server_error()).after_doing());
    assert_eq!(kit.reply(&token, text("x")).await.status, 500);
    assert_eq!(kit.reply(&token, text("x")).await.message(), "Invalid reply token");
    assert_eq!(kit.sim.ledger(|ledger| ledger.effects(&token)), 1);
}

#[tokio::test]
async fn a_dropped_connection_before_doing_leaves_nothing_done_and_after_doing_has_done_it() {
    let kit = Kit::new().await;
    let push = || {
        let body = json!({"to": kit.alice().as_str(), "messages": text("x")});
        kit.call(Method::POST, "/v2/bot/message/push", &[], Some(body))
    };
    kit.sim.fault(Fault::on("push", Harm::HangUp));
    push().await.unwrap_err();
    assert_eq!(kit.sim.heard(kit.alice()).len(), 0);
    kit.sim.fault(Fault::on("push", Harm::HangUp).after_doing());
    push().await.unwrap_err();
    assert_eq!(kit.sim.heard(kit.alice()).len(), 1);
    assert_eq!(kit.sim.calls_to("push").iter().map(|call| call.status).collect::<Vec<_>>(), [None, None]);
}

#[tokio::test]
async fn the_rate_limit_and_an_expired_token_can_be_played() {
    let kit = Kit::new().await;
    kit.sim.fault(Fault::on("push", Harm::rate_limited()));
    let got = kit.push(&kit.alice(), text("x")).await;
    assert_eq!(got.message(), "The API rate limit has been exceeded. Try again later.");
    let token = kit.greeted().await.reply_token.unwrap();
    kit.sim.fault(Fault::on("reply", Harm::invalid_reply_token()));
    assert_eq!(kit.reply(&token, text("x")).await.message(), "Invalid reply token");
    assert_eq!(kit.sim.ledger(|ledger| ledger.effects(&token)), 0);
}

#[tokio::test]
async fn faults_skip_and_count_the_calls_they_match() {
    let kit = Kit::new().await;
    kit.sim.fault(Fault::on("push", Harm::server_error()).skip(1).times(2));
    kit.sim.fault(Fault::on("*", Harm::rate_limited()).skip(3));
    assert_eq!(kit.get("/v2/bot/info").await.status, 200);
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(kit.push(&kit.alice(), text("x")).await.status);
    }
    assert_eq!(statuses, [200, 500, 500, 200, 429]);
    kit.sim.fault(Fault::on("*", Harm::server_error()));
    kit.sim.clear_faults();
    assert_eq!(kit.push(&kit.alice(), text("x")).await.status, 200);
}

#[tokio::test]
async fn a_delayed_request_is_done_even_if_the_caller_has_gone() {
    let kit = Kit::new().await;
    kit.sim.fault(Fault::on("push", Harm::Delay(Duration::from_millis(200))));
    let alice = kit.alice();
    let call = kit.push(&alice, text("x"));
    let arrived = kit.sim.wait_for(PATIENCE, |ledger| ledger.calls_to("push").count() == 1);
    tokio::select! {
        _ = call => panic!("the answer was not delayed"),
        arrived = arrived => arrived.unwrap(),
    }
    kit.sim.wait_for(PATIENCE, |ledger| ledger.count_heard(&alice) == 1).await.unwrap();
}

#[tokio::test]
async fn a_slow_body_comes_whole_and_a_cut_one_does_not() {
    let kit = Kit::new().await;
    kit.sim.fault(Fault::on("bot-info", Harm::SlowBody { every: Duration::from_micros(10) }));
    assert_eq!(kit.get("/v2/bot/info").await.json()["basicId"], "@simulated");
    kit.sim.fault(Fault::on("bot-info", Harm::CutBody));
    kit.call(Method::GET, "/v2/bot/info", &[], None).await.unwrap_err();
}
