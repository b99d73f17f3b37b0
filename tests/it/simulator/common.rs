//! What holds for every call: request ids, tokens, statuses of bad requests; and the simulator's own start and end.

use std::net::SocketAddr;

use http::Method;
use line_bot_server::line::ChannelSecret;
use line_bot_server::simulator::{Settings, Simulator, StartError};
use serde_json::json;

use super::kit::{Got, Kit, text};

const PUSH: &str = "/v2/bot/message/push";

#[tokio::test]
async fn every_answer_has_a_request_id_of_its_own() {
    let kit = Kit::new().await;
    let answers = [
        kit.get("/v2/bot/info").await,
        kit.get("/v2/bot/info").await,
        kit.get("/nowhere").await,
        kit.call(Method::GET, "/v2/bot/info", &[("authorization", "")], None).await.unwrap(),
        kit.call(Method::DELETE, PUSH, &[], None).await.unwrap(),
    ];
    assert_eq!(answers.iter().map(|it| it.status).collect::<Vec<_>>(), [200, 200, 404, 401, 405]);
    let ids: std::collections::HashSet<_> = answers.iter().map(Got::request_id).collect();
    assert_eq!(ids.len(), answers.len());
}

#[tokio::test]
async fn a_wrong_or_missing_token_is_401_with_its_reason() {
    let kit = Kit::new().await;
    for given in ["", "Bearer wrong", "Basic abc"] {
        let headers = [("authorization", given)];
        let got = kit.call(Method::POST, PUSH, &headers, Some(json!({}))).await.unwrap();
        assert_eq!(got.status, 401, "{given}");
        assert!(got.message().starts_with("Authentication failed due to the following reason: "), "{got:?}");
    }
}

#[tokio::test]
async fn an_unknown_path_is_404_with_lines_body() {
    let kit = Kit::new().await;
    let got = kit.get("/v2/bot/nowhere").await;
    assert_eq!((got.status, got.json()), (404, json!({"message": "Not found"})));
}

#[tokio::test]
async fn a_body_that_is_no_json_is_400_and_says_where() {
    let kit = Kit::new().await;
    let got = kit.raw(Method::POST, PUSH, &[], b"{\n  \"to\": }".to_vec()).await.unwrap();
    let message = "The request body could not be parsed as JSON (line: 2, column: 9)";
    assert_eq!((got.status, got.message()), (400, message.to_owned()));
}

#[tokio::test]
async fn another_content_type_is_415() {
    let kit = Kit::new().await;
    let headers = [("content-type", "text/plain")];
    let got = kit.call(Method::POST, PUSH, &headers, Some(json!({}))).await.unwrap();
    assert_eq!(
        (got.status, got.message()),
        (415, "The content type, text/plain, is not supported".to_owned())
    );
    let headers = [("content-type", "application/json; charset=utf-8")];
    let body = json!({"to": kit.alice().as_str(), "messages": text("x")});
    assert_eq!(kit.call(Method::POST, PUSH, &headers, Some(body)).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_body_over_2_mb_is_413() {
    let kit = Kit::new().await;
    let got = kit.raw(Method::POST, PUSH, &[], vec![b' '; 2 * 1024 * 1024 + 1]).await.unwrap();
    assert_eq!(got.status, 413);
    let got = kit.raw(Method::POST, PUSH, &[], vec![b' '; 2 * 1024 * 1024]).await.unwrap();
    assert_eq!(got.status, 400);
}

#[tokio::test]
async fn the_simulator_listens_on_loopback_addresses_unless_told_otherwise() {
    let listen = SocketAddr::from(([0, 0, 0, 0], 0));
    let refused = Simulator::start(Settings { listen, ..Settings::default() }).await;
    assert!(matches!(refused, Err(StartError::NotLoopback(address)) if address == listen));
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let kit = Kit::new().await;
    let listen = kit.sim.address();
    let error = Simulator::start(Settings { listen, ..Settings::default() }).await.err().unwrap();
    assert!(error.to_string().contains(&listen.to_string()), "{error}");
}

#[tokio::test]
async fn a_stopped_simulator_frees_its_address() {
    let sim = Simulator::start(Settings::default()).await.unwrap();
    let listen = sim.address();
    sim.stop().await;
    Simulator::start(Settings { listen, ..Settings::default() }).await.unwrap();
}

#[tokio::test]
async fn no_secret_is_printed_with_the_settings() {
    let settings = Settings {
        secret: ChannelSecret::new("s3cret-a").unwrap(),
        access_token: "s3cret-b".into(),
        ..Settings::default()
    };
    assert!(!format!("{settings:?}").contains("s3cret"));
}

#[tokio::test]
async fn people_keep_their_ids_over_a_new_start() {
    let (one, two) = (Kit::new().await, Kit::new().await);
    assert_eq!(one.sim.user("Alice"), two.sim.user("Alice"));
    assert_ne!(one.sim.user("Alice"), one.sim.user("Bob"));
}
