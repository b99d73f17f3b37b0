//! The request: LINE's documented example to the letter, its key, and what is refused before it leaves.

use line_bot_server::client::{ErrorKind, Rate, Request};
use line_bot_server::line::narrowcast::{
    Age, AppType, Area, Demographic, Gender, Limit, Range, Recipient, SubscriptionPeriod,
};
use line_bot_server::line::{Message, TextMessageV2, UserId};
use serde_json::{Value, json};

use crate::client::scripted::{Server, Step, answer};

const EXAMPLE: &str = include_str!("../../fixtures/narrowcast.json");

fn body(request: &Request) -> Value {
    serde_json::from_slice(request.body.bytes()).unwrap()
}

#[tokio::test]
async fn the_documented_example_comes_out_of_the_builders() {
    let client = Server::script([]).await.client();
    let young = Demographic::gender([Gender::Male, Gender::Female])
        & Demographic::age(Range::between(Age::Years20, Age::Years25).unwrap())
        & Demographic::app_type([AppType::Android, AppType::Ios])
        & Demographic::area([Area::Aichi, Area::Akita])
        & Demographic::subscription_period(
            Range::between(SubscriptionPeriod::Days7, SubscriptionPeriod::Days30).unwrap(),
        );
    let older = Demographic::age(Range::between(Age::Years35, Age::Years40).unwrap())
        & !Demographic::gender([Gender::Male]);
    let request = client
        .narrowcast("test message")
        .recipient(
            Recipient::audience(5614991017776)
                & !Recipient::redelivery("5b59509c-c57b-11e9-aa8c-2a2ae2dbcce4"),
        )
        .filter(young | older)
        .limit(Limit::new().max(100).up_to_remaining_quota())
        .into_request()
        .unwrap();
    assert_eq!(body(&request), serde_json::from_str::<Value>(EXAMPLE).unwrap());
    assert_eq!(request.path, "/v2/bot/message/narrowcast");
    assert_eq!(request.endpoint.rate, Rate::per_hour(60));
}

#[tokio::test]
async fn without_a_recipient_it_goes_to_all_friends() {
    let client = Server::script([]).await.client();
    let request = client.narrowcast(["one", "two"]).notification_disabled(true).into_request().unwrap();
    let text = |text| json!({ "type": "text", "text": text });
    assert_eq!(
        body(&request),
        json!({ "messages": [text("one"), text("two")], "notificationDisabled": true })
    );
}

#[tokio::test]
async fn what_line_would_refuse_is_not_sent() {
    let server = Server::script([]).await;
    let client = server.client();
    let many = (0..11).map(Recipient::audience).reduce(|a, b| a | b).unwrap();
    let filters = (0..11).map(|_| Demographic::age(Age::Years20..)).reduce(|a, b| a & b).unwrap();
    let mention = || Message::from(TextMessageV2::new("Hello {you}").mention("you", UserId::from("U1")));
    for (send, field) in [
        (client.narrowcast("hi").recipient(many), "recipient"),
        (client.narrowcast("hi").filter(filters), "filter.demographic"),
        (client.narrowcast("hi").limit(Limit::new().max(0)), "limit.max"),
        (client.narrowcast_with(vec![]), "messages"),
        (client.narrowcast_with(vec!["hi".into(); 6]), "messages"),
        (client.narrowcast(["hi".into(), mention()]), "messages[1].substitution.you"),
        (client.narrowcast("x".repeat(5001)), "messages[0].text"),
    ] {
        let error = send.await.unwrap_err();
        assert!(matches!(&error.kind, ErrorKind::Invalid(invalid) if invalid.field == field), "{error}");
        assert!(error.is_permanent() && error.to_string().starts_with("narrowcast: "), "{error}");
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn it_is_repeated_under_one_key_and_a_409_names_the_request_that_counts() {
    let conflict = answer(409, r#"{"message":"The retry key is already accepted"}"#)
        .with("x-line-request-id", "now")
        .with("x-line-accepted-request-id", "then");
    let server = Server::script([answer(500, ""), Step::Hangup, conflict]).await;
    let narrowcast = server.client().narrowcast("hi").key("november").await.unwrap();
    assert_eq!(narrowcast.request_id.as_str(), "then");
    let seen = server.seen();
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|one| one.header("x-line-retry-key") == seen[0].header("x-line-retry-key")));
    assert!(seen.iter().all(|one| one.body == seen[0].body));
}

#[tokio::test]
async fn an_accepted_one_without_a_request_id_is_not_sent_again() {
    let server = Server::script([answer(202, "{}")]).await;
    let error = server.client().narrowcast("hi").await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Answer(_)), "{error}");
    assert!(!error.is_retryable() && !error.is_permanent());
}

#[tokio::test]
async fn too_few_friends_is_a_refusal_for_good() {
    let refusal = answer(403, r#"{"message":"Your account does not have enough friends"}"#);
    let server = Server::script([refusal]).await;
    let error = server.client().narrowcast("hi").await.unwrap_err();
    assert_eq!((error.status(), error.is_permanent()), (Some(403), true));
    assert!(error.to_string().contains("enough friends"));
}
