//! HTTPS to LINE by reqwest: pooled, rustls with the web's roots, no proxy, no redirects.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http::header::CONTENT_LENGTH;
use reqwest::RequestBuilder;

use super::standstill::{Watch, watched};
use super::{Body, Response, Transport, TransportError, WireBody, WireRequest};

/// Shorter than servers usually keep an idle connection, so that few requests meet one that is just being closed.
const POOL_IDLE: Duration = Duration::from_secs(30);
/// An HTTP/2 connection that does not answer a ping this often and this fast is dead.
const PING_EVERY: Duration = Duration::from_secs(15);
const PING_WITHIN: Duration = Duration::from_secs(5);

/// The way to LINE over the network. Cheap to clone; clones share the connections.
#[derive(Clone, Debug)]
pub struct HttpTransport {
    http: reqwest::Client,
}

/// The network side cannot be set up at all.
#[derive(Debug, thiserror::Error)]
#[error("cannot set up HTTPS to LINE: {0}")]
pub struct SetUpError(String);

impl HttpTransport {
    /// A transport whose connections (name lookup, TCP and TLS together) come about within `connect_timeout`. Keep
    /// that well below the time-out of an attempt: only then an unreachable LINE is a certain
    /// [`TransportError::NotSent`].
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn new(connect_timeout: Duration) -> Result<Self, SetUpError> {
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls()?)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .tcp_nodelay(true)
            .connect_timeout(connect_timeout)
            .pool_idle_timeout(POOL_IDLE)
            .http2_keep_alive_interval(PING_EVERY)
            .http2_keep_alive_timeout(PING_WITHIN)
            .build()
            .map_err(|error| SetUpError(story(error)))?;
        Ok(Self { http })
    }
}

/// rustls with ring, handed over instead of installed: other users of rustls in the process are left alone, and no
/// certificate of the machine is loaded.
fn tls() -> Result<rustls::ClientConfig, SetUpError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = rustls::RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let mut tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| SetUpError(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    // reqwest takes a given configuration as it is: without this there would be no HTTP/2.
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: WireRequest) -> Result<Response, TransportError> {
        let WireRequest { method, url, headers, body, timeout } = request;
        if timeout.is_zero() {
            return Err(TransportError::NotSent("no time was left".to_owned()));
        }
        let request = self.http.request(method, url).headers(headers);
        let (request, mut watch) = with_body(request, body);
        let request = request.build().map_err(|error| TransportError::NotSent(story(error)))?;
        match watch.without_standstill(timeout, self.http.execute(request)).await {
            Some(Ok(answer)) => Ok(response(answer, timeout)),
            Some(Err(error)) => Err(watch.fault().map_or_else(|| classify(error), TransportError::Upload)),
            None => Err(TransportError::NoAnswer(format!("nothing within {timeout:?}"))),
        }
    }
}

fn with_body(request: RequestBuilder, body: WireBody) -> (RequestBuilder, Watch) {
    match body {
        WireBody::Whole(bytes) => (request.body(bytes), Watch::none()),
        WireBody::Stream { length, pieces } => {
            let (pieces, watch) = watched(pieces);
            let request = request.body(reqwest::Body::wrap_stream(pieces));
            // Without it the body is sent in chunks.
            let request = match length {
                Some(length) => request.header(CONTENT_LENGTH, length),
                None => request,
            };
            (request, watch)
        }
    }
}

/// Certain only where no connection came about (hyper itself repeats what it had not begun to write on a pooled
/// one). Whatever else breaks may have broken after LINE read the request.
fn classify(error: reqwest::Error) -> TransportError {
    let certain = error.is_connect() || error.is_builder();
    let story = story(error);
    if certain { TransportError::NotSent(story) } else { TransportError::NoAnswer(story) }
}

fn response(answer: reqwest::Response, idle: Duration) -> Response {
    let status = answer.status();
    let headers = answer.headers().clone();
    Response { status, headers, body: Body(bounded(answer.bytes_stream(), idle).boxed()) }
}

/// Ends with an error once a piece takes longer than `idle`: a stalled body does not hang its reader.
fn bounded<S>(pieces: S, idle: Duration) -> impl Stream<Item = Result<Bytes, TransportError>> + Send
where
    S: Stream<Item = reqwest::Result<Bytes>> + Send + 'static,
{
    stream::unfold(Some(pieces.boxed()), move |pieces| async move {
        let mut pieces = pieces?;
        match tokio::time::timeout(idle, pieces.next()).await {
            Ok(None) => None,
            Ok(Some(Ok(piece))) => Some((Ok(piece), Some(pieces))),
            Ok(Some(Err(error))) => Some((Err(TransportError::NoAnswer(story(error))), None)),
            Err(_) => {
                let why = format!("the answer's body stood still for {idle:?}");
                Some((Err(TransportError::NoAnswer(why)), None))
            }
        }
    })
}

/// The error with its causes, without the URL.
fn story(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut story = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !story.ends_with(&text) {
            story.push_str(": ");
            story.push_str(&text);
        }
        cause = error.source();
    }
    story
}
