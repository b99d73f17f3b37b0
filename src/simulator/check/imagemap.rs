//! `imagemap` messages ([reference](https://developers.line.biz/en/reference/messaging-api/#imagemap-message)).

use serde_json::Value;

use super::action::SCHEMES;
use super::{At, Count, Need, message};

const WIDTH: i64 = 1040;
const ACTIONS_MAX: usize = 50;
const LABEL_MAX: usize = 100;
const TEXT_MAX: usize = 400;
const CLIPBOARD_MAX: usize = 1000;
const LINK_MAX: usize = 1000;
const LINK_LABEL_MAX: usize = 30;

pub(super) fn check_imagemap(at: &mut At<'_>) {
    at.https("baseUrl", Need::Required);
    message::check_alt_text(at);
    match at.within("baseSize") {
        Some(mut size) => {
            if size.get("width").and_then(Value::as_i64) != Some(WIDTH) {
                size.fault("width", format!("Must be {WIDTH}"));
            }
            check_pixels(&mut size, "height", 1);
        }
        None => at.fault("baseSize", "May not be empty"),
    }
    for (path, action) in at.items("actions", Need::Required, 0, ACTIONS_MAX) {
        check_tap(&mut At::new(action, path, at.report));
    }
    if let Some(mut video) = at.within("video") {
        check_video(&mut video);
    }
}

fn check_tap(at: &mut At<'_>) {
    at.one_of("type", Need::Required, &["uri", "message", "clipboard"]);
    at.text("label", Need::Optional, LABEL_MAX, Count::Utf16);
    match at.value["type"].as_str().unwrap_or_default() {
        "uri" => at.url("linkUri", Need::Required, LINK_MAX, SCHEMES),
        "message" => {
            at.text("text", Need::Required, TEXT_MAX, Count::Utf16);
        }
        "clipboard" => {
            at.text("clipboardText", Need::Required, CLIPBOARD_MAX, Count::Utf16);
        }
        _ => {}
    }
    check_area(at);
}

fn check_video(at: &mut At<'_>) {
    at.https("originalContentUrl", Need::Required);
    at.https("previewImageUrl", Need::Required);
    check_area(at);
    if let Some(mut link) = at.within("externalLink") {
        link.url("linkUri", Need::Required, LINK_MAX, SCHEMES);
        link.text("label", Need::Required, LINK_LABEL_MAX, Count::Utf16);
    }
}

fn check_area(at: &mut At<'_>) {
    let Some(mut area) = at.within("area") else { return at.fault("area", "May not be empty") };
    for (field, min) in [("x", 0), ("y", 0), ("width", 1), ("height", 1)] {
        check_pixels(&mut area, field, min);
    }
}

fn check_pixels(at: &mut At<'_>, field: &str, min: i32) {
    let pixels = at.get(field).and_then(Value::as_i64);
    if !pixels.is_some_and(|pixels| (i64::from(min)..=i64::from(i32::MAX)).contains(&pixels)) {
        at.fault(field, format!("Must be a whole number between {min} and {}", i32::MAX));
    }
}
