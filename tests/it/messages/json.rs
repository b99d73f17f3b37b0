//! What is sent is the JSON that LINE documents.

use std::time::Duration;

use line_bot_server::line::action::{
    CameraAction, CameraRollAction, ClipboardAction, DatetimePickerAction, InputOption, LocationAction,
    MessageAction, PostbackAction, RichMenuSwitchAction, UriAction,
};
use line_bot_server::line::{
    Action, AudioMessage, ChatMessage, ConfirmTemplate, CouponMessage, ImageMessage, ImagemapMessage,
    LocationMessage, Message, QuickReply, QuickReplyItem, QuoteToken, Sender, StickerMessage,
    TemplateMessage, TextMessage, TextMessageV2, UpToFive, VideoMessage,
};
use serde::Serialize;
use serde_json::Value;

macro_rules! assert_fixture {
    ($value:expr, $name:literal) => {
        $crate::messages::json::same(
            $value,
            include_str!(concat!("../../fixtures/messages/", $name, ".json")),
            $name,
        )
    };
}

pub(super) fn same(value: impl Serialize, fixture: &str, name: &str) {
    let fixture: Value = serde_json::from_str(fixture).unwrap();
    assert_eq!(serde_json::to_value(value).unwrap(), fixture, "{name}");
}

/// A message is the same JSON as itself and as a chat message, and it is within LINE's limits.
macro_rules! assert_message {
    ($message:expr, $name:literal) => {{
        let message: line_bot_server::line::Message = $message.into();
        message.check("messages[0]").unwrap();
        assert_fixture!(&message, $name);
        assert_fixture!(line_bot_server::line::ChatMessage::from(message), $name);
    }};
}

pub(super) use {assert_fixture, assert_message};

fn token() -> QuoteToken {
    QuoteToken::new("yHAz4Ua2wx7...")
}

#[test]
fn every_message_is_sent_as_documented() {
    assert_message!(TextMessage::new("Hello, world"), "text");
    assert_message!("Hello, world", "text");
    assert_message!(String::from("Hello, world"), "text");
    assert_message!(
        TextMessage::new("$ LINE emoji $").emoji(0, "5ac1bfd5040ab15980c9b435", "001").emoji(
            13,
            "5ac1bfd5040ab15980c9b435",
            "002"
        ),
        "text_emojis"
    );
    assert_message!(welcome(), "text_v2");
    assert_message!(StickerMessage::new("446", "1988"), "sticker");
    assert_message!(
        ImageMessage::new("https://example.com/original.jpg", "https://example.com/preview.jpg"),
        "image"
    );
    assert_message!(
        VideoMessage::new("https://example.com/original.mp4", "https://example.com/preview.jpg")
            .tracking_id("track-id"),
        "video"
    );
    assert_message!(AudioMessage::new("https://example.com/original.m4a", Duration::from_secs(60)), "audio");
    assert_message!(
        LocationMessage::new(
            "my location",
            "1-3 Kioicho, Chiyoda-ku, Tokyo, 102-8282, Japan",
            35.67966,
            139.73669
        ),
        "location"
    );
}

fn welcome() -> TextMessageV2 {
    TextMessageV2::new("Welcome, {user1}! {laugh}\n{everyone} There is a newcomer!")
        .mention("user1", "U49585cd0d5...")
        .emoji("laugh", "5a8555cfe6256cc92ea23c2a", "002")
        .mention_all("everyone")
}

#[test]
fn the_three_messages_that_can_quote_quote() {
    assert_fixture!(TextMessage::new("Yes, you can.").quote(token()), "text_quote");
    assert_fixture!(StickerMessage::new("789", "10855").quote(token()), "sticker_quote");
    let net = TextMessageV2::new("Hi {who} - total {{net}} 1200")
        .mention("who", "U9b07de1122c34455f6e7d8c9ba0a1b2c")
        .quote(Some(token()));
    assert_fixture!(&net, "text_v2_quote");
    assert_eq!(net.quote_token(), Some(&token()));
}

#[test]
fn quoting_nothing_is_the_message_itself() {
    let plain = TextMessage::new("Hello, world").quote(None);
    assert_fixture!(&plain, "text");
    assert_eq!(plain, ChatMessage::from("Hello, world"));
}

#[test]
fn quick_replies_are_sent_as_documented_from_every_builder() {
    let buttons = || {
        QuickReply::default()
            .item(
                QuickReplyItem::new(MessageAction::new("Sushi", "Sushi"))
                    .image_url("https://example.com/sushi.png"),
            )
            .item(CameraRollAction::new("Send photo"))
            .item(CameraAction::new("Open camera"))
            .item(LocationAction::new("Send location"))
    };
    let text = "Select your favorite food category or send me your location!";
    assert_message!(TextMessage::new(text).quick_reply(buttons()), "text_quick_reply");
    assert_fixture!(Message::from(text).quick_reply(buttons()), "text_quick_reply");
    assert_fixture!(ChatMessage::from(text).quick_reply(buttons()), "text_quick_reply");
}

#[test]
fn senders_are_sent_as_documented_from_every_builder() {
    let cony = || Sender::new("Cony").icon_url("https://line.me/conyprof");
    let text = "Hello, I am Cony!!";
    assert_message!(TextMessage::new(text).sender(cony()), "text_sender");
    assert_fixture!(Message::from(text).sender(cony()), "text_sender");
    assert_fixture!(ChatMessage::from(text).sender(cony()), "text_sender");
}

#[test]
fn every_message_carries_quick_reply_and_sender() {
    let url = "https://example.com/file";
    macro_rules! carries {
        ($($message:expr),+ $(,)?) => {$({
            let json = serde_json::to_value(Message::from(
                $message.quick_reply(["Yes", "No"]).sender(Sender::icon("https://example.com/i.png")),
            ))
            .unwrap();
            assert_eq!(json["quickReply"]["items"][1]["action"]["text"], "No", "{json}");
            assert_eq!(json["sender"], serde_json::json!({"iconUrl": "https://example.com/i.png"}));
        })+};
    }
    carries!(
        TextMessage::new("a"),
        TextMessageV2::new("a"),
        StickerMessage::new("446", "1988"),
        ImageMessage::new(url, url),
        VideoMessage::new(url, url),
        AudioMessage::new(url, Duration::from_millis(1)),
        LocationMessage::new("a", "b", 0.0, 0.0),
        ImagemapMessage::new(url, "a", 1040),
        TemplateMessage::new("a", ConfirmTemplate::new("b", "yes", "no")),
        CouponMessage::new("1"),
    );
}

#[test]
fn every_action_is_sent_as_documented() {
    let postback = PostbackAction::new("Buy", "action=buy&itemid=111")
        .display_text("Buy")
        .input_option(InputOption::keyboard_with("---\nName: \nPhone: \nBirthday: \n---"));
    let picker = DatetimePickerAction::datetime("Select date", "storeId=12345")
        .initial("2017-12-25t00:00")
        .max("2018-01-24t23:59")
        .min("2017-12-25t00:00");
    let uri = UriAction::new("View details", "http://example.com/page/222")
        .desktop("http://example.com/pc/page/222");
    assert_fixture!(Action::from(postback), "action_postback");
    assert_fixture!(
        Action::from(
            PostbackAction::unlabelled("action=buy&itemid=123").input_option(InputOption::CloseRichMenu)
        ),
        "action_postback_unlabelled"
    );
    assert_fixture!(Action::from(MessageAction::new("Yes", "Yes")), "action_message");
    assert_fixture!(Action::from("Yes"), "action_message");
    assert_fixture!(Action::from(uri), "action_uri");
    assert_fixture!(Action::from(picker), "action_datetimepicker");
    assert_fixture!(Action::from(CameraAction::new("Camera")), "action_camera");
    assert_fixture!(Action::from(CameraRollAction::new("Camera roll")), "action_camera_roll");
    assert_fixture!(Action::from(LocationAction::new("Location")), "action_location");
    assert_fixture!(
        Action::from(RichMenuSwitchAction::new("richmenu-alias-b", "richmenu-changed-to-b")),
        "action_richmenuswitch"
    );
    assert_fixture!(Action::from(ClipboardAction::new("Copy", "3B48740B")), "action_clipboard");
}

#[test]
fn input_options_are_written_as_documented() {
    for (option, name) in [
        (InputOption::CloseRichMenu, "closeRichMenu"),
        (InputOption::OpenRichMenu, "openRichMenu"),
        (InputOption::keyboard(), "openKeyboard"),
        (InputOption::OpenVoice, "openVoice"),
    ] {
        let json = serde_json::to_value(PostbackAction::unlabelled("d").input_option(option)).unwrap();
        assert_eq!(json, serde_json::json!({"data": "d", "inputOption": name}));
    }
}

#[test]
fn one_to_five_messages_keep_their_order() {
    let sticker = || StickerMessage::new("446", "1988");
    let texts = |messages: Vec<ChatMessage>| -> Vec<String> {
        let json = serde_json::to_value(messages).unwrap();
        json.as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap_or("sticker").to_owned()).collect()
    };
    assert_eq!(texts("1".into_messages()), ["1"]);
    assert_eq!(texts(["1"].into_messages()), ["1"]);
    assert_eq!(texts(["1", "2"].into_messages()), ["1", "2"]);
    assert_eq!(texts(["1", "2", "3"].into_messages()), ["1", "2", "3"]);
    assert_eq!(texts(["1", "2", "3", "4"].into_messages()), ["1", "2", "3", "4"]);
    assert_eq!(texts(["1", "2", "3", "4", "5"].into_messages()), ["1", "2", "3", "4", "5"]);
    assert_eq!(texts(("1",).into_messages()), ["1"]);
    assert_eq!(texts(("1", sticker()).into_messages()), ["1", "sticker"]);
    assert_eq!(texts(("1", sticker(), "3").into_messages()), ["1", "sticker", "3"]);
    assert_eq!(texts(("1", sticker(), "3", "4").into_messages()), ["1", "sticker", "3", "4"]);
    let quote = TextMessage::new("5").quote(token());
    assert_eq!(texts(("1", sticker(), "3", "4", quote).into_messages()), ["1", "sticker", "3", "4", "5"]);
}

#[test]
fn the_same_message_is_the_same_bytes_each_time() {
    // The send journal compares requests by a hash, so no map may be in random order.
    let bytes = || serde_json::to_string(&ChatMessage::from(welcome())).unwrap();
    assert!((0..20).all(|_| bytes() == bytes()));
}

#[test]
fn debug_shows_nothing_of_what_is_said() {
    let message = TextMessage::new("private words")
        .quick_reply(["private answer"])
        .sender(Sender::new("private name"))
        .quote(token());
    let action = Action::from(PostbackAction::new("private", "private").display_text("private"));
    let shown = format!("{message:?} {action:?} {:?}", QuickReply::from(["private"]));
    assert!(!shown.contains("private") && !shown.contains("yHAz4Ua2wx7"), "{shown}");
    assert!(shown.contains("TextMessage") && shown.contains("PostbackAction"), "{shown}");
}
