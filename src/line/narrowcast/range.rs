//! Ranges of a filter: from `gte` on, up to but without `lt`.

use std::ops;

use serde::Serialize;

use crate::line::InvalidField;

/// A range that has something in it
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#narrowcast-demographic-filter)): one or both
/// ends, `gte` below `lt`. `Age::Years20..` and `..Age::Years65` become one by themselves; what has both ends is
/// checked:
///
/// ```
/// use line_bot_server::line::narrowcast::{Age, Demographic, Range};
///
/// let twenties = Range::between(Age::Years20, Age::Years30)?;
/// let young_or_old = Demographic::age(twenties) | Demographic::age(Age::Years65..);
/// assert!(Range::between(Age::Years30, Age::Years30).is_err());
/// # Ok::<(), line_bot_server::line::InvalidField>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Range<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    gte: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lt: Option<T>,
}

impl<T: Ord> Range<T> {
    /// From `from` on.
    pub const fn gte(from: T) -> Self {
        Self { gte: Some(from), lt: None }
    }

    /// Below `to`.
    pub const fn lt(to: T) -> Self {
        Self { gte: None, lt: Some(to) }
    }

    /// From `gte` on, below `lt`.
    ///
    /// # Errors
    /// Nothing is in it: `gte` is not below `lt`.
    pub fn between(gte: T, lt: T) -> Result<Self, InvalidField> {
        if gte < lt {
            return Ok(Self { gte: Some(gte), lt: Some(lt) });
        }
        Err(InvalidField::new("gte", "not below `lt`, so that nothing is in the range"))
    }
}

impl<T: Ord> From<ops::RangeFrom<T>> for Range<T> {
    fn from(range: ops::RangeFrom<T>) -> Self {
        Self::gte(range.start)
    }
}

impl<T: Ord> From<ops::RangeTo<T>> for Range<T> {
    fn from(range: ops::RangeTo<T>) -> Self {
        Self::lt(range.end)
    }
}

impl<T: Ord> TryFrom<ops::Range<T>> for Range<T> {
    type Error = InvalidField;

    fn try_from(range: ops::Range<T>) -> Result<Self, InvalidField> {
        Self::between(range.start, range.end)
    }
}
