//! Why a send or a call through the [`Context`](super::Context) did not succeed.

use crate::client::api::content::TranscodingFailed;
use crate::client::api::message::MulticastError;
use crate::client::{ClientError, WaitError};
use crate::dispatch::handler;
use crate::inbox::{InboxError, ParkReason};

/// A call through the [`Context`](super::Context) that did not succeed.
///
/// Returned from the handler, it decides what becomes of the event: [`Diverged`](Self::Diverged),
/// [`OutcomeUnknown`](Self::OutcomeUnknown) and [`RetryKeyExpired`](Self::RetryKeyExpired) park it at once (even if the
/// handler swallows them), and so does what would fail the same way again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// The client could not do it.
    #[error("{0}")]
    Client(#[from] ClientError),
    /// Content that was waited for cannot be fetched, or not yet.
    #[error("{0}")]
    Waiting(#[source] WaitError<TranscodingFailed>),
    /// Not all of a multicast was accepted. What was is in the journal: a re-run sends the rest alone.
    #[error("{0}")]
    Multicast(#[from] MulticastError),
    /// There is nothing to send.
    #[error("no messages to send: give at least one")]
    NoMessages,
    /// More than one reply can carry, and nothing may be pushed.
    #[error("{messages} messages do not fit into a reply, which takes {max}, and a push is not allowed here")]
    TooMany {
        /// So many were given.
        messages: usize,
        /// So many are possible.
        max: usize,
    },
    /// The event happened in no chat.
    #[error("this event has no chat to push to: name one with push_to")]
    NoChat,
    /// The loading indicator and profiles need a user that this event does not name.
    #[error("{0}")]
    NoUser(&'static str),
    /// The event carries no reply token.
    #[error("this event has no reply token")]
    NoReplyToken,
    /// The reply token was used already: a token takes one reply.
    #[error(
        "the reply token is spent: an event takes one reply; use push, or respond, which pushes from then on"
    )]
    ReplyTokenSpent,
    /// The reply token is too old to be used safely.
    #[error("the reply token is no longer fresh (50 s after its delivery arrived), so it was not used")]
    ReplyTokenStale,
    /// Another channel holds the chat.
    #[error(
        "this event is in standby mode: another channel holds the chat, so nothing may be sent to it, nor what it \
         could get among others"
    )]
    Standby,
    /// An earlier run sent something else under this entry of the journal.
    #[error(
        "send {entry} says something else than when the handler ran before; nothing was sent (name sends with cx.key, \
         and build them from the event alone)"
    )]
    Diverged {
        /// The journal's entry: `#0` or the author's key, and its part.
        entry: String,
    },
    /// Whether a reply arrived cannot be known any more, so neither it nor a push may go out.
    #[error("whether reply {entry} arrived cannot be known any more ({why}); nothing more was sent")]
    OutcomeUnknown {
        /// The journal's entry.
        entry: String,
        /// How that came.
        why: &'static str,
    },
    /// LINE may have forgotten the retry key of a send of unknown outcome.
    #[error(
        "send {entry} was begun more than 23 h ago and LINE forgets its retry key after 24 h; `inbox retry --resend` \
         sends it anew"
    )]
    RetryKeyExpired {
        /// The journal's entry.
        entry: String,
    },
    /// The attempt this context belongs to has ended; or an earlier send of it has failed in a way for which the event
    /// is parked, and nothing may follow.
    #[error("the attempt is over: its context sends nothing more")]
    AttemptOver,
    /// The journal could not be written, so nothing was sent.
    #[error("nothing was sent, for its journal entry could not be written: {0}")]
    Journal(#[source] InboxError),
}

impl SendError {
    /// Why the event is to be given up for this error; `None` if another attempt may succeed.
    pub(crate) fn park_reason(&self) -> Option<ParkReason> {
        match self {
            Self::Client(error) | Self::Waiting(WaitError::Client(error)) => handler::refused_for_good(error),
            Self::Waiting(WaitError::NotInTime(_)) => None,
            Self::Waiting(WaitError::Failed(TranscodingFailed)) => Some(ParkReason::Refused),
            Self::Multicast(error) => error.cause().and_then(handler::refused_for_good),
            Self::Diverged { .. } => Some(ParkReason::SendDiverged),
            Self::OutcomeUnknown { .. } => Some(ParkReason::OutcomeUnknown),
            Self::RetryKeyExpired { .. } => Some(ParkReason::RetryKeyExpired),
            Self::AttemptOver | Self::Journal(_) => None,
            Self::NoMessages
            | Self::TooMany { .. }
            | Self::NoChat
            | Self::NoUser(_)
            | Self::NoReplyToken
            | Self::ReplyTokenSpent
            | Self::ReplyTokenStale
            | Self::Standby => Some(ParkReason::Permanent),
        }
    }

    /// Whether the event is given up for it even if the handler says `Ok`, for that would be a false success.
    pub(crate) fn is_fatal(&self) -> bool {
        matches!(self, Self::Diverged { .. } | Self::OutcomeUnknown { .. } | Self::RetryKeyExpired { .. })
    }
}
