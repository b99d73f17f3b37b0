//! Any number of users: sorted, each once, in parts of 500; what became of each part; when it goes on and when not.

use line_bot_server::client::api::message::{MULTICAST_MAX, MulticastError, MulticastSent, PartOutcome};
use line_bot_server::client::{ErrorKind, Rate, Request};
use line_bot_server::line::{Message, TextMessageV2, UserId};
use serde_json::{Value, json};

use crate::client::scripted::{Server, Step, answer, ok};

const RATE: &str = r#"{"message":"The API rate limit has been exceeded. Try again later."}"#;
const MONTHLY: &str = r#"{"message":"You have reached your monthly limit."}"#;
const UNKNOWN_USER: &str = r#"{"message":"Failed to send messages"}"#;

/// So many users, in the order of their names.
fn users(n: usize) -> Vec<UserId> {
    (0..n).map(|n| UserId::from(format!("U{n:05}"))).collect()
}

fn accepted(id: &str) -> Step {
    ok("{}").with("x-line-request-id", id)
}

fn to(request: &Request) -> Vec<String> {
    let body: Value = serde_json::from_slice(request.body.bytes()).unwrap();
    body["to"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

async fn send(server: &Server, n: usize) -> Result<MulticastSent, MulticastError> {
    server.client().multicast(users(n), "hello").key("news").await
}

/// `Ok`, or what is known of the users of one that was not accepted whole.
fn incomplete(sent: Result<MulticastSent, MulticastError>) -> (MulticastSent, String) {
    let error = sent.unwrap_err();
    let text = error.to_string();
    match error {
        MulticastError::Incomplete(sent) => (sent, text),
        other => panic!("{other:?}"),
    }
}

fn counts(sent: &MulticastSent) -> [usize; 4] {
    [sent.accepted().count(), sent.refused().count(), sent.unknown().count(), sent.not_tried().count()]
}

#[tokio::test]
async fn a_few_users_are_one_request() {
    let server = Server::script([accepted("r1")]).await;
    let sent =
        server.client().multicast(["U2", "U1", "U2"], ["a", "b"]).notification_disabled(true).await.unwrap();
    let seen = server.seen();
    assert_eq!((seen.len(), seen[0].path.as_str()), (1, "/v2/bot/message/multicast"));
    let text = |text| json!({ "type": "text", "text": text });
    let body =
        json!({ "to": ["U1", "U2"], "messages": [text("a"), text("b")], "notificationDisabled": true });
    assert_eq!(serde_json::from_str::<Value>(&seen[0].body).unwrap(), body);
    assert!(seen[0].header("x-line-retry-key").is_some());
    let [part] = &sent.parts[..] else { panic!("{sent:?}") };
    assert_eq!(part.recipients, ["U1".into(), "U2".into()]);
    let PartOutcome::Accepted { request_id: Some(id) } = &part.outcome else { panic!("{part:?}") };
    assert_eq!(id.as_str(), "r1");
}

#[tokio::test]
async fn many_users_are_parts_of_500_under_keys_of_their_own() {
    let client = Server::script([]).await.client();
    for (n, lengths) in [(500, vec![500]), (501, vec![500, 1]), (1200, vec![500, 500, 200])] {
        let requests = client.multicast(users(n), "hello").into_requests().unwrap();
        let parts: Vec<_> = requests.iter().map(to).collect();
        assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), lengths);
        assert_eq!(parts.concat(), users(n).iter().map(UserId::to_string).collect::<Vec<_>>());
        let mut keys: Vec<_> = requests.iter().map(|one| one.retry_key.unwrap().to_string()).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), lengths.len());
        assert!(requests.iter().all(|one| one.endpoint.rate == Rate::per_second(200)));
    }
    assert_eq!(MULTICAST_MAX, 500);
}

#[tokio::test]
async fn the_same_users_in_another_order_are_the_same_parts_and_keys() {
    let client = Server::script([]).await.client();
    let shown = |users: Vec<UserId>| {
        let requests = client.multicast(users, "hello").key("news").into_requests().unwrap();
        requests.iter().map(|one| (one.body.bytes().to_vec(), one.retry_key)).collect::<Vec<_>>()
    };
    let mut turned = users(1200);
    turned.reverse();
    turned.extend(users(700));
    assert_eq!(shown(turned), shown(users(1200)));
}

#[tokio::test]
async fn without_a_name_each_has_keys_of_its_own() {
    let client = Server::script([]).await.client();
    let key = || client.multicast(["U1"], "hello").into_requests().unwrap()[0].retry_key.unwrap();
    assert_ne!(key(), key());
}

#[tokio::test]
async fn all_parts_accepted_is_success() {
    let server = Server::script([accepted("r1"), accepted("r2"), accepted("r3")]).await;
    let sent = send(&server, 1200).await.unwrap();
    assert_eq!(counts(&sent), [1200, 0, 0, 0]);
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_part_with_an_unknown_user_does_not_hide_the_others() {
    let server = Server::script([accepted("r1"), answer(400, UNKNOWN_USER), accepted("r3")]).await;
    let (sent, text) = incomplete(send(&server, 1200).await);
    assert_eq!(counts(&sent), [700, 500, 0, 0]);
    assert_eq!(sent.refused().next().unwrap().as_str(), "U00500");
    assert_eq!(sent.accepted().nth(500).unwrap().as_str(), "U01000");
    assert!(text.starts_with("multicast: accepted for 700 of 1200 users (500 not sent"), "{text}");
    assert!(text.contains("Failed to send messages") && !text.contains("U00500"), "{text}");
}

#[tokio::test]
async fn an_answer_that_got_lost_leaves_its_part_unknown_and_the_others_are_sent() {
    for fault in [Step::Hangup, answer(500, "")] {
        let steps = [fault.clone(), fault.clone(), fault, accepted("r2"), accepted("r3")];
        let server = Server::script(steps).await;
        let (sent, _) = incomplete(send(&server, 1200).await);
        assert_eq!(counts(&sent), [700, 0, 500, 0]);
        let PartOutcome::Unknown(error) = &sent.parts[0].outcome else { panic!("{sent:?}") };
        assert!(error.is_outcome_unknown());
        assert_eq!(server.seen().len(), 5, "three attempts of the first part, one of each other");
    }
}

#[tokio::test]
async fn a_lost_answer_is_repeated_under_the_parts_key_and_409_is_success() {
    let conflict = answer(409, "{}").with("x-line-accepted-request-id", "then");
    let server = Server::script([accepted("r1"), Step::Hangup, conflict, accepted("r3")]).await;
    let sent = send(&server, 1200).await.unwrap();
    let PartOutcome::Accepted { request_id: Some(id) } = &sent.parts[1].outcome else { panic!("{sent:?}") };
    assert_eq!(id.as_str(), "then");
    let seen = server.seen();
    assert_eq!(seen[1].header("x-line-retry-key"), seen[2].header("x-line-retry-key"));
    assert_ne!(seen[0].header("x-line-retry-key"), seen[1].header("x-line-retry-key"));
}

#[tokio::test]
async fn what_would_befall_the_next_part_ends_it() {
    for (status, body, times) in
        [(401, "{}", 1), (403, "{}", 1), (413, "{}", 1), (429, MONTHLY, 1), (429, RATE, 3)]
    {
        let mut steps = vec![accepted("r1")];
        steps.extend(vec![answer(status, body); times]);
        let server = Server::script(steps).await;
        let (sent, _) = incomplete(send(&server, 1700).await);
        assert_eq!(counts(&sent), [500, 500, 0, 700], "{status} {body}");
        assert_eq!(server.seen().len(), 1 + times, "{status} {body}");
        assert_eq!(sent.parts.len(), 4);
    }
}

#[tokio::test]
async fn without_a_connection_nobody_is_sent_it() {
    let server = Server::script([]).await;
    let url = crate::client::scripted::nowhere().await;
    let client = server.client_with(|settings| settings.api_base_url = url);
    let error = client.multicast(users(501), "hello").await.unwrap_err();
    assert_eq!(counts(error.sent().unwrap()), [0, 500, 0, 1]);
    assert!(error.cause().unwrap().is_retryable());
}

#[tokio::test]
async fn a_repeat_under_the_same_name_goes_to_those_alone_who_have_not_got_it() {
    let mut accepted_keys = std::collections::HashSet::new();
    let mut quota = 1;
    let server = Server::start(move |seen| {
        let key = seen.header("x-line-retry-key").unwrap().to_owned();
        if accepted_keys.contains(&key) {
            return answer(409, "{}").with("x-line-accepted-request-id", "then");
        }
        if quota == 0 {
            quota = 9;
            return answer(429, MONTHLY);
        }
        quota -= 1;
        accepted_keys.insert(key);
        ok("{}")
    })
    .await;
    assert_eq!(counts(&incomplete(send(&server, 1200).await).0), [500, 500, 0, 200]);
    assert_eq!(counts(&send(&server, 1200).await.unwrap()), [1200, 0, 0, 0]);
    let key = |n: usize| server.seen()[n].header("x-line-retry-key").unwrap().to_owned();
    assert_eq!((key(0), key(1)), (key(2), key(3)), "the second time the same keys");
}

#[tokio::test]
async fn the_failure_that_may_pass_decides_whether_a_repeat_helps() {
    let lost = [Step::Hangup, Step::Hangup, Step::Hangup];
    let steps = [answer(400, UNKNOWN_USER)].into_iter().chain(lost);
    let error = send(&Server::script(steps).await, 1000).await.unwrap_err();
    assert!(error.cause().unwrap().is_outcome_unknown());
    let source = std::error::Error::source(&error).unwrap();
    assert!(source.is::<line_bot_server::client::ClientError>());
}

#[tokio::test]
async fn what_line_would_refuse_is_not_sent() {
    let server = Server::script([]).await;
    let client = server.client();
    let nobody: [&str; 0] = [];
    let mention = || Message::from(TextMessageV2::new("Hello {all}").mention_all("all"));
    for (send, field) in [
        (client.multicast(nobody, "hi"), "to"),
        (client.multicast(["U1"], "x".repeat(5001)), "messages[0].text"),
        (client.multicast_with(["U1"], vec![]), "messages"),
        (client.multicast_with(["U1"], vec!["hi".into(); 6]), "messages"),
        (client.multicast(["U1"], mention()), "messages[0].substitution.all"),
    ] {
        let error = send.await.unwrap_err();
        assert!(error.sent().is_none());
        let MulticastError::Invalid(error) = error else { panic!("{error:?}") };
        assert!(matches!(&error.kind, ErrorKind::Invalid(invalid) if invalid.field == field), "{error}");
    }
    assert!(server.seen().is_empty());
}
