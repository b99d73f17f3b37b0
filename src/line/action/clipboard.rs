//! `clipboard`: a text is copied.

use serde::Serialize;

use super::{InvalidField, Place, Unit};
use crate::line::invalid::one_to;

/// The most UTF-16 code units of `clipboardText`; at least one is needed
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#clipboard-action)).
pub const CLIPBOARD_TEXT_MAX: usize = 1000;

/// Copies a text to the clipboard, on LINE 14.0.0 or later for iOS and Android
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#clipboard-action)).
///
/// ```
/// use line_bot_server::line::action::{ClipboardAction, Place};
///
/// let voucher = ClipboardAction::new("Copy", "3B48740B");
/// assert!(voucher.check(Place::QuickReply).is_ok());
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ClipboardAction {
    /// What the button says; see [`Place`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What is copied, one to [`CLIPBOARD_TEXT_MAX`] UTF-16 code units.
    pub clipboard_text: String,
}

impl ClipboardAction {
    /// A button `label` that copies `text`.
    pub fn new(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self { label: Some(label.into()), clipboard_text: text.into() }
    }

    /// The same where no label is shown: a rich menu, an image, a box.
    pub fn unlabelled(text: impl Into<String>) -> Self {
        Self { label: None, clipboard_text: text.into() }
    }

    /// Checks the documented limits.
    ///
    /// # Errors
    /// Names the first field beyond its limit.
    pub fn check(&self, place: Place) -> Result<(), InvalidField> {
        place.check_label(self.label.as_deref())?;
        one_to("clipboardText", &self.clipboard_text, CLIPBOARD_TEXT_MAX, Unit::Utf16)
    }
}
