//! What a handler holds while it handles one event: what is known of the event, and every way to answer it.
//!
//! Every send goes through the event's send journal ([`journal`]) before it leaves, so that a handler that runs again
//! after a failure or a crash says nothing twice. The rules are in `docs/ARCHITECTURE.md`, section 6.

mod attempt;
mod calls;
mod error;
mod journal;
mod many;
mod messages;
mod send;
mod sending;

use std::sync::Arc;

use crate::client::Client;
use crate::line::event::Mode;
use crate::line::{Channel, ChatId, WebhookEventId};

pub(super) use attempt::{Attempt, Common};
pub use error::SendError;
pub use many::{Broadcasting, Multicasting, Narrowcasting};
pub use messages::Messages;
pub use sending::{Pushing, Respond, Sending};

use journal::Journal;
use send::{Key, Way};

/// One attempt at one event. Cheap to clone; void once the attempt has ended (settled, timed out, lease lost,
/// cut by a stop): every call then returns [`SendError::AttemptOver`], also on clones kept elsewhere.
///
/// A send is known again, when the handler runs again, by its ordinal: the first builder made in a run is `#0`, the
/// next `#1`. So a handler that makes its sends in the same order each time needs nothing more. One that does not
/// names them: `cx.key("receipt").push(…)`. A send that is known but says something else than before fails with
/// [`SendError::Diverged`].
#[derive(Clone)]
pub struct Context {
    attempt: Arc<Attempt>,
}

impl Context {
    pub(super) fn new(attempt: Arc<Attempt>) -> Self {
        Self { attempt }
    }

    /// `webhookEventId`: the same in every attempt, so what the handler does elsewhere can be made once by it.
    pub fn event_id(&self) -> &WebhookEventId {
        &self.attempt.event.id
    }

    /// This attempt, counted from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt.number
    }

    /// The channel the event came in by.
    pub fn channel(&self) -> &Channel {
        &self.attempt.event.channel
    }

    /// The chat the event happened in; `None` for the types that have none (`module`, `delivery`, …).
    pub fn chat(&self) -> Option<&ChatId> {
        self.attempt.event.chat.as_ref()
    }

    /// The event's exact JSON, as LINE wrote it.
    pub fn raw(&self) -> &str {
        std::str::from_utf8(&self.attempt.event.json).unwrap_or_default()
    }

    /// Whether this channel may answer
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#common-properties)).
    pub fn mode(&self) -> &Mode {
        &self.attempt.mode
    }

    /// Whether another channel holds the chat, so that every call its user would notice is refused with
    /// [`SendError::Standby`].
    pub fn is_standby(&self) -> bool {
        self.attempt.is_standby()
    }

    /// Answers the event: by reply, which is free, while the reply token is fresh, else by push, which counts towards
    /// the quota. Takes any number of messages from one on and sends them in parts of five; parts after the first
    /// are pushed.
    ///
    /// It never pushes after a reply whose outcome is unknown: that is [`SendError::OutcomeUnknown`].
    pub fn respond(&self, messages: impl Messages) -> Respond {
        Respond(self.sending(self.next_key(), Way::Respond, messages))
    }

    /// Replies with the event's reply token, once, one to five messages
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-reply-message)); never pushes.
    pub fn reply(&self, messages: impl Messages) -> Sending {
        self.sending(self.next_key(), Way::Reply, messages)
    }

    /// Pushes to the event's chat
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-push-message)), any number of
    /// messages from one on, in parts of five. Counts towards the quota.
    pub fn push(&self, messages: impl Messages) -> Pushing {
        Pushing(self.sending(self.next_key(), Way::PushHere, messages))
    }

    /// Pushes to any chat, journaled with this event. In standby it may push to other chats than the event's.
    pub fn push_to(&self, chat: impl Into<ChatId>, messages: impl Messages) -> Pushing {
        Pushing(self.sending(self.next_key(), Way::PushTo(chat.into()), messages))
    }

    /// Names the next send, so that it is known by this name and not by its ordinal when the handler runs again. A
    /// name stands for one send of the event: the same one again returns its result, another one is
    /// [`SendError::Diverged`].
    pub fn key(&self, name: &str) -> Keyed {
        Keyed { cx: self.clone(), key: Key::named(name) }
    }

    /// The channel's client without journal and guards: what goes through it may come twice when the handler runs
    /// again, and goes out in standby too.
    pub fn unguarded_client(&self) -> &Client {
        &self.attempt.client
    }

    fn next_key(&self) -> Key {
        Key::ordinal(self.attempt.next_ordinal())
    }

    fn sending(&self, key: Key, way: Way, messages: impl Messages) -> Sending {
        Sending::new(Arc::clone(&self.attempt), key, way, messages.into_messages())
    }
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("channel", self.channel())
            .field("event_id", self.event_id())
            .field("attempt", &self.attempt())
            .finish_non_exhaustive()
    }
}

/// A send under a name of the author's; made by [`Context::key`].
#[derive(Clone, Debug)]
#[must_use = "it sends nothing itself"]
pub struct Keyed {
    cx: Context,
    key: Key,
}

impl Keyed {
    /// As [`Context::respond`].
    pub fn respond(self, messages: impl Messages) -> Respond {
        Respond(self.cx.sending(self.key, Way::Respond, messages))
    }

    /// As [`Context::reply`].
    pub fn reply(self, messages: impl Messages) -> Sending {
        self.cx.sending(self.key, Way::Reply, messages)
    }

    /// As [`Context::push`].
    pub fn push(self, messages: impl Messages) -> Pushing {
        Pushing(self.cx.sending(self.key, Way::PushHere, messages))
    }

    /// As [`Context::push_to`].
    pub fn push_to(self, chat: impl Into<ChatId>, messages: impl Messages) -> Pushing {
        Pushing(self.cx.sending(self.key, Way::PushTo(chat.into()), messages))
    }
}
