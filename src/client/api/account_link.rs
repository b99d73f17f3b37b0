//! `POST /v2/bot/user/{userId}/linkToken`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#issue-link-token)).

use serde::Deserialize;

use crate::client::call::{Reading, read_json};
use crate::client::{Call, Client, Endpoint};
use crate::line::{LinkToken, UserId};

static ISSUE: Endpoint = Endpoint::post("issue_link_token", "/v2/bot/user/{userId}/linkToken");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Issued {
    link_token: LinkToken,
}

impl Client {
    /// A token that begins an account link for this user: good once, for 10 minutes. Send the user a link to the
    /// service's login page with it; that page goes on to
    /// [`account_link_url`](crate::line::account_link::account_link_url).
    pub fn issue_link_token(&self, user: &UserId) -> Call<LinkToken> {
        let token = Reading::whole(|answered| read_json::<Issued>(&answered.body).map(|it| it.link_token));
        Call::new(self, &ISSUE, &[user.as_str()], token)
    }
}
