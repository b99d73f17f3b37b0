//! `message` of type `audio` ([reference](https://developers.line.biz/en/reference/messaging-api/#wh-audio)).

use serde::{Deserialize, Serialize};

use super::ContentProvider;
use crate::line::{MarkAsReadToken, MessageId};

/// A voice message or other sound. It cannot be quoted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "audio", rename_all = "camelCase")]
#[non_exhaustive]
pub struct AudioMessageContent {
    /// The message's id.
    pub id: MessageId,
    /// Where the content is.
    pub content_provider: ContentProvider,
    /// How long it is, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<u64>,
    /// Marks everything up to this message as read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark_as_read_token: Option<MarkAsReadToken>,
}
