//! How often a call is attempted, under which limits, and what its failure says.

use std::time::Duration;

use line_bot_server::client::api::message::Sent;
use line_bot_server::client::{ClientError, ErrorKind, Until};
use line_bot_server::line::{RetryKey, UserId};

use super::scripted::{Server, Step, answer, clock, nowhere, ok, settings};

const SENT: &str = r#"{"sentMessages":[{"id":"590100000000000901","quoteToken":"q1"},{"id":"590100000000000902"}],"new":{"field":1}}"#;
const RATE: &str = r#"{"message":"The API rate limit has been exceeded. Try again later."}"#;
const MONTHLY: &str = r#"{"message":"You have reached your monthly limit."}"#;

async fn push(server: &Server) -> Result<Sent, ClientError> {
    server.client().push(UserId::from("U1"), "hello").await
}

#[tokio::test]
async fn a_push_is_repeated_with_the_same_key_and_the_same_body_until_it_is_known() {
    let server =
        Server::script([answer(500, ""), Step::Hangup, ok(SENT).with("X-Line-Request-Id", "r3")]).await;
    let sent = push(&server).await.unwrap();
    assert_eq!(sent.request_id.unwrap().as_str(), "r3");
    let ids: Vec<_> = sent.messages.iter().map(|message| message.id.as_str()).collect();
    assert_eq!(ids, ["590100000000000901", "590100000000000902"]);

    let seen = server.seen();
    assert_eq!(seen.len(), 3);
    let key = seen[0].header("x-line-retry-key").expect("a key on the first attempt").to_owned();
    assert_eq!(key.len(), 36);
    for attempt in &seen {
        assert_eq!((attempt.method.as_str(), attempt.path.as_str()), ("POST", "/v2/bot/message/push"));
        assert_eq!(attempt.header("x-line-retry-key"), Some(key.as_str()));
        assert_eq!(attempt.header("authorization"), Some("Bearer long-lived-token-0123456789"));
        assert_eq!(attempt.header("content-type"), Some("application/json"));
        assert!(attempt.header("user-agent").unwrap().starts_with("line-bot-server/"));
        assert_eq!(attempt.body, seen[0].body);
    }
    assert_eq!(seen[0].body, r#"{"to":"U1","messages":[{"type":"text","text":"hello"}]}"#);
}

#[tokio::test]
async fn a_409_under_a_key_is_success_with_the_accepted_request_and_the_messages_of_then() {
    let body =
        r#"{"message":"The retry key is already accepted","sentMessages":[{"id":"7","quoteToken":"q"}]}"#;
    let conflict =
        answer(409, body).with("x-line-request-id", "now").with("x-line-accepted-request-id", "then");
    let server = Server::script([Step::Hangup, conflict]).await;
    let sent = push(&server).await.unwrap();
    assert_eq!(sent.request_id.unwrap().as_str(), "then");
    assert_eq!(sent.messages[0].id.as_str(), "7");
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_409_without_a_body_to_read_is_success_without_messages() {
    let server = Server::script([answer(409, "{").with("x-line-accepted-request-id", "then")]).await;
    let sent = push(&server).await.unwrap();
    assert_eq!((sent.request_id.unwrap().as_str(), sent.messages.len()), ("then", 0));
}

#[tokio::test]
async fn a_409_without_a_key_is_a_refusal() {
    let server = Server::script([answer(409, r#"{"message":"Conflict"}"#)]).await;
    let error = server.client().bot_info().await.unwrap_err();
    assert_eq!((error.status(), error.is_permanent()), (Some(409), true));
}

#[tokio::test]
async fn a_push_that_stays_unanswered_is_of_unknown_outcome() {
    for fault in [Step::Hangup, answer(500, r#"{"message":"boom"}"#), answer(503, "<html>")] {
        let server = Server::script([fault.clone(), fault.clone(), fault]).await;
        let error = push(&server).await.unwrap_err();
        assert!(error.is_outcome_unknown() && error.is_retryable() && !error.is_permanent(), "{error}");
        assert_eq!(server.seen().len(), 3);
    }
}

#[tokio::test]
async fn a_rate_limit_does_not_make_a_push_certain_that_may_have_arrived_before() {
    let server = Server::script([Step::Hangup, answer(429, RATE), answer(429, RATE)]).await;
    let error = push(&server).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert!(error.to_string().contains("an earlier attempt may have arrived"), "{error}");
}

#[tokio::test]
async fn a_final_refusal_of_the_same_request_under_the_same_key_is_certain() {
    let server =
        Server::script([Step::Hangup, answer(400, r#"{"message":"Failed to send messages"}"#)]).await;
    let error = push(&server).await.unwrap_err();
    assert_eq!((error.status(), error.is_permanent(), error.is_outcome_unknown()), (Some(400), true, false));
}

#[tokio::test]
async fn nobody_listening_is_certainly_not_sent() {
    let client = line_bot_server::client::Client::new(
        settings(&nowhere().await),
        super::scripted::http(),
        line_bot_server::client::TokenSource::fixed(super::scripted::TOKEN.into()),
        clock(),
    );
    let error = client.push(UserId::from("U1"), "hello").await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::NotSent(_)), "{error:?}");
    assert!(!error.is_outcome_unknown() && error.is_retryable());
    assert!(error.to_string().to_lowercase().contains("refused"), "names the cause: {error}");
}

#[tokio::test]
async fn reads_are_repeated_after_whatever_may_pass() {
    let info = r#"{"userId":"U1","basicId":"@b","displayName":"Bot","chatMode":"bot","markAsReadMode":"auto","later":[]}"#;
    for fault in [Step::Hangup, answer(500, ""), answer(502, ""), answer(429, RATE), answer(408, "")] {
        let server = Server::script([fault.clone(), fault, ok(info).with("x-line-request-id", "r")]).await;
        let answer = server.client().bot_info().await.unwrap();
        assert_eq!(answer.display_name, "Bot");
        assert_eq!(answer.request_id.as_ref().unwrap().as_str(), "r");
        assert_eq!(server.seen().len(), 3);
        assert_eq!(server.seen()[0].header("x-line-retry-key"), None);
        assert_eq!(server.seen()[0].header("content-type"), None);
    }
}

#[tokio::test]
async fn a_read_that_fails_is_never_of_unknown_outcome() {
    let server = Server::script([Step::Hangup, Step::Hangup, Step::Hangup]).await;
    let error = server.client().bot_info().await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::NoAnswer(_)), "{error:?}");
    assert!(error.is_retryable() && !error.is_outcome_unknown());

    let server = Server::start(|_| answer(500, r#"{"message":"boom"}"#).with("x-line-request-id", "r")).await;
    let error = server.client().bot_info().await.unwrap_err();
    assert_eq!((error.status(), error.is_retryable()), (Some(500), true));
    assert_eq!(error.to_string(), "bot_info: LINE answered 500: boom (x-line-request-id r)");
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_final_status_is_not_repeated() {
    for status in [301, 400, 403, 404, 410, 413, 415, 422] {
        let server = Server::start(move |_| answer(status, r#"{"message":"No"}"#)).await;
        let error = push(&server).await.unwrap_err();
        assert_eq!(error.status(), Some(status));
        assert_eq!(error.is_permanent(), status >= 400, "{status}");
        assert_eq!(server.seen().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn statuses_that_may_pass_are_not_permanent() {
    for status in [401, 408, 423, 429] {
        let server = Server::start(move |_| answer(status, r#"{"message":"Later"}"#)).await;
        let error = server.client().bot_info().await.unwrap_err();
        assert!(!error.is_permanent() && error.is_retryable(), "{status}");
    }
}

#[tokio::test]
async fn the_monthly_quota_is_told_from_the_rate_and_not_repeated() {
    let server = Server::script([answer(429, MONTHLY)]).await;
    let error = push(&server).await.unwrap_err();
    assert!(error.is_monthly_quota() && error.is_permanent());
    assert!(!error.is_rate_limit() && !error.is_retryable());
    assert_eq!(server.seen().len(), 1);

    let server = Server::start(|_| answer(429, RATE)).await;
    let error = push(&server).await.unwrap_err();
    assert!(error.is_rate_limit() && error.is_retryable());
    assert!(!error.is_monthly_quota() && !error.is_permanent() && !error.is_outcome_unknown());
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_retry_after_beyond_reason_is_left_to_the_caller() {
    let server = Server::start(|_| answer(429, RATE).with("retry-after", "3600")).await;
    let error = push(&server).await.unwrap_err();
    assert!(error.is_rate_limit());
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_retry_after_beyond_the_end_of_the_lease_is_not_waited_for() {
    let clock = clock();
    let server = Server::start(|_| answer(429, RATE).with("retry-after", "20")).await;
    let until = Until { begin: None, end: Some(clock.now().boot.after(Duration::from_secs(10))) };
    let error = server.client_at(&clock).push(UserId::from("U1"), "hello").until(until).await.unwrap_err();
    assert!(error.is_rate_limit());
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn no_attempt_begins_after_the_lease_has_ended() {
    let clock = clock();
    let end = clock.now().boot.after(Duration::from_secs(10));
    let until = Until { begin: None, end: Some(end) };
    let lapse = answer(500, "").after(&clock, Duration::from_secs(10));
    let server = Server::script([lapse, ok(SENT)]).await;
    let client = server.client_at(&clock);

    let error = client.push(UserId::from("U1"), "hello").until(until).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(server.seen().len(), 1);

    let error = client.push(UserId::from("U1"), "hello").until(until).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::NotSent(_)), "{error:?}");
    assert_eq!(server.seen().len(), 1, "it began after its end");
}

#[tokio::test]
async fn an_answer_is_not_waited_for_beyond_the_end_of_the_lease() {
    let clock = clock();
    let until = Until { begin: None, end: Some(clock.now().boot.after(Duration::from_millis(300))) };
    let server = Server::start(|_| Step::Silence).await;
    let client = server.client_at(&clock);
    // The attempt's own time-out is longer than this test's patience.
    let call = client.push(UserId::from("U1"), "hello").until(until);
    let error = tokio::time::timeout(Duration::from_secs(15), call.send()).await.unwrap().unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
}

#[tokio::test]
async fn a_send_that_line_took_is_done_even_if_its_answer_breaks_off() {
    for step in
        [Step::BreakOff(r#"{"sentMessages":[{"id"#), ok("not json").with("x-line-request-id", "broken")]
    {
        let server = Server::script([step]).await;
        let sent = push(&server).await.unwrap();
        assert_eq!((sent.request_id.unwrap().as_str(), sent.messages.len()), ("broken", 0));
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_read_whose_answer_breaks_off_is_read_again() {
    let server = Server::script([Step::BreakOff("{\"userId\""), ok(r#"{"totalUsage":12}"#)]).await;
    assert_eq!(server.client().quota_consumption().await.unwrap().total_usage, 12);
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_body_that_stands_still_does_not_hang_the_call() {
    let server = Server::start(|_| Step::Stall("{\"totalUsage\"")).await;
    let client = server.client_with(|settings| {
        settings.attempts = 1;
        settings.attempt_timeout = Duration::from_millis(300);
    });
    let call = client.quota_consumption();
    let error = tokio::time::timeout(Duration::from_secs(15), call.send()).await.unwrap().unwrap_err();
    assert!(matches!(error.kind, ErrorKind::NoAnswer(_)), "{error:?}");
}

#[tokio::test]
async fn an_answer_of_another_form_is_named_and_not_asked_for_again() {
    let server = Server::script([ok(r#"{"totalUsage":"twelve"}"#).with("x-line-request-id", "r")]).await;
    let error = server.client().quota_consumption().await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Answer(_)));
    assert!(!error.is_retryable() && !error.is_permanent());
    assert!(!error.to_string().contains("twelve"), "{error}");
    assert_eq!(error.request_id.unwrap().as_str(), "r");
}

#[tokio::test]
async fn the_key_from_a_name_is_the_same_each_time_and_another_in_another_channel() {
    let server = Server::script([]).await;
    let shop = server.client_with(|settings| settings.channel = "shop".into());
    let support = server.client_with(|settings| settings.channel = "support".into());
    let key = |client: &line_bot_server::client::Client, name: &str| {
        client.push(UserId::from("U1"), "hi").key(name).into_request().unwrap().retry_key.unwrap()
    };
    assert_eq!(key(&shop, "order-17"), key(&shop, "order-17"));
    assert_ne!(key(&shop, "order-17"), key(&shop, "order-18"));
    assert_ne!(key(&shop, "order-17"), key(&support, "order-17"));
    let very = RetryKey::random();
    let request = shop.push(UserId::from("U1"), "hi").retry_key(very).into_request().unwrap();
    assert_eq!(request.retry_key, Some(very));
}

#[tokio::test]
async fn what_into_request_shows_is_what_is_sent() {
    let server = Server::script([ok(SENT)]).await;
    let client = server.client();
    let push = || client.push(UserId::from("U1"), ["a", "b"]).key("k").notification_disabled(true);
    let shown = push().into_request().unwrap();
    assert_eq!(shown.body.bytes(), push().into_request().unwrap().body.bytes());
    push().await.unwrap();
    let seen = &server.seen()[0];
    assert_eq!(seen.body.as_bytes(), shown.body.bytes());
    assert_eq!(seen.path, shown.path);
    assert_eq!(seen.header("x-line-retry-key").unwrap(), shown.retry_key.unwrap().to_string());
    assert!(seen.body.ends_with(r#""notificationDisabled":true}"#), "{}", seen.body);
}

#[tokio::test]
async fn a_message_line_would_refuse_is_refused_before_it_is_sent() {
    let server = Server::script([]).await;
    let error = server.client().push_with(UserId::from("U1").into(), Vec::new()).await.unwrap_err();
    assert!(matches!(&error.kind, ErrorKind::Invalid(problem) if problem.field == "messages"), "{error:?}");
    assert!(error.is_permanent() && !error.is_retryable());
    assert!(server.seen().is_empty());
}
