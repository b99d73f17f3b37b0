//! `icon`

use serde::Serialize;

use super::component::Part;
use super::set::{placed, setters};
use super::size::check_each;
use super::{AspectRatio, FontSize, InvalidField, Placement};
use crate::line::invalid::https_url;

/// An icon beside a text, in a baseline box
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#icon)).
#[derive(Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename = "icon", rename_all = "camelCase")]
#[non_exhaustive]
pub struct Icon {
    /// HTTPS URL of a JPEG or PNG of at most 1024 x 1024 pixels and 1 MB; at most 2000 characters.
    pub url: String,
    /// Where it stands among the others.
    #[serde(flatten)]
    pub placement: Placement,
    /// How wide it is at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<FontSize>,
    /// Width to height.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect_ratio: Option<AspectRatio>,
    /// Whether it follows the size of letters that the user has set in LINE.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaling: Option<bool>,
}

impl Icon {
    /// An icon, by its URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            placement: Placement::default(),
            size: None,
            aspect_ratio: None,
            scaling: None,
        }
    }

    setters! {
        /// How wide it is at most.
        size: FontSize;
        /// Width to height: `(20, 13)`.
        aspect_ratio: AspectRatio;
        /// Whether it follows the size of letters that the user has set in LINE.
        scaling: bool;
    }
}

impl Part for Icon {
    fn check(&self) -> Result<(), InvalidField> {
        https_url("url", &self.url)?;
        self.placement.check()?;
        check_each(&[("size", self.size)], FontSize::check)?;
        check_each(&[("aspectRatio", self.aspect_ratio)], AspectRatio::check)
    }

    fn placement(&self) -> Option<&Placement> {
        Some(&self.placement)
    }
}

placed!([] Icon);
