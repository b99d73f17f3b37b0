//! `check --online` against a LINE that is all well, and one that is not.

use axum::Router;
use axum::routing::{get, post};

use super::{SECRET, code, run, stderr, stdout};

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

#[tokio::test]
async fn no_webhook_url_is_a_fault_of_its_own() {
    let (code, text) =
        check(Line { endpoint: (404, r#"{"message":"Webhook endpoint not found"}"#), ..WELL }).await;
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("FAULT: no webhook URL is set"), "{text}");
}
