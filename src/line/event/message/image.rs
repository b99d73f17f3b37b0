//! `message` of type `image` ([reference](https://developers.line.biz/en/reference/messaging-api/#wh-image)).

use serde::{Deserialize, Serialize};

use super::ContentProvider;
use crate::line::{MarkAsReadToken, MessageId, QuoteToken};

/// An image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "image", rename_all = "camelCase")]
#[non_exhaustive]
pub struct ImageMessageContent {
    /// The message's id.
    pub id: MessageId,
    /// Where the content is.
    pub content_provider: ContentProvider,
    /// The images sent together with it; only when there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_set: Option<ImageSet>,
    /// Quotes the message. LINE documents it as always there; some of its samples omit it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote_token: Option<QuoteToken>,
    /// Marks everything up to this message as read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark_as_read_token: Option<MarkAsReadToken>,
}

/// Images that were sent together. Each comes as its own event, in no defined order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ImageSet {
    /// The same for all of them.
    pub id: String,
    /// The image's place, from 1; missing from LINE for Android 11.15 and older.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u32>,
    /// How many they are; missing from LINE for Android 11.15 and older.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u32>,
}
