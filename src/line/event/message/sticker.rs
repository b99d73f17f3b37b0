//! `message` of type `sticker` ([reference](https://developers.line.biz/en/reference/messaging-api/#wh-sticker)).

use serde::{Deserialize, Serialize};

use crate::line::event::common::or_default;
use crate::line::hidden::hide_fields;
use crate::line::{MarkAsReadToken, MessageId, QuoteToken};

/// A sticker.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "sticker", rename_all = "camelCase")]
#[non_exhaustive]
pub struct StickerMessageContent {
    /// The message's id.
    pub id: MessageId,
    /// Its package.
    pub package_id: String,
    /// Its id in the package.
    pub sticker_id: String,
    /// How it moves and sounds.
    pub sticker_resource_type: StickerResourceType,
    /// Up to 15 words that describe it, a random choice when there are more. Experimental.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// What the user wrote on it; only of a message sticker, up to 100 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
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

hide_fields!(StickerMessageContent { id, package_id, sticker_id, sticker_resource_type, keywords, quoted_message_id, quote_token, mark_as_read_token } hidden { text });

open_words! {
    /// How a sticker moves and sounds.
    pub enum StickerResourceType {
        /// Still.
        Static = "STATIC",
        /// Moving.
        Animation = "ANIMATION",
        /// With sound.
        Sound = "SOUND",
        /// Moving, with sound.
        AnimationSound = "ANIMATION_SOUND",
        /// Popping up.
        Popup = "POPUP",
        /// Popping up, with sound.
        PopupSound = "POPUP_SOUND",
        /// With a text chosen beforehand, such as a name.
        Custom = "CUSTOM",
        /// With a text written by the user.
        Message = "MESSAGE",
        /// Discontinued.
        NameText = "NAME_TEXT",
        /// Discontinued.
        PerStickerText = "PER_STICKER_TEXT",
    }
}
