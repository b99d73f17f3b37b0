//! How long a text is: LINE counts some fields in UTF-16 code units and others in grapheme clusters
//! ([guide](https://developers.line.biz/en/docs/messaging-api/text-character-count/)).

use unicode_segmentation::UnicodeSegmentation;

/// The length in UTF-16 code units, LINE's unit unless a field says otherwise.
///
/// ```
/// use line_bot_server::line::text::utf16_len;
///
/// assert_eq!(utf16_len("日本"), 2);
/// assert_eq!(utf16_len("🍎"), 2);
/// assert_eq!(utf16_len("a\r\nb"), 4);
/// ```
pub fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The length in extended grapheme clusters, what a reader calls characters: the unit of action labels and of the
/// texts that an action shows or sends.
///
/// ```
/// use line_bot_server::line::text::graphemes;
///
/// assert_eq!(graphemes("日本"), 2);
/// assert_eq!(graphemes("👍🏽"), 1);
/// ```
pub fn graphemes(text: &str) -> usize {
    text.graphemes(true).count()
}

/// What a limit is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Utf16,
    Grapheme,
}

impl Unit {
    pub(super) fn len(self, text: &str) -> usize {
        match self {
            Self::Utf16 => utf16_len(text),
            Self::Grapheme => graphemes(text),
        }
    }

    /// Its plural, as error messages print it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Utf16 => "UTF-16 code units",
            Self::Grapheme => "grapheme clusters",
        }
    }
}
