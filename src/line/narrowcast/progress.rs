//! How far a narrowcast has come
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#get-narrowcast-progress-status)).

use std::fmt;

use serde::{Deserialize, Serialize};

open_words! {
    /// How far a narrowcast has come.
    pub enum Phase {
        /// Its recipients are being found.
        Waiting = "waiting",
        /// It is being sent.
        Sending = "sending",
        /// It was sent; whether it was received is another matter.
        Succeeded = "succeeded",
        /// It was not sent: see [`NarrowcastProgress::failed`].
        Failed = "failed",
    }
}

/// How far a narrowcast has come, until 14 days after it was accepted
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-narrowcast-progress-status)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NarrowcastProgress {
    /// How far.
    pub phase: Phase,
    /// Users to whom it was sent; absent while waiting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_count: Option<u64>,
    /// Users to whom it could not be sent; absent while waiting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_count: Option<u64>,
    /// Users it is for; absent while waiting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_count: Option<u64>,
    /// Why it failed, in LINE's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_description: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<Reason>,
    /// When it was accepted: ISO 8601 in UTC, with milliseconds.
    pub accepted_time: String,
    /// When it was done, in the same form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_time: Option<String>,
}

impl NarrowcastProgress {
    /// What went wrong, if it failed.
    pub fn failed(&self) -> Option<NarrowcastFailed> {
        (self.phase == Phase::Failed).then(|| NarrowcastFailed {
            reason: self.error_code,
            description: self.failed_description.clone(),
        })
    }
}

/// `errorCode`: why a narrowcast failed
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-narrowcast-progress-status)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "u64", into = "u64")]
#[non_exhaustive]
pub enum Reason {
    /// 1: LINE's fault.
    Internal,
    /// 2: fewer than 50 recipients were left.
    TooFewRecipients,
    /// 3: a request that had been accepted was sent again.
    AlreadyAccepted,
    /// 4: an audience of fewer than 50 users is part of the condition.
    AudienceTooSmall,
    /// 5: cancelled, because only a part could have been sent.
    PartialDelivery,
    /// A code this version does not know.
    Unknown(u64),
}

impl Reason {
    /// What is wrong and what to do about it.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Internal => "an error at LINE; send it again, under another key",
            Self::TooFewRecipients => {
                "too few recipients: at least 50 must be left; widen the recipients or the filter, or push to them"
            }
            Self::AlreadyAccepted => {
                "the request had been accepted before; look at the progress of the one that was accepted"
            }
            Self::AudienceTooSmall => {
                "an audience of the condition has fewer than 50 users; leave it out, or use one made of uploaded user \
                 IDs, which may be smaller"
            }
            Self::PartialDelivery => {
                "cancelled, because max or the remaining quota would have left recipients out; raise them, or allow a \
                 partial delivery"
            }
            Self::Unknown(_) => "a reason this version does not know; see LINE's reference",
        }
    }
}

impl From<u64> for Reason {
    fn from(code: u64) -> Self {
        match code {
            1 => Self::Internal,
            2 => Self::TooFewRecipients,
            3 => Self::AlreadyAccepted,
            4 => Self::AudienceTooSmall,
            5 => Self::PartialDelivery,
            other => Self::Unknown(other),
        }
    }
}

impl From<Reason> for u64 {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Internal => 1,
            Reason::TooFewRecipients => 2,
            Reason::AlreadyAccepted => 3,
            Reason::AudienceTooSmall => 4,
            Reason::PartialDelivery => 5,
            Reason::Unknown(code) => code,
        }
    }
}

/// A narrowcast that was accepted and then failed: nobody was sent it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the narrowcast failed{}{}", Told(.reason.map(u64::from), "error code "), Told(self.story(), ""))]
#[non_exhaustive]
pub struct NarrowcastFailed {
    /// Why, where LINE tells.
    pub reason: Option<Reason>,
    /// Why, in LINE's words.
    pub description: Option<String>,
}

impl NarrowcastFailed {
    fn story(&self) -> Option<String> {
        let advice = self.reason.map(Reason::advice);
        match (advice, &self.description) {
            (Some(advice), Some(words)) => Some(format!("{advice} (LINE: {words})")),
            (Some(advice), None) => Some(advice.to_owned()),
            (None, words) => words.clone(),
        }
    }
}

/// `, error code 2`, if there is one.
struct Told<T>(Option<T>, &'static str);

impl<T: fmt::Display> fmt::Display for Told<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |what| write!(f, ": {}{what}", self.1))
    }
}
