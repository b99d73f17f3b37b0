//! What can go wrong with a call to LINE, and what the caller may do about it.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use crate::client::Rate;
use crate::client::token::TokenFailure;
use crate::line::{InvalidField, RequestId};

pub use crate::line::response::ErrorDetail;

/// LINE's words for a reply token that was used, is too old, or never was one
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#error-messages)).
const INVALID_REPLY_TOKEN: &str = "invalid reply token";
/// What tells the exhausted quota from the rate: `You have reached your monthly limit.`
const MONTHLY_LIMIT: &str = "monthly limit";
/// As much of an error's text as is kept.
const MESSAGE_CHARS: usize = 500;
/// As many of an error's details as are kept.
const DETAILS: usize = 50;

/// A call that did not succeed.
#[derive(Debug, thiserror::Error)]
#[error("{endpoint}: {kind}{}", .request_id.as_ref().map(|id| format!(" (x-line-request-id {id})")).unwrap_or_default())]
pub struct ClientError {
    /// Which call: `push`.
    pub endpoint: &'static str,
    /// What went wrong.
    #[source]
    pub kind: ErrorKind,
    /// `X-Line-Request-Id` of the last attempt that was answered.
    pub request_id: Option<RequestId>,
}

/// The kinds of failure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Refused here: LINE would refuse it.
    #[error("{0}")]
    Invalid(#[from] InvalidField),
    /// LINE refused it; nothing was done. With a 5xx, which only reading calls have here: LINE failed.
    #[error("LINE answered {status}: {message}{}", in_words(.details))]
    Refused {
        /// The HTTP status.
        status: u16,
        /// LINE's `message`.
        message: String,
        /// LINE's `details`.
        details: Vec<ErrorDetail>,
    },
    /// It never left, for LINE's rate limit is used up as far as this process knows, and its turn would not have come
    /// in time ([`Settings::pacing_wait`](crate::client::Settings::pacing_wait), the call's own limits in time).
    #[error("not sent: LINE allows {rate}, and this process has used that up; a call is free again in {}", in_time(.free_in))]
    Paced {
        /// The limit.
        rate: Rate,
        /// When a call is free again, about.
        free_in: Duration,
    },
    /// It never left: no connection, or no time was left.
    #[error("not sent: {0}")]
    NotSent(String),
    /// What was to be uploaded cannot be read, or not to its end: nothing was done.
    #[error("nothing was uploaded, for the source cannot be read: {0}")]
    Upload(String),
    /// It may have been done, and doing it again may double it: a send whose answer is missing or a 5xx.
    #[error("outcome unknown: {0}")]
    OutcomeUnknown(String),
    /// No answer to a call that can be repeated without harm: a read, a setting.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// There is no channel access token to send it with.
    #[error("no channel access token: {0}")]
    Token(#[from] TokenFailure),
    /// It was done, but the answer cannot be read.
    #[error("cannot read LINE's answer: {0}")]
    Answer(String),
}

/// Rounded up, to what people tell apart.
fn in_time(time: &Duration) -> String {
    match time.as_millis() {
        ms if ms < 1000 => format!("{ms} ms"),
        ms if ms < 120_000 => format!("{} s", ms.div_ceil(1000)),
        ms => format!("{} min", ms.div_ceil(60_000)),
    }
}

fn in_words(details: &[ErrorDetail]) -> String {
    let each = details.iter().map(|detail| {
        let property = detail.property.as_deref().unwrap_or("request");
        format!("{property}: {}", detail.message.as_deref().unwrap_or("invalid"))
    });
    let all = each.collect::<Vec<_>>().join("; ");
    if all.is_empty() { all } else { format!(" ({all})") }
}

impl ClientError {
    pub(crate) fn invalid(endpoint: &'static str, problem: InvalidField) -> Self {
        Self { endpoint, kind: problem.into(), request_id: None }
    }

    /// The status LINE refused it with.
    pub fn status(&self) -> Option<u16> {
        match &self.kind {
            ErrorKind::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// 400 "Invalid reply token": used, expired or never valid. Certain: nothing was sent by this call.
    pub fn is_reply_token_invalid(&self) -> bool {
        self.refusal(is_invalid_reply_token)
    }

    /// 429 because the month's messages are used up: no retry helps.
    pub fn is_monthly_quota(&self) -> bool {
        self.refusal(is_monthly_limit)
    }

    /// The rate limit: LINE's 429, or our own pacing, which kept it from being sent.
    pub fn is_rate_limit(&self) -> bool {
        let paced = matches!(self.kind, ErrorKind::Paced { .. });
        paced || (self.status() == Some(429) && !self.is_monthly_quota())
    }

    /// Whether it may have been done.
    pub fn is_outcome_unknown(&self) -> bool {
        matches!(self.kind, ErrorKind::OutcomeUnknown(_))
    }

    /// Whether no repeat can change it: an invalid message, an exhausted quota, or a 4xx other than 401 (the token
    /// may be replaced), 408, 423 and 429 (later is better).
    pub fn is_permanent(&self) -> bool {
        self.kind.is_permanent()
    }

    /// Whether the same call can succeed later (not sent, an upload that broke off, outcome unknown, no answer, no token,
    /// 401, 5xx, rate); `false` for what
    /// [`is_permanent`](Self::is_permanent), and for a call that was done but whose answer cannot be read.
    pub fn is_retryable(&self) -> bool {
        !self.is_permanent() && !matches!(self.kind, ErrorKind::Answer(_))
    }

    fn refusal(&self, test: impl Fn(u16, &str) -> bool) -> bool {
        match &self.kind {
            ErrorKind::Refused { status, message, .. } => test(*status, message),
            _ => false,
        }
    }
}

impl ErrorKind {
    /// See [`ClientError::is_permanent`].
    pub(crate) fn is_permanent(&self) -> bool {
        match self {
            Self::Invalid(_) => true,
            Self::Refused { status, message, .. } => is_final(*status) || is_monthly_limit(*status, message),
            _ => false,
        }
    }
}

/// A status that the same request gets again.
pub(crate) fn is_final(status: u16) -> bool {
    (400..500).contains(&status) && !matches!(status, 401 | 408 | 423 | 429)
}

/// LINE asks to decide by status; these two cases cannot be told without the words.
pub(crate) fn is_invalid_reply_token(status: u16, message: &str) -> bool {
    status == 400 && message.to_ascii_lowercase().contains(INVALID_REPLY_TOKEN)
}

pub(crate) fn is_monthly_limit(status: u16, message: &str) -> bool {
    status == 429 && message.to_ascii_lowercase().contains(MONTHLY_LIMIT)
}

/// What an error's body says, in whichever of LINE's forms.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) message: String,
    pub(crate) details: Vec<ErrorDetail>,
}

impl Words {
    /// Reads `{"message", "details"}`, the token endpoints' `{"error", "error_description"}`, and what a proxy may
    /// have put in their place. Never fails. `hide` (tokens, secrets) is blotted out, should it be echoed.
    pub(crate) fn read(status: StatusCode, body: &Bytes, hide: &[&str]) -> Self {
        let json = serde_json::from_slice::<Value>(body).unwrap_or_default();
        let text = |name: &str| json.get(name).and_then(Value::as_str);
        let message = match (text("message"), text("error"), text("error_description")) {
            (Some(message), _, _) => message.to_owned(),
            (None, Some(error), Some(description)) => format!("{error}: {description}"),
            (None, Some(error), None) => error.to_owned(),
            (None, None, _) if json.is_object() => String::new(),
            (None, None, _) => String::from_utf8_lossy(body).into_owned(),
        };
        let message = tidy(&message, hide);
        let reason = || status.canonical_reason().unwrap_or("no message").to_owned();
        let message = if message.is_empty() { reason() } else { message };
        Self { message, details: details(&json, hide) }
    }
}

fn details(json: &Value, hide: &[&str]) -> Vec<ErrorDetail> {
    let listed = json.get("details").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let readable = listed.iter().take(DETAILS).filter_map(|detail| ErrorDetail::deserialize(detail).ok());
    readable
        .map(|mut detail| {
            detail.message = detail.message.map(|text| tidy(&text, hide));
            detail.property = detail.property.map(|text| tidy(&text, hide));
            detail
        })
        .collect()
}

/// LINE's secrets have 32 characters and its tokens more; blotting out a test's shorter one could hide the very words
/// by which a refusal is told ("Invalid reply token").
const SHORTEST_SECRET: usize = 16;

/// One line of bounded length, without `hide`.
fn tidy(text: &str, hide: &[&str]) -> String {
    let secrets = hide.iter().filter(|secret| secret.len() >= SHORTEST_SECRET);
    let hidden = secrets.fold(text.to_owned(), |text, secret| text.replace(secret, "…"));
    let line = hidden.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MESSAGE_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(body: &str) -> Words {
        Words::read(
            StatusCode::BAD_REQUEST,
            &Bytes::copy_from_slice(body.as_bytes()),
            &["s3cret-of-16-chars"],
        )
    }

    #[test]
    fn every_form_of_error_body_is_read() {
        assert_eq!(words(r#"{"message":null,"details":[]}"#).message, "Bad Request");
        assert_eq!(words(r#"{"message":"Not found"}"#).message, "Not found");
        assert_eq!(words(r#"{"error":"invalid_client"}"#).message, "invalid_client");
        let described = r#"{"error":"invalid_client","error_description":"invalid client_secret"}"#;
        assert_eq!(words(described).message, "invalid_client: invalid client_secret");
        assert_eq!(words("<html>\n<b>Bad gateway</b></html>").message, "<html> <b>Bad gateway</b></html>");
        assert_eq!(words("").message, "Bad Request");
        assert_eq!(words("[1,2]").message, "[1,2]");
    }

    #[test]
    fn every_kind_is_for_good_or_may_pass_or_was_done() {
        let refused = |status, message: &str| ErrorKind::Refused {
            status,
            message: message.to_owned(),
            details: Vec::new(),
        };
        let field = InvalidField { field: "to".to_owned(), problem: "is empty".into() };
        let rate = Rate::per_hour(60);
        let failure = TokenFailure::Refused { status: 400, message: String::new(), advice: "" };
        for (kind, permanent, retryable) in [
            (ErrorKind::Invalid(field), true, false),
            (refused(400, "The request body has 1 error(s)"), true, false),
            (refused(404, "Not found"), true, false),
            (refused(409, "Conflict"), true, false),
            (refused(429, "You have reached your monthly limit."), true, false),
            (refused(429, "The API rate limit has been exceeded. Try again later."), false, true),
            (refused(401, "Authentication failed"), false, true),
            (refused(408, "Request Timeout"), false, true),
            (refused(423, "Locked"), false, true),
            (refused(500, "Internal server error"), false, true),
            (ErrorKind::Paced { rate, free_in: Duration::from_secs(60) }, false, true),
            (ErrorKind::NotSent(String::new()), false, true),
            (ErrorKind::Upload(String::new()), false, true),
            (ErrorKind::OutcomeUnknown(String::new()), false, true),
            (ErrorKind::NoAnswer(String::new()), false, true),
            (ErrorKind::Token(failure), false, true),
            (ErrorKind::Answer(String::new()), false, false),
        ] {
            let error = ClientError { endpoint: "push", kind, request_id: None };
            assert_eq!((error.is_permanent(), error.is_retryable()), (permanent, retryable), "{error:?}");
        }
    }

    #[test]
    fn details_that_cannot_be_read_do_not_hide_those_that_can() {
        let body = r#"{"message":"1 error","details":[null,7,{"message":"too long","property":"messages[0].text"},{}]}"#;
        let details = words(body).details;
        assert_eq!(details[0].property.as_deref(), Some("messages[0].text"));
        assert_eq!(details.len(), 2);
        assert!(words(r#"{"message":"x","details":null}"#).details.is_empty());
    }

    #[test]
    fn an_echoed_secret_is_blotted_out_and_long_texts_are_cut() {
        let echoed = words(
            r#"{"message":"bad s3cret-of-16-chars","details":[{"message":"s3cret-of-16-chars","property":"s3cret-of-16-chars"}]}"#,
        );
        assert!(!format!("{echoed:?}").contains("s3cret-of-16-chars"));
        let long = words(&format!(r#"{{"message":"{}"}}"#, "ü".repeat(100_000)));
        assert_eq!(long.message.chars().count(), MESSAGE_CHARS + 1);
    }
}
