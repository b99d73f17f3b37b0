//! `text` and `textV2`.

use line_bot_server::line::{TextMessage, TextMessageV2};
use serde_json::{Value, json};

use super::case::{Case, Unit, count, needed, one_to};
use super::{Line, hold};

#[tokio::test]
async fn texts() {
    let emojis = |n| (0..n).fold(TextMessage::new("$"), |text, _| text.emoji(0, "p", "1"));
    let at = |index| TextMessage::new("\u{1F34E} $").emoji(index, "p", "1");
    let mut cases = one_to("text", 5000, Unit::Utf16, TextMessage::new);
    cases.push(count("emojis", 20, "LINE emojis", emojis));
    for index in [0, 2, 4] {
        let problem = format!("{index}, but there is no `$` at this UTF-16 index of the text");
        cases.push(Case::new("emojis[0].index", at(3), at(index), index, &problem));
    }
    cases.push(needed("emojis[0].productId", |id| TextMessage::new("$").emoji(0, id, "1")));
    cases.push(needed("emojis[0].emojiId", |id| TextMessage::new("$").emoji(0, "p", id)));
    cases.push(Case::unspeakable("emojis[0].index", at(3), -1));
    cases.push(Case::unspeakable("text", TextMessage::new("1"), 1));
    hold(cases).await;
}

#[tokio::test]
async fn texts_with_placeholders() {
    let mut cases = one_to("text", 5000, Unit::Utf16, TextMessageV2::new);
    let said = |text: &str| TextMessageV2::new(text).mention_all("all").emoji("smile", "p", "1");
    for (text, problem) in [
        ("{who}", "the placeholder at UTF-16 index 0 is not in `substitution`"),
        ("a {", "the brace at UTF-16 index 2 has no pair; one that is meant is written twice"),
        ("a }", "the brace at UTF-16 index 2 has no pair; one that is meant is written twice"),
    ] {
        cases.push(Case::new("text", said("{all} {{net}} {smile}"), said(text), text, problem));
    }
    for (placeholder, things) in [("{all}", "mentions"), ("{smile}", "LINE emojis")] {
        let (most, more) = (placeholder.repeat(20), placeholder.repeat(21));
        let problem = format!("21 {things}, 20 are allowed");
        cases.push(Case::new("text", said(&most), said(&more), more, &problem));
    }
    hold(cases).await;
}

#[tokio::test]
async fn substitutions() {
    let emoji = |key: &str| TextMessageV2::new("a").emoji(key, "p", "1");
    let entries = |n| (0..n).fold(TextMessageV2::new("a"), |text, i| text.emoji(format!("k{i}"), "p", "1"));
    let whole = |good: TextMessageV2, bad: TextMessageV2, problem: &str| {
        let raw = json!({"type": "textV2", "text": "a", "substitution": bad.substitution});
        Case::whole("substitution", good, bad, raw, problem)
    };
    let mut cases = vec![
        whole(entries(100), entries(101), "101 entries, 100 are allowed"),
        whole(emoji(&"k".repeat(20)), emoji(&"k".repeat(21)), "21 characters in a key, 20 are allowed"),
        whole(emoji("k"), emoji(""), "0 characters in a key, 1 to 20 are allowed"),
    ];
    for key in ["a-b", "a b", "é", "鍵"] {
        let problem = "a key has other characters, 0-9, a-z, A-Z and _ are allowed";
        cases.push(whole(emoji("azAZ09_"), emoji(key), problem));
    }
    cases.push(needed("substitution.k.productId", |id| TextMessageV2::new("a").emoji("k", id, "1")));
    cases.push(needed("substitution.k.emojiId", |id| TextMessageV2::new("a").emoji("k", "p", id)));
    let line = Line::start().await;
    let mentioned = |id: &str| TextMessageV2::new("a").mention("k", id);
    let (field, nobody) = ("substitution.k.mentionee.userId", "empty, it is needed");
    cases.push(Case::new(field, mentioned(line.alice().as_str()), mentioned(""), "", nobody));
    let everyone = || TextMessageV2::new("a").mention_all("k");
    cases.push(Case::unspeakable("substitution.k.mentionee.type", everyone(), "some"));
    cases.push(Case::unspeakable("substitution.k.mentionee", everyone(), Value::Null));
    cases.push(Case::unspeakable("substitution.k.type", emoji("k"), "nonsense"));
    cases.push(Case::unspeakable("substitution.k.productId", emoji("k"), Value::Null));
    line.hold(cases).await;
}
