//! What became of a multicast, part by part.

use std::error::Error;
use std::fmt;

use super::Sent;
use crate::client::{ClientError, ErrorKind};
use crate::line::{RequestId, UserId};

/// What became of a multicast, part by part, in the order of sending.
#[derive(Debug)]
#[non_exhaustive]
pub struct MulticastSent {
    /// The parts; together they name every user once.
    pub parts: Vec<MulticastPart>,
}

/// Users of one request, and what became of it.
#[derive(Debug)]
#[non_exhaustive]
pub struct MulticastPart {
    /// The users, at most [`MULTICAST_MAX`](super::MULTICAST_MAX).
    pub recipients: Vec<UserId>,
    /// What became of it.
    pub outcome: PartOutcome,
}

/// What became of one part of a multicast.
#[derive(Debug)]
#[non_exhaustive]
pub enum PartOutcome {
    /// LINE took it. Whom it cannot reach (blocked, no friend) it leaves out without a word.
    Accepted {
        /// Of the call that was accepted.
        request_id: Option<RequestId>,
    },
    /// Certainly none of them gets it: LINE refused it, or it never left.
    Refused(ClientError),
    /// Whether they get it is not known. Repeated under the same key it comes once.
    Unknown(ClientError),
    /// Not sent, because an earlier part showed that it would fail, too.
    NotTried,
}

/// Not all of a multicast was accepted.
#[derive(Debug)]
#[non_exhaustive]
pub enum MulticastError {
    /// Refused here, before anything was sent.
    Invalid(ClientError),
    /// Some parts were not accepted. The same multicast under the same key within 24 hours goes to the users alone who
    /// have not got it. With other users it would be cut elsewhere: send to those who have not got it under another key.
    Incomplete(MulticastSent),
}

impl MulticastError {
    /// What became of the parts; `None` when none was sent.
    pub fn sent(&self) -> Option<&MulticastSent> {
        match self {
            Self::Invalid(_) => None,
            Self::Incomplete(sent) => Some(sent),
        }
    }

    /// The failure that says whether a repeat can help: one that passes, if there is one.
    pub fn cause(&self) -> Option<&ClientError> {
        match self {
            Self::Invalid(error) => Some(error),
            Self::Incomplete(sent) => sent.cause(),
        }
    }
}

impl MulticastSent {
    /// Users for whom LINE took it.
    pub fn accepted(&self) -> impl Iterator<Item = &UserId> {
        self.users(|outcome| matches!(outcome, PartOutcome::Accepted { .. }))
    }

    /// Users who certainly do not get it.
    pub fn refused(&self) -> impl Iterator<Item = &UserId> {
        self.users(|outcome| matches!(outcome, PartOutcome::Refused(_)))
    }

    /// Users of whom nobody knows whether they get it.
    pub fn unknown(&self) -> impl Iterator<Item = &UserId> {
        self.users(|outcome| matches!(outcome, PartOutcome::Unknown(_)))
    }

    /// Users to whom it was not sent, because an earlier part showed that it would fail.
    pub fn not_tried(&self) -> impl Iterator<Item = &UserId> {
        self.users(|outcome| matches!(outcome, PartOutcome::NotTried))
    }

    fn users(&self, of: impl Fn(&PartOutcome) -> bool) -> impl Iterator<Item = &UserId> {
        self.parts.iter().filter(move |part| of(&part.outcome)).flat_map(|part| &part.recipients)
    }

    fn failures(&self) -> impl Iterator<Item = &ClientError> {
        self.parts.iter().filter_map(|part| match &part.outcome {
            PartOutcome::Refused(error) | PartOutcome::Unknown(error) => Some(error),
            PartOutcome::Accepted { .. } | PartOutcome::NotTried => None,
        })
    }

    fn cause(&self) -> Option<&ClientError> {
        self.failures().find(|error| error.is_retryable()).or_else(|| self.failures().next())
    }
}

/// Without user IDs: how many, and the first failure.
impl fmt::Display for MulticastError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Incomplete(sent) = self else {
            return self.cause().map_or(Ok(()), |error| error.fmt(f));
        };
        let [accepted, refused, unknown, not_tried] = [
            sent.accepted().count(),
            sent.refused().count(),
            sent.unknown().count(),
            sent.not_tried().count(),
        ];
        let all = accepted + refused + unknown + not_tried;
        write!(
            f,
            "multicast: accepted for {accepted} of {all} users ({refused} not sent, {unknown} unknown, {not_tried} not \
             tried); the same multicast under the same key goes to the others alone"
        )?;
        self.cause().map_or(Ok(()), |error| write!(f, ": {error}"))
    }
}

impl Error for MulticastError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause().map(|error| error as _)
    }
}

impl From<ClientError> for MulticastError {
    fn from(error: ClientError) -> Self {
        Self::Invalid(error)
    }
}

/// Takes the outcomes down, and says when to stop.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    parts: Vec<MulticastPart>,
    over: bool,
}

impl Tally {
    /// Whether the next part would fail as the last one did.
    pub(crate) fn is_over(&self) -> bool {
        self.over
    }

    pub(crate) fn accepted(&mut self, users: &[UserId], sent: Sent) {
        self.push(users, PartOutcome::Accepted { request_id: sent.request_id });
    }

    /// `unknown`: this attempt, or one before it, may have arrived.
    pub(crate) fn failed(&mut self, users: &[UserId], error: ClientError, unknown: bool) {
        self.over = befalls_the_next(&error);
        self.push(users, if unknown { PartOutcome::Unknown(error) } else { PartOutcome::Refused(error) });
    }

    pub(crate) fn not_tried(&mut self, users: &[UserId]) {
        self.push(users, PartOutcome::NotTried);
    }

    fn push(&mut self, users: &[UserId], outcome: PartOutcome) {
        self.parts.push(MulticastPart { recipients: users.to_vec(), outcome });
    }

    pub(crate) fn finish(self) -> Result<MulticastSent, MulticastError> {
        let all = self.parts.iter().all(|part| matches!(part.outcome, PartOutcome::Accepted { .. }));
        let sent = MulticastSent { parts: self.parts };
        if all { Ok(sent) } else { Err(MulticastError::Incomplete(sent)) }
    }
}

/// Whether a part failed by something that has nothing to do with its users. 400 has (one of them is unknown), and an
/// answer that got lost says nothing of the next one.
fn befalls_the_next(error: &ClientError) -> bool {
    match &error.kind {
        ErrorKind::Refused { status, .. } => *status != 400,
        ErrorKind::NotSent(_) | ErrorKind::Token(_) | ErrorKind::Invalid(_) | ErrorKind::Paced { .. } => true,
        ErrorKind::OutcomeUnknown(_)
        | ErrorKind::NoAnswer(_)
        | ErrorKind::Answer(_)
        | ErrorKind::Upload(_) => false,
    }
}
