//! `imagemap`

use line_bot_server::line::ImagemapMessage;
use line_bot_server::line::message::imagemap::{ImagemapAction, ImagemapArea, ImagemapVideo};
use serde_json::Value;

use super::case::{Case, Unit, count, one_to, up_to, uri, url};
use super::hold;

const URL: &str = "https://example.com/a";
const AREA: (u32, u32, u32, u32) = (0, 0, 1040, 585);
const PIXELS: u32 = 2_147_483_647;

fn area((x, y, width, height): (u32, u32, u32, u32)) -> ImagemapArea {
    ImagemapArea::new(x, y, width, height)
}

fn map() -> ImagemapMessage {
    ImagemapMessage::new(URL, "alt", 1040)
}

type Area = fn(u32) -> (u32, u32, u32, u32);

/// Each way to set one of the four numbers of an area: its least value, and how.
const NUMBERS: [(&str, u32, Area); 4] = [
    ("x", 0, |n| (n, 0, 1, 1)),
    ("y", 0, |n| (0, n, 1, 1)),
    ("width", 1, |n| (0, 0, n, 1)),
    ("height", 1, |n| (0, 0, 1, n)),
];

fn areas(field: &str, with: impl Fn(ImagemapArea) -> ImagemapMessage) -> Vec<Case> {
    let mut cases = Vec::new();
    for (number, least, set) in NUMBERS {
        let field = format!("{field}.{number}");
        let above = PIXELS + 1;
        let problem = |actual: u32| format!("{actual} pixels, {least} to {PIXELS} are allowed");
        let of = |n| with(area(set(n)));
        cases.push(Case::new(&field, of(PIXELS), of(above), above, &problem(above)));
        match least.checked_sub(1) {
            Some(below) => cases.push(Case::new(&field, of(least), of(below), below, &problem(below))),
            None => cases.push(Case::unspeakable(&field, of(least), -1)),
        }
        cases.push(Case::unspeakable(&field, of(least), Value::Null));
    }
    cases.push(Case::unspeakable(field, with(area(AREA)), Value::Null));
    cases
}

#[tokio::test]
async fn imagemaps() {
    let high = |height| ImagemapMessage::new(URL, "alt", height);
    let many = |n| (0..n).fold(map(), |map, _| map.action(ImagemapAction::message("t", area(AREA))));
    let mut cases = url("baseUrl", |url| ImagemapMessage::new(url, "alt", 1040));
    cases.extend(one_to("altText", 1500, Unit::Utf16, |alt| ImagemapMessage::new(URL, alt, 1040)));
    for (good, bad) in [(1, 0), (PIXELS, PIXELS + 1)] {
        let problem = format!("{bad} pixels, 1 to {PIXELS} are allowed");
        cases.push(Case::new("baseSize.height", high(good), high(bad), bad, &problem));
    }
    for other in [1039, 1041, 0] {
        cases.push(Case::unspeakable("baseSize.width", map(), other));
    }
    cases.push(Case::unspeakable("baseSize", map(), Value::Null));
    cases.push(Case::unspeakable("actions", map(), Value::Null));
    cases.push(count("actions", 50, "areas", many));
    hold(cases).await;
}

#[tokio::test]
async fn areas_to_tap() {
    let with = |action| map().action(action);
    let say = |text: &str| ImagemapAction::message(text, area(AREA));
    let mut cases = uri("actions[0].linkUri", |uri| with(ImagemapAction::uri(uri, area(AREA))));
    cases.extend(one_to("actions[0].text", 400, Unit::Utf16, |text| with(say(&text))));
    cases.extend(one_to("actions[0].clipboardText", 1000, Unit::Utf16, |text| {
        with(ImagemapAction::clipboard(text, area(AREA)))
    }));
    for tap in [ImagemapAction::uri(URL, area(AREA)), say("t"), ImagemapAction::clipboard("t", area(AREA))] {
        cases.push(up_to("actions[0].label", 100, Unit::Utf16, |label| with(tap.clone().label(label))));
        cases.push(Case::unspeakable("actions[0].type", with(tap), "postback"));
    }
    cases.extend(areas("actions[0].area", |area| with(ImagemapAction::message("t", area))));
    hold(cases).await;
}

#[tokio::test]
async fn videos_in_them() {
    let with = |video| map().video(video);
    let film = || ImagemapVideo::new(URL, URL, area(AREA));
    let mut cases = url("video.originalContentUrl", |url| with(ImagemapVideo::new(url, URL, area(AREA))));
    cases.extend(url("video.previewImageUrl", |url| with(ImagemapVideo::new(URL, url, area(AREA)))));
    cases.extend(areas("video.area", |area| with(ImagemapVideo::new(URL, URL, area))));
    cases.extend(uri("video.externalLink.linkUri", |uri| with(film().external_link(uri, "l"))));
    cases.extend(one_to("video.externalLink.label", 30, Unit::Utf16, |label| {
        with(film().external_link(URL, label))
    }));
    let linked = || with(film().external_link(URL, "l"));
    for needed in ["video.externalLink.linkUri", "video.externalLink.label", "video.previewImageUrl"] {
        cases.push(Case::unspeakable(needed, linked(), Value::Null));
    }
    hold(cases).await;
}
