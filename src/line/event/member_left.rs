//! `memberLeft` ([reference](https://developers.line.biz/en/reference/messaging-api/#member-left-event)).

use serde::{Deserialize, Serialize};

use super::Source;

event! {
    /// Users left a group chat or multi-person chat that the account is in. It cannot be answered.
    pub struct MemberLeftEvent = "memberLeft" {
        /// Who left.
        pub left: Left,
    }
}

/// `left`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Left {
    /// The users who left: user sources.
    pub members: Vec<Source>,
}
