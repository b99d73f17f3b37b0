//! `GET /v2/bot/group/{groupId}/summary`, `GET /v2/bot/group/{groupId}/members/count`,
//! `GET /v2/bot/group/{groupId}/members/ids`, `POST /v2/bot/group/{groupId}/leave`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#group)).

use serde::Deserialize;

use crate::client::call::{Reading, json, nothing, read_json};
use crate::client::{Call, Client, Endpoint, Page, Paged};
use crate::line::response::{GroupSummary, MemberCount};
use crate::line::{GroupId, UserId};

static SUMMARY: Endpoint = Endpoint::get("group_summary", "/v2/bot/group/{groupId}/summary");
static COUNT: Endpoint = Endpoint::get("group_member_count", "/v2/bot/group/{groupId}/members/count");
static MEMBERS: Endpoint = Endpoint::get("group_members", "/v2/bot/group/{groupId}/members/ids");
static LEAVE: Endpoint = Endpoint::post("leave_group", "/v2/bot/group/{groupId}/leave");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MemberIds {
    member_ids: Vec<UserId>,
    next: Option<String>,
}

impl Client {
    /// A group's name and icon. 404 unless the bot is in it
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-group-summary)).
    pub fn group_summary(&self, group: &GroupId) -> Call<GroupSummary> {
        Call::new(self, &SUMMARY, &[group.as_str()], json())
    }

    /// How many people are in a group. 404 unless the bot is in it
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-members-group-count)).
    pub fn group_member_count(&self, group: &GroupId) -> Call<MemberCount> {
        Call::new(self, &COUNT, &[group.as_str()], json())
    }

    /// The people in a group, friends or not, up to 100 a page: those with LINE for iOS or Android who consented to
    /// their profile being read. For verified and premium accounts, else 403; 404 unless the bot is in the group
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-group-member-user-ids)).
    pub fn group_members(&self, group: &GroupId) -> Paged<UserId> {
        Paged::new(self, &MEMBERS, &[group.as_str()], "start", members())
    }

    /// Leaves a group. 404 unless the bot is in it; so it is on a repeat, when the answer of the first attempt was lost
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#leave-group)).
    pub fn leave_group(&self, group: &GroupId) -> Call<()> {
        Call::new(self, &LEAVE, &[group.as_str()], nothing())
    }
}

pub(super) fn members() -> Reading<Page<UserId>> {
    Reading::whole(|answered| {
        read_json::<MemberIds>(&answered.body).map(|it| Page::new(it.member_ids, it.next))
    })
}
