//! Tokens: fixed and replaced at run time, or issued, kept, renewed ahead, one request in flight.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use line_bot_server::client::{
    Client, ErrorKind, Grant, IssuerSettings, SharedSecret, TokenFailure, TokenSource, Until,
};
use line_bot_server::clock::Clock;
use line_bot_server::line::{ReplyToken, UserId};
use secrecy::SecretString;
use tokio::sync::Notify;

use super::scripted::{Seen, Server, Step, TOKEN, answer, clock, http, ok};

pub(crate) const SECRET: &str = "8c570fa6dd201bb3&=28f1c1eac23a96d8";
const TOKEN_PATH: &str = "/oauth2/v3/token";
const USAGE: &str = r#"{"totalUsage":1}"#;
const UNAUTHORIZED: &str =
    r#"{"message":"Authentication failed due to the following reason: invalid token"}"#;

pub(crate) fn stateless(server: &Server, clock: &Clock) -> TokenSource {
    with_secret(server, clock, &SharedSecret::new(SecretString::from(SECRET)))
}

fn with_secret(server: &Server, clock: &Clock, secret: &SharedSecret) -> TokenSource {
    TokenSource::issued(IssuerSettings {
        channel_id: "1234567890".to_owned(),
        grant: Grant::Stateless(secret.clone()),
        api_base_url: server.url.clone(),
        transport: http(),
        clock: clock.clone(),
        timeout: Duration::from_secs(20),
    })
}

fn client(server: &Server, clock: &Clock) -> Client {
    Client::new(server.settings(), http(), stateless(server, clock), clock.clone())
}

fn issued(number: usize) -> Step {
    ok(&format!(r#"{{"token_type":"Bearer","access_token":"issued-{number}","expires_in":900}}"#))
}

/// Issues `issued-1`, `issued-2`, … and answers everything else with `otherwise`.
async fn issuing(mut otherwise: impl FnMut(&Seen) -> Step + Send + 'static) -> Server {
    let mut number = 0;
    Server::start(move |seen| {
        if seen.path != TOKEN_PATH {
            return otherwise(seen);
        }
        number += 1;
        issued(number)
    })
    .await
}

#[tokio::test]
async fn a_life_of_any_length_is_believed() {
    let clock = clock();
    let body = format!(r#"{{"token_type":"Bearer","access_token":"for-ever","expires_in":{}}}"#, u64::MAX);
    let server = Server::start(move |seen| if seen.path == TOKEN_PATH { ok(&body) } else { ok(USAGE) }).await;
    let client = client(&server, &clock);
    for _ in 0..2 {
        assert_eq!(bearer_of_next_call(&server, &client).await, "Bearer for-ever");
    }
}

async fn bearer_of_next_call(server: &Server, client: &Client) -> String {
    client.quota_consumption().await.unwrap();
    let seen = server.seen_at("/v2/bot/message/quota/consumption");
    seen.last().unwrap().header("authorization").unwrap().to_owned()
}

#[tokio::test]
async fn a_stateless_token_is_asked_for_with_id_and_secret_and_then_kept() {
    let server = issuing(|_| ok(USAGE)).await;
    let client = client(&server, &clock());
    for _ in 0..3 {
        assert_eq!(bearer_of_next_call(&server, &client).await, "Bearer issued-1");
    }
    let asked = server.seen_at(TOKEN_PATH);
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].method, "POST");
    assert_eq!(asked[0].header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(asked[0].header("authorization"), None);
    assert_eq!(
        asked[0].body,
        "grant_type=client_credentials&client_id=1234567890&client_secret=8c570fa6dd201bb3%26%3D28f1c1eac23a96d8"
    );
}

#[tokio::test]
async fn a_hundred_calls_at_once_ask_for_one_token() {
    let asked = Arc::new(Notify::new());
    let (go, arrived) = (Arc::clone(&asked), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&arrived);
    let server = Server::start(move |seen| {
        if seen.path == TOKEN_PATH {
            let number = count.fetch_add(1, Ordering::SeqCst) + 1;
            return Step::Held(Arc::clone(&go), Box::new(issued(number)));
        }
        ok(USAGE)
    })
    .await;
    let client = client(&server, &clock());
    let calls = join_all((0..100).map(|_| client.quota_consumption().send()));
    // One thread, and `join!` polls the calls first: all of them wait for a token before it is let go.
    let (answers, ()) = tokio::join!(calls, async { asked.notify_one() });
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(arrived.load(Ordering::SeqCst), 1);
    assert_eq!(server.seen().len(), 101);
}

#[tokio::test]
async fn the_old_token_is_used_until_the_new_one_is_here() {
    let clock = clock();
    let go = Arc::new(Notify::new());
    let (held, mut number) = (Arc::clone(&go), 0);
    let server = Server::start(move |seen| {
        if seen.path != TOKEN_PATH {
            return ok(USAGE);
        }
        number += 1;
        if number == 1 { issued(1) } else { Step::Held(Arc::clone(&held), Box::new(issued(number))) }
    })
    .await;
    let client = client(&server, &clock);
    assert_eq!(bearer_of_next_call(&server, &client).await, "Bearer issued-1");

    clock.advance(Duration::from_secs(550));
    assert_eq!(bearer_of_next_call(&server, &client).await, "Bearer issued-1");
    assert_eq!(server.seen_at(TOKEN_PATH).len(), 1, "renewed before two thirds of its life");

    clock.advance(Duration::from_secs(51));
    while server.seen_at(TOKEN_PATH).len() < 2 {
        assert_eq!(bearer_of_next_call(&server, &client).await, "Bearer issued-1");
    }
    for _ in 0..20 {
        assert_eq!(bearer_of_next_call(&server, &client).await, "Bearer issued-1");
    }
    assert_eq!(server.seen_at(TOKEN_PATH).len(), 2, "more than one renewal in flight");

    go.notify_one();
    let renewed = async { while bearer_of_next_call(&server, &client).await != "Bearer issued-2" {} };
    tokio::time::timeout(Duration::from_secs(30), renewed).await.expect("the new token is used");
    assert_eq!(server.seen_at(TOKEN_PATH).len(), 2);
}

#[tokio::test]
async fn a_token_is_not_used_to_the_end_of_its_life() {
    let clock = clock();
    let server = issuing(|_| ok(USAGE)).await;
    let client = client(&server, &clock);
    assert_eq!(bearer_of_next_call(&server, &client).await, "Bearer issued-1");
    clock.advance(Duration::from_secs(811));
    assert_eq!(bearer_of_next_call(&server, &client).await, "Bearer issued-2");
}

#[tokio::test]
async fn a_renewal_that_fails_leaves_the_old_token_and_is_not_repeated_at_once() {
    let clock = clock();
    let mut number = 0;
    let server = Server::start(move |seen| {
        if seen.path != TOKEN_PATH {
            return ok(USAGE);
        }
        number += 1;
        if number == 2 { answer(500, "") } else { issued(number) }
    })
    .await;
    let client = client(&server, &clock);
    bearer_of_next_call(&server, &client).await;
    clock.advance(Duration::from_secs(610));
    while server.seen_at(TOKEN_PATH).len() < 2 {
        assert_eq!(bearer_of_next_call(&server, &client).await, "Bearer issued-1");
    }
    for _ in 0..20 {
        assert_eq!(bearer_of_next_call(&server, &client).await, "Bearer issued-1");
    }
    assert_eq!(server.seen_at(TOKEN_PATH).len(), 2);
    clock.advance(Duration::from_secs(11));
    let renewed = async { while bearer_of_next_call(&server, &client).await != "Bearer issued-3" {} };
    tokio::time::timeout(Duration::from_secs(30), renewed).await.expect("renewed after a pause");
}

#[tokio::test]
async fn a_401_renews_the_token_once_and_repeats_the_same_request() {
    let server = issuing(|seen| match seen.header("authorization") {
        Some("Bearer issued-2") => ok(r#"{"sentMessages":[]}"#),
        _ => answer(401, UNAUTHORIZED),
    })
    .await;
    client(&server, &clock()).push(UserId::from("U1"), "hi").await.unwrap();
    let pushes = server.seen_at("/v2/bot/message/push");
    assert_eq!(pushes.len(), 2);
    assert_eq!(pushes[0].body, pushes[1].body);
    assert_eq!(pushes[0].header("x-line-retry-key"), pushes[1].header("x-line-retry-key"));

    let server = issuing(|_| answer(401, UNAUTHORIZED)).await;
    let error = client(&server, &clock()).push(UserId::from("U1"), "hi").await.unwrap_err();
    assert_eq!((error.status(), error.is_permanent()), (Some(401), false));
    assert_eq!(server.seen_at("/v2/bot/message/push").len(), 2);
    assert_eq!(server.seen_at(TOKEN_PATH).len(), 2);
}

#[tokio::test]
async fn one_401_after_another_does_not_make_one_token_after_another() {
    let clock = clock();
    let server = issuing(|_| answer(401, UNAUTHORIZED)).await;
    let client = client(&server, &clock);
    for _ in 0..5 {
        assert_eq!(client.bot_info().await.unwrap_err().status(), Some(401));
    }
    assert_eq!(server.seen_at(TOKEN_PATH).len(), 2);
    clock.advance(Duration::from_secs(10));
    client.bot_info().await.unwrap_err();
    assert_eq!(server.seen_at(TOKEN_PATH).len(), 3, "tried again after a while");
}

#[tokio::test]
async fn a_refusal_to_issue_is_not_asked_for_again_at_once() {
    let clock = clock();
    let mut asked = 0;
    let server = Server::start(move |seen| {
        if seen.path != TOKEN_PATH {
            return ok(USAGE);
        }
        asked += 1;
        if asked == 1 { answer(400, r#"{"error":"invalid_client"}"#) } else { issued(asked) }
    })
    .await;
    let client = client(&server, &clock);
    for _ in 0..5 {
        let error = client.bot_info().await.unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Token(TokenFailure::Refused { .. })), "{error:?}");
    }
    assert_eq!(server.seen().len(), 1);
    clock.advance(Duration::from_secs(10));
    assert_eq!(bearer_of_next_call(&server, &client).await, "Bearer issued-2");
}

#[tokio::test]
async fn a_hundred_calls_that_meet_a_401_renew_the_token_once() {
    let server = issuing(|seen| match seen.header("authorization") {
        Some("Bearer issued-1") => answer(401, UNAUTHORIZED),
        _ => ok(USAGE),
    })
    .await;
    let client = client(&server, &clock());
    let answers = join_all((0..100).map(|_| client.quota_consumption().send())).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(server.seen_at(TOKEN_PATH).len(), 2);
}

#[tokio::test]
async fn a_wrong_secret_is_told_with_the_variables_to_check() {
    let body = r#"{"error":"invalid_client","error_description":"invalid client_secret"}"#;
    let server = Server::start(move |_| answer(400, body)).await;
    let error = client(&server, &clock()).bot_info().await.unwrap_err();
    assert!(matches!(&error.kind, ErrorKind::Token(TokenFailure::Refused { status: 400, .. })), "{error:?}");
    let text = error.to_string();
    for word in ["LINE_CHANNEL_ID", "LINE_CHANNEL_SECRET", "invalid client_secret"] {
        assert!(text.contains(word), "{word} in {text}");
    }
    assert_eq!(server.seen().len(), 1, "a refusal is not repeated");
    assert!(error.is_retryable() && !error.is_permanent(), "the secret may be replaced");
}

#[tokio::test]
async fn a_token_that_cannot_be_had_for_now_is_asked_for_again() {
    let mut number = 0;
    let server = Server::start(move |seen| {
        number += 1;
        match (seen.path.as_str(), number) {
            (TOKEN_PATH, 1) => Step::Hangup,
            (TOKEN_PATH, 2) => answer(503, ""),
            (TOKEN_PATH, n) => issued(n),
            _ => ok(USAGE),
        }
    })
    .await;
    assert_eq!(client(&server, &clock()).quota_consumption().await.unwrap().total_usage, 1);
    assert_eq!(server.seen_at(TOKEN_PATH).len(), 3);
}

#[tokio::test]
async fn an_answer_without_a_token_is_told_without_quoting_it() {
    let server = Server::start(|_| ok(r#"{"access_token":17,"expires_in":"soon"}"#)).await;
    let error = client(&server, &clock()).bot_info().await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Token(TokenFailure::Unreadable(_))), "{error:?}");
    assert!(!error.to_string().contains("soon"), "{error}");
}

#[tokio::test]
async fn a_token_is_not_waited_for_beyond_the_end_of_the_lease() {
    let clock = clock();
    let server = Server::start(|_| Step::Silence).await;
    let until = Until { begin: None, end: Some(clock.now().boot.after(Duration::from_millis(300))) };
    let call = client(&server, &clock).push(UserId::from("U1"), "hi").until(until);
    let error = tokio::time::timeout(Duration::from_secs(15), call.send()).await.unwrap().unwrap_err();
    assert!(matches!(error.kind, ErrorKind::NotSent(_)), "{error:?}");
    assert!(server.seen_at("/v2/bot/message/push").is_empty());
}

#[tokio::test]
async fn a_caller_that_is_cut_while_it_asks_leaves_the_token_to_the_others() {
    let clock = clock();
    let go = Arc::new(Notify::new());
    let held = Arc::clone(&go);
    let server = Server::start(move |seen| match seen.path.as_str() {
        TOKEN_PATH => Step::Held(Arc::clone(&held), Box::new(issued(1))),
        _ => ok(USAGE),
    })
    .await;
    let client = client(&server, &clock);
    let cut = tokio::spawn(client.quota_consumption().send());
    while server.seen_at(TOKEN_PATH).is_empty() {
        tokio::task::yield_now().await;
    }
    cut.abort();
    assert!(cut.await.unwrap_err().is_cancelled());
    // One that was given to nobody would count towards the thirty of a channel.
    let (_, answer) = tokio::join!(async { go.notify_one() }, client.quota_consumption().send());
    assert_eq!(answer.unwrap().total_usage, 1);
    assert_eq!(server.seen_at(TOKEN_PATH).len(), 1);
}

#[tokio::test]
async fn a_replaced_secret_is_used_for_the_next_token() {
    let clock = clock();
    let server = issuing(|_| ok(USAGE)).await;
    let secret = SharedSecret::new(SecretString::from("old"));
    let client = Client::new(server.settings(), http(), with_secret(&server, &clock, &secret), clock.clone());
    bearer_of_next_call(&server, &client).await;
    secret.replace(SecretString::from("new"));
    clock.advance(Duration::from_secs(900));
    bearer_of_next_call(&server, &client).await;
    let bodies: Vec<_> = server.seen_at(TOKEN_PATH).into_iter().map(|seen| seen.body).collect();
    assert!(bodies[0].ends_with("=old") && bodies[1].ends_with("=new"), "{bodies:?}");
}

#[tokio::test]
async fn a_fixed_token_that_was_replaced_is_used_from_then_on() {
    let server = Server::start(|_| ok(USAGE)).await;
    let tokens = TokenSource::fixed(SecretString::from(TOKEN));
    let client = Client::new(server.settings(), http(), tokens.clone(), clock());
    bearer_of_next_call(&server, &client).await;
    assert!(tokens.replace(&SecretString::from("replaced")));
    assert_eq!(bearer_of_next_call(&server, &client).await, "Bearer replaced");
    assert!(!stateless(&server, &clock()).replace(&SecretString::from("x")), "nothing to replace");
}

#[tokio::test]
async fn a_fixed_token_that_is_replaced_while_line_refuses_it_is_tried_once_more() {
    let tokens = TokenSource::fixed(SecretString::from(TOKEN));
    let reloaded = tokens.clone();
    let reload = move || {
        reloaded.replace(&SecretString::from("replaced"));
    };
    let refuse = Step::First(Arc::new(reload), Box::new(answer(401, UNAUTHORIZED)));
    let server = Server::script([refuse, ok(USAGE)]).await;
    let client = Client::new(server.settings(), http(), tokens, clock());
    assert_eq!(bearer_of_next_call(&server, &client).await, "Bearer replaced");

    let server = Server::start(|_| answer(401, UNAUTHORIZED)).await;
    let error = server.client().bot_info().await.unwrap_err();
    assert_eq!(error.status(), Some(401));
    assert_eq!(server.seen().len(), 1, "the same token again would be refused again");
}

#[tokio::test]
async fn a_reply_token_that_went_stale_while_the_call_waited_for_its_token_is_not_sent() {
    let clock = clock();
    let fresh = Duration::from_secs(50);
    let step = answer(200, r#"{"access_token":"issued-1","expires_in":900}"#).after(&clock, fresh);
    let server = Server::script([step, ok("{}")]).await;
    let until = Until { begin: Some(clock.now().boot.after(fresh)), end: None };
    let reply = client(&server, &clock).reply(ReplyToken::new("rt-1"), "hi").until(until);
    let error = reply.await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::NotSent(_)), "{error:?}");
    assert!(server.seen_at("/v2/bot/message/reply").is_empty());
}
