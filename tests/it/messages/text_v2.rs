//! `textV2`: placeholders, braces and substitutions.

use line_bot_server::line::message::escape_braces;
use line_bot_server::line::{TextMessageV2, UserId};
use proptest::prelude::*;

use super::{fits, refused};

fn text(text: &str) -> TextMessageV2 {
    TextMessageV2::new(text)
}

#[test]
fn every_placeholder_is_in_the_substitution() {
    fits(text("Hi {who}").mention("who", "U1").check());
    fits(text("Hi {who}, {who}").mention("who", UserId::new("U1")).check());
    refused(
        text("\u{1F34E} {who}").check(),
        "text: the placeholder at UTF-16 index 3 is not in `substitution`",
    );
    for unknown in ["{}", "{ who }", "{a b}", "{who2}"] {
        refused(
            text(unknown).mention("who", "U1").check(),
            "text: the placeholder at UTF-16 index 0 is not in `substitution`",
        );
    }
}

#[test]
fn an_entry_that_no_placeholder_uses_is_fine() {
    fits(text("Hi").mention("who", "U1").check());
}

#[test]
fn braces_have_their_pair() {
    for fine in ["{{", "}}", "{{}}", "{{net}}", "{{{who}}}", "{who}{who}", "{{{{", "a}}b"] {
        fits(text(fine).mention("who", "U1").check());
    }
    for (wrong, at) in [
        ("{", 0),
        ("}", 0),
        ("a{b", 1),
        ("a}b", 1),
        ("{{{", 2),
        ("{who}}", 5),
        ("{{who}", 5),
        ("{who{who}", 0),
        ("日本}", 2),
    ] {
        refused(
            text(wrong).mention("who", "U1").check(),
            &format!("text: the brace at UTF-16 index {at} has no pair; one that is meant is written twice"),
        );
    }
}

#[test]
fn keys_have_up_to_20_of_the_listed_characters() {
    let key = |key: &str| text(&format!("{{{key}}}")).mention_all(key).check();
    fits(key("azAZ09_"));
    fits(key(&"k".repeat(20)));
    refused(key(&"k".repeat(21)), "substitution: 21 characters in a key, 20 are allowed");
    for bad in ["a-b", "a b", "é", "鍵"] {
        refused(key(bad), "substitution: a key has other characters, 0-9, a-z, A-Z and _ are allowed");
    }
}

#[test]
fn a_substitution_has_up_to_100_entries() {
    let entries = |n| (0..n).fold(text("a"), |text, i| text.emoji(format!("k{i}"), "p", "e"));
    fits(entries(100).check());
    refused(entries(101).check(), "substitution: 101 entries, 100 are allowed");
}

#[test]
fn up_to_20_mentions_and_20_emojis_are_substituted() {
    let repeated = |placeholder: &str, n: usize| {
        text(&placeholder.repeat(n)).mention("who", "U1").mention_all("all").emoji("smile", "p", "e").check()
    };
    fits(repeated("{who}", 20));
    fits(repeated("{who}{smile}", 20));
    refused(repeated("{who}", 21), "text: 21 mentions, 20 are allowed");
    refused(repeated("{who}{all}", 11), "text: 22 mentions, 20 are allowed");
    refused(repeated("{smile}", 21), "text: 21 LINE emojis, 20 are allowed");
}

#[test]
fn the_text_around_the_placeholders_has_1_to_5000_code_units() {
    fits(text(&"a".repeat(5000)).check());
    refused(text(&"a".repeat(5001)).check(), "text: 5001 UTF-16 code units, 5000 are allowed");
    fits(text(&"\u{1F34E}".repeat(2500)).check());
    refused(text(&"\u{1F34E}".repeat(2501)).check(), "text: 5002 UTF-16 code units, 5000 are allowed");
    refused(text("").check(), "text: 0 UTF-16 code units, 1 to 5000 are allowed");
    // LINE may count after the substitution, so what a placeholder or an escape takes in the source does not count.
    fits(text(&format!("{{who}}{}", "a".repeat(5000))).mention("who", "U1").check());
    fits(text(&"{{".repeat(5000)).check());
}

#[test]
fn an_error_shows_no_piece_of_the_text() {
    let error = text("{my secret}").check().expect_err("no such entry");
    assert!(!error.to_string().contains("secret"));
}

proptest! {
    #[test]
    fn an_escaped_text_is_shown_as_it_is(said in "[a{} 日]{1,40}") {
        let escaped = escape_braces(&said);
        prop_assert!(text(&escaped).check().is_ok());
        prop_assert_eq!(escaped.replace("{{", "{").replace("}}", "}"), said);
    }

    #[test]
    fn no_text_panics(said in "[{}a🍎]{0,40}") {
        let _ = text(&said).mention("a", "U1").check();
    }
}
