//! How a template shows its images.

use serde::Serialize;

use crate::line::invalid::InvalidField;

/// The shape of an image ([reference](https://developers.line.biz/en/reference/messaging-api/#buttons)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ImageAspectRatio {
    /// 1.51:1, what LINE takes unless said.
    Rectangle,
    /// 1:1
    Square,
}

/// How an image fills its shape ([reference](https://developers.line.biz/en/reference/messaging-api/#buttons)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ImageSize {
    /// It covers all of it, and what does not fit is cut off; what LINE takes unless said.
    Cover,
    /// All of the image is seen, and the background around it.
    Contain,
}

/// `imageBackgroundColor`: `#RRGGBB`.
pub(super) fn check_background(color: Option<&str>) -> Result<(), InvalidField> {
    let digits = color.map(|color| color.strip_prefix('#').unwrap_or_default());
    if digits.is_none_or(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit())) {
        return Ok(());
    }
    Err(InvalidField::new("imageBackgroundColor", "not a colour of the form #RRGGBB"))
}
