//! Texts are counted as LINE counts them.

use line_bot_server::line::text::{graphemes, utf16_len};
use proptest::prelude::*;

const THUMB: &str = "\u{1F44D}\u{1F3FD}";
const FAMILY: &str = "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}\u{200D}\u{1F466}";

#[test]
fn the_worked_lengths_of_the_guide_hold() {
    for (text, units, clusters, bytes) in
        [(THUMB, 4, 1, 8), (FAMILY, 11, 1, 25), ("日本", 2, 2, 6), ("\u{1F34E}", 2, 1, 4), ("", 0, 0, 0)]
    {
        assert_eq!((utf16_len(text), graphemes(text), text.len()), (units, clusters, bytes), "{text:?}");
    }
}

#[test]
fn a_line_break_counts_by_its_characters() {
    assert_eq!(utf16_len("\n"), 1);
    assert_eq!(utf16_len("\r\n"), 2);
}

proptest! {
    #[test]
    fn utf16_length_is_that_of_the_encoding(text in any::<String>()) {
        prop_assert_eq!(utf16_len(&text), text.encode_utf16().count());
    }

    #[test]
    fn no_text_is_longer_than_its_bytes(text in any::<String>()) {
        prop_assert!(utf16_len(&text) <= text.len());
        prop_assert!(graphemes(&text) <= text.len());
    }
}
