//! Groups and multi-person chats, as LINE describes them.

use serde::{Deserialize, Serialize};

use crate::line::GroupId;

/// A group the bot is in ([reference](https://developers.line.biz/en/reference/messaging-api/#get-group-summary)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GroupSummary {
    /// The group.
    pub group_id: GroupId,
    /// The name its members gave it.
    pub group_name: String,
    /// HTTPS URL of its icon; absent when it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture_url: Option<String>,
}

/// How many people are in a group or a multi-person chat
/// ([group](https://developers.line.biz/en/reference/messaging-api/#get-members-group-count),
/// [multi-person chat](https://developers.line.biz/en/reference/messaging-api/#get-members-room-count)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MemberCount {
    /// People, without the bot; those who block it and those who are no friends of it are counted too.
    pub count: u64,
}
