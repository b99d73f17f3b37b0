//! What the four sends under a retry key have in common: everything but whom they go to.

use serde::Serialize;

use super::{Sent, is_false, send_request};
use crate::client::call::with_body;
use crate::client::execute::Read;
use crate::client::retry::Repeat;
use crate::client::{Client, ClientError, Endpoint, Request, Until};
use crate::line::message::Substitution;
use crate::line::{AggregationUnit, ChatMessage, InvalidField, Message, RetryKey};

#[derive(Clone)]
pub(super) struct Keyed {
    pub(super) client: Client,
    pub(super) messages: Vec<ChatMessage>,
    pub(super) notification_disabled: bool,
    pub(super) unit: Option<AggregationUnit>,
    pub(super) key: RetryKey,
    pub(super) until: Until,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a, T> {
    #[serde(flatten)]
    to: T,
    messages: &'a [ChatMessage],
    #[serde(skip_serializing_if = "is_false")]
    notification_disabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_aggregation_units: Option<[&'a AggregationUnit; 1]>,
}

impl Keyed {
    /// Messages for one chat, under a random key.
    pub(super) fn new(client: &Client, messages: Vec<ChatMessage>) -> Self {
        Self {
            client: client.clone(),
            messages,
            notification_disabled: false,
            unit: None,
            key: RetryKey::random(),
            until: Until::default(),
        }
    }

    /// Messages for many chats.
    pub(super) fn to_many(client: &Client, messages: Vec<Message>) -> Self {
        Self::new(client, messages.into_iter().map(Into::into).collect())
    }

    /// The key that stands for the author's `name` among the sends of this kind. No channel's name has a line break in
    /// it, and no kind either, so no two of them make one key.
    pub(super) fn named(&mut self, kind: &str, name: &str) {
        self.key = RetryKey::derived(&format!("{kind}\n{}\n{name}", self.client.channel()));
    }

    /// The request to `to`, which is a struct of the fields that say so; the same send gives the same bytes each time.
    pub(super) fn request(
        &self,
        endpoint: &'static Endpoint,
        to: impl Serialize,
    ) -> Result<Request, ClientError> {
        let mut request = send_request(endpoint, &self.messages)?;
        request.retry_key = Some(self.key);
        let body = Body {
            to,
            messages: &self.messages,
            notification_disabled: self.notification_disabled,
            custom_aggregation_units: self.unit.as_ref().map(|unit| [unit]),
        };
        with_body(request, &body)
    }

    /// Mentions work in reply and push alone
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#text-message-v2-mention-object)); what
    /// LINE does with others it does not say.
    pub(super) fn check_mentions(&self, endpoint: &'static Endpoint) -> Result<(), ClientError> {
        for (i, message) in self.messages.iter().enumerate() {
            let Message::TextV2(text) = message.message() else { continue };
            let mention = |what: &Substitution| matches!(what, Substitution::Mention { .. });
            if let Some((key, _)) = text.substitution.iter().find(|(_, what)| mention(what)) {
                let field = format!("messages[{i}].substitution.{key}");
                let problem = "a mention, which only reply and push can carry".into();
                return Err(ClientError::invalid(endpoint.name, InvalidField { field, problem }));
            }
        }
        Ok(())
    }
}

impl Client {
    /// Sends what has a retry key, repeated under it until its outcome is known. 409 is success.
    pub(crate) async fn send_keyed(&self, request: &Request, until: Until) -> Result<Sent, ClientError> {
        self.execute(request, until, Repeat::UnderKey, Read::Whole).await.map(Sent::read)
    }
}

/// Gives a builder around a [`Keyed`] what all of them have. `$kind` is part of the keys that stand for names: it may
/// never change.
macro_rules! keyed {
    ($name:ident, $kind:literal) => {
        impl $name {
            /// The users get no notification.
            pub fn notification_disabled(mut self, yes: bool) -> Self {
                self.send.notification_disabled = yes;
                self
            }

            /// The key from the author's own id (`"order-17-shipped"`), per channel and kind of send: the same send
            /// under the same name is done once within the 24 hours that LINE keeps a key, whoever repeats it. What it
            /// says and whom it goes to must stay the same; LINE looks at the key alone.
            pub fn key(mut self, name: &str) -> Self {
                self.send.named($kind, name);
                self
            }

            /// The very key.
            pub fn retry_key(mut self, key: $crate::line::RetryKey) -> Self {
                self.send.key = key;
                self
            }

            /// Limits in time.
            pub fn until(mut self, until: $crate::client::Until) -> Self {
                self.send.until = until;
                self
            }
        }
    };
}

/// Gives a builder that awaiting sends its [`IntoFuture`](std::future::IntoFuture).
macro_rules! sent_by_awaiting {
    ($name:ident -> $output:ty) => {
        impl std::future::IntoFuture for $name {
            type Output = $output;
            type IntoFuture = futures_util::future::BoxFuture<'static, Self::Output>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(self.send())
            }
        }
    };
}

pub(super) use {keyed, sent_by_awaiting};
