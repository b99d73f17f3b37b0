//! Pieces of a text, counted as LINE counts: in UTF-16 code units.

/// The piece of `text` from `index` of `length`, both in UTF-16 code units
/// ([guide](https://developers.line.biz/en/docs/messaging-api/text-character-count/)).
///
/// `None` when it reaches beyond the end, or begins or ends inside a character.
pub fn utf16_slice(text: &str, index: u32, length: u32) -> Option<&str> {
    let start = byte_offset(text, index)?;
    let rest = text.get(start..)?;
    rest.get(..byte_offset(rest, length)?)
}

/// Where the UTF-16 code unit `units` begins, in bytes.
fn byte_offset(text: &str, units: u32) -> Option<usize> {
    let mut left = usize::try_from(units).ok()?;
    for (at, character) in text.char_indices() {
        if left == 0 {
            return Some(at);
        }
        left = left.checked_sub(character.len_utf16())?;
    }
    (left == 0).then_some(text.len())
}
