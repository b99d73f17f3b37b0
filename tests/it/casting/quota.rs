//! Narrowcasts and the quota: LINE's two tables, and what is set aside meanwhile.

use line_bot_server::line::UserId;
use line_bot_server::simulator::{Attributes, Gender};
use serde_json::{Value, json};

use super::kit::{Line, OVER_QUOTA, STEP, filter, gender};

/// A target reach of 100, of whom 80 match.
async fn eighty_of_a_hundred(quota: u64) -> (Line, Vec<UserId>) {
    let line = Line::new().await;
    let friends = line.sim.crowd("Fan", 100);
    for (number, friend) in friends.iter().enumerate() {
        let gender = if number < 80 { Gender::Female } else { Gender::Male };
        line.sim.set_attributes(friend, Attributes::unknown().gender(gender));
    }
    line.sim.set_quota(Some(quota));
    (line, friends)
}

fn limited(limit: Option<&Value>) -> Value {
    let mut extra = filter(&gender("female"));
    if let Some(limit) = limit {
        extra["limit"] = limit.clone();
    }
    extra
}

/// What comes of it, with monthly limits of 90 and of 50: as many get it, or it fails with that code.
async fn row(limit: Option<Value>, expected: [Result<u64, u64>; 2]) {
    for (quota, expected) in [90, 50].into_iter().zip(expected) {
        let (line, _) = eighty_of_a_hundred(quota).await;
        let reached = line.reached(limited(limit.as_ref())).await;
        assert_eq!(reached, expected, "{limit:?}, {quota}");
        let heard = line.heard();
        assert_eq!(heard.len() as u64, expected.unwrap_or(0), "{limit:?}, {quota}");
        let women = |name: &String| name[4..].parse::<u32>().unwrap() <= 80;
        assert!(heard.iter().all(women), "{heard:?}");
        assert_eq!(line.used().await, expected.unwrap_or(0), "{limit:?}, {quota}");
    }
}

#[tokio::test]
async fn without_a_limit_a_reach_beyond_the_monthly_limit_is_refused() {
    for quota in [90, 50] {
        let (line, _) = eighty_of_a_hundred(quota).await;
        let got = line.narrowcast(limited(None)).await;
        assert_eq!(got.refusal(), (429, OVER_QUOTA), "{quota}");
        assert_eq!(line.progress(&got.request_id()).await.status, 404);
    }
    let (line, _) = eighty_of_a_hundred(100).await;
    assert_eq!(line.reached(limited(None)).await, Ok(80));
}

#[tokio::test]
async fn up_to_the_remaining_quota() {
    row(Some(json!({"upToRemainingQuota": true})), [Ok(80), Ok(50)]).await;
}

#[tokio::test]
async fn up_to_the_remaining_quota_but_whole() {
    let limit = json!({"upToRemainingQuota": true, "forbidPartialDelivery": true});
    row(Some(limit), [Ok(80), Err(5)]).await;
}

#[tokio::test]
async fn at_most_thirty_up_to_the_remaining_quota() {
    row(Some(json!({"max": 30, "upToRemainingQuota": true})), [Ok(30), Ok(30)]).await;
}

#[tokio::test]
async fn at_most_thirty_but_whole() {
    let limit = json!({"max": 30, "upToRemainingQuota": true, "forbidPartialDelivery": true});
    row(Some(limit), [Err(5), Err(5)]).await;
}

#[tokio::test]
async fn at_most_so_many_need_no_more_quota() {
    row(Some(json!({"max": 50})), [Ok(50), Ok(50)]).await;
    let (line, _) = eighty_of_a_hundred(50).await;
    assert_eq!(line.narrowcast(limited(Some(&json!({"max": 51})))).await.refusal(), (429, OVER_QUOTA));
}

/// How much is set aside: what is left over is just enough for others.
async fn set_aside(quota: u64, limit: Option<Value>) -> u64 {
    let (line, friends) = eighty_of_a_hundred(quota).await;
    assert_eq!(line.narrowcast(limited(limit.as_ref())).await.status, 202);
    let mut left = 0;
    while line.multicast(&friends[..1]).await.status == 200 {
        left += 1;
    }
    quota - left
}

#[tokio::test]
async fn what_is_set_aside_is_the_least_of_reach_limit_and_remaining_quota() {
    let up_to_quota = |max: Option<u64>| Some(json!({"max": max, "upToRemainingQuota": true}));
    assert_eq!(set_aside(120, None).await, 100);
    assert_eq!(set_aside(120, Some(json!({"max": 30}))).await, 30);
    assert_eq!(set_aside(120, Some(json!({"max": 110}))).await, 100);
    assert_eq!(set_aside(120, up_to_quota(None)).await, 100);
    assert_eq!(set_aside(60, up_to_quota(None)).await, 60);
    assert_eq!(set_aside(60, up_to_quota(Some(30))).await, 30);
    assert_eq!(set_aside(60, up_to_quota(Some(70))).await, 60);
    assert_eq!(set_aside(120, up_to_quota(Some(110))).await, 100);
}

#[tokio::test]
async fn until_it_has_ended_other_sends_are_told_that_the_limit_is_reached() {
    let (line, friends) = eighty_of_a_hundred(100).await;
    line.narrowcast(limited(None)).await;
    for _ in ["waiting", "sending"] {
        assert_eq!(line.multicast(&friends[..1]).await.refusal(), (429, OVER_QUOTA));
        assert_eq!(line.broadcast().await.refusal(), (429, OVER_QUOTA));
        let push = json!({"to": friends[0], "messages": [{"type": "text", "text": "x"}]});
        assert_eq!(line.post("/v2/bot/message/push", push).await.refusal(), (429, OVER_QUOTA));
        assert_eq!(line.narrowcast(limited(None)).await.refusal(), (429, OVER_QUOTA));
        assert_eq!(line.used().await, 0);
        line.clock.advance(STEP);
    }
    assert_eq!(line.used().await, 80);
    assert_eq!(line.multicast(&friends[..20]).await.status, 200);
    assert_eq!(line.multicast(&friends[..1]).await.status, 429);
}

#[tokio::test]
async fn one_that_failed_sets_nothing_aside_any_more() {
    let (line, friends) = eighty_of_a_hundred(100).await;
    let men = filter(&gender("male"));
    assert_eq!(line.reached(men).await, Err(2));
    assert_eq!((line.used().await, line.multicast(&friends).await.status), (0, 200));
}

#[tokio::test]
async fn with_nothing_left_nothing_is_accepted() {
    let (line, _) = eighty_of_a_hundred(0).await;
    let limit = json!({"upToRemainingQuota": true});
    assert_eq!(line.narrowcast(limited(Some(&limit))).await.refusal(), (429, OVER_QUOTA));
}

#[tokio::test]
async fn who_is_picked_is_left_to_chance_but_the_same_at_every_start() {
    let pick = async || {
        let (line, _) = eighty_of_a_hundred(100).await;
        let limit = json!({"max": 30});
        let mut picks = Vec::new();
        for _ in 0..2 {
            let before = line.count_heard();
            assert_eq!(line.reached(limited(Some(&limit))).await, Ok(30));
            picks.push(line.heard_since(before));
        }
        picks
    };
    let (first, second) = (pick().await, pick().await);
    assert_eq!(first, second);
    assert_ne!(first[0], first[1]);
}
