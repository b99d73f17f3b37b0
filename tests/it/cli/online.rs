//! `check --online` against a LINE that is all well, and one that is not.

use axum::Router;
use axum::routing::{get, post};
use line_bot_server::simulator::{Settings, Simulator};

use super::{SECRET, code, run, stderr, stdout};
use crate::support::keys;

/// LINE's answers to the questions of `check`, as its reference shows them.
struct Line {
    endpoint: (u16, &'static str),
    test: &'static str,
    used: &'static str,
}

const WELL: Line = Line {
    endpoint: (200, r#"{"endpoint":"https://bot.example.com/callback","active":true}"#),
    test: r#"{"success":true,"timestamp":"2026-11-20T00:00:00Z","statusCode":200,"reason":"OK","detail":"200"}"#,
    used: r#"{"totalUsage":120}"#,
};

async fn start(line: Line) -> String {
    let bot = r#"{"userId":"U0f1e2d3c4b5a69788796a5b4c3d2e1f0","basicId":"@216ru","displayName":"Example name","chatMode":"bot","markAsReadMode":"auto"}"#;
    let status = http::StatusCode::from_u16(line.endpoint.0).unwrap();
    let app = Router::new()
        .route("/v2/bot/info", get(move || async move { bot }))
        .route("/v2/bot/channel/webhook/endpoint", get(move || async move { (status, line.endpoint.1) }))
        .route("/v2/bot/channel/webhook/test", post(move || async move { line.test }))
        .route("/v2/bot/message/quota", get(|| async { r#"{"type":"limited","value":200}"# }))
        .route("/v2/bot/message/quota/consumption", get(move || async move { line.used }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, app).await });
    format!("http://{address}")
}

async fn check(line: Line) -> (i32, String) {
    let base = start(line).await;
    let output = tokio::task::spawn_blocking(move || {
        let set = [
            ("LINE_CHANNEL_SECRET", SECRET),
            ("LINE_CHANNEL_ACCESS_TOKEN", "t0ken"),
            ("LINE_API_BASE_URL", &*base),
        ];
        run(&set, &["check", "--online"])
    });
    let output = output.await.unwrap();
    (code(&output), stdout(&output) + &stderr(&output))
}

#[tokio::test]
async fn all_well_is_a_checklist_and_exit_code_0() {
    let (code, text) = check(WELL).await;
    assert_eq!(code, 0, "{text}");
    for line in [
        "  ok: the token is that of Example name (@216ru)",
        "  ok: the webhook URL is https://bot.example.com/callback",
        "  ok: webhooks are switched on",
        "  ok: LINE sent it an empty webhook and got 200",
        "  ok: 120 of 200 messages sent this month",
        "remember: webhook redelivery must be switched on",
    ] {
        assert!(text.contains(line), "{line} is missing in {text}");
    }
}

#[tokio::test]
async fn each_thing_that_is_not_well_says_what_to_do_and_the_exit_code_is_1() {
    let (code, text) = check(Line {
        endpoint: (200, r#"{"endpoint":"https://bot.example.com/callback","active":false}"#),
        test: r#"{"success":false,"timestamp":"2026-11-20T00:00:00Z","statusCode":401,"reason":"ERROR_STATUS_CODE","detail":"401"}"#,
        used: r#"{"totalUsage":200}"#,
    })
    .await;
    assert_eq!(code, 1, "{text}");
    for line in [
        "FAULT: webhooks are switched off; switch on \"Use webhook\"",
        "FAULT: LINE sent it an empty webhook and failed: ERROR_STATUS_CODE, 401; LINE_CHANNEL_SECRET",
        "FAULT: 200 of 200 messages sent this month",
    ] {
        assert!(text.contains(line), "{line} is missing in {text}");
    }
}

/// What `check --online` says of a channel with these variables, asking this simulator.
async fn checked(sim: &Simulator, set: &[(&'static str, String)]) -> String {
    let mut set = set.to_vec();
    set.push(("LINE_CHANNEL_SECRET", sim.secret().to_owned()));
    set.push(("LINE_API_BASE_URL", sim.base_url()));
    let output = tokio::task::spawn_blocking(move || {
        let set: Vec<_> = set.iter().map(|(name, value)| (*name, value.as_str())).collect();
        run(&set, &["check", "--online"])
    });
    let output = output.await.unwrap();
    stdout(&output) + &stderr(&output)
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_v2_1_are_counted_and_the_one_of_the_check_is_given_back() {
    let settings = Settings { assertion_key: Some(keys::registered()), ..Settings::default() };
    let sim = Simulator::start(settings).await.unwrap();
    let key = keys::key("rsa2048.jwk.json");
    let set = [("LINE_CHANNEL_ID", sim.channel_id().to_owned()), ("LINE_ASSERTION_KEY", key)];
    for _ in 0..2 {
        let text = checked(&sim, &set).await;
        assert!(text.contains("tokens v2.1 issued for channel ID 1234567890 and the key"), "{text}");
        assert!(text.contains("  ok: 1 of 30 tokens v2.1 of the channel are alive"), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_lived_token_in_the_place_of_a_long_lived_one_is_a_fault() {
    let sim = Simulator::start(Settings::default()).await.unwrap();
    let long = [("LINE_CHANNEL_ACCESS_TOKEN", sim.access_token().to_owned())];
    assert!(!checked(&sim, &long).await.contains("is not renewed"));
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", sim.channel_id()),
        ("client_secret", sim.secret()),
    ];
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    drop(rustls::crypto::ring::default_provider().install_default());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let issue = http.post(format!("{}/v2/oauth/accessToken", sim.base_url())).body(form);
    let issued: serde_json::Value =
        serde_json::from_slice(&issue.send().await.unwrap().bytes().await.unwrap()).unwrap();
    let short = [("LINE_CHANNEL_ACCESS_TOKEN", issued["access_token"].as_str().unwrap().to_owned())];
    let text = checked(&sim, &short).await;
    assert!(text.contains("FAULT: the token ends in 30 days and is not renewed"), "{text}");
}

#[tokio::test]
async fn no_webhook_url_is_a_fault_of_its_own() {
    let (code, text) =
        check(Line { endpoint: (404, r#"{"message":"Webhook endpoint not found"}"#), ..WELL }).await;
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("FAULT: no webhook URL is set"), "{text}");
}
