//! `GET /v2/bot/followers/ids`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#get-follower-ids)).

use serde::Deserialize;

use crate::client::call::{Reading, read_json};
use crate::client::page::check_limit;
use crate::client::{Client, Endpoint, Page, Paged};
use crate::line::UserId;

/// The most friends on a page.
pub const FOLLOWERS_MAX: u16 = 1000;

static FOLLOWERS: Endpoint = Endpoint::get("followers", "/v2/bot/followers/ids");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FollowerIds {
    user_ids: Vec<UserId>,
    next: Option<String>,
}

impl Client {
    /// The friends, [`FOLLOWERS_MAX`] a page. Without those who block the account, left LINE, or did not consent to
    /// their profile being read. For verified and premium accounts; else 403.
    ///
    /// ```no_run
    /// use futures_util::TryStreamExt as _;
    ///
    /// # async fn f(client: line_bot_server::Client) -> Result<(), line_bot_server::client::ClientError> {
    /// let mut friends = client.followers().stream();
    /// while let Some(friend) = friends.try_next().await? {
    ///     println!("{friend}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn followers(&self) -> Paged<UserId> {
        self.followers_by(FOLLOWERS_MAX)
    }

    /// The friends, up to `limit` a page: 1 to [`FOLLOWERS_MAX`].
    pub fn followers_by(&self, limit: u16) -> Paged<UserId> {
        Paged::new(self, &FOLLOWERS, &[], "start", page())
            .query("limit", &limit.to_string())
            .check(check_limit(limit, FOLLOWERS_MAX))
    }
}

fn page() -> Reading<Page<UserId>> {
    Reading::whole(|answered| {
        read_json::<FollowerIds>(&answered.body).map(|it| Page::new(it.user_ids, it.next))
    })
}
