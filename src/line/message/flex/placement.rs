//! Groups of properties that several components have.

use serde::Serialize;

use super::color::check_colors;
use super::size::check_each;
use super::{Color, Decoration, FontSize, FontStyle, InvalidField, Offset, Position, Spacing, Weight};

/// Where a component stands among the others
/// ([guide](https://developers.line.biz/en/docs/messaging-api/flex-message-layout/#component-position)).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Placement {
    /// The least space before it, instead of the `spacing` of the box it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub margin: Option<Spacing>,
    /// What the offsets are counted from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Moves it down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset_top: Option<Offset>,
    /// Moves it up. Not in baseline boxes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset_bottom: Option<Offset>,
    /// Moves it away from where text begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset_start: Option<Offset>,
    /// Moves it away from where text ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset_end: Option<Offset>,
}

impl Placement {
    pub(super) fn check(&self) -> Result<(), InvalidField> {
        check_each(&[("margin", self.margin)], Spacing::check)?;
        let offsets = [
            ("offsetTop", self.offset_top),
            ("offsetBottom", self.offset_bottom),
            ("offsetStart", self.offset_start),
            ("offsetEnd", self.offset_end),
        ];
        check_each(&offsets, Offset::check)
    }
}

/// What letters look like.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Font {
    /// How large they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<FontSize>,
    /// Their colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<Color>,
    /// How thick they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<Weight>,
    /// Whether they slant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<FontStyle>,
    /// A line below them or through them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decoration: Option<Decoration>,
}

impl Font {
    pub(super) fn check(&self) -> Result<(), InvalidField> {
        check_each(&[("size", self.size)], FontSize::check)?;
        check_colors(&[("color", &self.color)])
    }
}
