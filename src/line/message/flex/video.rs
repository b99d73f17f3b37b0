//! `video`

use serde::Serialize;

use super::component::Part;
use super::size::check_each;
use super::{AltContent, AspectRatio, InvalidField};
use crate::line::Action;
use crate::line::action::{Place, UriAction};
use crate::line::invalid::https_url;

/// A video, the hero of a bubble ([reference](https://developers.line.biz/en/reference/messaging-api/#f-video)).
///
/// ```
/// use line_bot_server::line::message::flex::{AspectMode, Bubble, Image, ImageSize, Video};
///
/// let still = Image::new("https://example.com/still.jpg").size(ImageSize::Full).aspect_ratio((20, 13));
/// let film = Video::new("https://example.com/film.mp4", "https://example.com/preview.jpg", still);
/// let bubble = Bubble::new().hero(film.aspect_ratio((20, 13)));
/// # let _ = bubble;
/// ```
#[derive(Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename = "video", rename_all = "camelCase")]
#[non_exhaustive]
pub struct Video {
    /// HTTPS URL of an mp4 of at most 200 MB; at most 2000 characters.
    pub url: String,
    /// HTTPS URL of a JPEG or PNG of at most 1 MB; at most 2000 characters.
    pub preview_url: String,
    /// What is shown where LINE is too old for it.
    pub alt_content: AltContent,
    /// Width to height, best that of the video and of its preview.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect_ratio: Option<AspectRatio>,
    /// A link below it; LINE takes no other action.
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<Action>,
}

impl Video {
    /// A video and its preview, by their URLs, and what is shown where LINE is too old for it (before 11.22.0, on a PC
    /// 7.7.0).
    pub fn new(
        url: impl Into<String>,
        preview_url: impl Into<String>,
        alt_content: impl Into<AltContent>,
    ) -> Self {
        Self {
            url: url.into(),
            preview_url: preview_url.into(),
            alt_content: alt_content.into(),
            aspect_ratio: None,
            action: None,
        }
    }

    super::set::setters! {
        /// Width to height, best that of the video and of its preview: `(16, 9)`.
        aspect_ratio: AspectRatio;
    }

    /// A link below it.
    #[must_use]
    pub fn action(mut self, action: UriAction) -> Self {
        self.action = Some(action.into());
        self
    }
}

impl Part for Video {
    fn check(&self) -> Result<(), InvalidField> {
        https_url("url", &self.url)?;
        https_url("previewUrl", &self.preview_url)?;
        self.alt_content.check().map_err(|e| e.within("altContent"))?;
        check_each(&[("aspectRatio", self.aspect_ratio)], AspectRatio::check)?;
        self.action
            .as_ref()
            .map_or(Ok(()), |action| action.check(Place::Flex).map_err(|e| e.within("action")))
    }

    fn playing(&self) -> usize {
        self.alt_content.playing()
    }
}
