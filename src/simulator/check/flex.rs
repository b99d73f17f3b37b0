//! `flex` messages ([reference](https://developers.line.biz/en/reference/messaging-api/#flex-message)): the container,
//! its bubbles and their blocks.

mod component;
mod value;

use serde_json::Value;

use super::message::check_alt_text;
use super::{At, Need, Place, check_action_in};
use component::{BLOCKS, HEROES, check_component_in};
use value::check_color;

const BUBBLES: (usize, usize) = (1, 12);
const BUBBLE_MAX: usize = 30 * 1024;
const CAROUSEL_MAX: usize = 50 * 1024;
const ANIMATED_MAX: usize = 10;
const SIZES: &[&str] = &["nano", "micro", "deca", "hecto", "kilo", "mega", "giga"];
const SIZES_FOR_VIDEOS: &[&str] = &["kilo", "mega", "giga"];

const BUBBLE: &[&str] =
    &["type", "size", "direction", "header", "hero", "body", "footer", "styles", "action"];
const CAROUSEL: &[&str] = &["type", "contents"];
const STYLES: &[&str] = &["header", "hero", "body", "footer"];
const STYLE: &[&str] = &["backgroundColor", "separator", "separatorColor"];

/// What LINE says of what is not there.
const MISSING: &str = "must be specified";
/// What LINE says of what is not as it must be.
const INVALID: &str = "invalid property";
/// What LINE says of a property that it does not know.
const UNKNOWN: &str = "unknown field";

pub(super) fn check_flex(at: &mut At<'_>) {
    check_alt_text(at);
    let Some(mut container) = at.within("contents") else {
        at.fault("contents", MISSING);
        return;
    };
    match container.value["type"].as_str() {
        Some("bubble") => check_bubble(&mut container, false),
        Some("carousel") => check_carousel(&mut container),
        _ => container.here(INVALID),
    }
    if animated(container.value) > ANIMATED_MAX {
        container.here(format!("At most {ANIMATED_MAX} animated images are allowed"));
    }
}

fn check_carousel(at: &mut At<'_>) {
    known(at, CAROUSEL);
    check_len(at, CAROUSEL_MAX);
    let mut size = None;
    for (path, value) in at.items("contents", Need::Required, BUBBLES.0, BUBBLES.1) {
        let mut bubble = At::new(value, path, at.report);
        if bubble.value["type"] != "bubble" {
            bubble.here(INVALID);
            continue;
        }
        let this = size_of(value);
        if *size.get_or_insert(this) != this {
            bubble.fault("size", "All bubbles of a carousel must have the same size");
        }
        check_bubble(&mut bubble, true);
    }
}

fn check_bubble(at: &mut At<'_>, in_carousel: bool) {
    known(at, BUBBLE);
    check_len(at, BUBBLE_MAX);
    word(at, "size", SIZES);
    word(at, "direction", &["ltr", "rtl"]);
    for field in ["header", "body", "footer"] {
        check_block(at, field, BLOCKS);
    }
    check_block(at, "hero", HEROES);
    if at.value["hero"]["type"] == "video" && (in_carousel || !SIZES_FOR_VIDEOS.contains(&size_of(at.value)))
    {
        at.fault("hero", INVALID);
    }
    if let Some(mut styles) = at.within("styles") {
        known(&mut styles, STYLES);
        for field in STYLES {
            if let Some(mut style) = styles.within(field) {
                check_style(&mut style);
            }
        }
    }
    check_action_in(at, "action", Need::Optional, Place::Flex);
}

fn check_block(at: &mut At<'_>, field: &str, allowed: &[&str]) {
    if at.get(field).is_none() {
        return;
    }
    check_component_in(at, field, allowed);
    let first = &at.value[field]["contents"][0];
    if first["position"] == "absolute" {
        at.fault(&format!("{field}.contents[0].position"), INVALID);
    }
}

fn check_style(at: &mut At<'_>) {
    known(at, STYLE);
    check_color(at, "backgroundColor", Need::Optional);
    check_color(at, "separatorColor", Need::Optional);
    boolean(at, "separator");
}

/// How wide a bubble is shown.
fn size_of(bubble: &Value) -> &str {
    bubble["size"].as_str().unwrap_or("mega")
}

/// How many images in it play.
fn animated(value: &Value) -> usize {
    match value {
        Value::Object(fields) => {
            let this = value["type"] == "image" && value["animated"] == true;
            usize::from(this) + fields.values().map(animated).sum::<usize>()
        }
        Value::Array(items) => items.iter().map(animated).sum(),
        _ => 0,
    }
}

/// LINE says neither how many bytes a KB has nor whether spaces count: here 1024, and they do not.
fn check_len(at: &mut At<'_>, max: usize) {
    if at.value.to_string().len() > max {
        at.here(format!("The JSON must not be larger than {} KB", max / 1024));
    }
}

/// A fault for each property that is none of these.
fn known(at: &mut At<'_>, properties: &[&str]) {
    let Some(fields) = at.value.as_object() else {
        at.here(INVALID);
        return;
    };
    for field in fields.keys().filter(|field| !properties.contains(&field.as_str())) {
        at.fault(field, UNKNOWN);
    }
}

fn word(at: &mut At<'_>, field: &str, words: &[&str]) {
    if at.get(field).is_some_and(|value| !value.as_str().is_some_and(|it| words.contains(&it))) {
        at.fault(field, INVALID);
    }
}

fn boolean(at: &mut At<'_>, field: &str) {
    if at.get(field).is_some_and(|value| !value.is_boolean()) {
        at.fault(field, INVALID);
    }
}
