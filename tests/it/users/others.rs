//! Mission stickers, read marks, the webhook's URL.

use http::Method;
use line_bot_server::simulator::Content;
use serde_json::json;

use super::kit::{Line, invalid, refused, said, told};

#[tokio::test]
async fn a_mission_sticker_is_granted_to_people_that_there_are() {
    let line = Line::new().await;
    let alice = line.sim.user("Alice");
    line.client.send_mission_sticker(&alice, "0000").await.unwrap();
    let body = &line.sim.calls_to("mission-sticker")[0].body;
    let expected =
        json!({"to": alice, "productId": "0000", "productType": "STICKER", "sendPresentMessage": false});
    assert_eq!(**body, expected);
    let nobody = line.client.send_mission_sticker(&"Alice".into(), "0000").await;
    assert_eq!(refused(nobody), said(400, "invalid request"));
    assert_eq!(refused(line.client.send_mission_sticker(&alice, "cats").await), said(404, "not found"));
    for (field, value) in [("productType", json!("THEME")), ("sendPresentMessage", json!(true))] {
        let mut other = expected.clone();
        other[field] = value;
        assert_eq!(line.post("/shop/v3/mission", other).await.0, 400, "{field}");
    }
}

#[tokio::test]
async fn everything_a_user_said_is_marked_as_read_at_once() {
    let line = Line::new().await;
    let alice = line.sim.user("Alice");
    let say = |text: &str| line.sim.say(&alice, Content::from(text)).unwrap().message_id;
    let (_, last) = (say("one"), say("two"));
    line.client.push(alice.clone(), "three").await.unwrap();
    assert_eq!(line.sim.read_up_to(alice.clone()), None);
    line.client.mark_user_as_read(&alice).await.unwrap();
    assert_eq!(line.sim.read_up_to(alice.clone()), last);
    assert_eq!(*line.sim.calls_to("mark-as-read-by-user")[0].body, json!({"chat": {"userId": alice}}));
    let message = "The property, 'chat.chatId', in the request body is invalid (line: -, column: -)";
    assert_eq!(refused(line.client.mark_user_as_read(&"Alice".into()).await), said(400, message));
}

#[tokio::test]
async fn a_webhook_url_has_up_to_500_characters() {
    let line = Line::new().await;
    let url = |length: usize| format!("https://example.com/{}", "x".repeat(length - 20));
    line.client.set_webhook_endpoint(&url(500)).await.unwrap();
    assert_eq!(line.client.webhook_endpoint().await.unwrap().endpoint, url(500));
    assert!(invalid(line.client.set_webhook_endpoint(&url(501)).await).contains("501"));
    let path = "/v2/bot/channel/webhook/endpoint";
    let raw = line.raw(Method::PUT, path, json!({"endpoint": url(501)})).await;
    assert_eq!((told(&raw).0, told(&raw).1), (400, "Invalid webhook endpoint URL"));
}
