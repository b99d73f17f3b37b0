//! What LINE would refuse, told before it is sent, and the few checks that many fields share.

use std::borrow::Cow;
use std::fmt::Display;

use super::text::Unit;

/// The most characters of a media, icon or link URL
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#image-message)).
pub const URL_MAX: usize = 2000;

/// Something LINE would refuse. It says what is wrong without repeating what the field says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct InvalidField {
    /// The field, as LINE names it: `messages[0].text`.
    pub field: String,
    /// What is wrong: limit and actual, with their unit.
    pub problem: Cow<'static, str>,
}

impl InvalidField {
    pub(super) fn new(field: impl Into<String>, problem: impl Into<Cow<'static, str>>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }

    /// The same, seen from the object that holds this one: `text` within `messages[0]` is `messages[0].text`.
    pub(super) fn within(self, parent: impl Display) -> Self {
        Self { field: format!("{parent}.{}", self.field), problem: self.problem }
    }
}

/// At most `max` of `unit`; an empty text is fine.
pub(super) fn at_most(field: &str, text: &str, max: usize, unit: Unit) -> Result<(), InvalidField> {
    // A text never has more UTF-16 code units or grapheme clusters than bytes: most texts need no counting.
    if text.len() <= max {
        return Ok(());
    }
    let actual = unit.len(text);
    if actual <= max { Ok(()) } else { Err(too_long(field, actual, max, unit)) }
}

/// One to `max` of `unit`.
pub(super) fn one_to(field: &str, text: &str, max: usize, unit: Unit) -> Result<(), InvalidField> {
    if text.is_empty() {
        return Err(InvalidField::new(field, format!("0 {0}, 1 to {max} are allowed", unit.name())));
    }
    at_most(field, text, max, unit)
}

pub(super) fn too_long(field: &str, actual: usize, max: usize, unit: Unit) -> InvalidField {
    InvalidField::new(field, format!("{actual} {}, {max} are allowed", unit.name()))
}

/// At most `max` things; `things` is their plural.
pub(super) fn count(field: &str, actual: usize, max: usize, things: &str) -> Result<(), InvalidField> {
    if actual <= max {
        return Ok(());
    }
    Err(InvalidField::new(field, format!("{actual} {things}, {max} are allowed")))
}

/// One to `max` things; `things` is their plural.
pub(super) fn some(field: &str, actual: usize, max: usize, things: &str) -> Result<(), InvalidField> {
    if actual == 0 {
        return Err(InvalidField::new(field, format!("0 {things}, 1 to {max} are allowed")));
    }
    count(field, actual, max, things)
}

/// Something LINE cannot do without, though it sets no limit to its length.
pub(super) fn needed(field: &str, text: &str) -> Result<(), InvalidField> {
    if text.is_empty() { Err(InvalidField::new(field, "empty, it is needed")) } else { Ok(()) }
}

/// An HTTPS URL of at most [`URL_MAX`] UTF-16 code units: something that LINE or the user's device fetches.
pub(super) fn https_url(field: &str, url: &str) -> Result<(), InvalidField> {
    if scheme(url).is_none_or(|scheme| !scheme.eq_ignore_ascii_case("https")) {
        return Err(InvalidField::new(field, "not an https URL; https is needed"));
    }
    at_most(field, url, URL_MAX, Unit::Utf16)
}

/// What stands before the first colon.
pub(super) fn scheme(uri: &str) -> Option<&str> {
    uri.split_once(':').map(|(scheme, _)| scheme)
}
