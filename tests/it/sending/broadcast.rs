//! To all friends, once.

use line_bot_server::client::{ErrorKind, Rate};
use line_bot_server::line::{Message, TextMessageV2, UserId};

use crate::client::scripted::{Server, Step, answer, ok};

#[tokio::test]
async fn it_carries_the_messages_and_nothing_else() {
    let server = Server::script([ok("{}").with("x-line-request-id", "r1")]).await;
    let sent = server.client().broadcast("hello").await.unwrap();
    assert_eq!((sent.request_id.unwrap().as_str(), sent.messages.len()), ("r1", 0));
    let seen = &server.seen()[0];
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("POST", "/v2/bot/message/broadcast"));
    assert_eq!(seen.body, r#"{"messages":[{"type":"text","text":"hello"}]}"#);
    assert!(seen.header("x-line-retry-key").is_some());
}

#[tokio::test]
async fn it_is_repeated_under_its_key_and_409_is_success() {
    let conflict = answer(409, "{}").with("x-line-accepted-request-id", "then");
    let server = Server::script([Step::Hangup, answer(500, ""), conflict]).await;
    let sent = server.client().broadcast("hello").notification_disabled(true).key("closed").await.unwrap();
    assert_eq!(sent.request_id.unwrap().as_str(), "then");
    let seen = server.seen();
    assert!(seen.iter().all(|one| one.header("x-line-retry-key") == seen[0].header("x-line-retry-key")));
    assert!(seen[2].body.ends_with(r#","notificationDisabled":true}"#), "{}", seen[2].body);
}

#[tokio::test]
async fn what_line_would_refuse_is_not_sent() {
    let server = Server::script([]).await;
    let client = server.client();
    let mention = Message::from(TextMessageV2::new("Hello {you}").mention("you", UserId::from("U1")));
    for (send, field) in [
        (client.broadcast_with(vec![]), "messages"),
        (client.broadcast_with(vec!["hi".into(); 6]), "messages"),
        (client.broadcast(mention), "messages[0].substitution.you"),
    ] {
        let error = send.await.unwrap_err();
        assert!(matches!(&error.kind, ErrorKind::Invalid(invalid) if invalid.field == field), "{error}");
    }
    assert!(client.broadcast_with(vec!["hi".into(); 5]).into_request().is_ok());
    let request = client.broadcast("hi").into_request().unwrap();
    assert_eq!(request.endpoint.rate, Rate::per_hour(60));
    assert!(server.seen().is_empty());
}
