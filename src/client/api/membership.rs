//! `GET /v2/bot/membership/list`, `GET /v2/bot/membership/subscription/{userId}`,
//! `GET /v2/bot/membership/{membershipId}/users/ids`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#membership)).

use crate::client::call::{Reading, json, read_json};
use crate::client::execute::Answered;
use crate::client::{Call, Client, Endpoint, Page, Paged, Rate};
use crate::line::UserId;
use crate::line::membership::{MembershipList, MembershipSubscriptions, MembershipUsers, USERS_PER_PAGE_MAX};

const RATE: Rate = Rate::per_second(200);

static LIST: Endpoint = Endpoint::get("memberships", "/v2/bot/membership/list").rate(RATE);
static SUBSCRIPTION: Endpoint =
    Endpoint::get("membership_subscription", "/v2/bot/membership/subscription/{userId}").rate(RATE);
static USERS: Endpoint =
    Endpoint::get("membership_users", "/v2/bot/membership/{membershipId}/users/ids").rate(RATE);

impl Client {
    /// The membership plans that are offered; 404 if there are none
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-membership-plans)).
    pub fn memberships(&self) -> Call<MembershipList> {
        Call::new(self, &LIST, &[], json())
    }

    /// What a user subscribes to. 404: nothing, or there is no such user
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-a-users-membership-subscription-status)).
    pub fn membership_subscription(&self, user: &UserId) -> Call<MembershipSubscriptions> {
        Call::new(self, &SUBSCRIPTION, &[user.as_str()], json())
    }

    /// Who subscribes to a plan, up to [`USERS_PER_PAGE_MAX`] on a page: friends who agreed to LINE's privacy policy.
    /// 404: there is no such plan
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-membership-user-ids)).
    pub fn membership_users(&self, membership_id: i64) -> Paged<UserId> {
        Paged::new(self, &USERS, &[&membership_id.to_string()], "start", Reading::whole(page))
            .query("limit", &USERS_PER_PAGE_MAX.to_string())
    }
}

fn page(Answered { body, .. }: Answered) -> Result<Page<UserId>, String> {
    read_json::<MembershipUsers>(&body).map(|list| Page::new(list.user_ids, list.next))
}
