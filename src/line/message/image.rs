//! `image`

use serde::Serialize;

use super::{InvalidField, QuickReply, Sender};
use crate::line::invalid::https_url;

/// An image ([reference](https://developers.line.biz/en/reference/messaging-api/#image-message)).
///
/// ```
/// use line_bot_server::line::ImageMessage;
///
/// let cat = ImageMessage::new("https://example.com/original.jpg", "https://example.com/preview.jpg");
/// assert!(cat.check().is_ok());
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ImageMessage {
    /// HTTPS URL of a JPEG or PNG of at most 10 MB; at most 2000 characters.
    pub original_content_url: String,
    /// HTTPS URL of a JPEG or PNG of at most 1 MB; at most 2000 characters.
    pub preview_image_url: String,
    /// Buttons below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quick_reply: Option<QuickReply>,
    /// Another name and icon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender>,
}

impl ImageMessage {
    /// An image and its preview, by their URLs.
    pub fn new(original_content_url: impl Into<String>, preview_image_url: impl Into<String>) -> Self {
        Self {
            original_content_url: original_content_url.into(),
            preview_image_url: preview_image_url.into(),
            quick_reply: None,
            sender: None,
        }
    }

    pub(super) fn check_own(&self) -> Result<(), InvalidField> {
        https_url("originalContentUrl", &self.original_content_url)?;
        https_url("previewImageUrl", &self.preview_image_url)
    }
}
