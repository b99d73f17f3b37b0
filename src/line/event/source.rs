//! Where an event happened ([reference](https://developers.line.biz/en/reference/messaging-api/#source-user)).

use serde::{Deserialize, Serialize};

use crate::line::{ChatId, GroupId, RoomId, UserId};

open_objects! {
    /// `source`: the chat an event happened in.
    pub enum Source {
        /// A 1:1 chat.
        User(UserSource) = "user",
        /// A group chat.
        Group(GroupSource) = "group",
        /// A multi-person chat.
        Room(RoomSource) = "room",
    }
}

/// A user, in the 1:1 chat with them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "user", rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserSource {
    /// The user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
}

/// A group chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "group", rename_all = "camelCase")]
#[non_exhaustive]
pub struct GroupSource {
    /// The group.
    pub group_id: GroupId,
    /// Who did it; only for users of LINE for iOS and Android who consented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
}

/// A multi-person chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "room", rename_all = "camelCase")]
#[non_exhaustive]
pub struct RoomSource {
    /// The multi-person chat.
    pub room_id: RoomId,
    /// Who did it; only for users of LINE for iOS and Android who consented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
}

impl Source {
    /// The chat, if it is named: a message can be pushed there.
    pub fn chat(&self) -> Option<ChatId> {
        match self {
            Self::User(source) => source.user_id.clone().map(ChatId::User),
            Self::Group(source) => Some(ChatId::Group(source.group_id.clone())),
            Self::Room(source) => Some(ChatId::Room(source.room_id.clone())),
            Self::Unknown(_) => None,
        }
    }

    /// The user, if they are named.
    pub fn user(&self) -> Option<&UserId> {
        match self {
            Self::User(source) => source.user_id.as_ref(),
            Self::Group(source) => source.user_id.as_ref(),
            Self::Room(source) => source.user_id.as_ref(),
            Self::Unknown(_) => None,
        }
    }
}
