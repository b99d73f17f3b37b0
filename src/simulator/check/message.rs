//! Message objects ([reference](https://developers.line.biz/en/reference/messaging-api/#message-objects)).

use serde_json::Value;

use super::{At, Count, Need, Place, Report, check_action_in, coupon, flex, imagemap, template, text};

/// Messages per request.
const MESSAGES: (usize, usize) = (1, 5);
const TITLE_MAX: usize = 100;
const ADDRESS_MAX: usize = 100;
const TRACKING_ID_MAX: usize = 100;
const ALT_TEXT_MAX: usize = 1500;
const SENDER_NAME_MAX: usize = 20;
const QUICK_REPLY_ITEMS: (usize, usize) = (1, 13);
const TYPES: &[&str] = &[
    "text", "textV2", "sticker", "image", "video", "audio", "location", "coupon", "imagemap", "template",
    "flex",
];

/// Checks `messages` of a request, wherever the messages go.
pub(in crate::simulator) fn check_messages(messages: Option<&Value>, report: &mut Report) {
    for (path, message) in super::items(messages, true, "messages", MESSAGES.0, MESSAGES.1, report) {
        check_message(&mut At::new(message, path, report));
    }
}

fn check_message(at: &mut At<'_>) {
    at.one_of("type", Need::Required, TYPES);
    match at.value["type"].as_str().unwrap_or_default() {
        "text" => text::check_text(at),
        "textV2" => text::check_text_v2(at),
        "sticker" => {
            at.digits("packageId");
            at.digits("stickerId");
            at.string("quoteToken", Need::Optional);
        }
        "image" => check_media_urls(at),
        "video" => {
            check_media_urls(at);
            check_tracking_id(at);
        }
        "audio" => {
            at.https("originalContentUrl", Need::Required);
            at.whole("duration", 1);
        }
        "location" => {
            at.text("title", Need::Required, TITLE_MAX, Count::Utf16);
            at.text("address", Need::Required, ADDRESS_MAX, Count::Utf16);
            at.number("latitude");
            at.number("longitude");
        }
        "imagemap" => imagemap::check_imagemap(at),
        "template" => template::check_template(at),
        "coupon" => coupon::check_coupon(at),
        "flex" => flex::check_flex(at),
        // Another type has been told above.
        _ => {}
    }
    check_sender(at);
    check_quick_reply(at);
}

/// What is said where an imagemap, a template or a Flex Message cannot be shown.
pub(super) fn check_alt_text(at: &mut At<'_>) {
    at.text("altText", Need::Required, ALT_TEXT_MAX, Count::Utf16);
}

fn check_media_urls(at: &mut At<'_>) {
    at.https("originalContentUrl", Need::Required);
    at.https("previewImageUrl", Need::Required);
}

fn check_tracking_id(at: &mut At<'_>) {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-.=,+*()%$&;:@{}!?<>[]".contains(&b);
    if let Some(id) = at.text("trackingId", Need::Optional, TRACKING_ID_MAX, Count::Utf16)
        && !id.bytes().all(allowed)
    {
        at.fault("trackingId", "Contains a character that is not allowed");
    }
}

fn check_sender(at: &mut At<'_>) {
    if let Some(mut sender) = at.within("sender") {
        let name = sender.text("name", Need::Optional, SENDER_NAME_MAX, Count::Utf16);
        if name.is_some_and(says_line) {
            sender.fault("name", "Contains a word that is not allowed");
        }
        sender.https("iconUrl", Need::Optional);
    }
}

/// `LINE` as a word of its own; which other words LINE refuses it does not tell.
fn says_line(name: &str) -> bool {
    name.match_indices("LINE").any(|(at, word)| {
        let ends = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
        ends(name[..at].chars().next_back()) && ends(name[at + word.len()..].chars().next())
    })
}

fn check_quick_reply(at: &mut At<'_>) {
    let Some(mut quick) = at.within("quickReply") else { return };
    for (path, item) in quick.items("items", Need::Required, QUICK_REPLY_ITEMS.0, QUICK_REPLY_ITEMS.1) {
        let mut item = At::new(item, path, quick.report);
        item.one_of("type", Need::Required, &["action"]);
        item.https("imageUrl", Need::Optional);
        check_action_in(&mut item, "action", Need::Required, Place::QuickReply);
    }
}

/// The mentions of a textV2 message, each with its property path: a user's id, or none for everybody.
pub(in crate::simulator) fn mentions(messages: &[Value]) -> impl Iterator<Item = (String, Option<&str>)> {
    messages.iter().enumerate().filter(|(_, message)| message["type"] == "textV2").flat_map(
        |(at, message)| {
            let entries = message["substitution"].as_object().into_iter().flatten();
            entries.filter(|(_, value)| value["type"] == "mention").map(move |(key, value)| {
                let path = format!("messages[{at}].substitution.{key}.mentionee");
                (path, value["mentionee"]["userId"].as_str())
            })
        },
    )
}
