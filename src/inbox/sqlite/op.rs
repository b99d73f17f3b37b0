//! What is asked of the writer, each with the place its answer goes to.

use std::time::Duration;

use tokio::sync::oneshot;

use super::super::{
    Accepted, Claims, Delivery, Filter, InboxError, Lease, Now, Outcome, Retention, SendEntry, SendNote,
    SendResult, Settled, Swept,
};

pub(super) type Reply<T> = oneshot::Sender<Result<T, InboxError>>;

/// A question and its answer, which is told only when it is durable.
pub(super) struct Asked<Q, T> {
    pub(super) question: Q,
    pub(super) answer: Option<Result<T, InboxError>>,
    reply: Reply<T>,
}

impl<Q, T> Asked<Q, T> {
    pub(super) const fn new(question: Q, reply: Reply<T>) -> Self {
        Self { question, answer: None, reply }
    }

    /// Nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    /// Gives the answer back if nobody waits for it any more.
    fn conclude(self, failure: Option<&str>) -> Option<T> {
        let answer = match (failure, self.answer) {
            (None, Some(answer)) => answer,
            (failure, _) => Err(unavailable(failure.unwrap_or("it is stopping"))),
        };
        self.reply.send(answer).err().and_then(Result::ok)
    }
}

pub(super) fn unavailable(why: &str) -> InboxError {
    InboxError::Unavailable(why.to_owned())
}

pub(super) enum Op {
    Claim(Asked<Claim, Claims>),
    Extend(Asked<Extend, Vec<Lease>>),
    Note(Asked<Note, ()>),
    Result(SendOutcome),
    Settle(Asked<Settle, Settled>),
    Accept(Asked<Accept, Accepted>),
    Retry(Asked<Retry, u64>),
    Discard(Asked<Discard, u64>),
    Sweep(Asked<Sweep, Swept>),
    /// A commit that changes nothing.
    Probe(Asked<(), ()>),
    Close(Asked<(), ()>),
}

pub(super) struct Accept {
    pub(super) delivery: Option<Delivery>,
    pub(super) now: Now,
}

pub(super) struct Claim {
    pub(super) max: usize,
    pub(super) lease: Duration,
    pub(super) now: Now,
}

pub(super) struct Extend {
    pub(super) leases: Vec<Lease>,
    pub(super) lease: Duration,
    pub(super) now: Now,
}

pub(super) struct Settle {
    pub(super) lease: Lease,
    pub(super) outcome: Outcome,
    pub(super) now: Now,
}

pub(super) struct Note {
    pub(super) lease: Lease,
    pub(super) sends: Vec<SendNote>,
    pub(super) now: Now,
}

/// The result of a send. Nobody waits for it: it rides on the next commit.
pub(super) struct SendOutcome {
    pub(super) lease: Lease,
    pub(super) entry: SendEntry,
    pub(super) result: SendResult,
}

pub(super) struct Retry {
    pub(super) filter: Filter,
    pub(super) resend: bool,
    pub(super) now: Now,
}

pub(super) struct Discard {
    pub(super) filter: Filter,
    pub(super) now: Now,
}

pub(super) struct Sweep {
    pub(super) retention: Retention,
    pub(super) now: Now,
}

impl Op {
    /// What waits together is concurrent, so any order is as good as another; this one lets each be decided on the
    /// lanes as they were before the batch: claims take what was there, and only then is anything ended or added. The
    /// result of a send comes first, for its caller did not wait before going on.
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Result(_) => 0,
            Self::Claim(_) => 1,
            Self::Extend(_) => 2,
            Self::Note(_) => 3,
            Self::Settle(_) => 4,
            Self::Accept(_) => 5,
            Self::Retry(_) | Self::Discard(_) | Self::Sweep(_) | Self::Probe(_) => 6,
            Self::Close(_) => 7,
        }
    }

    /// How many bytes of JSON it brings.
    pub(super) fn weight(&self) -> usize {
        let Self::Accept(asked) = self else { return 0 };
        let events = asked.question.delivery.iter().flat_map(|delivery| &delivery.events);
        events.map(|raw| raw.json.len()).sum()
    }

    /// Nobody waits for it: it may wait a moment for company, and is tried again if its commit fails.
    pub(super) const fn is_patient(&self) -> bool {
        matches!(self, Self::Result(_))
    }

    /// Its caller has gone, and nothing is lost by not doing it: LINE was told 503, or nobody would use the claim.
    pub(super) fn is_pointless(&self) -> bool {
        match self {
            Self::Accept(asked) => asked.is_abandoned(),
            Self::Claim(asked) => asked.is_abandoned(),
            _ => false,
        }
    }

    /// Answers. What a claim took for a caller who has gone meanwhile is returned, to be released: nobody else would
    /// before the lease ends, and the attempt would count as one in which the process died.
    pub(super) fn conclude(self, failure: Option<&str>) -> Vec<Op> {
        match self {
            Self::Claim(asked) => {
                let now = asked.question.now;
                let unclaimed = asked.conclude(failure).map(|claims| claims.chats).unwrap_or_default();
                return unclaimed.into_iter().map(|claimed| Self::release(claimed.lease, now)).collect();
            }
            Self::Accept(asked) => drop(asked.conclude(failure)),
            Self::Extend(asked) => drop(asked.conclude(failure)),
            Self::Settle(asked) => drop(asked.conclude(failure)),
            Self::Note(asked) => drop(asked.conclude(failure)),
            Self::Retry(asked) => drop(asked.conclude(failure)),
            Self::Discard(asked) => drop(asked.conclude(failure)),
            Self::Sweep(asked) => drop(asked.conclude(failure)),
            Self::Probe(asked) | Self::Close(asked) => drop(asked.conclude(failure)),
            Self::Result(_) => {}
        }
        Vec::new()
    }

    fn release(lease: Lease, now: Now) -> Self {
        // Nobody waits for this answer.
        let (reply, _) = oneshot::channel();
        Self::Settle(Asked::new(Settle { lease, outcome: Outcome::Release, now }, reply))
    }
}
