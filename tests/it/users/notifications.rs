//! LINE notification messages: to phone numbers, once.

use line_bot_server::line::notification::{DeliveryTag, NotificationTemplate, PhoneNumber};
use line_bot_server::line::{ImageMessage, TextMessage};
use line_bot_server::simulator::{Act, Fault, Harm, Via};
use serde_json::{Value, json};

use super::kit::{Line, invalid, refused, said, told};

const ALICE: &str = "+818000001234";
const TAG: &str = "order-17-shipped-2026";

fn phone(e164: &str) -> PhoneNumber {
    PhoneNumber::new(e164).unwrap()
}

fn text(text: &str) -> Value {
    json!([{"type": "text", "text": text}])
}

#[tokio::test]
async fn a_notification_reaches_a_stranger_by_phone_and_its_delivery_is_told() {
    let line = Line::new().await;
    let sam = line.sim.stranger("Sam");
    line.sim.phone_number(&sam, ALICE);
    let tag = DeliveryTag::new(TAG).unwrap();
    line.client.notify(&phone(ALICE), "Your parcel is on its way").delivery_tag(tag).await.unwrap();
    let heard = line.sim.heard(sam.clone());
    assert_eq!((heard[0].text(), heard[0].via), ("Your parcel is on its way", Via::Notification));
    let event = line.event().await;
    assert_eq!((&event["type"], &event["delivery"]), (&json!("delivery"), &json!({"data": TAG})));
    assert!(event.get("source").is_none());

    let template = NotificationTemplate::new("shipment_completed_ja").item("number_001_ja", "1234567");
    line.client.notify_by_template(&phone(ALICE), template).await.unwrap();
    assert_eq!(line.event().await["delivery"]["data"], phone(ALICE).hash());
    assert_eq!(line.sim.heard(sam)[1].message["templateKey"], "shipment_completed_ja");
    let calls = line.sim.calls_to("notify-by-template");
    assert_eq!(calls[0].status, Some(202));
    assert_eq!(calls[0].body["to"], phone(ALICE).hash());
}

#[tokio::test]
async fn both_kinds_are_counted_apart_and_together() {
    let line = Line::new().await;
    line.sim.phone_number(&line.sim.user("Alice"), ALICE);
    let alice = phone(ALICE);
    line.client.notify(&alice, ["one", "two"]).await.unwrap();
    line.client.notify(&alice, "three").await.unwrap();
    line.client.notify_by_template(&alice, NotificationTemplate::new("thanks_ja")).await.unwrap();
    let today = line.days_ago(0);
    line.next_day();
    assert_eq!(line.client.sent_notifications(today).await.unwrap().success, Some(2));
    assert_eq!(line.client.sent_template_notifications(today).await.unwrap().success, Some(1));
    let deliveries = line.client.message_deliveries(today).await.unwrap();
    assert_eq!((deliveries.pnp_notice_message, deliveries.api_push), (Some(3), Some(0)));
    assert_eq!(line.client.quota_consumption().await.unwrap().total_usage, 0);
}

#[tokio::test]
async fn a_number_that_is_not_on_line_is_422_and_a_blocker_hears_nothing() {
    let line = Line::new().await;
    let failed = said(422, "Failed to send messages");
    assert_eq!(refused(line.client.notify(&phone(ALICE), "hello").await), failed);
    let template = NotificationTemplate::new("thanks_ja");
    assert_eq!(refused(line.client.notify_by_template(&phone(ALICE), template).await), failed);

    let alice = line.sim.user("Alice");
    line.sim.phone_number(&alice, ALICE);
    line.sim.happen(Act::unfollow(&alice)).unwrap();
    line.client.notify(&phone(ALICE), "hello").await.unwrap();
    assert!(line.sim.heard(alice).is_empty());
    line.next_day();
    assert_eq!(line.client.sent_notifications(line.days_ago(1)).await.unwrap().success, Some(0));
}

#[tokio::test]
async fn a_notification_of_unknown_outcome_is_not_repeated() {
    let line = Line::new().await;
    let alice = line.sim.user("Alice");
    line.sim.phone_number(&alice, ALICE);
    line.sim.fault(Fault::on("notify", Harm::HangUp).after_doing());
    let error = line.client.notify(&phone(ALICE), "once").await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!((line.sim.heard(alice).len(), line.sim.calls_to("notify").len()), (1, 1));
    assert_eq!(line.client.notify(&phone(ALICE), "x").into_request().unwrap().retry_key, None);
    line.sim.fault(Fault::on("notify", Harm::rate_limited()));
    line.client.notify(&phone(ALICE), "again").await.unwrap();
}

#[tokio::test]
async fn no_retry_key_is_taken() {
    let line = Line::new().await;
    let key = ("x-line-retry-key", "123e4567-e89b-12d3-a456-426614174000");
    let body = json!({"to": phone(ALICE).hash(), "messages": text("hello")});
    let raw = line.with(http::Method::POST, "/bot/pnp/push", body, &[key]).await;
    assert_eq!(told(&raw).0, 400);
}

#[tokio::test]
async fn a_delivery_tag_has_16_to_100_characters() {
    let line = Line::new().await;
    line.sim.phone_number(&line.sim.user("Alice"), ALICE);
    for length in [16, 100] {
        let tag = DeliveryTag::new("t".repeat(length)).unwrap();
        line.client.notify(&phone(ALICE), "hello").delivery_tag(tag).await.unwrap();
    }
    for length in [15, 101] {
        let tag = "t".repeat(length);
        let problem = DeliveryTag::new(tag.as_str()).unwrap_err().to_string();
        assert_eq!(problem, format!("X-Line-Delivery-Tag: {length} characters, 16 to 100 are allowed"));
        let body = json!({"to": phone(ALICE).hash(), "messages": text("hello")});
        let headers = [("x-line-delivery-tag", tag.as_str())];
        let raw = line.with(http::Method::POST, "/bot/pnp/push", body, &headers).await;
        assert_eq!(told(&raw).2, ["X-Line-Delivery-Tag"]);
    }
    assert!(DeliveryTag::new("two words are too many").is_err());
}

#[test]
fn a_phone_number_is_e_164_and_never_printed() {
    let alice = phone(ALICE);
    assert_eq!(alice.hash(), "d41e0ad70dddfeb68f149ad6fc61574b9c5780ab7bcb2fba5517771ffbb2409c");
    assert!(PhoneNumber::new("+123456789012345").is_ok());
    for bad in ["819000005678", "+81-80-0000-1234", "+081", "+1234567890123456", "+", "+1", "+٣٣٣٣٣٣"] {
        let error = PhoneNumber::new(bad).unwrap_err();
        assert_eq!(error.field, "to", "{bad}");
        assert!(bad.len() < 3 || !error.to_string().contains(bad), "{error}");
    }
    let shown = format!("{alice:?}");
    assert_eq!(shown, "PhoneNumber(…)");
}

#[tokio::test]
async fn a_request_that_is_shown_hides_the_number_and_the_message() {
    let line = Line::new().await;
    let shown = format!("{:?}", line.client.notify(&phone(ALICE), "s3cret").into_request().unwrap());
    assert!(!shown.contains("s3cret") && !shown.contains(phone(ALICE).hash()), "{shown}");
    let template = NotificationTemplate::new("thanks_ja").item("name_010_ja", "s3cret");
    assert!(!format!("{template:?}").contains("s3cret"));
}

#[tokio::test]
async fn images_are_not_allowed_in_notifications() {
    let line = Line::new().await;
    let image = ImageMessage::new("https://example.com/a.jpg", "https://example.com/b.jpg");
    let problem = invalid(line.client.notify(&phone(ALICE), ("hello", image.clone())).await);
    assert!(problem.starts_with("messages[1].type: an image"), "{problem}");
    let long = invalid(line.client.notify(&phone(ALICE), TextMessage::new("x".repeat(5001))).await);
    assert!(long.starts_with("messages[0].text"), "{long}");
    let image = json!([{
        "type": "image", "originalContentUrl": "https://example.com/a.jpg", "previewImageUrl": "https://example.com/b.jpg",
    }]);
    let raw = line.post("/bot/pnp/push", json!({"to": phone(ALICE).hash(), "messages": image})).await;
    assert_eq!(told(&raw).2, ["messages[0].type"]);
}

#[tokio::test]
async fn a_destination_must_be_a_digest_and_a_template_known() {
    let line = Line::new().await;
    let raw = line.post("/bot/pnp/push", json!({"to": ALICE, "messages": text("hello")})).await;
    assert_eq!(
        raw.1["details"],
        json!([{"message": "The value must be a valid SHA-256 digest.", "property": "to"}])
    );
    let path = "/v2/bot/message/pnp/templated/push";
    let raw = line.post(path, json!({"to": phone(ALICE).hash(), "templateKey": "Reserve-004"})).await;
    assert_eq!(told(&raw), (400, "Invalid templateKey: Reserve-004", vec!["templateKey"]));
}

/// One template at each limit, and one beyond.
#[tokio::test]
async fn a_template_has_its_limits_on_both_sides() {
    let line = Line::new().await;
    line.sim.phone_number(&line.sim.user("Alice"), ALICE);
    let items = |count: usize| {
        let new = NotificationTemplate::new("thanks_ja");
        (0..count).fold(new, |template, n| template.item(format!("item_{n}_ja"), "x"))
    };
    let url = |length: usize| format!("https://example.com/{}", "x".repeat(length - 20));
    let new = || NotificationTemplate::new("thanks_ja");
    let pairs = [
        (items(15), items(16), "body.items: 16 items, 15 are allowed", "body.items"),
        (
            new().item("name_ja", "x".repeat(300)),
            new().item("name_ja", "x".repeat(301)),
            "body.items[0].content: 301 UTF-16 code units, 300 are allowed",
            "body.items[0].content",
        ),
        (
            new().emphasized("name_ja", "x".repeat(15)),
            new().emphasized("name_ja", "x".repeat(16)),
            "body.emphasizedItem.content: 16 UTF-16 code units, 15 are allowed",
            "body.emphasizedItem.content",
        ),
        (
            new().button("a_ja", url(1000)).button("b_ja", "https://example.com/"),
            new().button("a_ja", url(1001)),
            "body.buttons[0].url: 1001 UTF-16 code units, 1000 are allowed",
            "body.buttons[0].url",
        ),
        (
            new().button("a_ja", url(21)).button("b_ja", url(21)),
            new().button("a_ja", url(21)).button("b_ja", url(21)).button("c_ja", url(21)),
            "body.buttons: 3 buttons, 2 are allowed",
            "body.buttons",
        ),
        (
            new().emphasized("a_ja", "x").item("b_ja", "x"),
            new().emphasized("a_ja", "x").item("a_ja", "x"),
            "body.emphasizedItem.itemKey: a key that another item has; each item is allowed once",
            "body.emphasizedItem.itemKey",
        ),
    ];
    for (good, bad, problem, property) in pairs {
        line.client.notify_by_template(&phone(ALICE), good).await.unwrap();
        let mut raw = serde_json::to_value(&bad).unwrap();
        assert_eq!(invalid(line.client.notify_by_template(&phone(ALICE), bad).await), problem);
        raw["to"] = json!(phone(ALICE).hash());
        let answer = line.post("/v2/bot/message/pnp/templated/push", raw).await;
        assert_eq!(told(&answer).2, [property]);
    }
}
