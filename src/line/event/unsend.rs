//! `unsend` ([reference](https://developers.line.biz/en/reference/messaging-api/#unsend-event)).

use serde::{Deserialize, Serialize};

use crate::line::MessageId;

event! {
    /// A user unsent a message. What was kept of it should be deleted. It cannot be answered.
    pub struct UnsendEvent = "unsend" {
        /// What was unsent.
        pub unsend: Unsend,
    }
}

/// `unsend`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Unsend {
    /// The message that was unsent.
    pub message_id: MessageId,
}
