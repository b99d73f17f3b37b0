//! `POST /v2/bot/message/push`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#send-push-message)).

use serde::Serialize;

use super::Sent;
use super::keyed::{Keyed, keyed, sent_by_awaiting};
use crate::client::{Client, ClientError, Endpoint, Request};
use crate::line::{AggregationUnit, ChatId, ChatMessage, UpToFive};

static PUSH: Endpoint = Endpoint::post("push", "/v2/bot/message/push");

/// A push: counted towards the monthly quota, repeated safely under its retry key.
#[must_use = "awaiting it sends it"]
pub struct Push {
    send: Keyed,
    to: ChatId,
}

#[derive(Serialize)]
struct To<'a> {
    to: &'a str,
}

keyed!(Push, "client");
sent_by_awaiting!(Push -> Result<Sent, ClientError>);

impl Client {
    /// Pushes one to five messages to a chat
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-push-message)). Without
    /// [`Push::key`] it has a random retry key, which protects this call's own attempts alone.
    ///
    /// LINE takes no sixth message:
    ///
    /// ```compile_fail,E0277
    /// # use line_bot_server::{Client, line::UserId};
    /// fn six(client: &Client, user: UserId) {
    ///     let _ = client.push(user, ["one", "two", "three", "four", "five", "six"]);
    /// }
    /// ```
    pub fn push(&self, to: impl Into<ChatId>, messages: impl UpToFive) -> Push {
        self.push_with(to.into(), messages.into_messages())
    }

    /// Pushes messages that are counted at run time.
    pub fn push_with(&self, to: ChatId, messages: Vec<ChatMessage>) -> Push {
        Push { send: Keyed::new(self, messages), to }
    }
}

impl Push {
    /// Counts it in the statistics of this unit.
    pub fn custom_aggregation_unit(mut self, unit: AggregationUnit) -> Self {
        self.send.unit = Some(unit);
        self
    }

    /// The request, checked and unsent; the same push gives the same bytes each time.
    ///
    /// # Errors
    /// A message is beyond a limit.
    pub fn into_request(self) -> Result<Request, ClientError> {
        self.request()
    }

    fn request(&self) -> Result<Request, ClientError> {
        self.send.request(&PUSH, To { to: self.to.as_str() })
    }

    /// Sends it; repeated under its key until it is known. 409 is success.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn send(self) -> Result<Sent, ClientError> {
        self.send.client.send_keyed(&self.request()?, self.send.until).await
    }
}
