//! `text`: a text, with LINE emojis.

use serde::Serialize;

use super::{ChatMessage, InvalidField, QuickReply, QuoteToken, Sender};
use crate::line::invalid::{count, needed, one_to};
use crate::line::text::Unit;

/// The most UTF-16 code units of a `text`; at least one is needed
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#text-message)).
pub const TEXT_MAX: usize = 5000;
/// The most LINE emojis of a message
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#text-message)).
pub const EMOJIS_MAX: usize = 20;

/// A text ([reference](https://developers.line.biz/en/reference/messaging-api/#text-message)).
///
/// ```
/// use line_bot_server::line::TextMessage;
///
/// let emojis = TextMessage::new("$ LINE emoji $")
///     .emoji(0, "5ac1bfd5040ab15980c9b435", "001")
///     .emoji(13, "5ac1bfd5040ab15980c9b435", "002");
/// assert!(emojis.check().is_ok());
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TextMessage {
    /// One to [`TEXT_MAX`] UTF-16 code units. LINE counts a LINE emoji as its alternative text, the length of which
    /// it does not tell, so it may refuse a text with emojis that is just within the limit.
    pub text: String,
    /// What stands in place of some `$` of the text, at most [`EMOJIS_MAX`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub emojis: Vec<Emoji>,
    /// Buttons below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quick_reply: Option<QuickReply>,
    /// Another name and icon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender>,
}

/// A LINE emoji in place of a `$`
/// ([list](https://developers.line.biz/en/docs/messaging-api/emoji-list/)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Emoji {
    /// Where the `$` stands, in UTF-16 code units from 0.
    pub index: usize,
    /// The set of emojis.
    pub product_id: String,
    /// The emoji of the set.
    pub emoji_id: String,
}

impl Emoji {
    /// The emoji that replaces the `$` at `index`, in UTF-16 code units from 0.
    pub fn new(index: usize, product_id: impl Into<String>, emoji_id: impl Into<String>) -> Self {
        Self { index, product_id: product_id.into(), emoji_id: emoji_id.into() }
    }

    fn check_ids(&self) -> Result<(), InvalidField> {
        needed("productId", &self.product_id)?;
        needed("emojiId", &self.emoji_id)
    }
}

impl TextMessage {
    /// A plain text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), emojis: Vec::new(), quick_reply: None, sender: None }
    }

    /// Puts a LINE emoji in place of the `$` at `index`, in UTF-16 code units from 0.
    #[must_use]
    pub fn emoji(mut self, index: usize, product_id: impl Into<String>, emoji_id: impl Into<String>) -> Self {
        self.emojis.push(Emoji::new(index, product_id, emoji_id));
        self
    }

    /// Quotes a message of the same chat. What comes out is accepted by reply and push alone.
    pub fn quote(self, quoted: impl Into<Option<QuoteToken>>) -> ChatMessage {
        ChatMessage::quoting(self, quoted)
    }

    pub(super) fn check_own(&self) -> Result<(), InvalidField> {
        one_to("text", &self.text, TEXT_MAX, Unit::Utf16)?;
        count("emojis", self.emojis.len(), EMOJIS_MAX, "LINE emojis")?;
        for (i, emoji) in self.emojis.iter().enumerate() {
            emoji.check_ids().map_err(|e| e.within(format_args!("emojis[{i}]")))?;
            if self.text.encode_utf16().nth(emoji.index) != Some(u16::from(b'$')) {
                let problem =
                    format!("{}, but there is no `$` at this UTF-16 index of the text", emoji.index);
                return Err(InvalidField::new(format!("emojis[{i}].index"), problem));
            }
        }
        Ok(())
    }
}
