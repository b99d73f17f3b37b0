//! `memberJoined` ([reference](https://developers.line.biz/en/reference/messaging-api/#member-joined-event)).

use serde::{Deserialize, Serialize};

use super::Source;

event! {
    /// Users joined a group chat or multi-person chat that the account is in.
    pub struct MemberJoinedEvent = "memberJoined" {
        /// Who joined.
        pub joined: Joined,
    }
}

/// `joined`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Joined {
    /// The users who joined: user sources.
    pub members: Vec<Source>,
}
