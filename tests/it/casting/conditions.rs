//! Narrowcasts: who gets them.

use line_bot_server::simulator::{Act, AppType, Attributes, Gender, Via};
use serde_json::{Value, json};

use super::kit::{DAY, KEY, Line, START, and, audience, filter, gender, not, or, redelivery};

/// Alice and Bob are known well, Carol hardly, Dave not at all, Eve is a young woman in Thailand.
async fn five() -> Line {
    let line = Line::for_few().await;
    let known = |name: &str, attributes: Attributes| {
        let id = line.sim.user(name);
        line.sim.set_attributes(&id, attributes);
    };
    let ago = |days: u32| START.before(days * DAY);
    let unknown = Attributes::unknown;
    known(
        "Alice",
        unknown().gender(Gender::Female).age(20).app_type(AppType::Ios).area("jp_13").friend_since(ago(7)),
    );
    known(
        "Bob",
        unknown().gender(Gender::Male).age(35).app_type(AppType::Android).area("tw_01").friend_since(ago(30)),
    );
    known("Carol", unknown().gender(Gender::Female));
    line.sim.user("Dave");
    known("Eve", unknown().gender(Gender::Female).age(19).area("th_01"));
    line
}

/// The initials of those who hear it.
async fn who(line: &Line, extra: Value) -> String {
    let before = line.count_heard();
    let outcome = line.reached(extra).await;
    let heard = line.heard_since(before);
    assert_eq!(outcome.unwrap_or(0), heard.len() as u64);
    heard.iter().map(|name| &name[..1]).collect()
}

#[tokio::test]
async fn without_recipient_and_filter_every_friend_gets_it() {
    let line = five().await;
    line.sim.stranger("Frank");
    let blocker = line.sim.user("Gina");
    line.sim.compose(Act::unfollow(&blocker)).unwrap();
    assert_eq!(who(&line, json!({})).await, "ABCDE");
    assert!(line.sim.ledger(|ledger| ledger.all_heard().iter().all(|it| it.via == Via::Narrowcast)));
    assert_eq!(line.used().await, 5);
}

#[tokio::test]
async fn each_filter_finds_those_it_describes() {
    let range = |kind: &str, gte: Option<&str>, lt: Option<&str>| json!({"type": kind, "gte": gte, "lt": lt});
    for (demographic, expected) in [
        // Eve is under 20 and in Thailand.
        (gender("female"), "AC"),
        (gender("male"), "B"),
        (json!({"type": "gender", "oneOf": ["male", "female"]}), "ABC"),
        (range("age", Some("age_20"), None), "AB"),
        (range("age", None, Some("age_35")), "A"),
        (range("age", Some("age_20"), Some("age_35")), "A"),
        (range("age", Some("age_35"), Some("age_40")), "B"),
        (json!({"type": "appType", "oneOf": ["ios"]}), "A"),
        (json!({"type": "appType", "oneOf": ["ios", "android"]}), "AB"),
        (json!({"type": "area", "oneOf": ["tw_01", "jp_13"]}), "AB"),
        (json!({"type": "area", "oneOf": ["jp_14"]}), ""),
        (range("subscriptionPeriod", Some("day_7"), None), "AB"),
        (range("subscriptionPeriod", Some("day_7"), Some("day_30")), "A"),
        (range("subscriptionPeriod", Some("day_30"), None), "B"),
        (range("subscriptionPeriod", None, Some("day_7")), ""),
    ] {
        // A new one for each: time goes on, and friendships grow old.
        let line = five().await;
        assert_eq!(who(&line, filter(&demographic)).await, expected, "{demographic}");
    }
}

#[tokio::test]
async fn filters_are_joined_and_what_is_unknown_is_found_by_none() {
    let line = five().await;
    let ios = json!({"type": "appType", "oneOf": ["ios"]});
    for (demographic, expected) in [
        (and(&[gender("female"), ios.clone()]), "A"),
        (or(&[gender("male"), ios.clone()]), "AB"),
        (not(&gender("male")), "AC"),
        (not(&ios), "B"),
        (and(&[gender("female"), not(&ios)]), ""),
        (or(&[gender("female"), not(&ios)]), "ABC"),
        (not(&and(&[gender("female"), ios.clone()])), "B"),
    ] {
        assert_eq!(who(&line, filter(&demographic)).await, expected, "{demographic}");
    }
}

#[tokio::test]
async fn recipients_are_joined_innermost_first() {
    let line = five().await;
    let [a, b, c, d] = ["Alice", "Bob", "Carol", "Dave"].map(|name| line.sim.user(name));
    let pool = |members: &[_]| audience(line.sim.audience("some", members));
    let (ab, bc, cd) = (pool(&[a.clone(), b.clone()]), pool(&[b.clone(), c.clone()]), pool(&[c.clone(), d]));
    line.sim.past_narrowcast(KEY, &[a, c]);
    let ac = redelivery(KEY);
    for (recipient, expected) in [
        (ab.clone(), "AB"),
        (and(&[ab.clone(), bc.clone()]), "B"),
        (or(&[ab.clone(), bc.clone()]), "ABC"),
        (not(&ab), "CDE"),
        (and(&[ab.clone(), not(&bc)]), "A"),
        (or(&[and(&[ab.clone(), bc.clone()]), cd.clone()]), "BCD"),
        (and(&[ab.clone(), or(&[bc, cd])]), "B"),
        (ac.clone(), "AC"),
        (and(&[ab, not(&ac)]), "B"),
    ] {
        assert_eq!(who(&line, json!({"recipient": recipient})).await, expected, "{recipient}");
    }
}

#[tokio::test]
async fn recipient_and_filter_both_hold() {
    let line = five().await;
    let [a, b] = ["Alice", "Bob"].map(|name| line.sim.user(name));
    let mut extra = filter(&gender("female"));
    extra["recipient"] = audience(line.sim.audience("two", &[a, b]));
    assert_eq!(who(&line, extra).await, "A");
}

#[tokio::test]
async fn strangers_and_blockers_of_an_audience_are_left_out() {
    let line = five().await;
    let (alice, bob, stranger) = (line.sim.user("Alice"), line.sim.user("Bob"), line.sim.stranger("Frank"));
    let id = line.sim.audience("mixed", &[alice, bob.clone(), stranger]);
    line.sim.compose(Act::unfollow(&bob)).unwrap();
    assert_eq!(who(&line, json!({"recipient": audience(id)})).await, "A");
}

#[tokio::test]
async fn who_follows_is_a_friend_since_then() {
    let line = Line::for_few().await;
    let alice = line.sim.stranger("Alice");
    line.sim.compose(Act::follow(&alice)).unwrap();
    let fresh = filter(&json!({"type": "subscriptionPeriod", "lt": "day_7"}));
    assert_eq!(who(&line, fresh.clone()).await, "A");
    line.clock.advance(7 * DAY);
    assert_eq!(who(&line, fresh).await, "");
}

/// The example of LINE's guide
/// (<https://developers.line.biz/en/docs/messaging-api/sending-messages/#send-narrowcast-message-detail>).
#[tokio::test]
async fn the_documented_example_reaches_those_it_describes() {
    let line = Line::new().await;
    let fans = line.sim.crowd("Fan", 200);
    let women_from_35 = |number: usize| {
        let age = if number < 110 { 37 } else { 40 };
        Attributes::unknown().gender(Gender::Female).age(age)
    };
    for (number, fan) in fans.iter().enumerate() {
        line.sim.set_attributes(fan, women_from_35(number));
    }
    let earlier = "5b59509c-c57b-11e9-aa8c-2a2ae2dbcce4";
    line.sim.audience_with_id(5_614_991_017_776, "example", &fans);
    line.sim.past_narrowcast(earlier, &fans[..20]);
    let range = |kind: &str, gte: &str, lt: &str| json!({"type": kind, "gte": gte, "lt": lt});
    let many = |kind: &str, values: [&str; 2]| json!({"type": kind, "oneOf": values});
    let young = and(&[
        many("gender", ["male", "female"]),
        range("age", "age_20", "age_25"),
        many("appType", ["android", "ios"]),
        many("area", ["jp_23", "jp_05"]),
        range("subscriptionPeriod", "day_7", "day_30"),
    ]);
    let older = and(&[range("age", "age_35", "age_40"), not(&gender("male"))]);
    let extra = json!({
        "recipient": and(&[audience(5_614_991_017_776), not(&redelivery(earlier))]),
        "filter": {"demographic": or(&[young, older])},
        "limit": {"max": 100, "upToRemainingQuota": true},
    });
    assert_eq!(line.reached(extra).await, Ok(90));
    let expected: std::collections::BTreeSet<_> = (21..=110).map(|number| format!("Fan {number}")).collect();
    assert_eq!(line.heard().into_iter().collect::<std::collections::BTreeSet<_>>(), expected);
}
