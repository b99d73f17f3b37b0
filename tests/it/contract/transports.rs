//! Ways to LINE for these tests: one that remembers what went over it, one that answers what it was told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt as _;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use line_bot_server::client::transport::{WireBody, WireRequest};
use line_bot_server::client::{Body, Response, Transport, TransportError};

/// A request that was sent, and what was answered.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    pub(crate) content_type: String,
    pub(crate) body: Bytes,
    pub(crate) status: u16,
    pub(crate) answer: Bytes,
}

/// Passes everything on and remembers it.
pub(crate) struct Recorder {
    to: Arc<dyn Transport>,
    seen: Mutex<Vec<Exchange>>,
}

impl Recorder {
    pub(crate) fn before(to: Arc<dyn Transport>) -> Arc<Self> {
        Arc::new(Self { to, seen: Mutex::default() })
    }

    /// What went over it since this was last asked.
    pub(crate) fn take(&self) -> Vec<Exchange> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }
}

#[async_trait]
impl Transport for Recorder {
    async fn send(&self, mut request: WireRequest) -> Result<Response, TransportError> {
        let body = match request.body {
            WireBody::Whole(bytes) => bytes,
            WireBody::Stream { pieces, .. } => {
                let whole: BytesMut = pieces.try_collect().await.unwrap();
                whole.freeze()
            }
        };
        request.body = body.clone().into();
        let (method, path) = (request.method.to_string(), path(&request.url));
        let content_type = header(&request.headers, "content-type");
        let Response { status, headers, body: answer } = self.to.send(request).await?;
        let answer = answer.bytes(usize::MAX).await?;
        self.seen.lock().unwrap().push(Exchange {
            method,
            path,
            content_type,
            body,
            status: status.as_u16(),
            answer: answer.clone(),
        });
        Ok(Response { status, headers, body: answer.into() })
    }
}

fn path(url: &str) -> String {
    format!("/{}", url.splitn(4, '/').nth(3).unwrap_or_default())
}

fn header(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// Answers what it was told, whatever is asked; the last answer again and again.
pub(crate) struct Parrot(Mutex<VecDeque<(u16, Bytes)>>);

impl Parrot {
    pub(crate) fn says(status: u16, body: impl Into<Bytes>) -> Arc<Self> {
        Arc::new(Self(Mutex::new(VecDeque::from([(status, body.into())]))))
    }
}

#[async_trait]
impl Transport for Parrot {
    async fn send(&self, _: WireRequest) -> Result<Response, TransportError> {
        let mut answers = self.0.lock().unwrap();
        let (status, body) = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() }
            .expect("something to say");
        let headers = HeaderMap::from_iter([
            (HeaderName::from_static("x-line-request-id"), HeaderValue::from_static("parrot-request-id")),
            (
                HeaderName::from_static("x-line-accepted-request-id"),
                HeaderValue::from_static("parrot-accepted-request-id"),
            ),
            (HeaderName::from_static("content-type"), HeaderValue::from_static("application/json")),
        ]);
        Ok(Response { status: StatusCode::from_u16(status).unwrap(), headers, body: Body::from(body) })
    }
}
