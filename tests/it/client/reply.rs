//! A reply works once, for a minute, and has no retry key: what follows from that.

use std::time::Duration;

use line_bot_server::client::api::message::{Reply, Sent};
use line_bot_server::client::{ClientError, ErrorKind, Until};
use line_bot_server::clock::Clock;
use line_bot_server::line::ReplyToken;

use super::scripted::{Server, Step, answer, clock, nowhere, ok};

const SENT: &str = r#"{"sentMessages":[{"id":"1"}]}"#;
const INVALID: &str = r#"{"message":"Invalid reply token"}"#;
const FRESH: Duration = Duration::from_secs(50);

fn fresh(clock: &Clock) -> Until {
    Until { begin: Some(clock.now().boot.after(FRESH)), end: None }
}

fn reply(server: &Server, clock: &Clock) -> Reply {
    server.client_at(clock).reply(ReplyToken::new("rt-1"), "hello").until(fresh(clock))
}

async fn replied(steps: impl IntoIterator<Item = Step>) -> (Result<Sent, ClientError>, Server) {
    let server = Server::script(steps).await;
    let outcome = reply(&server, &clock()).await;
    (outcome, server)
}

#[tokio::test]
async fn a_reply_has_no_retry_key() {
    let (sent, server) = replied([ok(SENT).with("x-line-request-id", "r1")]).await;
    assert_eq!(sent.unwrap().request_id.unwrap().as_str(), "r1");
    let seen = &server.seen()[0];
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("POST", "/v2/bot/message/reply"));
    assert_eq!(seen.header("x-line-retry-key"), None);
    assert_eq!(seen.body, r#"{"replyToken":"rt-1","messages":[{"type":"text","text":"hello"}]}"#);
}

#[tokio::test]
async fn a_reply_of_unknown_outcome_is_repeated_with_the_same_token() {
    for fault in [Step::Hangup, answer(500, ""), answer(502, "")] {
        let (sent, server) = replied([fault, ok(SENT)]).await;
        assert_eq!(sent.unwrap().messages[0].id.as_str(), "1");
        let seen = server.seen();
        assert_eq!(seen.len(), 2);
        assert_eq!(seen[0].body, seen[1].body);
    }
}

#[tokio::test]
async fn an_invalid_token_after_an_unknown_outcome_is_success_without_messages() {
    for fault in [Step::Hangup, answer(500, "")] {
        let (sent, server) = replied([fault, answer(400, INVALID).with("x-line-request-id", "r2")]).await;
        assert_eq!(sent.unwrap(), Sent { request_id: None, messages: Vec::new() });
        assert_eq!(server.seen().len(), 2);
    }
}

#[tokio::test]
async fn a_certain_refusal_in_between_does_not_wipe_the_memory_of_an_unknown_outcome() {
    let limited = answer(429, r#"{"message":"The API rate limit has been exceeded. Try again later."}"#);
    let (sent, server) = replied([Step::Hangup, limited.clone(), answer(400, INVALID)]).await;
    assert_eq!(sent.unwrap(), Sent { request_id: None, messages: Vec::new() });
    assert_eq!(server.seen().len(), 3);

    // Nor does one that ends the call.
    for last in [limited, answer(400, r#"{"message":"Something new"}"#), answer(403, "{}")] {
        let mut first = Some(Step::Hangup);
        let server = Server::start(move |_| first.take().unwrap_or_else(|| last.clone())).await;
        let clock = clock();
        let error = reply(&server, &clock).await.unwrap_err();
        assert!(error.is_outcome_unknown(), "{error}");
        assert!(!error.is_reply_token_invalid() && !error.is_permanent());
    }
}

#[tokio::test]
async fn an_invalid_token_without_an_unknown_outcome_before_is_a_certain_refusal() {
    let (outcome, server) = replied([answer(400, INVALID).with("x-line-request-id", "r1")]).await;
    let error = outcome.unwrap_err();
    assert!(error.is_reply_token_invalid() && error.is_permanent() && !error.is_outcome_unknown());
    assert_eq!(error.request_id.unwrap().as_str(), "r1");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_rate_limit_before_an_invalid_token_leaves_it_a_certain_refusal() {
    let (outcome, _server) = replied([answer(429, "{}"), answer(400, INVALID)]).await;
    assert!(outcome.unwrap_err().is_reply_token_invalid());
}

#[tokio::test]
async fn another_400_is_not_taken_for_an_invalid_token() {
    let (outcome, _server) = replied([answer(400, r#"{"message":"The request body has 1 error(s)"}"#)]).await;
    let error = outcome.unwrap_err();
    assert!(!error.is_reply_token_invalid() && error.is_permanent());
}

#[tokio::test]
async fn an_unknown_outcome_of_an_earlier_process_makes_an_invalid_token_success() {
    let server = Server::script([answer(400, INVALID)]).await;
    let sent = reply(&server, &clock()).repeats_unknown(true).await.unwrap();
    assert_eq!(sent, Sent { request_id: None, messages: Vec::new() });
}

#[tokio::test]
async fn a_reply_of_unknown_outcome_is_not_repeated_once_its_token_is_stale() {
    let clock = clock();
    let server = Server::script([answer(500, "").after(&clock, FRESH), answer(400, INVALID)]).await;
    let error = reply(&server, &clock).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(server.seen().len(), 1, "an attempt began when the token was stale");
}

#[tokio::test]
async fn an_attempt_that_began_fresh_counts_although_its_answer_comes_late() {
    let clock = clock();
    let server = Server::script([Step::Hangup, answer(400, INVALID).after(&clock, FRESH * 2)]).await;
    assert!(reply(&server, &clock).await.is_ok());
}

#[tokio::test]
async fn a_reply_that_is_never_resolved_is_of_unknown_outcome_after_more_than_the_usual_attempts() {
    let server = Server::start(|_| answer(500, "")).await;
    let error = reply(&server, &clock()).await.unwrap_err();
    assert!(error.is_outcome_unknown());
    assert!(server.seen().len() > 3, "given up while the token was fresh");

    let server = Server::start(|_| answer(500, "")).await;
    let error = server.client().reply(ReplyToken::new("rt-1"), "hello").await.unwrap_err();
    assert!(error.is_outcome_unknown());
    assert_eq!(server.seen().len(), 3, "without a limit of freshness the client's settings hold");
}

#[tokio::test]
async fn a_stale_token_is_not_sent_at_all() {
    let clock = clock();
    let server = Server::script([ok(SENT)]).await;
    let stale = reply(&server, &clock);
    clock.advance(FRESH);
    let error = stale.await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::NotSent(_)), "{error:?}");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_stale_token_that_repeats_an_unknown_outcome_leaves_it_unknown() {
    let clock = clock();
    let server = Server::script([ok(SENT)]).await;
    let stale = reply(&server, &clock).repeats_unknown(true);
    clock.advance(FRESH);
    assert!(stale.await.unwrap_err().is_outcome_unknown());
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_reply_that_finds_no_connection_is_certainly_not_sent() {
    let server = Server::script([]).await;
    let url = nowhere().await;
    let client = server.client_with(|settings| settings.api_base_url = url);
    let error = client.reply(ReplyToken::new("rt-1"), "hello").await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::NotSent(_)), "{error:?}");
    assert!(!error.is_outcome_unknown());
}

#[tokio::test]
async fn what_into_request_shows_is_what_is_sent() {
    let server = Server::script([ok(SENT)]).await;
    let clock = clock();
    let shown = reply(&server, &clock).into_request().unwrap();
    assert_eq!(shown.body.bytes(), reply(&server, &clock).into_request().unwrap().body.bytes());
    assert_eq!(shown.retry_key, None);
    reply(&server, &clock).await.unwrap();
    assert_eq!(server.seen()[0].body.as_bytes(), shown.body.bytes());
}
