//! Every event of LINE is read as its own type, with every documented field.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod contents;
mod open;
mod private;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use line_bot_server::clock::Timestamp;
use line_bot_server::line::{ChatId, Event, MessageContent, Mode};
use serde_json::{Value, json};

/// Every fixture's name and text.
fn fixtures() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/events");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|path| {
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(&path).unwrap())
        })
        .collect()
}

fn fixture(name: &str) -> Event {
    decode(&fixtures()[name])
}

fn decode(json: &str) -> Event {
    try_decode(json).unwrap()
}

fn try_decode(json: &str) -> Result<Event, String> {
    let value: Value = serde_json::from_str(json).unwrap();
    Event::decode(value["type"].as_str().unwrap_or_default(), json).map_err(|error| error.to_string())
}

fn value(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

#[test]
fn every_example_of_the_fact_sheet_is_a_fixture() {
    assert_eq!(fixtures().len(), 37);
}

#[test]
fn every_known_type_has_a_fixture_and_every_fixture_its_own_type() {
    let mut seen = BTreeSet::new();
    for (name, json) in fixtures() {
        let event = decode(&json);
        assert_eq!(event.kind(), value(&json)["type"], "{name}");
        assert_eq!(matches!(event, Event::Unknown(_)), name == "something_new", "{name}");
        seen.insert(event.kind().to_owned());
    }
    seen.remove("somethingNew2027");
    assert_eq!(seen, Event::KINDS.iter().map(ToString::to_string).collect());
}

#[test]
fn what_is_read_is_written_again_without_a_loss() {
    for (name, json) in fixtures() {
        assert_eq!(serde_json::to_value(decode(&json)).unwrap(), value(&json), "{name}");
        let written = serde_json::to_string(&decode(&json)).unwrap();
        assert_eq!(value(&written), value(&json), "{name}");
    }
}

#[test]
fn no_object_inside_a_documented_event_is_unknown() {
    for (name, json) in fixtures() {
        let shown = format!("{:?}", decode(&json));
        assert_eq!(shown.contains("Unknown"), name == "something_new", "{shown}");
    }
}

/// The same value with the keys of every object in reverse, so that `type` comes last.
fn reversed(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let entries: Vec<_> = map
                .iter()
                .rev()
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), reversed(value)))
                .collect();
            format!("{{{}}}", entries.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(reversed).collect::<Vec<_>>().join(",")),
        leaf => leaf.to_string(),
    }
}

#[test]
fn the_order_of_fields_means_nothing() {
    for (name, json) in fixtures() {
        let other = decode(&reversed(&value(&json)));
        assert_eq!(serde_json::to_value(&other).unwrap(), value(&json), "{name}");
        assert_eq!(format!("{other:?}"), format!("{:?}", decode(&json)), "{name}");
    }
}

#[test]
fn new_fields_anywhere_are_passed_over() {
    fn with_new_fields(value: &mut Value) {
        match value {
            Value::Object(map) => {
                map.values_mut().for_each(with_new_fields);
                map.insert("newIn2027".to_owned(), json!({ "deep": [[{}], "x"] }));
            }
            Value::Array(items) => items.iter_mut().for_each(with_new_fields),
            _ => {}
        }
    }
    for (name, json) in fixtures() {
        let mut more = value(&json);
        with_new_fields(&mut more);
        assert_eq!(decode(&more.to_string()).kind(), decode(&json).kind(), "{name}");
    }
}

#[test]
fn the_text_path_of_a_bot_reads_as_documented() {
    let event = fixture("message_text");
    if let Event::Message(m) = &event
        && let MessageContent::Text(text) = &m.message
    {
        assert_eq!(text.text, "@All @Mika @ShopBot see you at 7 (love)");
        assert_eq!(text.quote_token.clone().unwrap().as_str(), "q7Hn2xExampleQuoteToken01");
    } else {
        panic!("{event:?}");
    }
}

#[test]
fn the_common_fields_are_read() {
    let event = fixture("message_text");
    assert_eq!(event.mode(), Mode::Active);
    assert_eq!(event.timestamp(), Some(Timestamp::from_millis(1_793_001_661_007)));
    assert_eq!(event.webhook_event_id().unwrap().as_str(), "01M5VKM8JFGA5Z8J03JN1BZ2PS");
    assert_eq!(event.reply_token().unwrap().as_str(), "5f3a9c00d1e2f3a4b5c6d7e8f90003d1");
    assert_eq!(event.chat(), Some(ChatId::Group("C5e77d1f0a9b84c3d6622f0e1d2c3b4a5".into())));
    assert_eq!(event.user().unwrap().as_str(), "U4a1d0c7be59f2836aa10cc7788ee5501");
    assert_eq!(event.mark_as_read_token().unwrap().as_str(), "mR4tExampleReadToken01");
    assert!(!event.delivery_context().is_redelivery);
    assert!(fixture("follow_redelivered").delivery_context().is_redelivery);
}

#[test]
fn chats_and_users_are_told_apart() {
    let room = fixture("message_location");
    assert_eq!(room.chat(), Some(ChatId::Room("R7c8d9e0f1a2b3c4d5e6f708192a3b4c5".into())));
    assert!(room.user().is_some());
    let join = fixture("join");
    assert_eq!(join.chat(), Some(ChatId::Group("C5e77d1f0a9b84c3d6622f0e1d2c3b4a5".into())));
    assert_eq!(join.user(), None);
    let module_user = "LU4a1d0c7be59f2836aa10cc7788ee5501-U0f1e2d3c4b5a69788796a5b4c3d2e1f0";
    assert_eq!(fixture("activated").chat(), Some(ChatId::User(module_user.into())));
    let failed = fixture("account_link_failed");
    assert!(failed.source().is_none() && failed.chat().is_none() && failed.reply_token().is_none());
}

#[test]
fn a_reply_token_is_taken_once() {
    for (name, json) in fixtures() {
        let mut event = decode(&json);
        let sent = value(&json)["replyToken"].as_str().map(str::to_owned);
        assert_eq!(event.reply_token().map(|token| token.as_str().to_owned()), sent, "{name}");
        assert_eq!(event.take_reply_token().map(|token| token.as_str().to_owned()), sent, "{name}");
        assert_eq!(event.take_reply_token(), None, "{name}");
        assert_eq!(event.reply_token(), None, "{name}");
    }
}

#[test]
fn standby_is_read_and_has_no_reply_token() {
    let event = fixture("message_text_standby");
    assert_eq!(event.mode(), Mode::Standby);
    assert_eq!(event.reply_token(), None);
}

#[test]
fn the_envelope_and_the_event_agree_on_the_head() {
    for (name, json) in fixtures() {
        let raw = crate::envelope::only(&json);
        let event = decode(&json);
        assert_eq!(&*raw.kind, event.kind(), "{name}");
        assert_eq!(Some(&raw.id), event.webhook_event_id(), "{name}");
        assert_eq!(raw.chat, event.chat(), "{name}");
        assert_eq!(raw.timestamp, event.timestamp(), "{name}");
        assert_eq!(raw.redelivery, event.delivery_context().is_redelivery, "{name}");
        match &event {
            Event::Message(m) => assert_eq!(raw.message_id, m.message.id()),
            Event::MessageEdited(m) => assert_eq!(raw.message_id, m.message.id()),
            Event::Unsend(u) => assert_eq!(raw.unsends.as_ref(), Some(&u.unsend.message_id)),
            _ => assert_eq!((raw.message_id, raw.unsends), (None, None), "{name}"),
        }
    }
}

#[test]
fn an_event_without_a_type_says_so() {
    let error = Event::decode("", "{}").unwrap_err();
    assert_eq!(error.to_string(), "cannot read the event: no usable `type`");
    let error = Event::decode("message", "[1]").unwrap_err();
    assert_eq!(error.to_string(), "cannot read the message event: not an object");
}
