//! `separator` and `filler`: what stands between the others.

use serde::Serialize;

use super::color::check_colors;
use super::component::Part;
use super::set::{numbers, setters};
use super::size::check_each;
use super::{Color, InvalidField, Spacing};

/// A line across a box ([reference](https://developers.line.biz/en/reference/messaging-api/#separator)).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(tag = "type", rename = "separator")]
#[non_exhaustive]
pub struct Separator {
    /// The least space before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub margin: Option<Spacing>,
    /// Its colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<Color>,
}

impl Separator {
    /// A line.
    pub fn new() -> Self {
        Self::default()
    }

    setters! {
        /// The least space before it.
        margin: Spacing;
        /// Its colour.
        color: Color;
    }
}

impl Part for Separator {
    fn check(&self) -> Result<(), InvalidField> {
        check_each(&[("margin", self.margin)], Spacing::check)?;
        check_colors(&[("color", &self.color)])
    }
}

/// A space ([reference](https://developers.line.biz/en/reference/messaging-api/#filler)). Deprecated by LINE: margins,
/// paddings and offsets say the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "filler")]
#[non_exhaustive]
pub struct Filler {
    /// Its share of the box it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flex: Option<u16>,
}

impl Filler {
    /// A space.
    pub fn new() -> Self {
        Self::default()
    }

    numbers! {
        /// Its share of the box it is in.
        flex: u16;
    }
}

impl Part for Filler {
    fn check(&self) -> Result<(), InvalidField> {
        Ok(())
    }
}
