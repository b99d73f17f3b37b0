//! Message objects: what LINE refuses, and how it words it.

use serde_json::{Value, json};

use super::kit::{Kit, text};

const URL: &str = "https://example.com/a.png";

async fn details(kit: &Kit, messages: Value) -> Vec<(String, String)> {
    let got = kit.push(&kit.alice(), messages).await;
    if got.status == 200 {
        return Vec::new();
    }
    let json = got.json();
    let details = json["details"].as_array().unwrap();
    assert_eq!(json["message"], format!("The request body has {} error(s)", details.len()));
    let field = |detail: &Value, name: &str| detail[name].as_str().unwrap().to_owned();
    details.iter().map(|detail| (field(detail, "property"), field(detail, "message"))).collect()
}

fn quick(action: &Value) -> Value {
    let items = json!([{"type": "action", "action": action}]);
    json!({"type": "text", "text": "x", "quickReply": {"items": items}})
}

#[tokio::test]
async fn the_documented_error_body_is_given_for_a_text_that_is_too_long() {
    let kit = Kit::new().await;
    let got = kit.push(&kit.alice(), text(&"🍎".repeat(2501))).await;
    let detail = json!({"message": "Length must be between 0 and 5000", "property": "messages[0].text"});
    assert_eq!(got.status, 400);
    assert_eq!(got.json(), json!({"message": "The request body has 1 error(s)", "details": [detail]}));
    assert_eq!(kit.push(&kit.alice(), text(&"🍎".repeat(2500))).await.status, 200);
}

#[tokio::test]
async fn one_to_five_messages_are_taken() {
    let kit = Kit::new().await;
    let messages = |count: usize| Value::Array(vec![json!({"type": "text", "text": "x"}); count]);
    for (count, good) in [(0, false), (1, true), (5, true), (6, false)] {
        let expected = if good {
            vec![]
        } else {
            vec![("messages".to_owned(), "Size must be between 1 and 5".to_owned())]
        };
        assert_eq!(details(&kit, messages(count)).await, expected, "{count}");
    }
    let missing = kit.post("/v2/bot/message/push", json!({"to": kit.alice().as_str()})).await;
    assert_eq!(missing.json()["details"][0]["message"], "Size must be between 1 and 5");
}

#[tokio::test]
async fn good_messages_of_every_kind_are_taken() {
    let kit = Kit::new().await;
    let label = "👨‍👩‍👧‍👦".repeat(20);
    let good = [
        json!({"type": "text", "text": "$ x", "emojis": [{"index": 0, "productId": "p", "emojiId": "1"}]}),
        json!({"type": "textV2", "text": "{a} {{b}}", "substitution": {"a": {"type": "emoji", "productId": "p", "emojiId": "1"}}}),
        json!({"type": "sticker", "packageId": "1", "stickerId": "2"}),
        json!({"type": "image", "originalContentUrl": URL, "previewImageUrl": URL}),
        json!({"type": "video", "originalContentUrl": URL, "previewImageUrl": URL, "trackingId": "a-.=,+*()%$&;:@{}!?<>[]"}),
        json!({"type": "audio", "originalContentUrl": URL, "duration": 1}),
        json!({"type": "location", "title": "t", "address": "a", "latitude": 1, "longitude": 2.5}),
        json!({"type": "text", "text": "x", "sender": {"name": "Cony", "iconUrl": URL}}),
        quick(&json!({"type": "message", "label": label, "text": "x"})),
        quick(
            &json!({"type": "postback", "label": "l", "data": "d", "inputOption": "openKeyboard", "fillInText": "x"}),
        ),
        quick(&json!({"type": "uri", "label": "l", "uri": "tel:1"})),
        quick(&json!({"type": "datetimepicker", "label": "l", "data": "d", "mode": "date"})),
        quick(&json!({"type": "cameraRoll", "label": "l"})),
        quick(&json!({"type": "clipboard", "label": "l", "clipboardText": "x"})),
        json!({"type": "flex", "altText": "a", "contents": {"type": "bubble"}}),
    ];
    for message in good {
        assert_eq!(details(&kit, json!([message])).await, [], "{message}");
    }
}

#[tokio::test]
async fn each_fault_is_named_with_its_property() {
    let kit = Kit::new().await;
    let long = "x".repeat(2001);
    let cases = [
        (json!({"type": "text"}), "text"),
        (json!({"type": "text", "text": ""}), "text"),
        (json!({"type": "text", "text": 1}), "text"),
        (json!({"type": "nonsense"}), "type"),
        (
            json!({"type": "text", "text": "x$", "emojis": [{"index": 0, "productId": "p", "emojiId": "1"}]}),
            "emojis[0].index",
        ),
        (json!({"type": "textV2", "text": "{who}"}), "text"),
        (json!({"type": "textV2", "text": "{who", "substitution": {}}), "text"),
        (
            json!({"type": "textV2", "text": "x", "substitution": {"a": {"type": "nonsense"}}}),
            "substitution.a.type",
        ),
        (
            json!({"type": "textV2", "text": "x", "substitution": {"a": {"type": "mention"}}}),
            "substitution.a.mentionee",
        ),
        (json!({"type": "sticker", "packageId": "a", "stickerId": "2"}), "packageId"),
        (
            json!({"type": "image", "originalContentUrl": URL, "previewImageUrl": "http://example.com"}),
            "previewImageUrl",
        ),
        (
            json!({"type": "image", "originalContentUrl": format!("https://{long}"), "previewImageUrl": URL}),
            "originalContentUrl",
        ),
        (
            json!({"type": "video", "originalContentUrl": URL, "previewImageUrl": URL, "trackingId": "é"}),
            "trackingId",
        ),
        (json!({"type": "audio", "originalContentUrl": URL}), "duration"),
        (
            json!({"type": "location", "title": "x".repeat(101), "address": "a", "latitude": 1, "longitude": 2}),
            "title",
        ),
        (
            json!({"type": "location", "title": "t", "address": "a", "latitude": "1", "longitude": 2}),
            "latitude",
        ),
        (json!({"type": "text", "text": "x", "sender": {"name": "x".repeat(21)}}), "sender.name"),
        (json!({"type": "text", "text": "x", "quickReply": {"items": []}}), "quickReply.items"),
        (quick(&json!({"type": "message", "text": "x"})), "quickReply.items[0].action.label"),
        (
            quick(&json!({"type": "message", "label": "x".repeat(21), "text": "x"})),
            "quickReply.items[0].action.label",
        ),
        (quick(&json!({"type": "richmenuswitch", "label": "l"})), "quickReply.items[0].action.type"),
        (quick(&json!({"type": "uri", "label": "l", "uri": "ftp://x"})), "quickReply.items[0].action.uri"),
        (
            quick(&json!({"type": "postback", "label": "l", "data": "d", "fillInText": "x"})),
            "quickReply.items[0].action.fillInText",
        ),
        (
            quick(&json!({"type": "postback", "label": "l", "data": "d", "text": "x", "displayText": "x"})),
            "quickReply.items[0].action.text",
        ),
    ];
    for (message, property) in cases {
        let found = details(&kit, json!([{"type": "text", "text": "fine"}, message])).await;
        let properties: Vec<_> = found.iter().map(|(property, _)| property.as_str()).collect();
        assert_eq!(properties, [format!("messages[1].{property}")], "{message}");
    }
    assert!(kit.sim.heard(kit.alice()).is_empty());
}

#[tokio::test]
async fn several_faults_are_told_at_once() {
    let kit = Kit::new().await;
    let found = details(&kit, json!([{"type": "text"}, {"type": "sticker"}])).await;
    let properties: Vec<_> = found.iter().map(|(property, _)| property.as_str()).collect();
    assert_eq!(properties, ["messages[0].text", "messages[1].packageId", "messages[1].stickerId"]);
}

#[tokio::test]
async fn the_other_fields_of_a_push_are_checked_too() {
    let kit = Kit::new().await;
    let alice = kit.alice();
    let push = |extra: Value| {
        let mut body = json!({"to": alice.as_str(), "messages": text("x")});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let kit = &kit;
        async move { kit.post("/v2/bot/message/push", body).await.status }
    };
    assert_eq!(push(json!({"notificationDisabled": true, "customAggregationUnits": ["unit_1"]})).await, 200);
    for bad in [
        json!({"notificationDisabled": "yes"}),
        json!({"customAggregationUnits": ["a", "b"]}),
        json!({"customAggregationUnits": ["a-b"]}),
        json!({"customAggregationUnits": ["x".repeat(31)]}),
        json!({"to": ""}),
        json!({"to": "me"}),
    ] {
        assert_eq!(push(bad.clone()).await, 400, "{bad}");
    }
}
