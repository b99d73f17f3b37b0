//! The builders a handler awaits.

use std::future::IntoFuture;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::attempt::Attempt;
use super::send::{Key, Way};
use super::{SendError, send};
use crate::client::api::message::Sent;
use crate::line::ChatMessage;

/// A send on its way; awaiting it sends it.
#[must_use = "awaiting it sends it"]
pub struct Sending {
    pub(super) attempt: Arc<Attempt>,
    pub(super) key: Key,
    pub(super) way: Way,
    pub(super) messages: Vec<ChatMessage>,
    pub(super) notification_disabled: bool,
    pub(super) reply_only: bool,
}

impl Sending {
    pub(super) fn new(attempt: Arc<Attempt>, key: Key, way: Way, messages: Vec<ChatMessage>) -> Self {
        Self { attempt, key, way, messages, notification_disabled: false, reply_only: false }
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
