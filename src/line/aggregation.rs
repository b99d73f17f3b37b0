//! The unit under which LINE counts what becomes of messages
//! ([guide](https://developers.line.biz/en/docs/messaging-api/unit-based-statistics-aggregation/)).

use std::fmt;

use serde::Serialize;

use super::InvalidField;

/// The most characters of an aggregation unit
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-push-message)).
pub const UNIT_MAX: usize = 30;

/// The name of an aggregation unit: one to [`UNIT_MAX`] of `a-z`, `A-Z`, `0-9` and `_`, case-sensitive. Beyond 1,000
/// names in a month LINE sends the message and drops the name
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-push-message)).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct AggregationUnit(Box<str>);

impl AggregationUnit {
    /// The unit of that name.
    ///
    /// # Errors
    /// LINE would refuse the name.
    pub fn new(name: impl Into<Box<str>>) -> Result<Self, InvalidField> {
        let name = name.into();
        let refused = |problem: String| Err(InvalidField::new("customAggregationUnits[0]", problem));
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return refused("other characters, a-z, A-Z, 0-9 and _ are allowed".to_owned());
        }
        match name.len() {
            1..=UNIT_MAX => Ok(Self(name)),
            length => refused(format!("{length} characters, 1 to {UNIT_MAX} are allowed")),
        }
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AggregationUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
