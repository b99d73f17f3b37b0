//! `message` of type `text` ([reference](https://developers.line.biz/en/reference/messaging-api/#wh-text)).

use serde::{Deserialize, Serialize};

use super::utf16_slice;
use crate::line::event::common::or_default;
use crate::line::hidden::hide_fields;
use crate::line::{MarkAsReadToken, MessageId, QuoteToken, UserId};

/// A text.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "text", rename_all = "camelCase")]
#[non_exhaustive]
pub struct TextMessageContent {
    /// The message's id.
    pub id: MessageId,
    /// What the user wrote. A LINE emoji stands in it as a literal such as `(hello)`.
    pub text: String,
    /// The LINE emojis in the text; not all kinds of them are listed.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub emojis: Vec<Emoji>,
    /// Who is mentioned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mention: Option<Mention>,
    /// The older message that this one quotes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quoted_message_id: Option<MessageId>,
    /// Quotes the message. LINE documents it as always there; some of its samples omit it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote_token: Option<QuoteToken>,
    /// Marks everything up to this message as read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark_as_read_token: Option<MarkAsReadToken>,
}

hide_fields!(TextMessageContent { id, emojis, mention, quoted_message_id, quote_token, mark_as_read_token } hidden { text });

/// A LINE emoji in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Emoji {
    /// Where its literal begins in the text, in UTF-16 code units.
    pub index: u32,
    /// How long its literal is, in UTF-16 code units.
    pub length: u32,
    /// Its product.
    pub product_id: String,
    /// Its id in the product.
    pub emoji_id: String,
}

impl Emoji {
    /// Its literal in the text it came with; `None` when it lies outside.
    pub fn literal<'t>(&self, text: &'t str) -> Option<&'t str> {
        utf16_slice(text, self.index, self.length)
    }
}

/// `mention`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Mention {
    /// Who is mentioned, at most 20.
    pub mentionees: Vec<Mentionee>,
}

open_objects! {
    /// Someone who is mentioned in a text.
    pub enum Mentionee {
        /// A user, perhaps the bot itself.
        User(UserMentionee) = "user",
        /// Everyone in the chat.
        All(AllMentionee) = "all",
    }
}

/// A user who is mentioned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "user", rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserMentionee {
    /// Where the mention begins in the text, in UTF-16 code units.
    pub index: u32,
    /// How long the mention is, in UTF-16 code units.
    pub length: u32,
    /// The user; only if they consented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// Whether the bot itself is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_self: Option<bool>,
}

/// Everyone in the chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "all")]
#[non_exhaustive]
pub struct AllMentionee {
    /// Where the mention begins in the text, in UTF-16 code units.
    pub index: u32,
    /// How long the mention is, in UTF-16 code units.
    pub length: u32,
}

impl Mentionee {
    /// Where the mention begins and how long it is, in UTF-16 code units; `None` only in a mentionee of an unknown
    /// type.
    pub fn span(&self) -> Option<(u32, u32)> {
        match self {
            Self::User(mentionee) => Some((mentionee.index, mentionee.length)),
            Self::All(mentionee) => Some((mentionee.index, mentionee.length)),
            Self::Unknown(mentionee) => Some((mentionee.number("index")?, mentionee.number("length")?)),
        }
    }

    /// The mention as it stands in the text it came with; `None` when it lies outside.
    pub fn literal<'t>(&self, text: &'t str) -> Option<&'t str> {
        let (index, length) = self.span()?;
        utf16_slice(text, index, length)
    }

    /// Whether the bot itself is meant.
    pub fn is_self(&self) -> bool {
        matches!(self, Self::User(UserMentionee { is_self: Some(true), .. }))
    }
}
