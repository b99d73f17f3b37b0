//! `image`

use serde::Serialize;

use super::color::check_colors;
use super::component::Part;
use super::set::{numbers, placed, setters};
use super::size::check_each;
use super::{Align, AspectMode, AspectRatio, Color, Gravity, ImageSize, InvalidField, Placement};
use crate::line::Action;
use crate::line::action::Place;
use crate::line::invalid::https_url;

/// An image ([reference](https://developers.line.biz/en/reference/messaging-api/#f-image)).
#[derive(Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename = "image", rename_all = "camelCase")]
#[non_exhaustive]
pub struct Image {
    /// HTTPS URL of a JPEG or PNG of at most 1024 x 1024 pixels and 10 MB, 300 KB if it is to play; at most 2000
    /// characters.
    pub url: String,
    /// Its share of the box it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flex: Option<u16>,
    /// Where it stands among the others.
    #[serde(flatten)]
    pub placement: Placement,
    /// Where it stands from side to side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub align: Option<Align>,
    /// Where it stands from top to bottom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gravity: Option<Gravity>,
    /// How wide it is at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<ImageSize>,
    /// Width to height of the place it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect_ratio: Option<AspectRatio>,
    /// What happens if its own ratio is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect_mode: Option<AspectMode>,
    /// The colour behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub background_color: Option<Color>,
    /// What tapping it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// Whether an APNG plays; a message has at most [`ANIMATED_MAX`](super::ANIMATED_MAX) of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub animated: Option<bool>,
}

impl Image {
    /// An image, by its URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            flex: None,
            placement: Placement::default(),
            align: None,
            gravity: None,
            size: None,
            aspect_ratio: None,
            aspect_mode: None,
            background_color: None,
            action: None,
            animated: None,
        }
    }

    numbers! {
        /// Its share of the box it is in; 0 is as large as it needs.
        flex: u16;
    }

    setters! {
        /// Where it stands from side to side.
        align: Align;
        /// Where it stands from top to bottom.
        gravity: Gravity;
        /// How wide it is at most.
        size: ImageSize;
        /// Width to height of the place it has: `(20, 13)`.
        aspect_ratio: AspectRatio;
        /// What happens if its own ratio is another.
        aspect_mode: AspectMode;
        /// The colour behind it.
        background_color: Color;
        /// What tapping it does.
        action: Action;
        /// Whether an APNG plays.
        animated: bool;
    }
}

impl Part for Image {
    fn check(&self) -> Result<(), InvalidField> {
        https_url("url", &self.url)?;
        self.placement.check()?;
        check_each(&[("size", self.size)], ImageSize::check)?;
        check_each(&[("aspectRatio", self.aspect_ratio)], AspectRatio::check)?;
        check_colors(&[("backgroundColor", &self.background_color)])?;
        self.action
            .as_ref()
            .map_or(Ok(()), |action| action.check(Place::Flex).map_err(|e| e.within("action")))
    }

    fn placement(&self) -> Option<&Placement> {
        Some(&self.placement)
    }

    fn playing(&self) -> usize {
        usize::from(self.animated == Some(true))
    }
}

placed!([] Image);
