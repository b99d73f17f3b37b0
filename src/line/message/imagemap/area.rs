//! Where something is in an imagemap: pixels of the image at its base size.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::line::invalid::InvalidField;

/// The width of an imagemap's image, in pixels; LINE takes no other
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#imagemap-message)).
pub const BASE_WIDTH: u32 = 1040;
/// The most pixels of a position, a width or a height: LINE reads them as 32-bit integers
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#imagemap-area-object)).
pub const PIXELS_MAX: u32 = i32::MAX.cast_unsigned();

/// `baseSize`: the size of the image where it is [`BASE_WIDTH`] wide
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#imagemap-message)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BaseSize {
    /// Its height in pixels, one to [`PIXELS_MAX`].
    pub height: u32,
}

impl BaseSize {
    pub(super) fn check(self) -> Result<(), InvalidField> {
        pixels("height", self.height, 1)
    }
}

impl Serialize for BaseSize {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut size = s.serialize_struct("BaseSize", 2)?;
        size.serialize_field("width", &BASE_WIDTH)?;
        size.serialize_field("height", &self.height)?;
        size.end()
    }
}

/// A rectangle of the image, in pixels of its base size
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#imagemap-area-object)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ImagemapArea {
    /// From the left edge of the image to that of the area, at most [`PIXELS_MAX`].
    pub x: u32,
    /// From the upper edge of the image to that of the area, at most [`PIXELS_MAX`].
    pub y: u32,
    /// Its width, one to [`PIXELS_MAX`].
    pub width: u32,
    /// Its height, one to [`PIXELS_MAX`].
    pub height: u32,
}

impl ImagemapArea {
    /// The area that begins at `x`, `y`, in pixels from the upper left corner.
    pub fn new(x: u32, y: u32, width: u32, height: u32) -> Self {
        Self { x, y, width, height }
    }

    /// LINE does not tell whether an area may reach beyond the image, so that is left to it; that an area has a
    /// width and a height is not documented either, but without them it could not be tapped.
    pub(super) fn check(self) -> Result<(), InvalidField> {
        pixels("x", self.x, 0)?;
        pixels("y", self.y, 0)?;
        pixels("width", self.width, 1)?;
        pixels("height", self.height, 1)
    }
}

fn pixels(field: &str, actual: u32, min: u32) -> Result<(), InvalidField> {
    if (min..=PIXELS_MAX).contains(&actual) {
        return Ok(());
    }
    Err(InvalidField::new(field, format!("{actual} pixels, {min} to {PIXELS_MAX} are allowed")))
}
