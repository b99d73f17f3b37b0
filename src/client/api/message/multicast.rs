//! `POST /v2/bot/message/multicast`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#send-multicast-message)).

use serde::Serialize;

use super::Tally;
use super::keyed::{Keyed, keyed, sent_by_awaiting};
use super::report::{MulticastError, MulticastSent};
use crate::client::{Client, ClientError, Endpoint, Rate, Request};
use crate::line::{AggregationUnit, InvalidField, Message, RetryKey, UpToFive, UserId};

/// The most users of one request
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-multicast-message)); more are sent in
/// several.
pub const MULTICAST_MAX: usize = 500;

static MULTICAST: Endpoint =
    Endpoint::post("multicast", "/v2/bot/message/multicast").rate(Rate::per_second(200));

/// A multicast: to any number of users, in parts of [`MULTICAST_MAX`], counted towards the monthly quota for each.
#[must_use = "awaiting it sends it"]
pub struct Multicast {
    send: Keyed,
    /// Sorted, each once: the same users in another order are the same parts.
    to: Vec<UserId>,
}

#[derive(Serialize)]
struct To<'a> {
    to: &'a [UserId],
}

keyed!(Multicast, "multicast");
sent_by_awaiting!(Multicast -> Result<MulticastSent, MulticastError>);

impl Client {
    /// Sends one to five messages to users, each once, in their 1:1 chats
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-multicast-message)); groups and rooms
    /// take a push. More than [`MULTICAST_MAX`] users are sent to in parts, one after another, each under a retry key
    /// of its own that depends on the multicast's key and the part's number. Without [`Multicast::key`] that is a
    /// random one, which protects this call's own attempts alone.
    ///
    /// ```
    /// # use line_bot_server::line::UserId;
    /// # async fn example(client: &line_bot_server::Client, customers: Vec<UserId>)
    /// # -> Result<(), Box<dyn std::error::Error>> {
    /// use line_bot_server::client::api::message::MulticastError;
    ///
    /// match client.multicast(customers, "Our address has changed").key("address-2026").await {
    ///     Ok(sent) => println!("accepted for {}", sent.accepted().count()),
    ///     // Repeated under the same key for the same users, it goes to those alone who have not got it.
    ///     Err(MulticastError::Incomplete(sent)) => println!("nobody knows of {}", sent.unknown().count()),
    ///     Err(error) => return Err(error.into()),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// A quote means something in its own chat alone:
    ///
    /// ```compile_fail,E0277
    /// # use line_bot_server::{Client, TextMessage, line::QuoteToken};
    /// fn both(client: &Client, quoted: QuoteToken) {
    ///     let _ = client.multicast(["U1", "U2"], TextMessage::new("Yes, you can.").quote(quoted));
    /// }
    /// ```
    ///
    /// And LINE takes no sixth message:
    ///
    /// ```compile_fail,E0277
    /// # use line_bot_server::Client;
    /// fn both(client: &Client) {
    ///     let _ = client.multicast(["U1", "U2"], ["one", "two", "three", "four", "five", "six"]);
    /// }
    /// ```
    pub fn multicast(
        &self,
        to: impl IntoIterator<Item = impl Into<UserId>>,
        messages: impl UpToFive<Message>,
    ) -> Multicast {
        self.multicast_with(to, messages.into_messages())
    }

    /// Multicasts messages that are counted at run time.
    pub fn multicast_with(
        &self,
        to: impl IntoIterator<Item = impl Into<UserId>>,
        messages: Vec<Message>,
    ) -> Multicast {
        let mut to: Vec<UserId> = to.into_iter().map(Into::into).collect();
        to.sort_unstable();
        to.dedup();
        Multicast { send: Keyed::to_many(self, messages), to }
    }
}

impl Multicast {
    /// Counts it in the statistics of this unit.
    pub fn custom_aggregation_unit(mut self, unit: AggregationUnit) -> Self {
        self.send.unit = Some(unit);
        self
    }

    /// The requests, checked and unsent: one for each part. The same multicast gives the same bytes each time.
    ///
    /// # Errors
    /// There is no user, or a message is beyond a limit.
    pub fn into_requests(self) -> Result<Vec<Request>, ClientError> {
        self.parts().map(|part| self.request(&part)).collect()
    }

    /// Sends the parts one after another; each is repeated under its key until it is known, and 409 is success. What
    /// befalls one part alone (400: a user of it is unknown; an answer that got lost) does not keep the others from
    /// being sent; what would befall the next one, too (no connection, no token, 401, 403, 413, 429) does.
    ///
    /// # Errors
    /// [`MulticastError::Invalid`] before anything is sent; [`MulticastError::Incomplete`] unless all are accepted.
    pub async fn send(self) -> Result<MulticastSent, MulticastError> {
        let client = &self.send.client;
        let mut tally = Tally::default();
        for part in self.parts() {
            if tally.is_over() {
                tally.not_tried(part.users);
                continue;
            }
            let request = self.request(&part)?;
            match client.send_keyed(&request, self.send.until).await {
                Ok(sent) => tally.accepted(part.users, sent),
                Err(error) => {
                    let unknown = error.is_outcome_unknown();
                    tally.failed(part.users, error, unknown);
                }
            }
        }
        tally.finish()
    }

    /// Whether this user gets it.
    pub(crate) fn is_to(&self, user: &UserId) -> bool {
        self.to.binary_search(user).is_ok()
    }

    /// The parts; one without users if there are none, so that somebody checks it.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let nobody: &[UserId] = &[];
        let parts = self.to.chunks(MULTICAST_MAX).chain(self.to.is_empty().then_some(nobody));
        parts.enumerate().map(|(number, users)| Part { number, users })
    }

    /// A part's request.
    ///
    /// # Errors
    /// As [`into_requests`](Self::into_requests), for the first part as for all others.
    pub(crate) fn request(&self, part: &Part<'_>) -> Result<Request, ClientError> {
        if part.users.is_empty() {
            let problem = "0 user IDs, at least 1 is needed".into();
            return Err(ClientError::invalid(
                MULTICAST.name,
                InvalidField { field: "to".to_owned(), problem },
            ));
        }
        self.send.check_mentions(&MULTICAST)?;
        let mut request = self.send.request(&MULTICAST, To { to: part.users })?;
        request.retry_key = Some(part_key(self.send.key, part.number));
        Ok(request)
    }
}

/// Users of one request, and which one it is, from 0.
pub(crate) struct Part<'a> {
    pub(crate) number: usize,
    pub(crate) users: &'a [UserId],
}

/// A repeat in a day's time, by another version, must make the same key.
fn part_key(base: RetryKey, number: usize) -> RetryKey {
    RetryKey::derived(&format!("part\n{base}\n{number}"))
}
