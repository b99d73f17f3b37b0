//! `POST /v2/bot/message/reply`, `POST /v2/bot/message/push`, `GET /v2/bot/message/quota`,
//! `GET /v2/bot/message/quota/consumption`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#messages)).

use std::future::IntoFuture;

use futures_util::future::BoxFuture;
use http::Method;
use serde::Serialize;

use crate::client::call::{json, request, with_body};
use crate::client::execute::{Answered, Read};
use crate::client::retry::Repeat;
use crate::client::{Call, Client, ClientError, Host, Request, Until};
use crate::line::message::check_messages;
use crate::line::response::{MessageQuota, QuotaConsumption, SentMessage, SentMessages};
use crate::line::{ChatId, ChatMessage, ReplyToken, RequestId, RetryKey, UpToFive};

/// Messages that LINE took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The call that was accepted; `None` when it is known only from its consequences.
    pub request_id: Option<RequestId>,
    /// The messages in order; may be empty after a repeat.
    pub messages: Vec<SentMessage>,
}

impl Sent {
    /// LINE took them: what cannot be read of its answer does not change that.
    fn read(answered: Answered) -> Self {
        let messages =
            json::<SentMessages>(&answered.body).map(|sent| sent.sent_messages).unwrap_or_default();
        Self { request_id: answered.request_id, messages }
    }
}

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

/// A push: counted towards the monthly quota, repeated safely under its retry key.
#[must_use = "awaiting it sends it"]
pub struct Push {
    client: Client,
    to: ChatId,
    messages: Vec<ChatMessage>,
    notification_disabled: bool,
    key: RetryKey,
    until: Until,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReplyBody<'a> {
    reply_token: &'a ReplyToken,
    messages: &'a [ChatMessage],
    #[serde(skip_serializing_if = "is_false")]
    notification_disabled: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PushBody<'a> {
    to: &'a str,
    messages: &'a [ChatMessage],
    #[serde(skip_serializing_if = "is_false")]
    notification_disabled: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if hands out a reference")]
fn is_false(yes: &bool) -> bool {
    !yes
}

impl Client {
    /// Replies with one to five messages
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-reply-message)).
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

    /// Pushes one to five messages to a chat
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-push-message)). Without
    /// [`Push::key`] it has a random retry key, which protects this call's own attempts alone.
    pub fn push(&self, to: impl Into<ChatId>, messages: impl UpToFive) -> Push {
        self.push_with(to.into(), messages.into_messages())
    }

    /// Pushes messages that are counted at run time.
    pub fn push_with(&self, to: ChatId, messages: Vec<ChatMessage>) -> Push {
        Push {
            client: self.clone(),
            to,
            messages,
            notification_disabled: false,
            key: RetryKey::random(),
            until: Until::default(),
        }
    }

    /// How many messages this month allows
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-quota)).
    pub fn quota(&self) -> Call<MessageQuota> {
        Call::new(self, "quota", Method::GET, "/v2/bot/message/quota", &[], json)
    }

    /// About how many of them are used
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-consumption)).
    pub fn quota_consumption(&self) -> Call<QuotaConsumption> {
        Call::new(self, "quota_consumption", Method::GET, "/v2/bot/message/quota/consumption", &[], json)
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
        let request = send_request("reply", "/v2/bot/message/reply", &self.messages)?;
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

impl Push {
    /// The user gets no notification.
    pub fn notification_disabled(mut self, yes: bool) -> Self {
        self.notification_disabled = yes;
        self
    }

    /// The key from the author's own id (`"order-17-shipped"`), per channel: the same push under the same name is sent
    /// once within the 24 hours that LINE keeps a key, whoever repeats it.
    pub fn key(mut self, name: &str) -> Self {
        // No channel's name has a line break in it, so no two pairs of names make one key.
        self.key = RetryKey::derived(&format!("client\n{}\n{name}", self.client.channel()));
        self
    }

    /// The very key.
    pub fn retry_key(mut self, key: RetryKey) -> Self {
        self.key = key;
        self
    }

    /// Limits in time.
    pub fn until(mut self, until: Until) -> Self {
        self.until = until;
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
        let mut request = send_request("push", "/v2/bot/message/push", &self.messages)?;
        request.retry_key = Some(self.key);
        let body = PushBody {
            to: self.to.as_str(),
            messages: &self.messages,
            notification_disabled: self.notification_disabled,
        };
        with_body(request, &body)
    }

    /// Sends it; repeated under its key until it is known. 409 is success.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn send(self) -> Result<Sent, ClientError> {
        let request = self.request()?;
        self.client.execute(&request, self.until, Repeat::UnderKey, Read::Whole).await.map(Sent::read)
    }
}

fn send_request(
    endpoint: &'static str,
    path: &'static str,
    messages: &[ChatMessage],
) -> Result<Request, ClientError> {
    check_messages(messages).map_err(|problem| ClientError::invalid(endpoint, problem))?;
    request(endpoint, Method::POST, Host::Api, path, &[])
}

impl IntoFuture for Reply {
    type Output = Result<Sent, ClientError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl IntoFuture for Push {
    type Output = Result<Sent, ClientError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
