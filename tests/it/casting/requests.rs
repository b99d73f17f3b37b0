//! Narrowcasts: which requests are well formed.

use serde_json::{Value, json};

use super::kit::{KEY, Line, and, audience, filter, gender, not, or, redelivery, saying};

const NARROWCAST: &str = "/v2/bot/message/narrowcast";

async fn properties(line: &Line, extra: Value) -> Vec<String> {
    let got = line.narrowcast(extra).await;
    assert_eq!(got.status == 400, !got.properties().is_empty(), "{got:?}");
    got.properties().into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn operators_have_exactly_one_of_and_or_and_not_and_join_something() {
    let line = Line::for_few().await;
    let id = line.sim.audience("all", &line.sim.crowd("Fan", 3));
    let leaf = audience(id);
    for (recipient, property) in [
        (json!({"type": "operator"}), "recipient"),
        (json!({"type": "operator", "and": [leaf], "or": [leaf]}), "recipient"),
        (json!({"type": "operator", "and": [leaf], "not": leaf}), "recipient"),
        (json!({"type": "operator", "and": []}), "recipient.and"),
        (json!({"type": "operator", "or": []}), "recipient.or"),
        (json!({"type": "operator", "and": leaf}), "recipient.and"),
        (or(&[leaf.clone(), not(&json!({"type": "operator"}))]), "recipient.or[1].not"),
        (json!({"type": "nothing"}), "recipient.type"),
        (json!({}), "recipient.type"),
        (json!("everybody"), "recipient"),
        (not(&json!([leaf])), "recipient.not.type"),
        (and(&[json!({"type": "audience"})]), "recipient.and[0].audienceGroupId"),
        (json!({"type": "audience", "audienceGroupId": "7"}), "recipient.audienceGroupId"),
        (json!({"type": "redelivery"}), "recipient.requestId"),
    ] {
        assert_eq!(properties(&line, json!({"recipient": recipient})).await, [property], "{recipient}");
    }
    let one = std::slice::from_ref(&leaf);
    for good in [leaf.clone(), and(one), not(&not(&leaf)), or(&[and(one), leaf.clone()]), json!(null)] {
        assert_eq!(line.narrowcast(json!({"recipient": good})).await.status, 202, "{good}");
    }
}

#[tokio::test]
async fn filters_take_lines_words_only() {
    let line = Line::for_few().await;
    line.sim.crowd("Fan", 3);
    let many = |kind: &str, values: &[&str]| json!({"type": kind, "oneOf": values});
    let range = |kind: &str, gte: Option<&str>, lt: Option<&str>| json!({"type": kind, "gte": gte, "lt": lt});
    for (demographic, property) in [
        (many("gender", &["female", "other"]), "oneOf[1]"),
        (many("gender", &[]), "oneOf"),
        (json!({"type": "gender"}), "oneOf"),
        (json!({"type": "gender", "oneOf": "male"}), "oneOf"),
        (many("appType", &["symbian"]), "oneOf[0]"),
        (many("area", &["jp_48"]), "oneOf[0]"),
        (many("area", &["jp_47", "tw_23"]), "oneOf[1]"),
        (range("age", Some("age_16"), None), "gte"),
        (range("age", None, Some("age_75")), "lt"),
        (range("age", Some("age_20"), Some("age_20")), "gte"),
        (range("age", Some("age_25"), Some("age_20")), "gte"),
        (json!({"type": "age"}), ""),
        (range("subscriptionPeriod", Some("day_8"), None), "gte"),
        (range("subscriptionPeriod", Some("day_365"), Some("day_180")), "gte"),
        (json!({"type": "subscriptionPeriod"}), ""),
        (json!({"type": "height"}), "type"),
        (json!({"type": "operator", "and": []}), "and"),
        (json!({"type": "operator", "and": [gender("male")], "not": gender("male")}), ""),
    ] {
        let path = format!("filter.demographic.{property}");
        let found = properties(&line, filter(&demographic)).await;
        assert_eq!(found, [path.trim_end_matches('.')], "{demographic}");
    }
    for good in [
        many("gender", &["female", "male"]),
        many("appType", &["ios", "android"]),
        many("area", &["jp_01", "jp_47", "tw_22", "th_08", "id_12"]),
        range("age", Some("age_15"), Some("age_70")),
        range("age", Some("age_70"), None),
        range("subscriptionPeriod", Some("day_7"), Some("day_365")),
        range("subscriptionPeriod", None, Some("day_30")),
        and(&[gender("male"), not(&or(&[gender("female")]))]),
    ] {
        assert_eq!(line.narrowcast(filter(&good)).await.status, 202, "{good}");
    }
    assert_eq!(line.narrowcast(json!({"filter": {}})).await.status, 202);
}

#[tokio::test]
async fn ten_audiences_and_redeliveries_together_and_ten_filters_are_taken() {
    let line = Line::for_few().await;
    let fans = line.sim.crowd("Fan", 3);
    let id = line.sim.audience("all", &fans);
    line.sim.past_narrowcast(KEY, &fans);
    let pools = |audiences: usize, earlier: usize| {
        let mut pools = vec![audience(id); audiences];
        pools.extend(vec![redelivery(KEY); earlier]);
        // Operators are not counted.
        json!({"recipient": and(&[or(&pools), not(&not(&or(&pools[..1])))])})
    };
    assert_eq!(line.narrowcast(pools(4, 5)).await.status, 202);
    assert_eq!(properties(&line, pools(5, 5)).await, ["recipient"]);
    assert_eq!(line.narrowcast(filter(&or(&vec![gender("male"); 10]))).await.status, 202);
    assert_eq!(properties(&line, filter(&or(&vec![gender("male"); 11]))).await, ["filter.demographic"]);
}

#[tokio::test]
async fn a_limit_is_at_least_one_and_switches_are_true_or_false() {
    let line = Line::for_few().await;
    line.sim.user("Alice");
    for (limit, property) in [
        (json!({"max": 0}), "limit.max"),
        (json!({"max": -1}), "limit.max"),
        (json!({"max": 2_147_483_648_u64}), "limit.max"),
        (json!({"max": 1.5}), "limit.max"),
        (json!({"max": "1"}), "limit.max"),
        (json!({"upToRemainingQuota": "yes"}), "limit.upToRemainingQuota"),
        (json!({"forbidPartialDelivery": 1}), "limit.forbidPartialDelivery"),
        (json!(5), "limit"),
    ] {
        assert_eq!(properties(&line, json!({"limit": limit})).await, [property], "{limit}");
    }
    for good in [
        json!({}),
        json!({"max": 1}),
        json!({"max": 2_147_483_647}),
        json!({"upToRemainingQuota": true, "forbidPartialDelivery": true}),
    ] {
        assert_eq!(line.narrowcast(json!({"limit": good})).await.status, 202, "{good}");
    }
}

#[tokio::test]
async fn partial_delivery_is_forbidden_only_together_with_the_remaining_quota() {
    let line = Line::for_few().await;
    line.sim.user("Alice");
    let message = "The option forbidPartialDelivery must be used with upToRemainingQuota.";
    for limit in [
        json!({"forbidPartialDelivery": true}),
        json!({"forbidPartialDelivery": true, "upToRemainingQuota": false, "max": 5}),
    ] {
        assert_eq!(line.narrowcast(json!({"limit": limit})).await.refusal(), (400, message), "{limit}");
    }
    let limit = json!({"forbidPartialDelivery": false, "upToRemainingQuota": false});
    assert_eq!(line.narrowcast(json!({"limit": limit})).await.status, 202);
}

#[tokio::test]
async fn an_audience_that_is_not_there_or_not_ready_is_named() {
    let line = Line::for_few().await;
    let id = line.sim.audience("all", &line.sim.crowd("Fan", 3));
    let got = line.narrowcast(json!({"recipient": or(&[audience(id), not(&audience(404))])})).await;
    assert_eq!(got.refusal(), (400, "Invalid audience group id: 404"));
    let day = super::kit::DAY;
    let id = line.sim.audience_in_progress("slow", &line.sim.crowd("Fan", 3), day);
    let got = line.narrowcast(json!({"recipient": audience(id)})).await;
    assert_eq!(got.refusal(), (400, format!("Invalid audience group id: {id}").as_str()));
    line.clock.advance(day);
    assert_eq!(line.narrowcast(json!({"recipient": audience(id)})).await.status, 202);
}

#[tokio::test]
async fn a_retry_key_keeps_it_from_being_sent_twice() {
    let line = Line::for_few().await;
    line.sim.user("Alice");
    let body = || saying("hi", json!({}));
    let first = line.post_with_key(NARROWCAST, KEY, body()).await;
    assert_eq!((first.status, &first.json), (202, &json!({})));
    let again = line.post_with_key(NARROWCAST, KEY, body()).await;
    assert_eq!((again.status, &again.json), (409, &json!({"message": "The retry key is already accepted"})));
    assert_eq!(again.accepted_request_id(), first.request_id());
    line.clock.advance(super::kit::DAY / 2);
    assert_eq!(line.progress(&first.request_id()).await.json["phase"], "succeeded");
    assert_eq!(line.progress(&again.request_id()).await.status, 404);
    assert_eq!((line.count_heard(), line.sim.ledger(|ledger| ledger.effects(KEY))), (1, 1));
    let heard = line.sim.heard(line.sim.user("Alice"));
    assert_eq!((heard[0].key.as_deref(), heard[0].request_id.as_str()), (Some(KEY), &*first.request_id()));
}
