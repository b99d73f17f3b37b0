//! A video that plays in an imagemap, and the link that follows it.

use serde::Serialize;

use super::ImagemapArea;
use crate::line::action::check_uri;
use crate::line::hidden::hide_content;
use crate::line::invalid::{InvalidField, https_url, one_to};
use crate::line::text::Unit;

/// The most UTF-16 code units of the label after a video; at least one is needed
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#imagemap-message)).
pub const EXTERNAL_LABEL_MAX: usize = 30;

/// A video that plays in an imagemap
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#imagemap-message)).
///
/// ```
/// use line_bot_server::line::ImagemapMessage;
/// use line_bot_server::line::message::imagemap::{ImagemapArea, ImagemapVideo};
///
/// let film = ImagemapVideo::new(
///     "https://example.com/original.mp4",
///     "https://example.com/preview.jpg",
///     ImagemapArea::new(0, 0, 1040, 585),
/// )
/// .external_link("https://example.com/see_more.html", "See more");
/// let map = ImagemapMessage::new("https://example.com/bot/images/rm001", "A film", 585).video(film);
/// assert!(map.check().is_ok());
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ImagemapVideo {
    /// HTTPS URL of an mp4 of at most 200 MB; at most 2000 characters.
    pub original_content_url: String,
    /// HTTPS URL of a JPEG or PNG of at most 1 MB; at most 2000 characters.
    pub preview_image_url: String,
    /// Where it plays.
    pub area: ImagemapArea,
    /// What can be tapped when it has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_link: Option<ExternalLink>,
}

/// `externalLink`: a label after the video, and what it opens
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#imagemap-message)).
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExternalLink {
    /// Of one of the [`URI_SCHEMES`](crate::line::action::URI_SCHEMES); at most
    /// [`URI_MAX`](crate::line::action::URI_MAX) UTF-16 code units.
    pub link_uri: String,
    /// One to [`EXTERNAL_LABEL_MAX`] UTF-16 code units.
    pub label: String,
}

hide_content!(ImagemapVideo, ExternalLink);

impl ImagemapVideo {
    /// A video and its preview image, by their URLs, and where it plays.
    pub fn new(
        original_content_url: impl Into<String>,
        preview_image_url: impl Into<String>,
        area: ImagemapArea,
    ) -> Self {
        Self {
            original_content_url: original_content_url.into(),
            preview_image_url: preview_image_url.into(),
            area,
            external_link: None,
        }
    }

    /// A label after the video that opens `link_uri`.
    #[must_use]
    pub fn external_link(mut self, link_uri: impl Into<String>, label: impl Into<String>) -> Self {
        self.external_link = Some(ExternalLink { link_uri: link_uri.into(), label: label.into() });
        self
    }

    pub(super) fn check(&self) -> Result<(), InvalidField> {
        https_url("originalContentUrl", &self.original_content_url)?;
        https_url("previewImageUrl", &self.preview_image_url)?;
        self.area.check().map_err(|e| e.within("area"))?;
        match &self.external_link {
            Some(link) => link.check().map_err(|e| e.within("externalLink")),
            None => Ok(()),
        }
    }
}

impl ExternalLink {
    fn check(&self) -> Result<(), InvalidField> {
        check_uri("linkUri", &self.link_uri)?;
        one_to("label", &self.label, EXTERNAL_LABEL_MAX, Unit::Utf16)
    }
}
