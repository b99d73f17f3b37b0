//! What LINE may add, and what LINE omits, never fails an event.

use line_bot_server::clock::Timestamp;
use line_bot_server::line::event::Mentionee;
use line_bot_server::line::{Event, MessageContent, Mode, Source};
use serde_json::{Value, json};

use super::{decode, fixture, fixtures, try_decode, value};

/// The fixture with one value replaced.
fn with(name: &str, pointer: &str, new: Value) -> Value {
    let mut event = value(&fixtures()[name]);
    *event.pointer_mut(pointer).unwrap_or_else(|| panic!("{name} has no {pointer}")) = new;
    event
}

/// The fixture without one field.
fn without(name: &str, pointer: &str) -> Value {
    let mut event = value(&fixtures()[name]);
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    let parent = event.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    parent.remove(field).unwrap_or_else(|| panic!("{name} has no {pointer}"));
    event
}

#[test]
fn a_new_word_is_kept_wherever_line_has_a_set_of_words() {
    for (name, pointer) in [
        ("message_text", "/mode"),
        ("message_text", "/source/type"),
        ("message_text", "/message/type"),
        ("message_text", "/message/mention/mentionees/0/type"),
        ("message_text", "/message/mention/mentionees/1/type"),
        ("message_edited", "/message/type"),
        ("message_image", "/message/contentProvider/type"),
        ("message_sticker", "/message/stickerResourceType"),
        ("member_joined", "/joined/members/0/type"),
        ("postback_rich_menu", "/postback/params/status"),
        ("beacon", "/beacon/type"),
        ("account_link_ok", "/link/result"),
        ("membership", "/membership/type"),
        ("module_attached", "/module/type"),
        ("module_detached", "/module/reason"),
        ("things_link", "/things/type"),
        ("things_scenario_success", "/things/result/resultCode"),
        ("things_scenario_success", "/things/result/actionResults/0/type"),
    ] {
        let event = with(name, pointer, json!("newIn2027"));
        let read = decode(&event.to_string());
        assert_eq!(serde_json::to_value(&read).unwrap(), event, "{name} {pointer}");
        assert!(!matches!(read, Event::Unknown(_)), "{name} {pointer}");
    }
}

#[test]
fn every_documented_word_is_known() {
    for (name, pointer, words) in [
        ("message_text", "/mode", "active standby"),
        ("beacon", "/beacon/type", "enter banner stay"),
        ("membership", "/membership/type", "joined left renewed"),
        ("account_link_ok", "/link/result", "ok failed"),
        ("message_image", "/message/contentProvider/type", "line external"),
        ("module_detached", "/module/reason", "bot_deleted"),
        ("things_scenario_success", "/things/result/resultCode", "success gatt_error runtime_error"),
        (
            "postback_rich_menu",
            "/postback/params/status",
            "SUCCESS RICHMENU_ALIAS_ID_NOTFOUND RICHMENU_NOTFOUND FAILED",
        ),
        (
            "message_sticker",
            "/message/stickerResourceType",
            "STATIC ANIMATION SOUND ANIMATION_SOUND POPUP POPUP_SOUND CUSTOM MESSAGE NAME_TEXT PER_STICKER_TEXT",
        ),
    ] {
        for word in words.split(' ') {
            let shown = format!("{:?}", decode(&with(name, pointer, json!(word)).to_string()));
            assert!(!shown.contains("Unknown"), "{word}: {shown}");
        }
    }
}

#[test]
fn what_the_sources_disagree_about_is_optional() {
    for (name, pointer) in [
        ("message_text", "/replyToken"),
        ("message_text", "/message/quoteToken"),
        ("message_text", "/message/markAsReadToken"),
        ("message_text", "/message/emojis"),
        ("message_text", "/message/mention"),
        ("message_text", "/message/mention/mentionees/1/userId"),
        ("message_text", "/message/mention/mentionees/1/isSelf"),
        ("message_text", "/source"),
        ("message_text", "/source/userId"),
        ("message_image", "/message/quoteToken"),
        ("message_image", "/message/imageSet/index"),
        ("message_image", "/message/imageSet/total"),
        ("message_video", "/message/quoteToken"),
        ("message_video", "/message/duration"),
        ("message_audio", "/message/duration"),
        ("message_location", "/message/title"),
        ("message_location", "/message/address"),
        ("message_sticker", "/message/quoteToken"),
        ("message_sticker", "/message/keywords"),
        ("follow", "/follow"),
        ("follow", "/replyToken"),
        ("follow", "/source/userId"),
        ("join", "/replyToken"),
        ("member_joined", "/replyToken"),
        ("member_joined", "/joined/members/0/userId"),
        ("postback_datetime", "/postback/params"),
        ("video_play_complete", "/replyToken"),
        ("beacon", "/replyToken"),
        ("beacon", "/beacon/dm"),
        ("membership", "/replyToken"),
        ("module_detached", "/module/reason"),
        ("activated", "/source"),
        ("things_link", "/replyToken"),
        ("things_scenario_success", "/things/result/actionResults"),
        ("message_text", "/webhookEventId"),
    ] {
        let event = without(name, pointer);
        assert_eq!(serde_json::to_value(decode(&event.to_string())).unwrap(), event, "{name} {pointer}");
    }
}

#[test]
fn null_counts_as_missing_where_a_field_is_optional() {
    for pointer in
        ["/source", "/mode", "/deliveryContext", "/replyToken", "/message/emojis", "/message/mention"]
    {
        decode(&with("message_text", pointer, Value::Null).to_string());
    }
}

#[test]
fn an_event_without_mode_is_active_and_without_delivery_context_is_no_redelivery() {
    assert_eq!(decode(&without("message_text", "/mode").to_string()).mode(), Mode::Active);
    let event = decode(&without("follow_redelivered", "/deliveryContext").to_string());
    assert!(!event.delivery_context().is_redelivery);
}

#[test]
fn an_unknown_content_keeps_its_json_and_its_tokens() {
    let content =
        json!({ "type": "poll", "id": "7", "quoteToken": "q", "markAsReadToken": "m", "n": { "a": [1.5] } });
    let event = decode(&with("message_text", "/message", content.clone()).to_string());
    let Event::Message(event) = event else { panic!("{event:?}") };
    assert_eq!(event.message.kind(), "poll");
    assert_eq!(event.message.id(), Some("7".into()));
    assert_eq!(event.message.quote_token(), Some("q".into()));
    assert_eq!(event.message.mark_as_read_token(), Some("m".into()));
    let MessageContent::Unknown(unknown) = event.message else { panic!("{:?}", event.message) };
    assert_eq!(unknown.json, content);
}

#[test]
fn an_unknown_content_may_use_known_names_for_other_things() {
    let content = json!({ "type": "poll", "id": 7, "text": { "a": 1 }, "duration": "long", "emojis": 5 });
    let Event::Message(event) = decode(&with("message_text", "/message", content).to_string()) else {
        panic!()
    };
    assert_eq!(event.message.id(), None);
}

#[test]
fn an_unknown_mentionee_is_still_found_in_the_text() {
    let event =
        decode(&with("message_text", "/message/mention/mentionees/1/type", json!("role")).to_string());
    let Event::Message(event) = event else { panic!("{event:?}") };
    let MessageContent::Text(text) = event.message else { panic!() };
    let mentionee = &text.mention.unwrap().mentionees[1];
    assert!(matches!(mentionee, Mentionee::Unknown(_)));
    assert_eq!(mentionee.literal(&text.text), Some("@Mika"));
}

#[test]
fn an_unknown_source_is_no_chat() {
    let event = decode(&with("message_text", "/source/type", json!("square")).to_string());
    assert!(matches!(event.source(), Some(Source::Unknown(source)) if &*source.kind == "square"));
    assert_eq!((event.chat(), event.user()), (None, None));
}

#[test]
fn an_unknown_event_keeps_its_exact_json_and_its_common_fields() {
    let json = r#"{ "type":"new", "n":123456789012345678901, "replyToken":"rt", "mode":"standby",
        "source":{"userId":"U1","type":"user"}, "timestamp":5, "webhookEventId":"E1", "deliveryContext":{"isRedelivery":true}}"#;
    let event = decode(json);
    assert_eq!(event.kind(), "new");
    assert_eq!(event.mode(), Mode::Standby);
    assert_eq!(event.reply_token().unwrap().as_str(), "rt");
    assert_eq!(event.chat(), Some(line_bot_server::line::ChatId::User("U1".into())));
    assert_eq!(event.timestamp(), Some(Timestamp::from_millis(5)));
    assert_eq!(event.webhook_event_id().unwrap().as_str(), "E1");
    assert!(event.delivery_context().is_redelivery);
    let Event::Unknown(unknown) = event else { panic!() };
    assert_eq!(unknown.json.get(), json);
}

#[test]
fn an_unknown_event_with_strange_common_fields_is_still_read() {
    let json = r#"{"type":"new","replyToken":1,"mode":[],"source":"x","timestamp":"y","timestamp":2.5,"deliveryContext":7}"#;
    let event = decode(json);
    assert_eq!(event.mode(), Mode::Active);
    assert!(event.reply_token().is_none() && event.source().is_none() && event.timestamp().is_none());
}

#[test]
fn a_known_type_with_a_shape_that_cannot_be_read_says_where() {
    let problems = [
        without("message_text", "/message"),
        without("message_text", "/message/text"),
        without("message_text", "/message/type"),
        without("message_text", "/timestamp"),
        with("message_text", "/message/text", json!(["tell-nobody"])),
        with("message_text", "/message/emojis/0/index", json!("tell-nobody, expected x")),
        with("message_text", "/message/mention/mentionees/2/length", json!(-1)),
        with("message_text", "/source", json!("tell-nobody")),
        with("message_text", "/mode", json!(5)),
        without("message_text", "/source/groupId"),
        with("postback_datetime", "/postback/params/datetime", json!(5)),
        with("unsend", "/unsend", json!(null)),
    ]
    .map(|event| try_decode(&type_first(&event)).unwrap_err());
    insta::assert_snapshot!(problems.join("\n"), @r"
    cannot read the message event: missing field `message` at line 1 column 312
    cannot read the message event: `message`: missing field `text` at line 1 column 580
    cannot read the message event: `message`: missing field `type` at line 1 column 615
    cannot read the message event: missing field `timestamp` at line 1 column 857
    cannot read the message event: `message.text`: expected a string at line 1 column 587
    cannot read the message event: `message.emojis[0].index`: expected a natural number at line 1 column 144
    cannot read the message event: `message.mention.mentionees[2].length`: expected a natural number at line 1 column 452
    cannot read the message event: `source`: expected an object with a `type` at line 1 column 716
    cannot read the message event: `mode`: expected a string at line 1 column 638
    cannot read the message event: `source`: missing field `groupId` at line 1 column 764
    cannot read the postback event: `postback.params.datetime`: expected a string at line 1 column 142
    cannot read the unsend event: `unsend`: expected an object at line 1 column 230
    ");
}

/// Written as LINE does, with `type` before everything else.
fn type_first(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let write = |(key, value): (&String, &Value)| format!("\"{key}\":{}", type_first(value));
            let (kind, rest): (Vec<_>, Vec<_>) = map.iter().partition(|(key, _)| *key == "type");
            let entries: Vec<_> = kind.into_iter().chain(rest).map(write).collect();
            format!("{{{}}}", entries.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(type_first).collect::<Vec<_>>().join(",")),
        leaf => leaf.to_string(),
    }
}

#[test]
fn a_field_that_is_there_twice_cannot_be_read() {
    let twice = fixtures()["follow"].replacen("\"mode\"", "\"mode\": \"standby\", \"mode\"", 1);
    assert!(try_decode(&twice).unwrap_err().contains("duplicate field `mode`"));
    assert_eq!(fixture("follow").mode(), Mode::Active);
}
