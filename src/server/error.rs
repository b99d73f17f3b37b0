//! Why a webhook was not taken, and the HTTP status of each case: the only place that knows statuses.

use axum::response::{IntoResponse, Response};
use http::header::{CONNECTION, RETRY_AFTER};
use http::{HeaderValue, StatusCode};

use crate::inbox::InboxError;
use crate::line::EnvelopeError;

/// A webhook that was not taken. The caller learns the status and nothing else.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// No route has this path.
    #[error("no route has this path (WEBHOOK_PATH)")]
    UnknownPath,
    /// No channel has this name.
    #[error("no channel has this name (LINE_CHANNELS)")]
    UnknownChannel,
    /// A webhook is a POST.
    #[error("a webhook is a POST")]
    WrongMethod,
    /// There is no `x-line-signature`.
    #[error("there is no x-line-signature: this is not LINE, or a proxy removes headers")]
    SignatureMissing,
    /// `x-line-signature` is not the base64 of 32 bytes.
    #[error("x-line-signature is not the base64 of 32 bytes: this is not LINE")]
    SignatureMalformed,
    /// `x-line-signature` is not that of this body under any secret of the channel.
    #[error(
        "x-line-signature is not that of this body: LINE_CHANNEL_SECRET is not this channel's (or was re-issued), \
         a proxy rewrites bodies, or this is not LINE"
    )]
    SignatureWrong,
    /// The body is larger than `MAX_BODY_BYTES`.
    #[error(
        "the body is larger than {max} bytes: if it was LINE's, its events are lost; raise MAX_BODY_BYTES"
    )]
    TooLarge {
        /// The limit in bytes.
        max: usize,
    },
    /// The request was not here in time.
    #[error("the request was not complete within READ_TIMEOUT")]
    TooSlow,
    /// Other large bodies held all the memory that there is for them.
    #[error(
        "too many bodies of over 64 KiB came at once, so this one was not read; if they are not LINE's, let a reverse \
         proxy in front bound bodies and connections"
    )]
    Crowded,
    /// The connection broke before the body was complete.
    #[error("the connection broke before the body was complete")]
    Broken,
    /// Signed, but not an envelope.
    #[error("signed, but {0}")]
    NotAnEnvelope(#[from] EnvelopeError),
    /// The inbox refused it, or cannot say.
    #[error(transparent)]
    Inbox(#[from] InboxError),
    /// The inbox did not commit in time; it may still do so.
    #[error("the inbox did not commit in time; the events may still be stored")]
    Deadline,
    /// The process stops and its inbox would forget the events.
    #[error("stopping, and the memory inbox would forget the events")]
    Stopping,
}

impl ReceiveError {
    /// What the caller is answered.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::UnknownPath | Self::UnknownChannel => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::SignatureMissing | Self::SignatureMalformed | Self::SignatureWrong => {
                StatusCode::UNAUTHORIZED
            }
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Broken | Self::NotAnEnvelope(_) => StatusCode::BAD_REQUEST,
            Self::Inbox(_) | Self::Deadline | Self::Stopping | Self::Crowded => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }

    /// Its name in the metric of refusals.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::UnknownPath => "unknown-path",
            Self::UnknownChannel => "unknown-channel",
            Self::WrongMethod => "wrong-method",
            Self::SignatureMissing => "signature-missing",
            Self::SignatureMalformed => "signature-malformed",
            Self::SignatureWrong => "signature-wrong",
            Self::TooLarge { .. } => "too-large",
            Self::TooSlow => "too-slow",
            Self::Crowded => "crowded",
            Self::Broken => "broken",
            Self::NotAnEnvelope(_) => "not-an-envelope",
            Self::Inbox(InboxError::Full { .. }) => "inbox-full",
            Self::Inbox(_) => "inbox-unavailable",
            Self::Deadline => "deadline",
            Self::Stopping => "stopping",
        }
    }

    /// Seconds after which it is worth trying again.
    const fn retry_after(&self) -> Option<HeaderValue> {
        match self {
            Self::Inbox(InboxError::Full { .. }) => Some(HeaderValue::from_static("30")),
            Self::Inbox(_) | Self::Deadline | Self::Stopping | Self::Crowded => {
                Some(HeaderValue::from_static("5"))
            }
            _ => None,
        }
    }
}

impl IntoResponse for ReceiveError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        if matches!(self, Self::TooSlow | Self::TooLarge { .. } | Self::Crowded) {
            // The rest of the body would be read as the next request.
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}
