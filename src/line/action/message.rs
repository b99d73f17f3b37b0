//! `message`: the user says a text.

use serde::Serialize;

use super::{InvalidField, Place, Unit};
use crate::line::invalid::one_to;

/// The most grapheme clusters of `text`; at least one is needed
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#message-action)).
pub const MESSAGE_TEXT_MAX: usize = 300;

/// Sends a text as a message of the user
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#message-action)).
///
/// ```
/// use line_bot_server::line::action::{MessageAction, Place};
///
/// let yes = MessageAction::new("Yes", "Yes, please");
/// assert!(yes.check(Place::QuickReply).is_ok());
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MessageAction {
    /// What the button says; see [`Place`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What the user says, one to [`MESSAGE_TEXT_MAX`] grapheme clusters.
    pub text: String,
}

impl MessageAction {
    /// A button `label` that makes the user say `text`.
    pub fn new(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self { label: Some(label.into()), text: text.into() }
    }

    /// The same where no label is shown: a rich menu, an image, a box.
    pub fn unlabelled(text: impl Into<String>) -> Self {
        Self { label: None, text: text.into() }
    }

    /// Checks the documented limits.
    ///
    /// # Errors
    /// Names the first field beyond its limit.
    pub fn check(&self, place: Place) -> Result<(), InvalidField> {
        place.check_label(self.label.as_deref())?;
        one_to("text", &self.text, MESSAGE_TEXT_MAX, Unit::Grapheme)
    }
}
