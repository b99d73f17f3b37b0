//! `POST /v2/bot/message/reply`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#send-reply-message)).

use std::future::IntoFuture;

use futures_util::future::BoxFuture;
use serde::Serialize;

use super::{Sent, is_false, send_request};
use crate::client::call::with_body;
use crate::client::execute::Read;
use crate::client::retry::Repeat;
use crate::client::{Client, ClientError, Endpoint, Request, Until};
use crate::line::{ChatMessage, ReplyToken, UpToFive};

static REPLY: Endpoint = Endpoint::post("reply", "/v2/bot/message/reply");

/// A reply: free, once per token.
#[must_use = "awaiting it sends it"]
pub struct Reply {
    client: Client,
    token: ReplyToken,
    messages: Vec<ChatMessage>,
    notification_disabled: bool,
    until: Until,
    repeats_unknown: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReplyBody<'a> {
    reply_token: &'a ReplyToken,
    messages: &'a [ChatMessage],
    #[serde(skip_serializing_if = "is_false")]
    notification_disabled: bool,
}

impl Client {
    /// Replies with one to five messages
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-reply-message)).
    ///
    /// A token takes one reply:
    ///
    /// ```compile_fail,E0382
    /// # use line_bot_server::{Client, line::ReplyToken};
    /// fn twice(client: &Client, token: ReplyToken) {
    ///     let _ = client.reply(token, "one");
    ///     let _ = client.reply(token, "two");
    /// }
    /// ```
    ///
    /// A reply five messages:
    ///
    /// ```compile_fail,E0277
    /// # use line_bot_server::{Client, line::ReplyToken};
    /// fn six(client: &Client, token: ReplyToken) {
    ///     let _ = client.reply(token, ["one", "two", "three", "four", "five", "six"]);
    /// }
    /// ```
    ///
    /// And no retry key, to which LINE would answer 400:
    ///
    /// ```compile_fail,E0599
    /// # use line_bot_server::{Client, line::ReplyToken};
    /// fn keyed(client: &Client, token: ReplyToken) {
    ///     let _ = client.reply(token, "one").key("order-17-shipped");
    /// }
    /// ```
    pub fn reply(&self, token: ReplyToken, messages: impl UpToFive) -> Reply {
        self.reply_with(token, messages.into_messages())
    }

    /// Replies with messages that are counted at run time.
    pub fn reply_with(&self, token: ReplyToken, messages: Vec<ChatMessage>) -> Reply {
        Reply {
            client: self.clone(),
            token,
            messages,
            notification_disabled: false,
            until: Until::default(),
            repeats_unknown: false,
        }
    }
}

impl Reply {
    /// The user gets no notification.
    pub fn notification_disabled(mut self, yes: bool) -> Self {
        self.notification_disabled = yes;
        self
    }

    /// Limits in time; default: one attempt after another within the client's settings. With `begin`, the end of the
    /// token's freshness, a reply of unknown outcome is repeated longer: that cannot double it.
    pub fn until(mut self, until: Until) -> Self {
        self.until = until;
        self
    }

    /// An earlier attempt with this token had an unknown outcome, so that "Invalid reply token" to an attempt that
    /// began in time means that it had arrived: success, without `messages`. What does not resolve it is
    /// [`ClientError::is_outcome_unknown`], even when nothing could be sent this time.
    pub fn repeats_unknown(mut self, yes: bool) -> Self {
        self.repeats_unknown = yes;
        self
    }

    /// The request, checked and unsent; the same reply gives the same bytes each time.
    ///
    /// # Errors
    /// A message is beyond a limit.
    pub fn into_request(self) -> Result<Request, ClientError> {
        self.request()
    }

    fn request(&self) -> Result<Request, ClientError> {
        let request = send_request(&REPLY, &self.messages)?;
        let body = ReplyBody {
            reply_token: &self.token,
            messages: &self.messages,
            notification_disabled: self.notification_disabled,
        };
        with_body(request, &body)
    }

    /// Sends it. An unknown outcome is repeated with the same token while `until.begin` has not passed.
    ///
    /// # Errors
    /// See [`ClientError`]. An outcome that stays unknown is [`ClientError::is_outcome_unknown`].
    pub async fn send(self) -> Result<Sent, ClientError> {
        let request = self.request()?;
        let repeat = Repeat::WithToken { unknown_before: self.repeats_unknown };
        self.client.execute(&request, self.until, repeat, Read::Whole).await.map(Sent::read)
    }
}

impl IntoFuture for Reply {
    type Output = Result<Sent, ClientError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
