//! `POST /v2/bot/message/multicast`

use std::time::Duration;

use line_bot_server::line::{ChatId, UserId};
use line_bot_server::simulator::{Act, Via};
use serde_json::{Value, json};

use super::kit::{DAY, Got, KEY, Line, OVER_QUOTA, saying};

const MULTICAST: &str = "/v2/bot/message/multicast";

async fn to(line: &Line, to: Value) -> Got {
    line.post(MULTICAST, saying("hi", json!({"to": to}))).await
}

#[tokio::test]
async fn it_is_heard_by_each_in_their_own_chat_and_no_sent_messages_are_told() {
    let line = Line::new().await;
    let people = ["Alice", "Bob"].map(|name| line.sim.user(name));
    let messages = json!([{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]);
    let body = json!({"to": people, "messages": messages, "notificationDisabled": true});
    let got = line.post_with_key(MULTICAST, KEY, body).await;
    assert_eq!((got.status, &got.json), (200, &json!({})));
    for person in people {
        let heard = line.sim.heard(person);
        assert_eq!(heard.iter().map(|it| it.text()).collect::<Vec<_>>(), ["one", "two"]);
        let of_this = |it: &line_bot_server::simulator::Heard| {
            it.request_id.as_str() == got.request_id() && it.key.as_deref() == Some(KEY)
        };
        assert!(heard.iter().all(|it| it.via == Via::Multicast && of_this(it)));
    }
    assert_eq!(line.used().await, 2);
}

#[tokio::test]
async fn one_to_five_hundred_people_are_taken() {
    let line = Line::new().await;
    let people = line.sim.crowd("Fan", 501);
    for (count, status) in [(0, 400), (1, 200), (500, 200), (501, 400)] {
        let got = to(&line, json!(people[..count])).await;
        assert_eq!(got.status, status, "{count}");
        if status == 400 {
            let detail = json!({"property": "to", "message": "Size must be between 1 and 500"});
            assert_eq!(got.json["details"], json!([detail]), "{count}");
        }
    }
    for bad in [json!(null), json!("U4af4980629"), json!(people[0])] {
        assert_eq!(to(&line, bad.clone()).await.properties(), ["to"], "{bad}");
    }
    assert_eq!(line.count_heard(), 501);
}

#[tokio::test]
async fn what_is_no_user_id_is_named_by_its_place_and_nobody_gets_it() {
    let line = Line::new().await;
    let alice = line.sim.user("Alice");
    let group: ChatId = line.sim.group("Team", std::slice::from_ref(&alice)).into();
    let room: ChatId = line.sim.room("Room", std::slice::from_ref(&alice)).into();
    for bad in [json!(group.as_str()), json!(room.as_str()), json!("Alice"), json!(""), json!(7)] {
        let got = to(&line, json!([alice, bad])).await;
        let message = "The property, to[1], in the request body is invalid (line: -, column: -)";
        assert_eq!(got.refusal(), (400, message), "{bad}");
    }
    assert_eq!(line.count_heard(), 0);
}

#[tokio::test]
async fn an_id_this_channel_never_saw_spoils_the_whole_request() {
    let line = Line::new().await;
    let unknown = UserId::from(format!("U{}", "0".repeat(32)));
    let got = line.multicast(&[line.sim.user("Alice"), unknown]).await;
    assert_eq!(got.refusal(), (400, "Failed to send messages"));
    assert_eq!((line.count_heard(), line.used().await), (0, 0));
}

#[tokio::test]
async fn only_friends_get_it_and_only_they_are_counted() {
    let line = Line::new().await;
    let (alice, bob, carol) = (line.sim.user("Alice"), line.sim.user("Bob"), line.sim.stranger("Carol"));
    // Lately: a push would reach her.
    line.sim.compose(Act::say(&carol, "hello")).unwrap();
    line.sim.compose(Act::unfollow(&bob)).unwrap();
    let got = line.multicast(&[alice, bob, carol]).await;
    assert_eq!((got.status, line.heard(), line.used().await), (200, vec!["Alice".to_owned()], 1));
}

#[tokio::test]
async fn who_is_named_twice_gets_it_once() {
    let line = Line::new().await;
    let alice = line.sim.user("Alice");
    assert_eq!(line.multicast(&[alice.clone(), alice]).await.status, 200);
    assert_eq!((line.heard(), line.used().await), (vec!["Alice".to_owned()], 1));
}

#[tokio::test]
async fn a_retry_key_is_answered_409_with_the_accepted_id_and_nothing_else_for_a_day() {
    let line = Line::new().await;
    let body = || saying("hi", json!({"to": [line.sim.user("Alice")]}));
    let first = line.post_with_key(MULTICAST, KEY, body()).await;
    line.clock.advance(DAY - Duration::from_millis(1));
    let again = line.post_with_key(MULTICAST, KEY, body()).await;
    assert_eq!((again.status, &again.json), (409, &json!({"message": "The retry key is already accepted"})));
    assert_eq!(again.accepted_request_id(), first.request_id());
    assert_ne!(again.request_id(), first.request_id());
    assert_eq!((line.count_heard(), line.sim.ledger(|ledger| ledger.effects(KEY))), (1, 1));
    line.clock.advance(Duration::from_millis(1));
    assert_eq!(line.post_with_key(MULTICAST, KEY, body()).await.status, 200);
    assert_eq!(line.count_heard(), 2);
}

#[tokio::test]
async fn a_key_counts_for_the_whole_channel_and_only_a_push_is_told_its_messages_again() {
    let line = Line::new().await;
    let alice = line.sim.user("Alice");
    let push = || saying("hi", json!({"to": alice}));
    assert_eq!(line.post_with_key("/v2/bot/message/push", KEY, push()).await.status, 200);
    let multicast = line.post_with_key(MULTICAST, KEY, saying("hi", json!({"to": [alice]}))).await;
    assert_eq!((multicast.status, multicast.json.get("sentMessages")), (409, None));
    let again = line.post_with_key("/v2/bot/message/push", KEY, push()).await;
    assert_eq!((again.status, again.json["sentMessages"].as_array().unwrap().len()), (409, 1));
}

#[tokio::test]
async fn a_key_that_is_no_uuid_is_refused() {
    let line = Line::new().await;
    let body = saying("hi", json!({"to": [line.sim.user("Alice")]}));
    assert_eq!(line.post_with_key(MULTICAST, "again", body).await.status, 400);
    assert_eq!(line.count_heard(), 0);
}

#[tokio::test]
async fn beyond_the_quota_nobody_gets_it_and_the_key_stays_free() {
    let line = Line::new().await;
    line.sim.set_quota(Some(2));
    let people = line.sim.crowd("Fan", 3);
    let body = |people: &[UserId]| saying("hi", json!({"to": people}));
    let refused = line.post_with_key(MULTICAST, KEY, body(&people)).await;
    assert_eq!(refused.refusal(), (429, OVER_QUOTA));
    assert_eq!((line.count_heard(), line.used().await), (0, 0));
    assert_eq!(line.post_with_key(MULTICAST, KEY, body(&people[..2])).await.status, 200);
    assert_eq!(line.used().await, 2);
    assert_eq!(line.multicast(&people[..1]).await.status, 429);
}

#[tokio::test]
async fn names_of_aggregation_units_have_at_most_thirty_letters_digits_or_underscores() {
    let line = Line::new().await;
    let alice = line.sim.user("Alice");
    for (units, good) in [
        (json!(["Promotion_1"]), true),
        (json!(["x".repeat(30)]), true),
        (json!([]), true),
        (json!(["x".repeat(31)]), false),
        (json!(["a-b"]), false),
        (json!([""]), false),
        (json!(["a", "b"]), false),
        (json!("a"), false),
    ] {
        let extra = json!({"to": [alice], "customAggregationUnits": units});
        let got = line.post(MULTICAST, saying("hi", extra)).await;
        assert_eq!(got.status, if good { 200 } else { 400 }, "{units}");
    }
}

#[tokio::test]
async fn quotes_mentions_and_bad_messages_are_refused_wherever_many_are_sent_to() {
    let line = Line::new().await;
    let alice = line.sim.user("Alice");
    let mention = json!({"type": "mention", "mentionee": {"type": "user", "userId": alice}});
    let cases = [
        (json!({"type": "text", "text": "x", "quoteToken": "q"}), "messages[0].quoteToken"),
        (
            json!({"type": "textV2", "text": "{a}", "substitution": {"a": mention}}),
            "messages[0].substitution.a.mentionee",
        ),
        (json!({"type": "text"}), "messages[0].text"),
    ];
    for path in [MULTICAST, "/v2/bot/message/broadcast", "/v2/bot/message/narrowcast"] {
        for (message, property) in &cases {
            let got = line.post(path, json!({"to": [alice], "messages": [message]})).await;
            assert_eq!((got.status, got.properties()), (400, vec![*property]), "{path} {message}");
        }
        for count in [0, 6] {
            let messages = vec![json!({"type": "text", "text": "x"}); count];
            let got = line.post(path, json!({"to": [alice], "messages": messages})).await;
            assert_eq!((got.status, got.properties()), (400, vec!["messages"]), "{path} {count}");
        }
        let got = line.post(path, saying("x", json!({"to": [alice], "notificationDisabled": 1}))).await;
        assert_eq!(got.properties(), ["notificationDisabled"], "{path}");
    }
    assert_eq!(line.count_heard(), 0);
}
