//! `POST /v2/bot/richmenu/bulk/link`, `POST /v2/bot/richmenu/bulk/unlink`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#link-rich-menu-to-users)).
//!
//! LINE takes 500 users in a request. More are sent in parts, each user once, and the result tells part by part.

use std::future::IntoFuture;

use futures_util::future::BoxFuture;
use serde::Serialize;

use crate::client::call::{nothing, request, with_body};
use crate::client::{Call, Client, ClientError, Endpoint, Request, Until};
use crate::line::rich_menu::BULK_USERS_MAX;
use crate::line::{InvalidField, RequestId, RichMenuId, UserId};

static LINK: Endpoint = Endpoint::post("link_rich_menu_to_users", "/v2/bot/richmenu/bulk/link");
static UNLINK: Endpoint = Endpoint::post("unlink_rich_menu_from_users", "/v2/bot/richmenu/bulk/unlink");

/// Links a rich menu to many users, or takes theirs away: awaiting it sends as many requests as it needs.
#[must_use = "awaiting it sends it"]
pub struct RichMenuBulk {
    client: Client,
    menu: Option<RichMenuId>,
    users: Vec<UserId>,
    until: Until,
}

/// What became of each part. LINE does the work in the seconds after it; for who is no friend it does nothing.
#[derive(Debug)]
#[must_use = "a part may have failed"]
pub struct RichMenuParts(Vec<RichMenuPart>);

/// Up to [`BULK_USERS_MAX`] users, and what became of their request.
#[derive(Debug)]
#[non_exhaustive]
pub struct RichMenuPart {
    /// Who was in it.
    pub users: Vec<UserId>,
    /// LINE took it, or not: then for none of these users.
    pub outcome: Result<Option<RequestId>, ClientError>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    rich_menu_id: Option<&'a RichMenuId>,
    user_ids: &'a [UserId],
}

impl Client {
    /// Links a rich menu to any number of users, in parts of [`BULK_USERS_MAX`], each user once. 400: a part has an
    /// invalid user ID, or the menu has no image; 404: there is none of this ID
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#link-rich-menu-to-users)).
    pub fn link_rich_menu_to_users(
        &self,
        menu: &RichMenuId,
        users: impl IntoIterator<Item = UserId>,
    ) -> RichMenuBulk {
        RichMenuBulk::new(self, Some(menu.clone()), users)
    }

    /// Takes the rich menus of any number of users away, likewise
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#unlink-rich-menus-from-users)).
    pub fn unlink_rich_menu_from_users(&self, users: impl IntoIterator<Item = UserId>) -> RichMenuBulk {
        RichMenuBulk::new(self, None, users)
    }
}

impl RichMenuBulk {
    fn new(client: &Client, menu: Option<RichMenuId>, users: impl IntoIterator<Item = UserId>) -> Self {
        let mut users: Vec<UserId> = users.into_iter().collect();
        users.sort_unstable();
        users.dedup();
        Self { client: client.clone(), menu, users, until: Until::default() }
    }

    /// Limits in time, for all parts together.
    pub fn until(mut self, until: Until) -> Self {
        self.until = until;
        self
    }

    /// The requests, checked and unsent; the same users give the same parts each time.
    ///
    /// # Errors
    /// There is no user.
    pub fn into_requests(self) -> Result<Vec<Request>, ClientError> {
        Ok(self.parts()?.into_iter().map(|(_, request)| request).collect())
    }

    fn parts(&self) -> Result<Vec<(Vec<UserId>, Request)>, ClientError> {
        let endpoint = if self.menu.is_some() { &LINK } else { &UNLINK };
        if self.users.is_empty() {
            let (field, problem) = ("userIds".to_owned(), "0 user IDs, 1 or more are needed".into());
            return Err(ClientError::invalid(endpoint.name, InvalidField { field, problem }));
        }
        let parts = self.users.chunks(BULK_USERS_MAX).map(|users| {
            let body = Body { rich_menu_id: self.menu.as_ref(), user_ids: users };
            Ok((users.to_vec(), with_body(request(endpoint, &[])?, &body)?))
        });
        parts.collect()
    }

    /// Sends the parts, one after the other; one that fails does not keep the others back.
    ///
    /// # Errors
    /// There is no user. What LINE refuses is told by [its part](RichMenuPart::outcome).
    pub async fn send(self) -> Result<RichMenuParts, ClientError> {
        let mut done = Vec::new();
        for (users, request) in self.parts()? {
            let call = Call::of(&self.client, Ok(request), nothing()).until(self.until);
            let outcome = call.send().await.map(|answer| answer.request_id);
            done.push(RichMenuPart { users, outcome });
        }
        Ok(RichMenuParts(done))
    }
}

impl IntoFuture for RichMenuBulk {
    type Output = Result<RichMenuParts, ClientError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl RichMenuParts {
    /// The parts, in their order.
    pub fn parts(&self) -> &[RichMenuPart] {
        &self.0
    }

    /// Those to whom it was not done, part by part: what to send again.
    pub fn failed(&self) -> impl Iterator<Item = &RichMenuPart> {
        self.0.iter().filter(|part| part.outcome.is_err())
    }

    /// Whether LINE took every part.
    ///
    /// # Errors
    /// Why the first of the others failed.
    pub fn all(self) -> Result<(), ClientError> {
        self.0.into_iter().try_for_each(|part| part.outcome.map(drop))
    }
}
