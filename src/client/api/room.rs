//! `GET /v2/bot/room/{roomId}/members/count`, `GET /v2/bot/room/{roomId}/members/ids`,
//! `POST /v2/bot/room/{roomId}/leave`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#chat-room)).

use super::group::members;
use crate::client::call::{json, nothing};
use crate::client::{Call, Client, Endpoint, Paged};
use crate::line::response::MemberCount;
use crate::line::{RoomId, UserId};

static COUNT: Endpoint = Endpoint::get("room_member_count", "/v2/bot/room/{roomId}/members/count");
static MEMBERS: Endpoint = Endpoint::get("room_members", "/v2/bot/room/{roomId}/members/ids");
static LEAVE: Endpoint = Endpoint::post("leave_room", "/v2/bot/room/{roomId}/leave");

impl Client {
    /// How many people are in a multi-person chat. 404 unless the bot is in it
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-members-room-count)).
    pub fn room_member_count(&self, room: &RoomId) -> Call<MemberCount> {
        Call::new(self, &COUNT, &[room.as_str()], json())
    }

    /// The people in a multi-person chat, as [`group_members`](Self::group_members) has them
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-room-member-user-ids)).
    pub fn room_members(&self, room: &RoomId) -> Paged<UserId> {
        Paged::new(self, &MEMBERS, &[room.as_str()], "start", members())
    }

    /// Leaves a multi-person chat; fine if the bot is not in it. 404 if there is no such chat
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#leave-room)).
    pub fn leave_room(&self, room: &RoomId) -> Call<()> {
        Call::new(self, &LEAVE, &[room.as_str()], nothing())
    }
}
