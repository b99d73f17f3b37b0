//! `quickReply`: buttons below the last message of a chat.

use serde::Serialize;

use super::action::{Action, Place};
use super::hidden::hide_content;
use super::invalid::{InvalidField, https_url, some};

/// The most buttons; at least one is needed
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#items-object)).
pub const ITEMS_MAX: usize = 13;

/// Buttons below a message ([reference](https://developers.line.biz/en/reference/messaging-api/#quick-reply)).
///
/// Shown by LINE for iOS and Android, for the last message of the chat only, until one of them is tapped.
///
/// ```
/// use line_bot_server::line::action::{CameraAction, MessageAction, PostbackAction};
/// use line_bot_server::line::{QuickReply, TextMessage};
///
/// // A text is a button that says it.
/// let coffee = TextMessage::new("Coffee?").quick_reply(["Yes", "No"]);
/// assert!(coffee.check().is_ok());
///
/// let order = TextMessage::new("What is it?").quick_reply(
///     QuickReply::default()
///         .item(MessageAction::new("Sushi", "Sushi, please"))
///         .item(PostbackAction::new("Later", "action=remind").display_text("Later"))
///         .item(CameraAction::new("Show it")),
/// );
/// assert!(order.check().is_ok());
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct QuickReply {
    /// The buttons, one to [`ITEMS_MAX`].
    pub items: Vec<QuickReplyItem>,
}

/// One button ([reference](https://developers.line.biz/en/reference/messaging-api/#quick-reply-button-object)).
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "action", rename_all = "camelCase")]
#[non_exhaustive]
pub struct QuickReplyItem {
    /// HTTPS URL of a square PNG of at most 1 MB; at most 2000 characters. Without it, camera, camera roll and
    /// location show their own icon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// What tapping it does: any action but a rich menu switch. Its label, which is what the button says, is needed.
    pub action: Action,
}

hide_content!(QuickReply, QuickReplyItem);

impl QuickReply {
    /// Buttons from left to right.
    pub fn new<T: Into<QuickReplyItem>>(items: impl IntoIterator<Item = T>) -> Self {
        Self { items: items.into_iter().map(Into::into).collect() }
    }

    /// One more button, to the right.
    #[must_use]
    pub fn item(mut self, item: impl Into<QuickReplyItem>) -> Self {
        self.items.push(item.into());
        self
    }

    /// Checks the documented limits of the buttons and of their actions.
    ///
    /// # Errors
    /// Names the first field beyond its limit, seen from this object: `items[0].action.label`.
    pub fn check(&self) -> Result<(), InvalidField> {
        some("items", self.items.len(), ITEMS_MAX, "quick reply buttons")?;
        for (i, item) in self.items.iter().enumerate() {
            item.check().map_err(|e| e.within(format_args!("items[{i}]")))?;
        }
        Ok(())
    }
}

impl QuickReplyItem {
    /// A button.
    pub fn new(action: impl Into<Action>) -> Self {
        Self { image_url: None, action: action.into() }
    }

    /// An icon at its beginning.
    #[must_use]
    pub fn image_url(mut self, url: impl Into<String>) -> Self {
        self.image_url = Some(url.into());
        self
    }

    /// Checks the documented limits.
    ///
    /// # Errors
    /// Names the first field beyond its limit, seen from this object: `action.label`.
    pub fn check(&self) -> Result<(), InvalidField> {
        if let Some(url) = &self.image_url {
            https_url("imageUrl", url)?;
        }
        self.action.check(Place::QuickReply).map_err(|e| e.within("action"))
    }
}

impl<T: Into<Action>> From<T> for QuickReplyItem {
    fn from(action: T) -> Self {
        Self::new(action)
    }
}

impl<T: Into<QuickReplyItem>, const N: usize> From<[T; N]> for QuickReply {
    fn from(items: [T; N]) -> Self {
        Self::new(items)
    }
}

impl<T: Into<QuickReplyItem>> From<Vec<T>> for QuickReply {
    fn from(items: Vec<T>) -> Self {
        Self::new(items)
    }
}
