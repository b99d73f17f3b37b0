//! `activated` ([reference](https://developers.line.biz/en/reference/partner-docs/#activated-event)).

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

event! {
    /// A module channel took chat control: it is now the active channel.
    pub struct ActivatedEvent = "activated" {
        /// For how long.
        pub chat_control: ChatControl,
    }
}

/// `chatControl`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ChatControl {
    /// When the control ends.
    #[serde(with = "super::common::millis")]
    pub expire_at: Timestamp,
}
