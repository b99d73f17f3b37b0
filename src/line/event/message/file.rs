//! `message` of type `file` ([reference](https://developers.line.biz/en/reference/messaging-api/#wh-file)).

use serde::{Deserialize, Serialize};

use crate::line::hidden::hide_fields;
use crate::line::{MarkAsReadToken, MessageId};

/// A file. It cannot be quoted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "file", rename_all = "camelCase")]
#[non_exhaustive]
pub struct FileMessageContent {
    /// The message's id.
    pub id: MessageId,
    /// Its name.
    pub file_name: String,
    /// Its size, in bytes.
    pub file_size: u64,
    /// Marks everything up to this message as read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark_as_read_token: Option<MarkAsReadToken>,
}

hide_fields!(FileMessageContent { id, file_size, mark_as_read_token } hidden { file_name });
