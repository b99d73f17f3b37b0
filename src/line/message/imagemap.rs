//! `imagemap`: an image with areas to tap, and perhaps a video in it.

mod action;
mod area;
mod video;

use serde::Serialize;

use super::{ALT_TEXT_MAX, InvalidField, QuickReply, Sender};
use crate::line::invalid::{count, https_url, one_to};
use crate::line::text::Unit;

pub use action::{
    IMAGEMAP_CLIPBOARD_TEXT_MAX, IMAGEMAP_LABEL_MAX, IMAGEMAP_TEXT_MAX, ImagemapAction, ImagemapTap,
};
pub use area::{BASE_WIDTH, BaseSize, ImagemapArea, PIXELS_MAX};
pub use video::{EXTERNAL_LABEL_MAX, ExternalLink, ImagemapVideo};

/// The most areas to tap
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#imagemap-message)).
pub const IMAGEMAP_ACTIONS_MAX: usize = 50;

/// An image with areas to tap, and perhaps a video in it
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#imagemap-message)).
///
/// ```
/// use line_bot_server::line::ImagemapMessage;
/// use line_bot_server::line::message::imagemap::{ImagemapAction, ImagemapArea};
///
/// let (left, right) = (ImagemapArea::new(0, 0, 520, 1040), ImagemapArea::new(520, 0, 520, 1040));
/// let map = ImagemapMessage::new("https://example.com/bot/images/rm001", "Two doors", 1040)
///     .action(ImagemapAction::uri("https://example.com/", left).label("The shop"))
///     .action(ImagemapAction::message("Hello", right));
/// assert!(map.check().is_ok());
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ImagemapMessage {
    /// HTTPS URL, at most 2000 characters, under which the image stands in five widths: LINE appends `/240`, `/300`,
    /// `/460`, `/700` or `/1040`, and no file extension. JPEG or PNG, at most 10 MB each.
    pub base_url: String,
    /// What notifications, and devices that cannot show the image, say: one to [`ALT_TEXT_MAX`] UTF-16 code units.
    pub alt_text: String,
    /// The image in its largest width.
    pub base_size: BaseSize,
    /// What can be tapped, at most [`IMAGEMAP_ACTIONS_MAX`].
    pub actions: Vec<ImagemapAction>,
    /// What plays in the image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video: Option<ImagemapVideo>,
    /// Buttons below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quick_reply: Option<QuickReply>,
    /// Another name and icon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender>,
}

impl ImagemapMessage {
    /// The image at `base_url`, `height` pixels high where it is [`BASE_WIDTH`] wide.
    pub fn new(base_url: impl Into<String>, alt_text: impl Into<String>, height: u32) -> Self {
        Self {
            base_url: base_url.into(),
            alt_text: alt_text.into(),
            base_size: BaseSize { height },
            actions: Vec::new(),
            video: None,
            quick_reply: None,
            sender: None,
        }
    }

    /// One more area to tap.
    #[must_use]
    pub fn action(mut self, action: ImagemapAction) -> Self {
        self.actions.push(action);
        self
    }

    /// A video in the image.
    #[must_use]
    pub fn video(mut self, video: ImagemapVideo) -> Self {
        self.video = Some(video);
        self
    }

    pub(super) fn check_own(&self) -> Result<(), InvalidField> {
        https_url("baseUrl", &self.base_url)?;
        one_to("altText", &self.alt_text, ALT_TEXT_MAX, Unit::Utf16)?;
        self.base_size.check().map_err(|e| e.within("baseSize"))?;
        count("actions", self.actions.len(), IMAGEMAP_ACTIONS_MAX, "areas")?;
        for (i, action) in self.actions.iter().enumerate() {
            action.check().map_err(|e| e.within(format_args!("actions[{i}]")))?;
        }
        match &self.video {
            Some(video) => video.check().map_err(|e| e.within("video")),
            None => Ok(()),
        }
    }
}
