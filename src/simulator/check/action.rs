//! Actions ([reference](https://developers.line.biz/en/reference/messaging-api/#action-objects)).

use super::{At, Count, Need};

const LABEL_MAX: usize = 20;
const TEXT_MAX: usize = 300;
const URI_MAX: usize = 1000;
const CLIPBOARD_MAX: usize = 1000;
const TYPES: &[&str] =
    &["postback", "message", "uri", "datetimepicker", "camera", "cameraRoll", "location", "clipboard"];
const INPUT_OPTIONS: &[&str] = &["closeRichMenu", "openRichMenu", "openKeyboard", "openVoice"];
const SCHEMES: &[&str] = &["http", "https", "line", "tel"];

/// An action of a quick reply button: its label is required.
pub(super) fn check_quick_reply_action(at: &mut At<'_>) {
    at.one_of("type", Need::Required, TYPES);
    at.text("label", Need::Required, LABEL_MAX, Count::Graphemes);
    match at.value["type"].as_str().unwrap_or_default() {
        "postback" => check_postback(at),
        "message" => {
            at.text("text", Need::Required, TEXT_MAX, Count::Graphemes);
        }
        "uri" => {
            at.url("uri", Need::Required, URI_MAX, SCHEMES);
            if let Some(mut alternative) = at.within("altUri") {
                alternative.url("desktop", Need::Optional, URI_MAX, SCHEMES);
            }
        }
        "datetimepicker" => {
            at.text("data", Need::Required, TEXT_MAX, Count::Utf16);
            at.one_of("mode", Need::Required, &["date", "time", "datetime"]);
        }
        "clipboard" => {
            at.text("clipboardText", Need::Required, CLIPBOARD_MAX, Count::Utf16);
        }
        _ => {}
    }
}

fn check_postback(at: &mut At<'_>) {
    at.text("data", Need::Required, TEXT_MAX, Count::Utf16);
    at.one_of("inputOption", Need::Optional, INPUT_OPTIONS);
    for field in ["displayText", "text", "fillInText"] {
        at.text(field, Need::Optional, TEXT_MAX, Count::Graphemes);
    }
    if at.get("displayText").is_some() && at.get("text").is_some() {
        at.fault("text", "Cannot be used together with displayText");
    }
    if at.get("fillInText").is_some() && at.value["inputOption"] != "openKeyboard" {
        at.fault("fillInText", "Can only be used with the inputOption openKeyboard");
    }
}
