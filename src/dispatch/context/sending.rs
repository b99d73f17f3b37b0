//! The builders a handler awaits.

use std::future::IntoFuture;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::attempt::Attempt;
use super::send::{Key, Way};
use super::{SendError, send};
use crate::client::api::message::Sent;
use crate::line::{AggregationUnit, ChatMessage};

/// A reply on its way; awaiting it sends it.
#[must_use = "awaiting it sends it"]
pub struct Sending {
    pub(super) attempt: Arc<Attempt>,
    pub(super) key: Key,
    pub(super) way: Way,
    pub(super) messages: Vec<ChatMessage>,
    pub(super) notification_disabled: bool,
    pub(super) reply_only: bool,
    pub(super) unit: Option<AggregationUnit>,
}

impl Sending {
    pub(super) fn new(attempt: Arc<Attempt>, key: Key, way: Way, messages: Vec<ChatMessage>) -> Self {
        Self { attempt, key, way, messages, notification_disabled: false, reply_only: false, unit: None }
    }

    /// The user gets no notification.
    pub fn notification_disabled(mut self, yes: bool) -> Self {
        self.notification_disabled = yes;
        self
    }
}

/// An answer on its way, by reply or push; awaiting it sends it.
#[must_use = "awaiting it sends it"]
pub struct Respond(pub(super) Sending);

impl Respond {
    /// Forbids the push: when the reply cannot be used, it fails with what keeps it from being used
    /// ([`SendError::NoReplyToken`], [`SendError::ReplyTokenSpent`], [`SendError::ReplyTokenStale`], LINE's refusal),
    /// and more than five messages are [`SendError::TooMany`].
    pub fn reply_only(mut self) -> Self {
        self.0.reply_only = true;
        self
    }

    /// The user gets no notification.
    pub fn notification_disabled(self, yes: bool) -> Self {
        Self(self.0.notification_disabled(yes))
    }

    /// Counts what is pushed of it in the statistics of this unit; LINE has none for replies.
    pub fn custom_aggregation_unit(mut self, unit: AggregationUnit) -> Self {
        self.0.unit = Some(unit);
        self
    }
}

/// A push on its way; awaiting it sends it.
#[must_use = "awaiting it sends it"]
pub struct Pushing(pub(super) Sending);

impl Pushing {
    /// The user gets no notification.
    pub fn notification_disabled(self, yes: bool) -> Self {
        Self(self.0.notification_disabled(yes))
    }

    /// Counts it in the statistics of this unit.
    pub fn custom_aggregation_unit(mut self, unit: AggregationUnit) -> Self {
        self.0.unit = Some(unit);
        self
    }
}

/// Resolves to what LINE took. Of an answer in several parts: the first part's request id, and all messages in order,
/// or none if those of one part are not known.
impl IntoFuture for Sending {
    type Output = Result<Sent, SendError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(send::send(self))
    }
}

/// As [`Sending`].
impl IntoFuture for Respond {
    type Output = Result<Sent, SendError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.0.into_future()
    }
}

/// As [`Sending`].
impl IntoFuture for Pushing {
    type Output = Result<Sent, SendError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.0.into_future()
    }
}
