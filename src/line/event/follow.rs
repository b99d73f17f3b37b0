//! `follow` ([reference](https://developers.line.biz/en/reference/messaging-api/#follow-event)).

use serde::{Deserialize, Serialize};

event! {
    /// The account was added as a friend, or unblocked.
    pub struct FollowEvent = "follow" {
        /// Which of the two it was. Some of LINE's samples omit it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub follow: Option<Follow>,
    }
}

/// `follow`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Follow {
    /// Whether the account was unblocked rather than added. LINE does not guarantee that it is right.
    pub is_unblocked: bool,
}
