//! Every token endpoint against the simulator, and the sources that are fed by them.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use line_bot_server::bot::QuoteBot;
use line_bot_server::client::{
    Assertion, Client, ErrorKind, Grant, IssuerSettings, Shared, TokenFailure, TokenLife, TokenSource,
};
use line_bot_server::clock::Clock;
use line_bot_server::line::module::ModuleAttachment;
use line_bot_server::line::{AccessToken, ChannelSecret, UserId};
use line_bot_server::simulator::{Fault, Harm, Settings, Simulator};
use tokio::sync::Notify;

use super::scripted::{Server, Step, TOKEN, answer, clock, http, settings};
use crate::support::{Logged, Stage, heard, keys};

const HOUR: Duration = Duration::from_secs(3600);

async fn simulator(clock: &Clock) -> Simulator {
    let assertion_key = Some(keys::registered());
    Simulator::start(Settings { clock: clock.clone(), assertion_key, ..Settings::default() }).await.unwrap()
}

fn life() -> TokenLife {
    TokenLife::new(HOUR).unwrap()
}

fn secret(sim: &Simulator) -> ChannelSecret {
    ChannelSecret::new(sim.secret()).unwrap()
}

fn assertion(sim: &Simulator, clock: &Clock) -> Assertion {
    keys::private().assertion(sim.channel_id(), clock.now().wall, Some(life())).unwrap()
}

fn source(url: &str, id: &str, grant: Grant, clock: &Clock) -> TokenSource {
    TokenSource::issued(IssuerSettings {
        channel_id: id.to_owned(),
        grant,
        api_base_url: url.to_owned(),
        transport: http(),
        clock: clock.clone(),
        timeout: Duration::from_secs(20),
    })
}

fn v21(secret: &str) -> Grant {
    Grant::V21 { key: Shared::new(keys::private()), secret: Shared::new(secret.into()), life: life() }
}

fn client(url: &str, tokens: TokenSource, clock: &Clock) -> Client {
    Client::new(settings(url), http(), tokens, clock.clone())
}

/// A client whose own token does not matter.
fn stranger(sim: &Simulator, clock: &Clock) -> Client {
    client(&sim.base_url(), TokenSource::fixed("none".into()), clock)
}

/// A client with tokens v2.1.
fn keeper(sim: &Simulator, clock: &Clock) -> Client {
    let url = sim.base_url();
    client(&url, source(&url, sim.channel_id(), v21(sim.secret()), clock), clock)
}

async fn alive(sim: &Simulator, clock: &Clock) -> usize {
    stranger(sim, clock).token_key_ids(&assertion(sim, clock)).await.unwrap().kids.len()
}

async fn works(sim: &Simulator, clock: &Clock, token: &AccessToken) -> bool {
    let fixed = TokenSource::fixed(token.expose().into());
    client(&sim.base_url(), fixed, clock).bot_info().await.is_ok()
}

#[tokio::test]
async fn a_token_v2_1_is_issued_verified_listed_and_revoked() {
    let clock = clock();
    let sim = simulator(&clock).await;
    let client = stranger(&sim, &clock);
    let issued = client.issue_token_v2_1(&assertion(&sim, &clock)).await.unwrap();
    assert_eq!((issued.expires_in, issued.token_type.as_str()), (3600, "Bearer"));
    assert!(issued.request_id.is_some());
    let token = &issued.access_token;
    assert!(works(&sim, &clock, token).await);
    let verified = client.verify_token_v2_1(token).await.unwrap();
    assert_eq!((verified.client_id.as_str(), verified.expires_in), (sim.channel_id(), 3600));
    let alive = client.token_key_ids(&assertion(&sim, &clock)).await.unwrap();
    assert_eq!(alive.kids, [issued.key_id.clone().unwrap()]);
    let revoke = || client.revoke_token_v2_1(sim.channel_id(), &secret(&sim), token);
    revoke().await.unwrap();
    revoke().await.unwrap();
    assert!(!works(&sim, &clock, token).await);
    assert_eq!(client.verify_token_v2_1(token).await.unwrap_err().status(), Some(400));
}

#[tokio::test]
async fn a_short_lived_token_is_issued_verified_and_revoked() {
    let clock = clock();
    let sim = simulator(&clock).await;
    let client = stranger(&sim, &clock);
    let issued = client.issue_short_lived_token(sim.channel_id(), &secret(&sim)).await.unwrap();
    let token = &issued.access_token;
    assert_eq!((issued.expires_in, works(&sim, &clock, token).await), (2_592_000, true));
    assert_eq!(client.verify_token(token).await.unwrap().expires_in, 2_592_000);
    client.revoke_token(token).await.unwrap();
    assert!(!works(&sim, &clock, token).await);
    assert_eq!(client.verify_token(token).await.unwrap_err().status(), Some(400));
}

#[tokio::test]
async fn a_stateless_token_is_issued_for_the_secret_or_an_assertion() {
    let clock = clock();
    let sim = simulator(&clock).await;
    let client = stranger(&sim, &clock);
    let by_secret = client.issue_stateless_token(sim.channel_id(), &secret(&sim)).await.unwrap();
    let by_assertion = client.issue_stateless_token_with(&assertion(&sim, &clock)).await.unwrap();
    for issued in [by_secret, by_assertion] {
        assert_eq!((issued.expires_in, issued.key_id.as_deref()), (900, None));
        assert!(works(&sim, &clock, &issued.access_token).await);
    }
}

#[tokio::test]
async fn a_token_that_may_have_been_issued_is_not_asked_for_once_more() {
    let clock = clock();
    let sim = simulator(&clock).await;
    let client = stranger(&sim, &clock);
    sim.fault(Fault::on("issue-token-v2-1", Harm::HangUp).after_doing());
    sim.fault(Fault::on("issue-short-lived-token", Harm::HangUp).after_doing());
    let v2_1 = client.issue_token_v2_1(&assertion(&sim, &clock)).await.unwrap_err();
    let short = client.issue_short_lived_token(sim.channel_id(), &secret(&sim)).await.unwrap_err();
    assert!(v2_1.is_outcome_unknown() && short.is_outcome_unknown(), "{v2_1} {short}");
    assert_eq!(sim.calls_to("issue-token-v2-1").len() + sim.calls_to("issue-short-lived-token").len(), 2);
}

#[tokio::test]
async fn a_life_is_whole_seconds_up_to_thirty_days() {
    let days = |days: u64| Duration::from_secs(days * 24 * 60 * 60);
    assert_eq!(TokenLife::new(days(30)), Some(TokenLife::MAX));
    assert_eq!(TokenLife::new(days(30) + Duration::from_secs(1)), None);
    assert_eq!(TokenLife::new(Duration::from_millis(999)), None);
    assert_eq!(TokenLife::new(Duration::from_millis(1999)).unwrap().get(), Duration::from_secs(1));
    let clock = clock();
    let sim = simulator(&clock).await;
    let longest =
        keys::private().assertion(sim.channel_id(), clock.now().wall, Some(TokenLife::MAX)).unwrap();
    let issued = stranger(&sim, &clock).issue_token_v2_1(&longest).await.unwrap();
    assert_eq!(issued.expires_in, 2_592_000);
}

#[tokio::test]
async fn an_assertion_is_good_although_this_machines_clock_is_a_quarter_of_an_hour_off() {
    let clock = clock();
    let sim = simulator(&clock).await;
    let now = clock.now().wall;
    let off = Duration::from_secs(14 * 60);
    for (here, good) in [
        (now.after(off), true),
        (now.before(off), true),
        (now.after(off * 2), false),
        (now.before(off * 2), false),
    ] {
        let assertion = keys::private().assertion(sim.channel_id(), here, Some(life())).unwrap();
        let issued = stranger(&sim, &clock).issue_token_v2_1(&assertion).await;
        assert_eq!(issued.is_ok(), good, "{issued:?}");
    }
}

#[tokio::test]
async fn tokens_v2_1_are_kept_and_renewed_ahead() {
    let clock = clock();
    let sim = simulator(&clock).await;
    let client = keeper(&sim, &clock);
    for _ in 0..3 {
        client.bot_info().await.unwrap();
    }
    assert_eq!(sim.calls_to("issue-token-v2-1").len(), 1);
    clock.advance(HOUR / 3 * 2 + Duration::from_secs(1));
    client.bot_info().await.unwrap();
    let renewed = sim.wait_for(Duration::from_secs(20), |ledger| {
        ledger.calls_to("issue-token-v2-1").filter(|call| call.status == Some(200)).count() == 2
    });
    renewed.await.unwrap();
    clock.advance(HOUR / 3);
    client.bot_info().await.unwrap();
    assert!(sim.calls_to("bot-info").iter().all(|call| call.status == Some(200)));
}

#[tokio::test]
async fn a_revoked_token_v2_1_is_replaced_once_however_many_calls_find_out() {
    let clock = clock();
    let sim = simulator(&clock).await;
    let client = keeper(&sim, &clock);
    client.bot_info().await.unwrap();
    sim.revoke_issued_tokens();
    let answers = join_all((0..50).map(|_| client.bot_info().send())).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(sim.calls_to("issue-token-v2-1").len(), 2);
    sim.wait_for(Duration::from_secs(20), |ledger| ledger.calls_to("revoke-token-v2-1").count() == 1)
        .await
        .expect("the token that was refused is given back");
    assert_eq!(alive(&sim, &clock).await, 1);
}

#[tokio::test]
async fn a_token_that_is_given_back_leaves_its_place_to_the_next() {
    let clock = clock();
    let sim = simulator(&clock).await;
    for _ in 0..35 {
        let client = keeper(&sim, &clock);
        client.bot_info().await.unwrap();
        client.give_back_token().await;
    }
    assert_eq!(alive(&sim, &clock).await, 0);
    let idle = keeper(&sim, &clock);
    idle.give_back_token().await;
    stranger(&sim, &clock).give_back_token().await;
    assert_eq!(sim.calls_to("revoke-token-v2-1").len(), 35, "there was nothing to give back");
}

#[tokio::test]
async fn a_token_that_is_still_being_issued_at_the_end_is_given_back_too() {
    let clock = clock();
    let go = Arc::new(Notify::new());
    let held = Arc::clone(&go);
    let server = Server::start(move |seen| match seen.path.as_str() {
        "/oauth2/v2.1/token" => {
            let issued = r#"{"access_token":"late","token_type":"Bearer","expires_in":3600,"key_id":"k"}"#;
            Step::Held(Arc::clone(&held), Box::new(answer(200, issued)))
        }
        _ => answer(200, ""),
    })
    .await;
    let client = client(&server.url, source(&server.url, "1", v21("secret"), &clock), &clock);
    let cut = tokio::spawn(client.bot_info().send());
    while server.seen().is_empty() {
        tokio::task::yield_now().await;
    }
    cut.abort();
    tokio::join!(client.give_back_token(), async { go.notify_one() });
    let revoked = server.seen_at("/oauth2/v2.1/revoke");
    assert_eq!(revoked.len(), 1);
    assert!(revoked[0].body.ends_with("access_token=late"), "{}", revoked[0].body);
}

#[tokio::test]
async fn thirty_tokens_alive_are_told_with_what_to_do() {
    let clock = clock();
    let sim = simulator(&clock).await;
    // As processes do that are killed.
    for _ in 0..30 {
        keeper(&sim, &clock).bot_info().await.unwrap();
    }
    let error = keeper(&sim, &clock).bot_info().await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Token(TokenFailure::Refused { status: 400, .. })), "{error:?}");
    let text = error.to_string();
    for words in ["maximum number", "30 tokens v2.1", "within the hour", "leave LINE_ASSERTION_KEY out"] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(error.is_retryable() && !error.is_permanent());
    clock.advance(HOUR);
    keeper(&sim, &clock).bot_info().await.unwrap();
}

#[tokio::test]
async fn what_line_says_against_an_assertion_is_told_with_what_to_do() {
    for (status, body, words) in [
        (
            404,
            r#"{"message":"Cannot find channel key that satisfies the conditions"}"#,
            "register the public half",
        ),
        (
            400,
            r#"{"error":"invalid_client","error_description":"Invalid exp"}"#,
            "set this machine's clock right",
        ),
        (
            400,
            r#"{"error":"invalid_client","error_description":"Invalid signature"}"#,
            "check LINE_CHANNEL_ID, and",
        ),
    ] {
        let clock = clock();
        let server = Server::start(move |_| answer(status, body)).await;
        let client = client(&server.url, source(&server.url, "17", v21("s"), &clock), &clock);
        let error = client.bot_info().await.unwrap_err().to_string();
        assert!(error.contains(words) && error.contains(&status.to_string()), "{words} in {error}");
    }
}

#[tokio::test]
async fn stateless_tokens_for_an_assertion_have_no_limit() {
    let clock = clock();
    let sim = simulator(&clock).await;
    for _ in 0..32 {
        let grant = Grant::StatelessAssertion(Shared::new(keys::private()));
        let url = sim.base_url();
        client(&url, source(&url, sim.channel_id(), grant, &clock), &clock).bot_info().await.unwrap();
    }
    assert_eq!(sim.calls_to("issue-stateless-token").len(), 32);
}

#[tokio::test]
async fn nothing_that_proves_who_asks_is_printed_even_if_line_echoes_it() {
    let logged = Logged::at_debug();
    let clock = clock();
    let proof = keys::private().assertion("1234567890", clock.now().wall, Some(life())).unwrap();
    let (token, secret) = (AccessToken::from(TOKEN), ChannelSecret::new("an+0dd/channel&secret").unwrap());
    let private = [proof.expose(), TOKEN, secret.expose(), "an%2B0dd%2Fchannel%26secret"];
    let id = "1234567890";
    let offer = ModuleAttachment::new("c0de", "https://example.com/");
    // All that the request had in it, as LINE and as a proxy would send it back.
    for form in
        [r#"{"error":"invalid_request","error_description":"ALL"}"#, r#"{"message":"ALL"}"#, "<p>ALL</p>"]
    {
        let all = private.join(" ");
        let body = form.replace("ALL", &all);
        let server = Server::start(move |_| answer(400, &body)).await;
        let client = client(&server.url, TokenSource::fixed("none".into()), &clock);
        let requests = [
            client.issue_token_v2_1(&proof).into_request().unwrap(),
            client.verify_token_v2_1(&token).into_request().unwrap(),
            client.revoke_token_v2_1(id, &secret, &token).into_request().unwrap(),
            client.token_key_ids(&proof).into_request().unwrap(),
            client.issue_stateless_token(id, &secret).into_request().unwrap(),
            client.verify_token(&token).into_request().unwrap(),
        ];
        let printed = format!("{requests:?}");
        let errors = [
            (client.issue_token_v2_1(&proof).await.unwrap_err(), vec![proof.expose()]),
            (client.verify_token_v2_1(&token).await.unwrap_err(), vec![TOKEN]),
            (
                client.revoke_token_v2_1(id, &secret, &token).await.unwrap_err(),
                vec![TOKEN, secret.expose(), private[3]],
            ),
            (client.token_key_ids(&proof).await.unwrap_err(), vec![proof.expose()]),
            (client.issue_stateless_token(id, &secret).await.unwrap_err(), vec![secret.expose(), private[3]]),
            (client.issue_stateless_token_with(&proof).await.unwrap_err(), vec![proof.expose()]),
            (client.issue_short_lived_token(id, &secret).await.unwrap_err(), vec![secret.expose()]),
            (client.attach_module(id, &secret, &offer).await.unwrap_err(), vec![secret.expose()]),
            (client.verify_token(&token).await.unwrap_err(), vec![TOKEN]),
            (client.revoke_token(&token).await.unwrap_err(), vec![TOKEN]),
        ];
        for (error, hidden) in errors {
            assert_eq!(error.status(), Some(400));
            for secret in hidden {
                assert!(!format!("{error} {error:?}").contains(secret), "{secret} in {error}");
            }
        }
        for secret in private {
            assert!(!printed.contains(secret), "{secret} in {printed}");
        }
    }
    logged.keeps(&private);
}

#[tokio::test]
async fn a_replaced_key_signs_the_next_assertion() {
    let clock = clock();
    let sim = simulator(&clock).await;
    let pem =
        line_bot_server::client::AssertionKey::parse(&keys::key("rsa2048.pkcs8.pem"), Some("old")).unwrap();
    let key = Shared::new(pem);
    let grant = Grant::V21 { key: key.clone(), secret: Shared::new(sim.secret().into()), life: life() };
    let url = sim.base_url();
    let client = client(&url, source(&url, sim.channel_id(), grant, &clock), &clock);
    let error = client.push(UserId::from("U1"), "hi").await.unwrap_err();
    assert!(error.to_string().contains("LINE knows no such key"), "{error}");
    key.replace(keys::private());
    clock.advance(Duration::from_secs(10));
    client.bot_info().await.unwrap();
}

#[tokio::test]
async fn a_server_with_an_assertion_key_answers_and_gives_its_token_back_when_it_stops() {
    let stage = Stage::with(|settings| settings.assertion_key = Some(keys::registered())).await;
    let stage =
        stage.unset("LINE_CHANNEL_ACCESS_TOKEN").set("LINE_ASSERTION_KEY", &keys::key("rsa2048.jwk.json"));
    let id = stage.sim.channel_id().to_owned();
    let stage = stage.set("LINE_CHANNEL_ID", &id);
    let app = stage.start(QuoteBot).await;
    let alice = stage.sim.user("Alice");
    stage.sim.say(&alice, "hi").unwrap();
    heard(&stage.sim, alice, 1).await;
    let system = Clock::system();
    assert_eq!(alive(&stage.sim, &system).await, 1);
    app.stop().await;
    assert_eq!(alive(&stage.sim, &system).await, 0);
    assert!(stage.sim.calls_to("reply").iter().all(|call| call.status == Some(200)));
}

#[tokio::test]
async fn a_client_whose_clones_share_a_source_asks_once() {
    let clock = clock();
    let sim = simulator(&clock).await;
    let client = Arc::new(keeper(&sim, &clock));
    let answers = join_all((0..100).map(|_| client.bot_info().send())).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(sim.calls_to("issue-token-v2-1").len(), 1);
}
