//! What tapping an area of an imagemap does.

use serde::Serialize;

use super::ImagemapArea;
use crate::line::action::check_uri;
use crate::line::hidden::hide_content;
use crate::line::invalid::{InvalidField, at_most, one_to};
use crate::line::text::Unit;

/// The most UTF-16 code units of an area's `label`; LINE counts the labels of other actions in grapheme clusters and
/// does not say so of these
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#imagemap-action-objects)).
pub const IMAGEMAP_LABEL_MAX: usize = 100;
/// The most UTF-16 code units of what an area makes the user say; at least one is needed
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#imagemap-message-action-object)).
pub const IMAGEMAP_TEXT_MAX: usize = 400;
/// The most UTF-16 code units of what an area copies; at least one is needed
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#imagemap-clipboard-action-object)).
pub const IMAGEMAP_CLIPBOARD_TEXT_MAX: usize = 1000;

/// An area to tap, and what tapping it does
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#imagemap-action-objects)).
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ImagemapAction {
    /// What happens.
    #[serde(flatten)]
    pub tap: ImagemapTap,
    /// Read aloud by the accessibility feature, at most [`IMAGEMAP_LABEL_MAX`] UTF-16 code units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Where it is tapped.
    pub area: ImagemapArea,
}

/// What tapping an area does
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#imagemap-action-objects)).
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
#[non_exhaustive]
pub enum ImagemapTap {
    /// `uri`: a page, a call or a LINE feature opens
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#imagemap-uri-action-object)).
    #[serde(rename_all = "camelCase")]
    Uri {
        /// Of one of the [`URI_SCHEMES`](crate::line::action::URI_SCHEMES); at most
        /// [`URI_MAX`](crate::line::action::URI_MAX) UTF-16 code units.
        link_uri: String,
    },
    /// `message`: the user says a text
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#imagemap-message-action-object)).
    Message {
        /// One to [`IMAGEMAP_TEXT_MAX`] UTF-16 code units.
        text: String,
    },
    /// `clipboard`: a text is copied, on LINE 14.0.0 or later for iOS and Android
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#imagemap-clipboard-action-object)).
    #[serde(rename_all = "camelCase")]
    Clipboard {
        /// One to [`IMAGEMAP_CLIPBOARD_TEXT_MAX`] UTF-16 code units.
        clipboard_text: String,
    },
}

hide_content!(ImagemapAction, ImagemapTap);

impl ImagemapAction {
    /// An area that opens `link_uri`.
    pub fn uri(link_uri: impl Into<String>, area: ImagemapArea) -> Self {
        Self::new(ImagemapTap::Uri { link_uri: link_uri.into() }, area)
    }

    /// An area that makes the user say `text`.
    pub fn message(text: impl Into<String>, area: ImagemapArea) -> Self {
        Self::new(ImagemapTap::Message { text: text.into() }, area)
    }

    /// An area that copies `text`.
    pub fn clipboard(text: impl Into<String>, area: ImagemapArea) -> Self {
        Self::new(ImagemapTap::Clipboard { clipboard_text: text.into() }, area)
    }

    /// An area and what tapping it does.
    pub fn new(tap: ImagemapTap, area: ImagemapArea) -> Self {
        Self { tap, label: None, area }
    }

    /// What the accessibility feature reads aloud.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    pub(super) fn check(&self) -> Result<(), InvalidField> {
        match &self.tap {
            ImagemapTap::Uri { link_uri } => check_uri("linkUri", link_uri)?,
            ImagemapTap::Message { text } => one_to("text", text, IMAGEMAP_TEXT_MAX, Unit::Utf16)?,
            ImagemapTap::Clipboard { clipboard_text } => {
                one_to("clipboardText", clipboard_text, IMAGEMAP_CLIPBOARD_TEXT_MAX, Unit::Utf16)?;
            }
        }
        if let Some(label) = &self.label {
            at_most("label", label, IMAGEMAP_LABEL_MAX, Unit::Utf16)?;
        }
        self.area.check().map_err(|e| e.within("area"))
    }
}
