//! `sticker`, `image`, `video`, `audio` and `location`.

use std::time::Duration;

use line_bot_server::line::{AudioMessage, ImageMessage, LocationMessage, StickerMessage, VideoMessage};

use super::case::{Case, Unit, needed, one_to, plain, url};
use super::hold;

const URL: &str = "https://example.com/a";

#[tokio::test]
async fn stickers() {
    hold(vec![
        needed("packageId", |id| StickerMessage::new(id, "1988")),
        needed("stickerId", |id| StickerMessage::new("446", id)),
    ])
    .await;
}

#[tokio::test]
async fn images_and_videos() {
    let mut cases = url("originalContentUrl", |url| ImageMessage::new(url, URL));
    cases.extend(url("previewImageUrl", |url| ImageMessage::new(URL, url)));
    cases.extend(url("originalContentUrl", |url| VideoMessage::new(url, URL)));
    cases.extend(url("previewImageUrl", |url| VideoMessage::new(URL, url)));
    let tracked = |id: String| VideoMessage::new(URL, URL).tracking_id(id);
    cases.push(plain("trackingId", 100, tracked));
    let problem = "other characters, a-z, A-Z, 0-9 and -.=,+*()%$&;:@{}!?<>[] are allowed";
    for other in ["a b", "a_b", "a/b", "a#b", "é", "日"] {
        let good = tracked("azAZ09-.=,+*()%$&;:@{}!?<>[]".to_owned());
        cases.push(Case::new("trackingId", good, tracked(other.to_owned()), other, problem));
    }
    hold(cases).await;
}

#[tokio::test]
async fn audios() {
    let long = |milliseconds| AudioMessage::new(URL, Duration::from_millis(milliseconds));
    let mut cases = url("originalContentUrl", |url| AudioMessage::new(url, Duration::from_secs(1)));
    let most = 9_223_372_036_854_775_807_u64;
    for (good, bad) in [(1, 0), (most, most + 1)] {
        let problem = format!("{bad} milliseconds, 1 to {most} are allowed");
        cases.push(Case::new("duration", long(good), long(bad), bad, &problem));
    }
    for other in [serde_json::json!(0.5), serde_json::json!("1"), serde_json::json!(-1)] {
        cases.push(Case::unspeakable("duration", long(1), other));
    }
    hold(cases).await;
}

#[tokio::test]
async fn locations() {
    let mut cases = one_to("title", 100, Unit::Utf16, |it| LocationMessage::new(it, "b", 35.6, 139.7));
    cases.extend(one_to("address", 100, Unit::Utf16, |it| LocationMessage::new("a", it, 35.6, 139.7)));
    let here = || LocationMessage::new("a", "b", -35.6, 139.7);
    for field in ["latitude", "longitude"] {
        cases.push(Case::unspeakable(field, here(), "35.6"));
        cases.push(Case::unspeakable(field, here(), serde_json::Value::Null));
    }
    hold(cases).await;
}
