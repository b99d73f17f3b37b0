//! Whether a failed attempt is followed by another, after which pause, and what the call's failure is in the end.

use std::time::Duration;

use crate::client::error::{Words, is_final, is_invalid_reply_token, is_monthly_limit};
use crate::client::pace::NotNow;
use crate::client::token::TokenFailure;
use crate::client::{ClientError, Endpoint, ErrorKind, Settings, Until};
use crate::clock::Boot;
use crate::line::RequestId;

/// The longest pause, in multiples of the first.
const LONGEST_PAUSE: u32 = 32;
/// A longer `Retry-After` is not waited for: the caller gets the error and may come back.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(30);
/// A reply of unknown outcome is repeated for as long as its token is fresh; this many times the usual attempts keep
/// that from becoming a flood.
const REPLY_PATIENCE: u32 = 4;

/// What another attempt does when an earlier one may have arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// No harm: a read, a setting.
    Freely,
    /// It makes a second one: not when the first may have been done.
    Never,
    /// Nothing: LINE answers 409 to a retry key it has accepted.
    UnderKey,
    /// Nothing: LINE refuses a reply token that was used.
    WithToken {
        /// An attempt before this call may have arrived.
        unknown_before: bool,
    },
}

/// Why an attempt did not succeed.
#[derive(Debug)]
pub(crate) enum Fault {
    /// No attempt may begin any more.
    NoTime,
    Token(TokenFailure),
    /// Its turn under LINE's rate limit is too far away.
    Paced(NotNow),
    NotSent(String),
    /// What was to be uploaded cannot be read.
    Upload(String),
    /// It left, and the answer is missing.
    NoAnswer(String),
    /// LINE answered, with a status that is no success.
    Status(Refusal),
}

#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) words: Words,
    pub(crate) retry_after: Option<Duration>,
}

impl Refusal {
    /// 500: "the message may still have been delivered"; the other 5xx and 408 are taken for the same.
    fn leaves_unknown(&self) -> bool {
        self.status >= 500 || self.status == 408
    }

    pub(crate) fn is_rate(&self) -> bool {
        self.status == 429 && !is_monthly_limit(self.status, &self.words.message)
    }
}

impl Fault {
    fn leaves_unknown(&self) -> bool {
        match self {
            Self::NoAnswer(_) => true,
            Self::Status(refusal) => refusal.leaves_unknown(),
            Self::NoTime | Self::Token(_) | Self::Paced(_) | Self::NotSent(_) | Self::Upload(_) => false,
        }
    }

    /// Whether another attempt could fare better.
    fn may_pass(&self) -> bool {
        match self {
            // Waited for already, or too long to wait for.
            Self::NoTime | Self::Paced(_) => false,
            // Reading the same again gives the same.
            Self::Upload(_) => false,
            Self::Token(failure) => failure.may_pass(),
            Self::NotSent(_) | Self::NoAnswer(_) => true,
            Self::Status(refusal) => refusal.leaves_unknown() || refusal.is_rate(),
        }
    }

    fn retry_after(&self) -> Duration {
        match self {
            Self::Status(refusal) => refusal.retry_after.unwrap_or_default(),
            _ => Duration::ZERO,
        }
    }

    /// LINE's refusal for the rate, and how long it asks us to stay away.
    pub(crate) fn as_rate_limit(&self) -> Option<Option<Duration>> {
        match self {
            Self::Status(refusal) if refusal.is_rate() => Some(refusal.retry_after),
            _ => None,
        }
    }

    pub(crate) fn is_unauthorized(&self) -> bool {
        matches!(self, Self::Status(refusal) if refusal.status == 401)
    }
}

/// What follows a failed attempt.
#[derive(Debug)]
pub(crate) enum Next {
    /// Another attempt after this pause.
    Again(Duration),
    /// LINE's refusal proves that an earlier attempt was done.
    DoneBefore,
    Failed(ClientError),
}

/// The course of one call: what its attempts have shown so far.
pub(crate) struct Course {
    endpoint: &'static str,
    repeat: Repeat,
    until: Until,
    attempt_timeout: Duration,
    backoff: Duration,
    limit: u32,
    made: u32,
    /// An attempt may have been done, and no answer has settled it.
    unknown: bool,
    /// The last failure before time ran out.
    last: Option<Fault>,
    pub(crate) request_id: Option<RequestId>,
}

impl Course {
    pub(crate) fn new(
        endpoint: &'static Endpoint,
        settings: &Settings,
        until: Until,
        repeat: Repeat,
    ) -> Self {
        Self {
            endpoint: endpoint.name,
            repeat,
            until,
            attempt_timeout: settings.attempt_timeout.max(endpoint.patience.unwrap_or_default()),
            backoff: settings.backoff,
            limit: settings.attempts.max(1),
            made: 0,
            unknown: repeat == Repeat::WithToken { unknown_before: true },
            last: None,
            request_id: None,
        }
    }

    pub(crate) fn repeats_freely(&self) -> bool {
        self.repeat == Repeat::Freely
    }

    /// How long an attempt that begins now may take; `None` when none may begin.
    pub(crate) fn attempt_time(&self, now: Boot) -> Option<Duration> {
        if self.until.begin.is_some_and(|begin| now >= begin) {
            return None;
        }
        let left =
            self.until.end.map_or(self.attempt_timeout, |end| now.until(end).min(self.attempt_timeout));
        (!left.is_zero()).then_some(left)
    }

    /// What to do about `fault`, at `now`.
    pub(crate) fn after(&mut self, fault: Fault, now: Boot) -> Next {
        if self.proves_done(&fault) {
            return Next::DoneBefore;
        }
        self.unknown |= fault.leaves_unknown();
        self.made += 1;
        match self.pause_before_next(&fault, now) {
            Some(pause) => {
                self.last = Some(fault);
                Next::Again(pause)
            }
            None => Next::Failed(self.fail(fault)),
        }
    }

    /// "Invalid reply token" to a fresh attempt (none begins otherwise) after one that may have arrived: it did.
    fn proves_done(&self, fault: &Fault) -> bool {
        let Fault::Status(Refusal { status, words, .. }) = fault else { return false };
        self.unknown
            && matches!(self.repeat, Repeat::WithToken { .. })
            && is_invalid_reply_token(*status, &words.message)
    }

    fn pause_before_next(&self, fault: &Fault, now: Boot) -> Option<Duration> {
        let again = fault.may_pass() && !(self.repeat == Repeat::Never && self.unknown);
        if !again || self.made >= self.attempts() || fault.retry_after() > LONGEST_RETRY_AFTER {
            return None;
        }
        let pause = jittered(self.backoff, self.made).max(fault.retry_after());
        let in_time = self.attempt_time(now.after(pause)).is_some();
        in_time.then_some(pause)
    }

    fn attempts(&self) -> u32 {
        let patient =
            self.unknown && self.until.begin.is_some() && matches!(self.repeat, Repeat::WithToken { .. });
        if patient { self.limit.saturating_mul(REPLY_PATIENCE) } else { self.limit }
    }

    fn fail(&mut self, fault: Fault) -> ClientError {
        let fault = match (fault, self.last.take()) {
            // What LINE said last is worth more than why it was not asked again.
            (Fault::NoTime | Fault::Paced(_), Some(last)) => last,
            (fault, _) => fault,
        };
        let kind = if self.is_unsettled_by(&fault) {
            ErrorKind::OutcomeUnknown(self.unknown_story(fault))
        } else {
            certain(fault)
        };
        ClientError { endpoint: self.endpoint, kind, request_id: self.request_id.take() }
    }

    /// Whether a send may have been done although its last attempt ended like this. Under a key the same request gets
    /// the same final 4xx each time, or 409 if it was done; a reply is only settled by what `proves_done`.
    fn is_unsettled_by(&self, fault: &Fault) -> bool {
        let settled = match (self.repeat, fault) {
            (Repeat::Freely, _) => true,
            (Repeat::UnderKey, Fault::Status(refusal)) => is_final(refusal.status),
            _ => false,
        };
        self.unknown && !settled
    }

    fn unknown_story(&self, fault: Fault) -> String {
        let itself = fault.leaves_unknown();
        let story = match certain(fault) {
            ErrorKind::NoAnswer(why) => why,
            kind => kind.to_string(),
        };
        if itself { story } else { format!("an earlier attempt may have arrived; then {story}") }
    }
}

fn certain(fault: Fault) -> ErrorKind {
    match fault {
        Fault::NoTime => ErrorKind::NotSent("no time was left to begin".to_owned()),
        Fault::Token(failure) => ErrorKind::Token(failure),
        Fault::Paced(NotNow { rate, free_in }) => ErrorKind::Paced { rate, free_in },
        Fault::NotSent(why) => ErrorKind::NotSent(why),
        Fault::Upload(why) => ErrorKind::Upload(why),
        Fault::NoAnswer(why) => ErrorKind::NoAnswer(why),
        Fault::Status(Refusal { status, words, .. }) => {
            ErrorKind::Refused { status, message: words.message, details: words.details }
        }
    }
}

/// Full jitter: anything up to the doubled pause, so that callers that failed together do not return together.
fn jittered(first: Duration, made: u32) -> Duration {
    let factor = 2_u32.saturating_pow(made.saturating_sub(1)).min(LONGEST_PAUSE);
    first.saturating_mul(factor).mul_f64(fastrand::f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_their_limit_and_never_exceed_it() {
        let first = Duration::from_millis(100);
        for (made, longest) in [(1, 100), (2, 200), (4, 800), (6, 3200), (60, 3200)] {
            for _ in 0..200 {
                assert!(jittered(first, made) <= Duration::from_millis(longest));
            }
        }
        let pauses: Vec<_> = (0..20).map(|_| jittered(first, 6)).collect();
        assert!(pauses.iter().any(|pause| *pause != pauses[0]), "no jitter");
        assert!((0..200).any(|_| jittered(first, 6) > Duration::from_millis(1600)), "never doubled");
    }
}
