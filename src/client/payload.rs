//! What a request carries: nothing, bytes, or a stream that can be opened again for another attempt.

pub(crate) mod multipart;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use http::HeaderValue;
use tokio::time::{Instant, timeout_at};

/// The body of a [`Request`](super::Request).
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Payload {
    /// None.
    #[default]
    Empty,
    /// Bytes that are in memory.
    Whole(Whole),
    /// A stream: a file that is too large to be in memory.
    Upload(Upload),
}

/// Bytes, and what they are.
#[derive(Clone, PartialEq, Eq)]
pub struct Whole {
    /// `Content-Type`.
    pub content_type: HeaderValue,
    /// The bytes.
    pub bytes: Bytes,
}

/// Opens a stream; each attempt of a call opens it anew.
#[derive(Clone)]
pub struct Upload(Arc<Open>);

type Open = dyn Fn() -> BoxFuture<'static, io::Result<Opened>> + Send + Sync;

/// A stream that was opened.
pub struct Opened {
    /// `Content-Type`, with the boundary of a multipart body.
    pub content_type: HeaderValue,
    /// `Content-Length`, in bytes, if it is known.
    pub length: Option<u64>,
    /// The bytes.
    pub pieces: BoxStream<'static, io::Result<Bytes>>,
}

impl Payload {
    pub(crate) fn json(bytes: Bytes) -> Self {
        Self::whole(HeaderValue::from_static("application/json"), bytes)
    }

    /// `application/x-www-form-urlencoded`
    pub(crate) fn form(fields: String) -> Self {
        Self::whole(HeaderValue::from_static("application/x-www-form-urlencoded"), fields.into())
    }

    pub(crate) fn whole(content_type: HeaderValue, bytes: Bytes) -> Self {
        Self::Whole(Whole { content_type, bytes })
    }

    /// The bytes, if they are in memory; else none.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Whole(whole) => &whole.bytes,
            Self::Empty | Self::Upload(_) => &[],
        }
    }
}

impl Upload {
    /// A stream that `open` gives, each time it is asked.
    pub fn new<F>(open: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = io::Result<Opened>> + Send + 'static,
    {
        Self(Arc::new(move || Box::pin(open())))
    }

    pub(crate) async fn open(&self) -> io::Result<Opened> {
        (self.0)().await
    }
}

/// The same stream, but it breaks off `left` from now: half a request is certainly not done.
pub(crate) fn broken_off_after(
    left: Duration,
    pieces: BoxStream<'static, io::Result<Bytes>>,
) -> BoxStream<'static, io::Result<Bytes>> {
    let end = Instant::now() + left;
    let over = || io::Error::new(io::ErrorKind::TimedOut, "its time was over before its end");
    let each = move |pieces: Option<BoxStream<'static, io::Result<Bytes>>>| async move {
        let mut pieces = pieces?;
        if Instant::now() >= end {
            return Some((Err(over()), None));
        }
        match timeout_at(end, pieces.next()).await {
            Ok(piece) => piece.map(|piece| (piece, Some(pieces))),
            Err(_) => Some((Err(over()), None)),
        }
    };
    stream::unfold(Some(pieces), each).boxed()
}

/// Without the bytes: they hold what users are told, or a secret.
impl fmt::Debug for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Whole")
            .field("content_type", &self.content_type)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Upload(…)")
    }
}
