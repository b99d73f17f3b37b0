//! `GET /v2/bot/profile/{userId}`, `GET /v2/bot/group/{groupId}/member/{userId}`,
//! `GET /v2/bot/room/{roomId}/member/{userId}`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#users)).

use crate::client::call::json;
use crate::client::{Call, Client, Endpoint};
use crate::line::response::{GroupMemberProfile, Profile};
use crate::line::{GroupId, RoomId, UserId};

static PROFILE: Endpoint = Endpoint::get("profile", "/v2/bot/profile/{userId}");
static GROUP_MEMBER: Endpoint =
    Endpoint::get("group_member_profile", "/v2/bot/group/{groupId}/member/{userId}");
static ROOM_MEMBER: Endpoint = Endpoint::get("room_member_profile", "/v2/bot/room/{roomId}/member/{userId}");

impl Client {
    /// A user's profile: of friends, and of others who wrote to the bot and have not blocked it; else 404
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-profile)).
    pub fn profile(&self, user: &UserId) -> Call<Profile> {
        Call::new(self, &PROFILE, &[user.as_str()], json())
    }

    /// The profile of a group's member, friend or not
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-group-member-profile)).
    pub fn group_member_profile(&self, group: &GroupId, user: &UserId) -> Call<GroupMemberProfile> {
        Call::new(self, &GROUP_MEMBER, &[group.as_str(), user.as_str()], json())
    }

    /// The profile of a multi-person chat's member, friend or not
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-room-member-profile)).
    pub fn room_member_profile(&self, room: &RoomId, user: &UserId) -> Call<GroupMemberProfile> {
        Call::new(self, &ROOM_MEMBER, &[room.as_str(), user.as_str()], json())
    }
}
