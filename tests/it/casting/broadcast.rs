//! `POST /v2/bot/message/broadcast`

use line_bot_server::simulator::{Act, Via};
use serde_json::json;

use super::kit::{KEY, Line, OVER_QUOTA, saying};

const BROADCAST: &str = "/v2/bot/message/broadcast";

#[tokio::test]
async fn every_friend_hears_it_and_nobody_else() {
    let line = Line::new().await;
    let (bob, _) = (line.sim.user("Bob"), line.sim.user("Alice"));
    let (dave, carol) = (line.sim.user("Dave"), line.sim.stranger("Carol"));
    line.sim.group("Team", &[carol.clone(), bob]);
    line.sim.compose(Act::say(&carol, "hello")).unwrap();
    line.sim.compose(Act::unfollow(&dave)).unwrap();
    let got = line.broadcast().await;
    assert_eq!((got.status, &got.json), (200, &json!({})));
    assert_eq!(line.heard(), ["Alice", "Bob"]);
    assert!(line.sim.ledger(|ledger| ledger.all_heard().iter().all(|it| it.via == Via::Broadcast)));
    assert_eq!(line.used().await, 2);
}

#[tokio::test]
async fn who_comes_back_hears_the_next_one() {
    let line = Line::new().await;
    let alice = line.sim.user("Alice");
    line.sim.compose(Act::unfollow(&alice)).unwrap();
    line.broadcast().await;
    line.sim.compose(Act::follow(&alice)).unwrap();
    line.broadcast().await;
    assert_eq!(line.heard(), ["Alice"]);
}

#[tokio::test]
async fn a_retry_key_keeps_it_from_being_heard_twice() {
    let line = Line::new().await;
    line.sim.user("Alice");
    let body = || saying("hi", json!({}));
    let first = line.post_with_key(BROADCAST, KEY, body()).await;
    let again = line.post_with_key(BROADCAST, KEY, body()).await;
    assert_eq!((again.status, &again.json), (409, &json!({"message": "The retry key is already accepted"})));
    assert_eq!(again.accepted_request_id(), first.request_id());
    assert_eq!(line.count_heard(), 1);
}

#[tokio::test]
async fn it_fits_into_the_quota_whole_or_not_at_all() {
    let line = Line::new().await;
    line.sim.crowd("Fan", 3);
    line.sim.set_quota(Some(2));
    assert_eq!(line.broadcast().await.refusal(), (429, OVER_QUOTA));
    assert_eq!(line.count_heard(), 0);
    line.sim.set_quota(Some(3));
    assert_eq!(line.broadcast().await.status, 200);
    assert_eq!(line.count_heard(), 3);
}
