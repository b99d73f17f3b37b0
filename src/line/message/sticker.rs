//! `sticker`

use serde::Serialize;

use super::{ChatMessage, InvalidField, QuickReply, QuoteToken, Sender};
use crate::line::invalid::needed;

/// A sticker of LINE's list of sendable ones
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#sticker-message),
/// [list](https://developers.line.biz/en/docs/messaging-api/sticker-list/)).
///
/// ```
/// use line_bot_server::line::StickerMessage;
///
/// let wave = StickerMessage::new("446", "1988");
/// assert!(wave.check().is_ok());
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StickerMessage {
    /// The set of stickers.
    pub package_id: String,
    /// The sticker of the set.
    pub sticker_id: String,
    /// Buttons below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quick_reply: Option<QuickReply>,
    /// Another name and icon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender>,
}

impl StickerMessage {
    /// A sticker of a set.
    pub fn new(package_id: impl Into<String>, sticker_id: impl Into<String>) -> Self {
        Self { package_id: package_id.into(), sticker_id: sticker_id.into(), quick_reply: None, sender: None }
    }

    /// Quotes a message of the same chat. What comes out is accepted by reply and push alone.
    pub fn quote(self, quoted: impl Into<Option<QuoteToken>>) -> ChatMessage {
        ChatMessage::quoting(self, quoted)
    }

    /// Which stickers are sendable only LINE knows.
    pub(super) fn check_own(&self) -> Result<(), InvalidField> {
        needed("packageId", &self.package_id)?;
        needed("stickerId", &self.sticker_id)
    }
}
