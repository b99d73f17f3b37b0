//! What can go wrong with a call to LINE, and what the caller may do about it.

use bytes::Bytes;
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

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
    /// It never left: no connection, or no time was left.
    #[error("not sent: {0}")]
    NotSent(String),
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

    /// 429 because of the rate.
    pub fn is_rate_limit(&self) -> bool {
        self.status() == Some(429) && !self.is_monthly_quota()
    }

    /// Whether it may have been done.
    pub fn is_outcome_unknown(&self) -> bool {
        matches!(self.kind, ErrorKind::OutcomeUnknown(_))
    }

    /// Whether no repeat can change it: an invalid message, an exhausted quota, or a 4xx other than 401 (the token
    /// may be replaced), 408, 423 and 429 (later is better).
    pub fn is_permanent(&self) -> bool {
        match &self.kind {
            ErrorKind::Invalid(_) => true,
            ErrorKind::Refused { status, .. } => is_final(*status) || self.is_monthly_quota(),
            _ => false,
        }
    }

    /// Whether the same call can succeed later (not sent, outcome unknown, no token, 5xx, rate); `false` for what
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
    /// have put in their place. Never fails. `hide` (a token, a secret) is blotted out, should it be echoed.
    pub(crate) fn read(status: StatusCode, body: &Bytes, hide: &str) -> Self {
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

fn details(json: &Value, hide: &str) -> Vec<ErrorDetail> {
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
fn tidy(text: &str, hide: &str) -> String {
    let hidden = if hide.len() < SHORTEST_SECRET { text.to_owned() } else { text.replace(hide, "…") };
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
        Words::read(StatusCode::BAD_REQUEST, &Bytes::copy_from_slice(body.as_bytes()), "s3cret-of-16-chars")
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
