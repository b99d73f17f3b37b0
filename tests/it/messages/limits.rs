//! Messages: at the limit they pass, above it they are refused with field, limit and actual.

use std::time::Duration;

use line_bot_server::line::{
    AudioMessage, ChatMessage, ImageMessage, LocationMessage, Message, Sender, StickerMessage, TextMessage,
    VideoMessage, check_messages,
};

use super::{fits, refused};

const URL: &str = "https://example.com/a";

/// An https URL of so many characters.
fn url(len: usize) -> String {
    let start = "https://example.com/";
    format!("{start}{}", "a".repeat(len - start.len()))
}

#[test]
fn text_is_1_to_5000_utf16_code_units() {
    fits(TextMessage::new("a".repeat(5000)).check());
    refused(TextMessage::new("a".repeat(5001)).check(), "text: 5001 UTF-16 code units, 5000 are allowed");
    // 2 code units, 4 bytes each.
    fits(TextMessage::new("\u{1F34E}".repeat(2500)).check());
    refused(
        TextMessage::new("\u{1F34E}".repeat(2501)).check(),
        "text: 5002 UTF-16 code units, 5000 are allowed",
    );
    // 1 code unit, 3 bytes each.
    fits(TextMessage::new("日".repeat(5000)).check());
    refused(TextMessage::new("").check(), "text: 0 UTF-16 code units, 1 to 5000 are allowed");
    fits(TextMessage::new(" ").check());
}

#[test]
fn text_has_up_to_20_emojis() {
    let emojis = |n| {
        (0..n).fold(TextMessage::new("$".repeat(30)), |text, i| {
            text.emoji(i, "5ac1bfd5040ab15980c9b435", "001")
        })
    };
    fits(emojis(20).check());
    refused(emojis(21).check(), "emojis: 21 LINE emojis, 20 are allowed");
}

#[test]
fn an_emoji_stands_at_a_dollar_sign() {
    // The apple is two code units, so the `$` is at 3.
    let text = |index| TextMessage::new("\u{1F34E} $").emoji(index, "p", "e");
    fits(text(3).check());
    for wrong in [0, 2, 4, usize::MAX] {
        refused(
            text(wrong).check(),
            &format!("emojis[0].index: {wrong}, but there is no `$` at this UTF-16 index of the text"),
        );
    }
}

#[test]
fn media_urls_are_https() {
    for bad in ["http://example.com/a", "ftp://example.com/a", "example.com/a", ""] {
        let problem = "not an https URL; https is needed";
        refused(ImageMessage::new(bad, URL).check(), &format!("originalContentUrl: {problem}"));
        refused(ImageMessage::new(URL, bad).check(), &format!("previewImageUrl: {problem}"));
        refused(VideoMessage::new(bad, URL).check(), &format!("originalContentUrl: {problem}"));
        refused(VideoMessage::new(URL, bad).check(), &format!("previewImageUrl: {problem}"));
        refused(
            AudioMessage::new(bad, Duration::from_millis(1)).check(),
            &format!("originalContentUrl: {problem}"),
        );
        let sender = Sender::new("Cony").icon_url(bad);
        refused(TextMessage::new("a").sender(sender).check(), &format!("sender.iconUrl: {problem}"));
    }
    fits(ImageMessage::new("HTTPS://example.com/a", URL).check());
}

#[test]
fn media_urls_have_up_to_2000_characters() {
    let (at, above) = (url(2000), url(2001));
    let problem = "2001 UTF-16 code units, 2000 are allowed";
    fits(ImageMessage::new(&at, &at).check());
    refused(ImageMessage::new(&above, &at).check(), &format!("originalContentUrl: {problem}"));
    refused(ImageMessage::new(&at, &above).check(), &format!("previewImageUrl: {problem}"));
    fits(VideoMessage::new(&at, &at).check());
    refused(VideoMessage::new(&above, &at).check(), &format!("originalContentUrl: {problem}"));
    refused(VideoMessage::new(&at, &above).check(), &format!("previewImageUrl: {problem}"));
    fits(AudioMessage::new(&at, Duration::from_millis(1)).check());
    refused(
        AudioMessage::new(&above, Duration::from_millis(1)).check(),
        &format!("originalContentUrl: {problem}"),
    );
    fits(Sender::icon(&at).check());
    refused(Sender::icon(&above).check(), &format!("iconUrl: {problem}"));
}

#[test]
fn tracking_ids_have_up_to_100_of_the_listed_characters() {
    let video = |id: &str| VideoMessage::new(URL, URL).tracking_id(id).check();
    fits(video("azAZ09-.=,+*()%$&;:@{}!?<>[]"));
    fits(video(&"a".repeat(100)));
    refused(video(&"a".repeat(101)), "trackingId: 101 UTF-16 code units, 100 are allowed");
    for bad in ["a b", "a_b", "a/b", "a#b", "é", "日"] {
        refused(
            video(bad),
            "trackingId: other characters, a-z, A-Z, 0-9 and -.=,+*()%$&;:@{}!?<>[] are allowed",
        );
    }
}

#[test]
fn title_and_address_have_up_to_100_code_units() {
    let (at, above) = ("あ".repeat(100), "あ".repeat(101));
    fits(LocationMessage::new(&at, &at, 0.0, 0.0).check());
    refused(
        LocationMessage::new(&above, &at, 0.0, 0.0).check(),
        "title: 101 UTF-16 code units, 100 are allowed",
    );
    refused(
        LocationMessage::new(&at, &above, 0.0, 0.0).check(),
        "address: 101 UTF-16 code units, 100 are allowed",
    );
}

#[test]
fn coordinates_are_numbers() {
    refused(LocationMessage::new("a", "b", f64::NAN, 0.0).check(), "latitude: NaN, a number is needed");
    refused(LocationMessage::new("a", "b", 0.0, f64::INFINITY).check(), "longitude: inf, a number is needed");
}

#[test]
fn a_sender_name_has_up_to_20_code_units() {
    fits(Sender::new("a".repeat(20)).check());
    fits(Sender::new("\u{1F34E}".repeat(10)).check());
    refused(Sender::new("a".repeat(21)).check(), "name: 21 UTF-16 code units, 20 are allowed");
    refused(
        TextMessage::new("a").sender(Sender::new("\u{1F34E}".repeat(11))).check(),
        "sender.name: 22 UTF-16 code units, 20 are allowed",
    );
}

#[test]
fn a_request_has_1_to_5_messages() {
    let messages = |n| vec![ChatMessage::from("a"); n];
    for n in 1..=5 {
        fits(check_messages(&messages(n)));
    }
    refused(check_messages(&messages(0)), "messages: 0 messages, 1 to 5 are allowed");
    refused(check_messages(&messages(6)), "messages: 6 messages, 1 to 5 are allowed");
}

#[test]
fn the_field_is_named_as_line_names_it() {
    let long = || "a".repeat(5001);
    let problem = "5001 UTF-16 code units, 5000 are allowed";
    let messages = [ChatMessage::from("a"), TextMessage::new(long()).quote(None)];
    refused(check_messages(&messages), &format!("messages[1].text: {problem}"));
    refused(messages[1].check("messages[3]"), &format!("messages[3].text: {problem}"));
    refused(Message::from(long()).check("messages[0]"), &format!("messages[0].text: {problem}"));
    let nested = StickerMessage::new("446", "1988").quick_reply(["ok", &"x".repeat(21)]);
    refused(
        check_messages(&[nested.into()]),
        "messages[0].quickReply.items[1].action.label: 21 grapheme clusters, 20 are allowed",
    );
}

#[test]
fn an_error_does_not_repeat_what_was_said() {
    let error = TextMessage::new("secret ".repeat(1000)).check().expect_err("7000 is above 5000");
    assert!(!format!("{error} {error:?}").contains("secret"));
}
