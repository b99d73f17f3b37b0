//! P4: a body is cut into its events, and a bad one hurts only itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fingerprint;
pub(crate) mod hostile;

use bytes::Bytes;
use line_bot_server::clock::Timestamp;
use line_bot_server::line::envelope::HEAD_TEXT_MAX;
use line_bot_server::line::{ChatId, Envelope, Event, RawEvent};
use proptest::prelude::*;

use hostile::{
    GOOD_IDS, PRIVATE, between_good_ones, bodies_with_good_neighbours, good_event, hostile_bodies,
};

fn parse(body: &str) -> Envelope {
    Envelope::parse(&Bytes::copy_from_slice(body.as_bytes())).unwrap()
}

/// The one event of a body.
pub(crate) fn only(event: &str) -> RawEvent {
    let mut events = parse(&format!("{{\"events\":[{event}]}}")).events;
    assert_eq!(events.len(), 1);
    events.remove(0)
}

/// A stack on which 100,000 levels of anything would overflow.
fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(512 * 1024).spawn(test).unwrap().join().unwrap();
}

#[test]
fn an_empty_array_is_the_greeting() {
    let envelope = parse(include_str!("../fixtures/webhook/v1_empty.json"));
    assert_eq!(envelope.destination.as_str(), "U0f1e2d3c4b5a69788796a5b4c3d2e1f0");
    assert!(envelope.events.is_empty());
}

#[test]
fn the_head_of_an_event_is_read() {
    let event = only(include_str!("../fixtures/events/message_text.json"));
    assert_eq!(event.id.as_str(), "01M5VKM8JFGA5Z8J03JN1BZ2PS");
    assert_eq!(&*event.kind, "message");
    assert_eq!(event.chat, Some(ChatId::Group("C5e77d1f0a9b84c3d6622f0e1d2c3b4a5".into())));
    assert_eq!(event.timestamp, Some(Timestamp::from_millis(1_793_001_661_007)));
    assert!(!event.redelivery);
    assert_eq!(event.message_id, Some("590100000000000011".into()));
    assert_eq!(event.unsends, None);
}

#[test]
fn the_json_of_an_event_is_a_slice_of_the_body() {
    let text = "{ \"events\" : [ {\"type\": \"a\",\n \"x\":1} ,{}\t] }";
    let body = Bytes::copy_from_slice(text.as_bytes());
    let events = Envelope::parse(&body).unwrap().events;
    assert_eq!(events[0].json, "{\"type\": \"a\",\n \"x\":1}");
    assert_eq!(events[1].json, "{}");
    assert!(body.as_ptr_range().contains(&events[0].json.as_ptr()));
}

#[test]
fn an_unsend_names_its_message_and_an_edit_names_its_own() {
    let unsend = only(include_str!("../fixtures/events/unsend.json"));
    assert_eq!((unsend.unsends, unsend.message_id), (Some("590100000000000011".into()), None));
    let edit = only(include_str!("../fixtures/events/message_edited.json"));
    assert_eq!((edit.unsends, edit.message_id), (None, Some("590100000000000011".into())));
    let other = only(r#"{"type":"new","message":{"id":"1"},"unsend":{"messageId":"2"}}"#);
    assert_eq!((other.unsends, other.message_id), (None, None));
}

#[test]
fn a_redelivery_is_seen() {
    assert!(only(include_str!("../fixtures/events/follow_redelivered.json")).redelivery);
    assert!(!only(include_str!("../fixtures/events/follow.json")).redelivery);
}

#[test]
fn the_chat_is_what_the_source_type_says() {
    let chat = |source: &str| only(&format!("{{\"source\":{source}}}")).chat;
    assert_eq!(chat(r#"{"type":"user","userId":"U1"}"#), Some(ChatId::User("U1".into())));
    assert_eq!(chat(r#"{"type":"group","groupId":"C1","userId":"U1"}"#), Some(ChatId::Group("C1".into())));
    assert_eq!(chat(r#"{"userId":"U1","roomId":"R1","type":"room"}"#), Some(ChatId::Room("R1".into())));
    for unusable in [
        r#"{"type":"group","userId":"U1"}"#,
        r#"{"type":"room","groupId":"C1"}"#,
        r#"{"type":"user"}"#,
        r#"{"type":"user","userId":""}"#,
        r#"{"type":"user","userId":7}"#,
        r#"{"type":"openChat","userId":"U1"}"#,
        r#"{"userId":"U1"}"#,
        "{}",
        "null",
        "[]",
        "\"user\"",
    ] {
        assert_eq!(chat(unusable), None, "{unusable}");
    }
}

#[test]
fn a_wrong_field_costs_that_field_alone() {
    let event = only(
        r#"{"type":"message","webhookEventId":"E1","timestamp":"soon","source":{"type":"user","userId":"U1","groupId":[]},
            "deliveryContext":{"isRedelivery":true,"x":{}},"message":{"id":12}}"#,
    );
    assert_eq!((event.id.as_str(), &*event.kind), ("E1", "message"));
    assert_eq!(event.chat, Some(ChatId::User("U1".into())));
    assert_eq!((event.timestamp, event.message_id, event.redelivery), (None, None, true));
}

#[test]
fn of_a_field_that_is_there_twice_the_last_counts() {
    let event = only(
        r#"{"type":"a","type":"unsend","unsend":{"messageId":"1","messageId":"2"},"webhookEventId":"E1"}"#,
    );
    assert_eq!((&*event.kind, event.id.as_str()), ("unsend", "E1"));
    assert_eq!(event.unsends, Some("2".into()));
}

#[test]
fn a_key_that_is_half_a_surrogate_pair_is_some_other_field() {
    let event = only(r#"{"\ud800":1,"type":"message","webhookEventId":"E1"}"#);
    assert_eq!((&*event.kind, event.id.as_str()), ("message", "E1"));
}

#[test]
fn escapes_in_keys_and_ids_are_read() {
    let event = only(r#"{"t\u0079pe":"mess\u0061ge","webhookEventId":"E\u0031"}"#);
    assert_eq!((&*event.kind, event.id.as_str()), ("message", "E1"));
}

#[test]
fn a_timestamp_that_is_not_a_whole_number_is_none() {
    for timestamp in ["1.5", "1e3", "\"1\"", "99999999999999999999", "null", "[]", "true"] {
        assert_eq!(only(&format!("{{\"timestamp\":{timestamp}}}")).timestamp, None, "{timestamp}");
    }
    assert_eq!(only(r#"{"timestamp":-1}"#).timestamp, Some(Timestamp::from_millis(-1)));
}

#[test]
fn what_is_no_object_has_no_kind_and_can_never_be_decoded() {
    for element in
        ["null", "1", "\"message\"", "[]", r#"["message","E1"]"#, "{}", r#"{"type":3}"#, r#"{"type":""}"#]
    {
        let event = only(element);
        assert_eq!(&*event.kind, "", "{element}");
        assert!(event.id.as_str().starts_with("sha256:"), "{element}");
        assert_eq!(event.json, element);
        Event::decode(&event.kind, element).unwrap_err();
    }
}

#[test]
fn what_no_inbox_could_store_is_no_id_and_no_kind() {
    let long = "x".repeat(HEAD_TEXT_MAX + 1);
    for text in [long.as_str(), "a\\u0000b", "a\\nb", ""] {
        let event = only(&format!(
            r#"{{"type":"{text}","webhookEventId":"{text}","source":{{"type":"user","userId":"{text}"}}}}"#
        ));
        assert_eq!((&*event.kind, event.chat), ("", None));
        assert!(event.id.as_str().starts_with("sha256:"));
    }
    let longest = "x".repeat(HEAD_TEXT_MAX);
    assert_eq!(only(&format!(r#"{{"webhookEventId":"{longest}"}}"#)).id.as_str(), longest);
}

#[test]
fn a_destination_that_is_missing_or_no_text_is_empty() {
    for body in [
        r#"{"events":[]}"#,
        r#"{"events":[],"destination":null}"#,
        r#"{"destination":{"a":[1]},"events":[]}"#,
        r#"{"destination":7,"events":[]}"#,
    ] {
        assert_eq!(parse(body).destination.as_str(), "", "{body}");
    }
    let unknown_fields = r#"{"new":{"events":[1]},"events":[{}],"destination":"U1","destination":"U2"}"#;
    assert_eq!(parse(unknown_fields).destination.as_str(), "U2");
    assert_eq!(parse(unknown_fields).events.len(), 1);
}

#[test]
fn what_is_no_envelope_is_refused_without_quoting_it() {
    on_a_small_stack(|| {
        for body in hostile::not_an_envelope() {
            let shown = body.get(..60).unwrap_or(&body).to_owned();
            let error = Envelope::parse(&Bytes::from(body)).expect_err(&shown).to_string();
            assert!(!error.contains(PRIVATE), "{error}");
            assert!(error.starts_with("not a JSON object with an `events` array: "), "{error}");
        }
    });
}

#[test]
fn a_refusal_says_what_is_wrong_and_where() {
    let error = |body: &[u8]| Envelope::parse(&Bytes::copy_from_slice(body)).unwrap_err().to_string();
    let said = [
        error(b"{\"destination\":\"U1\"}"),
        error(b"{\"events\":null}"),
        error(b"{\"events\":\"tell-nobody, expected nothing\"}"),
        error(b"{\"events\":[],\"events\":[]}"),
        error(b"{\"events\":[{}"),
        error(b"[1]"),
        error(b"{\"events\":[\"\xff\"]}"),
    ];
    insta::assert_snapshot!(said.join("\n"), @r"
    not a JSON object with an `events` array: missing field `events` at line 1 column 20
    not a JSON object with an `events` array: expected an array of events at line 1 column 14
    not a JSON object with an `events` array: expected an array of events at line 1 column 41
    not a JSON object with an `events` array: duplicate field `events` at line 1 column 21
    not a JSON object with an `events` array: EOF while parsing a list at line 1 column 13
    not a JSON object with an `events` array: expected an object at line 1 column 0
    not a JSON object with an `events` array: not UTF-8 from byte 12
    ");
}

#[test]
fn hostile_bodies_neither_panic_nor_overflow() {
    on_a_small_stack(|| {
        let bodies = hostile_bodies(20_261_120);
        assert!(bodies.len() >= 500, "{}", bodies.len());
        for body in bodies {
            let Ok(envelope) = Envelope::parse(&Bytes::from(body)) else { continue };
            for event in envelope.events {
                let json = std::str::from_utf8(&event.json).unwrap();
                if let Err(error) = Event::decode(&event.kind, json) {
                    assert!(!format!("{error} {error:?}").contains(PRIVATE), "{error}");
                }
            }
        }
    });
}

#[test]
fn hostile_bodies_are_the_same_each_time() {
    assert!(hostile_bodies(7) == hostile_bodies(7));
    assert!(hostile_bodies(7) != hostile_bodies(9));
}

#[test]
fn the_neighbours_of_a_bad_event_never_notice() {
    on_a_small_stack(|| {
        for body in bodies_with_good_neighbours() {
            let events = parse(&body).events;
            assert!(events.len() >= 3);
            for (id, event) in GOOD_IDS.iter().zip([&events[0], &events[events.len() - 1]]) {
                assert_eq!(event.id.as_str(), *id);
                assert_eq!(event.json, good_event(id));
                let json = std::str::from_utf8(&event.json).unwrap();
                assert!(matches!(Event::decode(&event.kind, json), Ok(Event::Message(_))));
            }
        }
    });
}

#[test]
fn ten_thousand_minimal_events_are_ten_thousand_events() {
    let body = between_good_ones(&vec![r#"{"type":"message"}"#; 10_000].join(","));
    assert_eq!(parse(&body).events.len(), 10_002);
}

#[test]
fn a_raw_event_cannot_be_printed_with_its_content() {
    let shown = format!("{:?}", parse(&between_good_ones("{}")));
    assert!(!shown.contains(PRIVATE) && !shown.contains("rt\""), "{shown}");
    assert!(shown.contains(GOOD_IDS[0]), "{shown}");
}

/// Any JSON value.
pub(crate) fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        ".{0,20}".prop_map(Into::into),
    ];
    let key = prop_oneof![
        Just("type".to_owned()),
        Just("webhookEventId".to_owned()),
        Just("source".to_owned()),
        Just("message".to_owned()),
        Just("deliveryContext".to_owned()),
        ".{0,8}",
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::btree_map(key.clone(), inner, 0..6).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_cut_or_refused(body in prop::collection::vec(any::<u8>(), 0..300)) {
        _ = Envelope::parse(&Bytes::from(body));
    }

    #[test]
    fn any_value_between_good_events_is_one_event(value in any_json()) {
        let events = parse(&between_good_ones(&value.to_string())).events;
        prop_assert_eq!(events.len(), 3);
        prop_assert_eq!(events[0].id.as_str(), GOOD_IDS[0]);
        prop_assert_eq!(&events[1].json, &value.to_string());
        prop_assert_eq!(events[2].id.as_str(), GOOD_IDS[1]);
        _ = Event::decode(&events[1].kind, &value.to_string());
    }
}
