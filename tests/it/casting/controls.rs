//! The simulator's own controls for sending to many, `/_sim/…`.

use serde_json::json;

use super::kit::{KEY, Line, audience, filter, gender, redelivery};

#[tokio::test]
async fn what_is_known_of_a_person_is_set_and_shown() {
    let line = Line::new().await;
    let wish = json!({"user": "Alice", "gender": "female", "age": 31, "appType": "ios", "area": "jp_13", "friendDays": 40});
    let attributes = json!({
        "gender": "female", "age": 31, "appType": "ios", "area": "jp_13",
        "friendSince": "2026-09-16T07:33:20.000Z",
    });
    let alice = line.sim.user("Alice");
    let told = json!({"userId": alice, "attributes": attributes});
    assert_eq!(line.post("/_sim/person", wish).await.json, told);
    let people = line.get("/_sim/people").await.json;
    assert_eq!(people["people"][0]["attributes"], attributes);
    // Everything is set anew.
    line.post("/_sim/person", json!({"user": "Alice"})).await;
    assert_eq!(line.get("/_sim/people").await.json["people"][0]["attributes"], json!({}));
    for (wish, said) in [
        (json!({"user": "Alice", "gender": "?"}), "gender is male or female, not \"?\""),
        (json!({"user": "Alice", "appType": "?"}), "appType is ios or android, not \"?\""),
        (json!({"user": "Alice", "area": "jp_48"}), "area is one of LINE's codes, like jp_13, not \"jp_48\""),
    ] {
        assert_eq!(line.post("/_sim/person", wish).await.refusal(), (400, said));
    }
}

#[tokio::test]
async fn a_crowd_is_large_enough_for_lines_minimums() {
    let line = Line::new().await;
    let crowd = line.post("/_sim/crowd", json!({"name": "Fan", "count": 120})).await.json;
    assert_eq!(crowd["userIds"].as_array().unwrap().len(), 120);
    assert_eq!(line.reached(filter(&gender("female"))).await, Ok(60));
    let refused = line.post("/_sim/crowd", json!({"name": "Fan", "count": 100_001})).await;
    assert_eq!(refused.refusal(), (400, "a crowd has at most 100000 people, not 100001"));
}

#[tokio::test]
async fn audiences_and_narrowcasts_of_the_past_are_made() {
    let line = Line::new().await;
    line.sim.user("Carol");
    let id = line.post("/_sim/audience", json!({"description": "two", "users": ["Alice", "Bob"]})).await;
    let id = id.json["audienceGroupId"].as_u64().unwrap();
    assert_eq!(line.reached(json!({"recipient": audience(id)})).await, Ok(2));
    let given = json!({"description": "one", "users": ["Alice"], "audienceGroupId": 7});
    assert_eq!(line.post("/_sim/audience", given).await.json, json!({"audienceGroupId": 7}));
    assert_eq!(line.reached(json!({"recipient": audience(7)})).await, Ok(1));
    let last = json!({"description": "last", "users": [], "audienceGroupId": i64::MAX});
    assert_eq!(line.post("/_sim/audience", last).await.status, 200);
    let next = line.post("/_sim/audience", json!({"description": "next", "users": []})).await;
    assert!(!next.json["audienceGroupId"].is_null(), "{next:?}");
    for id in [0, u64::MAX] {
        let none = json!({"description": "none", "users": [], "audienceGroupId": id});
        assert_eq!(line.post("/_sim/audience", none).await.status, 400, "{id}");
    }
    let past = json!({"past": {"requestId": KEY, "reached": ["Alice"]}, "minimumRecipients": 0});
    assert_eq!(line.post("/_sim/narrowcast", past).await.status, 200);
    assert_eq!(line.reached(json!({"recipient": redelivery(KEY)})).await, Ok(1));
}

#[tokio::test]
async fn the_rules_of_narrowcasts_are_changed() {
    let line = Line::new().await;
    line.post("/_sim/crowd", json!({"name": "Fan", "count": 4})).await;
    let women = filter(&gender("female"));
    assert_eq!(line.narrowcast(women.clone()).await.status, 403);
    line.post("/_sim/narrowcast", json!({"minimumReach": 4})).await;
    assert_eq!(line.reached(women.clone()).await, Err(2));
    line.post("/_sim/narrowcast", json!({"minimumRecipients": 2})).await;
    assert_eq!(line.reached(women.clone()).await, Ok(2));
    line.post("/_sim/narrowcast", json!({"waitingMillis": 0, "sendingMillis": 0})).await;
    let at_once = line.narrowcast(women.clone()).await.request_id();
    assert_eq!(line.progress(&at_once).await.json["phase"], "succeeded");
    line.post("/_sim/narrowcast", json!({"fail": 3})).await;
    assert_eq!(line.reached(women).await, Err(3));
    let refused = line.post("/_sim/narrowcast", json!({"fail": 6})).await;
    assert_eq!(refused.refusal(), (400, "fail is an errorCode of LINE, 1 to 5, not 6"));
}
