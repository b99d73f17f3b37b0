//! `message` ([reference](https://developers.line.biz/en/reference/messaging-api/#message-event)), and what it carries: one file per content.

mod audio;
mod file;
mod image;
mod location;
mod provider;
mod span;
mod sticker;
mod text;
mod video;

pub use audio::AudioMessageContent;
pub use file::FileMessageContent;
pub use image::{ImageMessageContent, ImageSet};
pub use location::LocationMessageContent;
pub use provider::{ContentProvider, ContentProviderType};
pub use span::utf16_slice;
pub use sticker::{StickerMessageContent, StickerResourceType};
pub use text::{AllMentionee, Emoji, Mention, Mentionee, TextMessageContent, UserMentionee};
pub use video::VideoMessageContent;

use crate::line::{MarkAsReadToken, MessageId, QuoteToken};

event! {
    /// A user sent a message.
    pub struct MessageEvent = "message" {
        /// What was sent.
        pub message: MessageContent,
    }
}

open_objects! {
    /// `message`: what was sent.
    pub enum MessageContent {
        /// A text.
        Text(TextMessageContent) = "text",
        /// An image.
        Image(ImageMessageContent) = "image",
        /// A video.
        Video(VideoMessageContent) = "video",
        /// A voice message or other sound.
        Audio(AudioMessageContent) = "audio",
        /// A file.
        File(FileMessageContent) = "file",
        /// A place.
        Location(LocationMessageContent) = "location",
        /// A sticker.
        Sticker(StickerMessageContent) = "sticker",
    }
}

impl MessageContent {
    /// The message's id; `None` only in a content of an unknown type.
    pub fn id(&self) -> Option<MessageId> {
        match self {
            Self::Text(content) => Some(content.id.clone()),
            Self::Image(content) => Some(content.id.clone()),
            Self::Video(content) => Some(content.id.clone()),
            Self::Audio(content) => Some(content.id.clone()),
            Self::File(content) => Some(content.id.clone()),
            Self::Location(content) => Some(content.id.clone()),
            Self::Sticker(content) => Some(content.id.clone()),
            Self::Unknown(content) => content.text("id").map(Into::into),
        }
    }

    /// Quotes the message, if it can be quoted.
    pub fn quote_token(&self) -> Option<QuoteToken> {
        match self {
            Self::Text(content) => content.quote_token.clone(),
            Self::Image(content) => content.quote_token.clone(),
            Self::Video(content) => content.quote_token.clone(),
            Self::Sticker(content) => content.quote_token.clone(),
            Self::Audio(_) | Self::File(_) | Self::Location(_) => None,
            Self::Unknown(content) => content.text("quoteToken").map(Into::into),
        }
    }

    /// Marks everything up to this message as read.
    pub fn mark_as_read_token(&self) -> Option<MarkAsReadToken> {
        match self {
            Self::Text(content) => content.mark_as_read_token.clone(),
            Self::Image(content) => content.mark_as_read_token.clone(),
            Self::Video(content) => content.mark_as_read_token.clone(),
            Self::Audio(content) => content.mark_as_read_token.clone(),
            Self::File(content) => content.mark_as_read_token.clone(),
            Self::Location(content) => content.mark_as_read_token.clone(),
            Self::Sticker(content) => content.mark_as_read_token.clone(),
            Self::Unknown(content) => content.text("markAsReadToken").map(Into::into),
        }
    }
}
