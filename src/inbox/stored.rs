//! How a send's result is written down, the same in every database.

use serde::{Deserialize, Serialize};

use super::SendResult;
use crate::line::response::SentMessage;

#[derive(Serialize, Deserialize)]
enum StoredResult {
    Accepted { request_id: Option<String>, sent: Vec<SentMessage> },
    Refused { status: u16, message: String },
}

pub(super) fn write(result: &SendResult) -> String {
    let stored = match result.clone() {
        SendResult::Accepted { request_id, sent } => {
            StoredResult::Accepted { request_id: request_id.map(|id| id.as_str().to_owned()), sent }
        }
        SendResult::Refused { status, message } => StoredResult::Refused { status, message },
    };
    // Strings and numbers only: this cannot fail.
    serde_json::to_string(&stored).unwrap_or_default()
}

pub(super) fn read(json: &str) -> Option<SendResult> {
    Some(match serde_json::from_str(json).ok()? {
        StoredResult::Accepted { request_id, sent } => {
            SendResult::Accepted { request_id: request_id.map(Into::into), sent }
        }
        StoredResult::Refused { status, message } => SendResult::Refused { status, message },
    })
}
