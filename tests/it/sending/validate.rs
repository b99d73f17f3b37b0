//! LINE is asked whether it would take messages: it, and nobody before.

use line_bot_server::client::ErrorKind;
use line_bot_server::line::{QuoteToken, TextMessage};

use crate::client::scripted::{Server, answer, ok};

#[tokio::test]
async fn each_send_has_an_endpoint_that_takes_its_messages() {
    let server = Server::start(|_| ok("{}")).await;
    let client = server.client();
    let quote = || TextMessage::new("hi").quote(QuoteToken::from("q"));
    client.validate_reply(quote()).await.unwrap();
    client.validate_push(quote()).await.unwrap();
    client.validate_multicast("hi").await.unwrap();
    client.validate_narrowcast(["hi", "you"]).await.unwrap();
    client.validate_broadcast("hi").await.unwrap();
    let seen = server.seen();
    let asked: Vec<_> =
        seen.iter().map(|one| one.path.strip_prefix("/v2/bot/message/validate/").unwrap()).collect();
    assert_eq!(asked, ["reply", "push", "multicast", "narrowcast", "broadcast"]);
    let quoting = r#"{"messages":[{"type":"text","text":"hi","quoteToken":"q"}]}"#;
    assert_eq!((seen[0].body.as_str(), seen[1].body.as_str()), (quoting, quoting));
    assert_eq!(seen[4].body, r#"{"messages":[{"type":"text","text":"hi"}]}"#);
    assert!(seen.iter().all(|one| one.method == "POST" && one.header("x-line-retry-key").is_none()));
}

#[tokio::test]
async fn a_refusal_carries_lines_details() {
    let body = r#"{"message":"The request body has 1 error(s)","details":[{"message":"Length must be between 0 and 5000","property":"messages[0].text"}]}"#;
    let server = Server::script([answer(400, body)]).await;
    let error = server.client().validate_push("x".repeat(5001)).await.unwrap_err();
    assert!(error.is_permanent());
    let ErrorKind::Refused { status: 400, details, .. } = &error.kind else { panic!("{error:?}") };
    assert_eq!(details[0].property.as_deref(), Some("messages[0].text"));
    assert!(error.to_string().contains("messages[0].text: Length must be between 0 and 5000"), "{error}");
}
