//! The size of a rich menu, and of its image.

use serde::{Deserialize, Serialize};

use super::InvalidField;

/// The least width, in pixels
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#size-object)).
pub const WIDTH_MIN: u32 = 800;
/// The greatest width, in pixels
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#size-object)).
pub const WIDTH_MAX: u32 = 2500;
/// The least height, in pixels
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#size-object)).
pub const HEIGHT_MIN: u32 = 250;
/// The least width in per cent of the height: an aspect ratio of 1.45
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#size-object)).
pub const RATIO_MIN_PERCENT: u32 = 145;

/// How large a rich menu is, in pixels
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#size-object)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RichMenuSize {
    /// [`WIDTH_MIN`] to [`WIDTH_MAX`].
    pub width: u32,
    /// At least [`HEIGHT_MIN`], and not more than the width allows by [`RATIO_MIN_PERCENT`].
    pub height: u32,
}

impl RichMenuSize {
    /// 2500 × 1686, the one that fills the lower half of the screen.
    pub const LARGE: Self = Self::new(2500, 1686);
    /// 2500 × 843, half as high.
    pub const COMPACT: Self = Self::new(2500, 843);

    /// Width and height in pixels.
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// Checks the documented limits.
    ///
    /// # Errors
    /// Names `width` or `height`.
    pub fn check(self) -> Result<(), InvalidField> {
        let Self { width, height } = self;
        if !(WIDTH_MIN..=WIDTH_MAX).contains(&width) {
            let problem = format!("{width} pixels, {WIDTH_MIN} to {WIDTH_MAX} are allowed");
            return Err(InvalidField::new("width", problem));
        }
        if height < HEIGHT_MIN {
            let problem = format!("{height} pixels, {HEIGHT_MIN} or more are needed");
            return Err(InvalidField::new("height", problem));
        }
        let highest = width * 100 / RATIO_MIN_PERCENT;
        if height > highest {
            let problem = format!(
                "{height} pixels, {highest} are allowed at a width of {width}: width / height is at least 1.45"
            );
            return Err(InvalidField::new("height", problem));
        }
        Ok(())
    }
}
