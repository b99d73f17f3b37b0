//! The builders of what goes to many, which a handler awaits.

use std::future::IntoFuture;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::send::Key;
use super::{Attempt, Context, Keyed, SendError};
use crate::client::api::message::{Broadcast, Multicast, MulticastSent, Narrowcast, SendNarrowcast, Sent};
use crate::inbox::Route;
use crate::line::narrowcast::{Demographic, Limit, Recipient};
use crate::line::{AggregationUnit, Message, UpToFive, UserId};

/// A multicast on its way; awaiting it sends it.
#[must_use = "awaiting it sends it"]
pub struct Multicasting {
    attempt: Arc<Attempt>,
    key: Key,
    send: Multicast,
}

/// A narrowcast on its way; awaiting it sends it.
#[must_use = "awaiting it sends it"]
pub struct Narrowcasting {
    attempt: Arc<Attempt>,
    key: Key,
    send: SendNarrowcast,
}

/// A broadcast on its way; awaiting it sends it.
#[must_use = "awaiting it sends it"]
pub struct Broadcasting {
    attempt: Arc<Attempt>,
    key: Key,
    send: Broadcast,
}

impl Context {
    /// Sends one to five messages to users, each once, in their 1:1 chats, in parts of 500 of which each is journaled
    /// ([`Client::multicast`](crate::Client::multicast)). Counts towards the quota for each of them.
    ///
    /// A re-run sends the parts alone that were not accepted; with other users it is [`SendError::Diverged`]. In standby
    /// it is refused if the event's chat is among them.
    pub fn multicast(
        &self,
        to: impl IntoIterator<Item = impl Into<UserId>>,
        messages: impl UpToFive<Message>,
    ) -> Multicasting {
        self.multicast_as(self.next_key(), to, messages)
    }

    /// Sends one to five messages to all friends, or to those that `recipient`, `filter` and `limit` leave
    /// ([`Client::narrowcast`](crate::Client::narrowcast)). A re-run gets the narrowcast of then. Refused in standby.
    pub fn narrowcast(&self, messages: impl UpToFive<Message>) -> Narrowcasting {
        self.narrowcast_as(self.next_key(), messages)
    }

    /// Sends one to five messages to all friends ([`Client::broadcast`](crate::Client::broadcast)), once per event,
    /// however often the handler runs. Refused in standby.
    pub fn broadcast(&self, messages: impl UpToFive<Message>) -> Broadcasting {
        self.broadcast_as(self.next_key(), messages)
    }

    fn multicast_as(
        &self,
        key: Key,
        to: impl IntoIterator<Item = impl Into<UserId>>,
        messages: impl UpToFive<Message>,
    ) -> Multicasting {
        let send = self.attempt.client.multicast(to, messages);
        Multicasting { attempt: Arc::clone(&self.attempt), key, send }
    }

    fn narrowcast_as(&self, key: Key, messages: impl UpToFive<Message>) -> Narrowcasting {
        let send = self.attempt.client.narrowcast(messages);
        Narrowcasting { attempt: Arc::clone(&self.attempt), key, send }
    }

    fn broadcast_as(&self, key: Key, messages: impl UpToFive<Message>) -> Broadcasting {
        let send = self.attempt.client.broadcast(messages);
        Broadcasting { attempt: Arc::clone(&self.attempt), key, send }
    }
}

impl Keyed {
    /// As [`Context::multicast`].
    pub fn multicast(
        self,
        to: impl IntoIterator<Item = impl Into<UserId>>,
        messages: impl UpToFive<Message>,
    ) -> Multicasting {
        self.cx.multicast_as(self.key, to, messages)
    }

    /// As [`Context::narrowcast`].
    pub fn narrowcast(self, messages: impl UpToFive<Message>) -> Narrowcasting {
        self.cx.narrowcast_as(self.key, messages)
    }

    /// As [`Context::broadcast`].
    pub fn broadcast(self, messages: impl UpToFive<Message>) -> Broadcasting {
        self.cx.broadcast_as(self.key, messages)
    }
}

impl Multicasting {
    /// The users get no notification.
    pub fn notification_disabled(mut self, yes: bool) -> Self {
        self.send = self.send.notification_disabled(yes);
        self
    }

    /// Counts it in the statistics of this unit.
    pub fn custom_aggregation_unit(mut self, unit: AggregationUnit) -> Self {
        self.send = self.send.custom_aggregation_unit(unit);
        self
    }
}

impl Narrowcasting {
    /// The users get no notification.
    pub fn notification_disabled(mut self, yes: bool) -> Self {
        self.send = self.send.notification_disabled(yes);
        self
    }

    /// To these; without it to all friends.
    pub fn recipient(mut self, recipient: Recipient) -> Self {
        self.send = self.send.recipient(recipient);
        self
    }

    /// To those of them of whom this is known.
    pub fn filter(mut self, demographic: Demographic) -> Self {
        self.send = self.send.filter(demographic);
        self
    }

    /// To so many of them.
    pub fn limit(mut self, limit: impl Into<Limit>) -> Self {
        self.send = self.send.limit(limit);
        self
    }
}

impl Broadcasting {
    /// The users get no notification.
    pub fn notification_disabled(mut self, yes: bool) -> Self {
        self.send = self.send.notification_disabled(yes);
        self
    }
}

/// Resolves when all parts are accepted; else to [`SendError::Multicast`], which tells part by part.
impl IntoFuture for Multicasting {
    type Output = Result<MulticastSent, SendError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.attempt.multicast(&self.key, &self.send).await })
    }
}

/// Resolves to the narrowcast that LINE accepted, now or in an earlier run.
impl IntoFuture for Narrowcasting {
    type Output = Result<Narrowcast, SendError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let Self { attempt, key, send } = self;
            let sent = attempt.to_many(&key, Route::Narrowcast, send.into_request()).await?;
            Ok(Narrowcast::sent(&attempt.client, sent)?)
        })
    }
}

/// Resolves to the request that LINE accepted; LINE names no messages.
impl IntoFuture for Broadcasting {
    type Output = Result<Sent, SendError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let Self { attempt, key, send } = self;
            attempt.to_many(&key, Route::Broadcast, send.into_request()).await
        })
    }
}
