//! The wire: one small trait, so that tests and the test kit need no port; reqwest behind it.

mod http;
mod standstill;

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use ::http::{HeaderMap, Method, StatusCode};
use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt};
use serde::de::DeserializeOwned;

pub use self::http::{HttpTransport, SetUpError};

/// Carries a request to LINE and its answer back. Knows nothing of tokens, retries or JSON.
#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Sends one request; returns when the answer's head is here.
    ///
    /// # Errors
    /// [`TransportError::NotSent`] only if LINE can not have seen the request.
    async fn send(&self, request: WireRequest) -> Result<Response, TransportError>;
}

/// A request as it goes over the wire.
pub struct WireRequest {
    /// The method.
    pub method: Method,
    /// The whole URL.
    pub url: String,
    /// Headers, `authorization` (marked sensitive) among them.
    pub headers: HeaderMap,
    /// The body.
    pub body: WireBody,
    /// How long the head of the answer, and each piece of its body, may take; with a streamed body each of its pieces,
    /// too.
    pub timeout: Duration,
}

/// A request's body as it goes over the wire.
pub enum WireBody {
    /// Bytes; none for no body.
    Whole(Bytes),
    /// A stream that is read once.
    Stream {
        /// `Content-Length`, in bytes, if it is known.
        length: Option<u64>,
        /// The bytes.
        pieces: BoxStream<'static, io::Result<Bytes>>,
    },
}

impl WireBody {
    /// The bytes, if they are in memory; else none.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Whole(bytes) => bytes,
            Self::Stream { .. } => &[],
        }
    }

    fn length(&self) -> Option<u64> {
        match self {
            Self::Whole(bytes) => u64::try_from(bytes.len()).ok(),
            Self::Stream { length, .. } => *length,
        }
    }
}

impl From<Bytes> for WireBody {
    fn from(bytes: Bytes) -> Self {
        Self::Whole(bytes)
    }
}

/// Without the body: it holds what users are told, and sometimes a secret.
impl fmt::Debug for WireRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WireRequest")
            .field("method", &self.method)
            .field("url", &super::secrets::shown(&self.url))
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.length())
            .field("timeout", &self.timeout)
            .finish()
    }
}

/// An answer: head, and a body that may be read whole or in pieces.
#[derive(Debug)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Body,
}

/// A body that is still arriving. Reading it as a [`Stream`] gives its pieces.
pub struct Body(pub BoxStream<'static, Result<Bytes, TransportError>>);

impl Body {
    /// The whole body.
    ///
    /// # Errors
    /// It broke off, came too slowly, or is longer than `limit` bytes.
    pub async fn bytes(mut self, limit: usize) -> Result<Bytes, TransportError> {
        // A stream is not asked again after its end. Most bodies are one piece, which is not copied.
        let Some(first) = self.next().await.transpose()? else { return Ok(Bytes::new()) };
        let Some(second) = self.next().await.transpose()? else { return within(first, limit) };
        let mut whole = BytesMut::from(first);
        whole.extend_from_slice(&second);
        while let Some(piece) = self.next().await {
            whole.extend_from_slice(&piece?);
            if whole.len() > limit {
                break;
            }
        }
        within(whole.freeze(), limit)
    }

    /// The whole body, read as JSON.
    ///
    /// # Errors
    /// As [`bytes`](Self::bytes), and when it is not the JSON of a `T`; the error never quotes the body.
    pub async fn json<T: DeserializeOwned>(self, limit: usize) -> Result<T, TransportError> {
        let bytes = self.bytes(limit).await?;
        serde_json::from_slice(&bytes).map_err(|error| TransportError::NoAnswer(json_fault(&error)))
    }
}

fn within(body: Bytes, limit: usize) -> Result<Bytes, TransportError> {
    if body.len() <= limit {
        return Ok(body);
    }
    Err(TransportError::NoAnswer(format!("the answer's body is longer than {limit} bytes")))
}

/// What is wrong with a JSON text, by position alone: serde's own words may quote it.
pub(crate) fn json_fault(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Data => "JSON of an unexpected form",
        serde_json::error::Category::Eof => "JSON that breaks off",
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => "not JSON",
    };
    format!("{what} (line {}, column {})", error.line(), error.column())
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(futures_util::stream::once(async { Ok(bytes) }).boxed())
    }
}

impl Stream for Body {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(cx)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Body(…)")
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// LINE cannot have seen the request: no connection, no time left.
    #[error("not sent: {0}")]
    NotSent(String),
    /// The request left, or may have; what became of it is not known.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// The stream that was to be uploaded failed on our side. LINE may have seen its beginning, but never a whole
    /// request, and so has done nothing.
    #[error("the upload broke off: {0}")]
    Upload(String),
}

/// Which of LINE's hosts a call goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// `api.line.me`
    Api,
    /// `api-data.line.me`
    Data,
    /// `manager.line.biz`
    Manager,
}
