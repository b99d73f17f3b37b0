//! P11: no token and no content in Debug, no content in an error.

use serde_json::{Value, json};

use super::{decode, fixtures, reversed, try_decode, value};

const PRIVATE: &str = "tell-nobody, expected a string";

/// Every token in an event.
fn tokens(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let secret = ["replyToken", "quoteToken", "markAsReadToken", "nonce"].contains(&key.as_str());
                found.extend(secret.then(|| value.as_str().map(str::to_owned)).flatten());
                tokens(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| tokens(item, found)),
        _ => {}
    }
}

/// Where every value in an event stands, the event itself left out.
fn pointers(value: &Value, here: &str, found: &mut Vec<String>) {
    let mut push = |key: &str, value: &Value| {
        let pointer = format!("{here}/{key}");
        pointers(value, &pointer, found);
        found.push(pointer);
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| push(key, value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(at, value)| push(&at.to_string(), value)),
        _ => {}
    }
}

#[test]
fn tokens_are_hidden_in_debug() {
    let mut seen = 0;
    for (name, json) in fixtures() {
        let mut secrets = Vec::new();
        tokens(&value(&json), &mut secrets);
        seen += secrets.len();
        for kind in [None, Some("newIn2027")] {
            let mut event = value(&json);
            if let (Some(kind), Some(message)) = (kind, event.get_mut("message")) {
                message["type"] = json!(kind);
            }
            let mut unknown = event.clone();
            unknown["type"] = json!(kind.unwrap_or("newIn2027"));
            for event in [event, unknown] {
                let shown = format!("{:?} {:#?}", decode(&event.to_string()), decode(&event.to_string()));
                assert!(!secrets.iter().any(|secret| shown.contains(secret)), "{name}: {shown}");
            }
        }
    }
    assert!(seen > 30, "{seen}");
}

#[test]
fn what_a_user_wrote_or_where_they_are_is_hidden_in_debug() {
    for (name, pointer) in [
        ("message_text", "/message/text"),
        ("message_edited", "/message/text"),
        ("message_sticker", "/message/text"),
        ("message_file", "/message/fileName"),
        ("message_location", "/message/title"),
        ("message_location", "/message/address"),
        ("message_location", "/message/latitude"),
        ("message_location", "/message/longitude"),
        ("postback_datetime", "/postback/data"),
        ("delivery", "/delivery/data"),
    ] {
        let json = &fixtures()[name];
        let value = value(json);
        let private = value.pointer(pointer).unwrap_or_else(|| panic!("{name} has no {pointer}"));
        let private = private.as_str().map_or_else(|| private.to_string(), str::to_owned);
        let shown = format!("{:?}", decode(json));
        // As Debug would write it, without its quotes.
        let written = format!("{private:?}");
        assert!(!shown.contains(written.trim_matches('"')), "{name}: {shown}");
        assert!(shown.contains("webhook_event_id: Some("), "what is not private is shown: {shown}");
    }
}

#[test]
fn no_error_quotes_what_it_could_not_read() {
    let wrong = [
        json!(PRIVATE),
        json!([PRIVATE]),
        json!({ PRIVATE: PRIVATE }),
        json!({ "type": PRIVATE }),
        json!({ "type": [PRIVATE] }),
        json!(-1),
        json!(1.5),
        json!(true),
        Value::Null,
    ];
    let mut refused = 0;
    for (name, json) in fixtures() {
        let event = value(&json);
        let mut places = Vec::new();
        pointers(&event, "", &mut places);
        for place in places.iter().filter(|place| *place != "/type") {
            for wrong in &wrong {
                let mut event = event.clone();
                *event.pointer_mut(place).unwrap() = wrong.clone();
                for text in [event.to_string(), reversed(&event)] {
                    let Err(error) = try_decode(&text) else { continue };
                    refused += 1;
                    assert!(!error.contains("tell-nobody"), "{name} {place}: {error}");
                }
            }
        }
    }
    assert!(refused > 1000, "{refused}");
}
