//! `video`

use serde::Serialize;

use super::{InvalidField, QuickReply, Sender};
use crate::line::invalid::{at_most, https_url};
use crate::line::text::Unit;

/// The most characters of `trackingId`
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#video-message)).
pub const TRACKING_ID_MAX: usize = 100;
/// What a `trackingId` may hold besides letters and digits
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#video-message)).
pub const TRACKING_ID_SYMBOLS: &str = "-.=,+*()%$&;:@{}!?<>[]";

/// A video ([reference](https://developers.line.biz/en/reference/messaging-api/#video-message)).
///
/// ```
/// use line_bot_server::line::VideoMessage;
///
/// let film = VideoMessage::new("https://example.com/original.mp4", "https://example.com/preview.jpg")
///     .tracking_id("track-id");
/// assert!(film.check().is_ok());
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct VideoMessage {
    /// HTTPS URL of an mp4 of at most 200 MB; at most 2000 characters.
    pub original_content_url: String,
    /// HTTPS URL of a JPEG or PNG of at most 1 MB, with the aspect ratio of the video; at most 2000 characters.
    pub preview_image_url: String,
    /// Comes back in a `videoPlayComplete` event. At most [`TRACKING_ID_MAX`] of `a-z`, `A-Z`, `0-9` and
    /// `-.=,+*()%$&;:@{}!?<>[]`; not for groups and multi-person chats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracking_id: Option<String>,
    /// Buttons below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quick_reply: Option<QuickReply>,
    /// Another name and icon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender>,
}

impl VideoMessage {
    /// A video and its preview image, by their URLs.
    pub fn new(original_content_url: impl Into<String>, preview_image_url: impl Into<String>) -> Self {
        Self {
            original_content_url: original_content_url.into(),
            preview_image_url: preview_image_url.into(),
            tracking_id: None,
            quick_reply: None,
            sender: None,
        }
    }

    /// Asks for an event when the user has seen it to the end. Not for groups and multi-person chats.
    #[must_use]
    pub fn tracking_id(mut self, id: impl Into<String>) -> Self {
        self.tracking_id = Some(id.into());
        self
    }

    pub(super) fn check_own(&self) -> Result<(), InvalidField> {
        https_url("originalContentUrl", &self.original_content_url)?;
        https_url("previewImageUrl", &self.preview_image_url)?;
        self.tracking_id.as_deref().map_or(Ok(()), check_tracking_id)
    }
}

fn check_tracking_id(id: &str) -> Result<(), InvalidField> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || TRACKING_ID_SYMBOLS.contains(c);
    if !id.chars().all(allowed) {
        let problem = format!("other characters, a-z, A-Z, 0-9 and {TRACKING_ID_SYMBOLS} are allowed");
        return Err(InvalidField::new("trackingId", problem));
    }
    at_most("trackingId", id, TRACKING_ID_MAX, Unit::Utf16)
}
