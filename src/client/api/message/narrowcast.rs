//! `POST /v2/bot/message/narrowcast`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#send-narrowcast-message)).

use serde::Serialize;

use super::keyed::{Keyed, keyed, sent_by_awaiting};
use super::{Narrowcast, Sent};
use crate::client::{Client, ClientError, Endpoint, ErrorKind, Rate, Request};
use crate::line::narrowcast::{Demographic, Limit, Recipient};
use crate::line::{InvalidField, Message, UpToFive};

static NARROWCAST: Endpoint =
    Endpoint::post("narrowcast", "/v2/bot/message/narrowcast").rate(Rate::per_hour(60));

/// A narrowcast before it is sent: to the friends an expression describes, counted towards the monthly quota for each.
#[must_use = "awaiting it sends it"]
pub struct SendNarrowcast {
    send: Keyed,
    recipient: Option<Recipient>,
    filter: Option<Demographic>,
    limit: Option<Limit>,
}

#[derive(Serialize)]
struct To<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<&'a Recipient>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filter: Option<Filter<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<&'a Limit>,
}

#[derive(Serialize)]
struct Filter<'a> {
    demographic: &'a Demographic,
}

keyed!(SendNarrowcast, "narrowcast");
sent_by_awaiting!(SendNarrowcast -> Result<Narrowcast, ClientError>);

impl Client {
    /// Sends one to five messages to all friends, or to those that `recipient`, `filter` and `limit` leave
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-narrowcast-message)), 60 times an hour
    /// at most. LINE accepts it and sends it in the background: the [`Narrowcast`] that comes back knows how far it is.
    /// Without [`SendNarrowcast::key`] it has a random retry key, which protects this call's own attempts alone.
    ///
    /// ```
    /// # use std::time::Duration;
    /// use line_bot_server::client::Patience;
    /// use line_bot_server::line::narrowcast::{Age, Demographic, Limit, Recipient};
    ///
    /// # async fn example(client: &line_bot_server::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let narrowcast = client
    ///     .narrowcast("New in our shop")
    ///     .recipient(Recipient::audience(5614991017776))
    ///     .filter(Demographic::age(Age::Years20..))
    ///     .limit(Limit::new().up_to_remaining_quota())
    ///     .key("new-in-november")
    ///     .await?;
    /// let done = narrowcast.wait(Patience::within(Duration::from_secs(3600))).await?;
    /// println!("sent to {:?}", done.success_count);
    /// # Ok(()) }
    /// ```
    ///
    /// A quote means something in its own chat alone:
    ///
    /// ```compile_fail,E0277
    /// # use line_bot_server::{Client, TextMessage, line::QuoteToken};
    /// fn some(client: &Client, quoted: QuoteToken) {
    ///     let _ = client.narrowcast(TextMessage::new("Yes, you can.").quote(quoted));
    /// }
    /// ```
    pub fn narrowcast(&self, messages: impl UpToFive<Message>) -> SendNarrowcast {
        self.narrowcast_with(messages.into_messages())
    }

    /// Narrowcasts messages that are counted at run time.
    pub fn narrowcast_with(&self, messages: Vec<Message>) -> SendNarrowcast {
        SendNarrowcast { send: Keyed::to_many(self, messages), recipient: None, filter: None, limit: None }
    }
}

impl SendNarrowcast {
    /// To these; without it to all friends. Of their audiences each needs 50 users, unless it was made of uploaded user
    /// IDs.
    pub fn recipient(mut self, recipient: Recipient) -> Self {
        self.recipient = Some(recipient);
        self
    }

    /// To those of them of whom this is known.
    pub fn filter(mut self, demographic: Demographic) -> Self {
        self.filter = Some(demographic);
        self
    }

    /// To so many of them.
    pub fn limit(mut self, limit: impl Into<Limit>) -> Self {
        self.limit = Some(limit.into());
        self
    }

    /// The request, checked and unsent; the same narrowcast gives the same bytes each time.
    ///
    /// # Errors
    /// A message, or a number of objects, is beyond a limit.
    pub fn into_request(self) -> Result<Request, ClientError> {
        self.request()
    }

    fn request(&self) -> Result<Request, ClientError> {
        self.check().map_err(|problem| ClientError::invalid(NARROWCAST.name, problem))?;
        self.send.check_mentions(&NARROWCAST)?;
        let (recipient, limit) = (self.recipient.as_ref(), self.limit.as_ref());
        let filter = self.filter.as_ref().map(|demographic| Filter { demographic });
        self.send.request(&NARROWCAST, To { recipient, filter, limit })
    }

    fn check(&self) -> Result<(), InvalidField> {
        self.recipient.as_ref().map_or(Ok(()), Recipient::check)?;
        self.filter.as_ref().map_or(Ok(()), Demographic::check)?;
        self.limit.as_ref().map_or(Ok(()), Limit::check)
    }

    /// Sends it; repeated under its key until it is known. 409 is success: the request that was accepted is the one
    /// whose progress counts.
    ///
    /// # Errors
    /// See [`ClientError`]. 403 with a filter: the target reach is below 100.
    pub async fn send(self) -> Result<Narrowcast, ClientError> {
        let sent = self.send.client.send_keyed(&self.request()?, self.send.until).await?;
        Narrowcast::sent(&self.send.client, sent)
    }
}

impl Narrowcast {
    /// The one that LINE took.
    pub(crate) fn sent(client: &Client, sent: Sent) -> Result<Self, ClientError> {
        let Some(request_id) = sent.request_id else {
            let kind = ErrorKind::Answer("it was accepted, but its request id is missing".to_owned());
            return Err(ClientError { endpoint: NARROWCAST.name, kind, request_id: None });
        };
        Ok(Self::of(client, request_id))
    }
}
