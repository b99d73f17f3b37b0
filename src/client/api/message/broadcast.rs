//! `POST /v2/bot/message/broadcast`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#send-broadcast-message)).

use serde::Serialize;

use super::Sent;
use super::keyed::{Keyed, keyed, sent_by_awaiting};
use crate::client::{Client, ClientError, Endpoint, Rate, Request};
use crate::line::{Message, UpToFive};

static BROADCAST: Endpoint =
    Endpoint::post("broadcast", "/v2/bot/message/broadcast").rate(Rate::per_hour(60));

/// A broadcast: to all friends, counted towards the monthly quota for each of them.
#[must_use = "awaiting it sends it"]
pub struct Broadcast {
    send: Keyed,
}

/// No field says whom it goes to.
#[derive(Serialize)]
struct Everybody {}

keyed!(Broadcast, "broadcast");
sent_by_awaiting!(Broadcast -> Result<Sent, ClientError>);

impl Client {
    /// Sends one to five messages to all friends
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-broadcast-message)), 60 times an hour
    /// at most. Without [`Broadcast::key`] it has a random retry key, which protects this call's own attempts alone.
    ///
    /// ```
    /// # async fn example(client: &line_bot_server::Client) -> Result<(), line_bot_server::client::ClientError> {
    /// client.broadcast("We are closed on Monday").key("closed-2026-11-23").await?;
    /// # Ok(()) }
    /// ```
    ///
    /// A quote means something in its own chat alone:
    ///
    /// ```compile_fail,E0277
    /// # use line_bot_server::{Client, TextMessage, line::QuoteToken};
    /// fn all(client: &Client, quoted: QuoteToken) {
    ///     let _ = client.broadcast(TextMessage::new("Yes, you can.").quote(quoted));
    /// }
    /// ```
    pub fn broadcast(&self, messages: impl UpToFive<Message>) -> Broadcast {
        self.broadcast_with(messages.into_messages())
    }

    /// Broadcasts messages that are counted at run time.
    pub fn broadcast_with(&self, messages: Vec<Message>) -> Broadcast {
        Broadcast { send: Keyed::to_many(self, messages) }
    }
}

impl Broadcast {
    /// The request, checked and unsent; the same broadcast gives the same bytes each time.
    ///
    /// # Errors
    /// A message is beyond a limit.
    pub fn into_request(self) -> Result<Request, ClientError> {
        self.request()
    }

    fn request(&self) -> Result<Request, ClientError> {
        self.send.check_mentions(&BROADCAST)?;
        self.send.request(&BROADCAST, Everybody {})
    }

    /// Sends it; repeated under its key until it is known. 409 is success.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn send(self) -> Result<Sent, ClientError> {
        self.send.client.send_keyed(&self.request()?, self.send.until).await
    }
}
