//! An event without an id is known by its content.

use proptest::prelude::*;

use super::{any_json, on_a_small_stack, only};

fn id(event: &str) -> String {
    only(event).id.as_str().to_owned()
}

#[test]
fn it_is_the_sha256_of_the_canonical_json() {
    // printf '{"a":[1,"é\n"],"type":"x"}' | sha256sum, where \n is written as an escape.
    let canonical = "sha256:bcd68d7eea0501fd11b370281131a1dfeaec106964b26cf7129a121bde905be7";
    assert_eq!(id("{\"type\":\"x\", \"a\" : [ 1,\"\\u00e9\\u000a\" ]}"), canonical);
}

#[test]
fn order_whitespace_and_escapes_do_not_change_it() {
    let one = id(r#"{"type":"follow","source":{"type":"user","userId":"U1"},"n":[1,{"b":2,"a":"\u3042/"}]}"#);
    let two = id(
        "{ \"n\": [1, {\"a\":\"あ\\/\", \"b\":2}],\n\"source\":{\"userId\":\"U1\",\"type\":\"user\"},\"type\":\"follow\"}",
    );
    assert_eq!(one, two);
}

#[test]
fn a_redelivery_has_the_same() {
    let first = id(r#"{"type":"follow","deliveryContext":{"isRedelivery":false},"timestamp":1}"#);
    assert_eq!(first, id(r#"{"type":"follow","deliveryContext":{"isRedelivery":true},"timestamp":1}"#));
    assert_eq!(first, id(r#"{"timestamp":1,"type":"follow"}"#));
}

#[test]
fn an_unusable_id_is_part_of_the_content() {
    let ids =
        ["{}", r#"{"webhookEventId":""}"#, r#"{"webhookEventId":null}"#, r#"{"webhookEventId":1}"#].map(id);
    for (place, one) in ids.iter().enumerate() {
        assert!(one.starts_with("sha256:") && one.len() == 7 + 64, "{one}");
        assert!(!ids[..place].contains(one));
    }
}

#[test]
fn different_content_has_different_ones() {
    let mut seen = std::collections::HashSet::new();
    for event in [
        r#"{"n":1}"#,
        r#"{"n":1.0}"#,
        r#"{"n":"1"}"#,
        r#"{"n":123456789012345678901}"#,
        r#"{"n":123456789012345678902}"#,
        r#"{"n":1e400}"#,
        r#"{"n":1e401}"#,
        r#"{"n":[1]}"#,
        r#"{"n":1,"n":2}"#,
        r#"{"n":2,"n":1}"#,
        r#"{"n":"\ud800"}"#,
        r#"{"n":"\ud801"}"#,
        r#"{"\ud800":1}"#,
        r#"{"\ud801":1}"#,
        r#"{"n":{"deliveryContext":1}}"#,
        r#"{"n":{"deliveryContext":2}}"#,
    ] {
        assert!(seen.insert(id(event)), "{event}");
    }
}

#[test]
fn a_deeply_nested_event_is_known_by_its_bytes() {
    on_a_small_stack(|| {
        let deep = |leaf: &str| format!("{{\"a\":{}{leaf}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(id(&deep("1")), id(&deep("1")));
        assert_ne!(id(&deep("1")), id(&deep("2")));
    });
}

proptest! {
    #[test]
    fn any_object_written_otherwise_has_the_same(value in any_json()) {
        let mut event = serde_json::json!({ "value": value });
        let once = id(&event.to_string());
        event["deliveryContext"] = serde_json::json!({ "isRedelivery": true });
        prop_assert_eq!(once, id(&serde_json::to_string_pretty(&event).unwrap()));
    }
}
