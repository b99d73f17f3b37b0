//! `message` of type `video` ([reference](https://developers.line.biz/en/reference/messaging-api/#wh-video)).

use serde::{Deserialize, Serialize};

use super::ContentProvider;
use crate::line::{MarkAsReadToken, MessageId, QuoteToken};

/// A video.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "video", rename_all = "camelCase")]
#[non_exhaustive]
pub struct VideoMessageContent {
    /// The message's id.
    pub id: MessageId,
    /// Where the content is.
    pub content_provider: ContentProvider,
    /// How long it is, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<u64>,
    /// Quotes the message. LINE documents it as always there; some of its samples omit it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote_token: Option<QuoteToken>,
    /// Marks everything up to this message as read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark_as_read_token: Option<MarkAsReadToken>,
}
