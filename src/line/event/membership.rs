//! `membership` ([reference](https://developers.line.biz/en/reference/messaging-api/#membership-event)).

use serde::{Deserialize, Serialize};

event! {
    /// A user joined, left or renewed a membership. Changing the plan is a `left` and a `joined`.
    pub struct MembershipEvent = "membership" {
        /// Which membership, and how.
        pub membership: Membership,
    }
}

/// `membership`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Membership {
    /// What happened.
    #[serde(rename = "type")]
    pub kind: MembershipType,
    /// The membership.
    pub membership_id: i64,
}

open_words! {
    /// What happened to a membership.
    pub enum MembershipType {
        /// The user joined it.
        Joined = "joined",
        /// The user left it.
        Left = "left",
        /// The user renewed it.
        Renewed = "renewed",
    }
}
