//! One request to LINE and its answer: seen by the log and the metrics, bounded in time and size.

use std::time::Duration;

use bytes::Bytes;
use http::header::USER_AGENT;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::client::transport::{Response, Transport, TransportError, WireBody, WireRequest};
use crate::clock::Clock;
use crate::line::RequestId;
use crate::telemetry::{API_CALLS, API_SECONDS};

/// Far more than any answer that is read whole; what is larger (content) is read as a stream.
const BODY_LIMIT: usize = 8 * 1024 * 1024;
/// `x-line-request-id`: one for each request LINE saw
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#response-headers)).
const REQUEST_ID: &str = "x-line-request-id";
/// `x-line-accepted-request-id`: with a 409, the request that was accepted.
const ACCEPTED_REQUEST_ID: &str = "x-line-accepted-request-id";

/// An answer that was read whole, or whose body broke off.
pub(crate) struct Whole {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Result<Bytes, TransportError>,
}

/// Sends, and writes one log line, one count and one duration, whatever comes of it. Nothing of the body, the
/// headers or the URL is in them.
pub(crate) async fn send(
    transport: &dyn Transport,
    clock: &Clock,
    endpoint: &'static str,
    request: WireRequest,
) -> Result<Response, TransportError> {
    let method = request.method.clone();
    let begun = clock.now().boot;
    let outcome = transport.send(request).await;
    let took = begun.until(clock.now().boot);
    metrics::histogram!(API_SECONDS, "endpoint" => endpoint).record(took.as_secs_f64());
    let took_ms = took.as_millis();
    match &outcome {
        Ok(answer) => {
            let status = answer.status.as_u16();
            let request_id = request_id(&answer.headers);
            let request_id = request_id.as_ref().map_or("-", RequestId::as_str);
            tracing::info!(%method, endpoint, status, request_id, took_ms, "LINE answered");
            count(endpoint, answer.status.as_str().to_owned());
        }
        Err(error) => {
            tracing::warn!(%method, endpoint, took_ms, %error, "LINE did not answer");
            let status = match error {
                TransportError::NotSent(_) | TransportError::Upload(_) => "not-sent",
                TransportError::NoAnswer(_) => "no-answer",
            };
            count(endpoint, status.to_owned());
        }
    }
    outcome
}

fn count(endpoint: &'static str, status: String) {
    metrics::counter!(API_CALLS, "endpoint" => endpoint, "status" => status).increment(1);
}

/// Sends and reads the answer whole, all of it within `limit`; after a streamed body, which takes the time it takes, the
/// answer alone.
pub(crate) async fn send_and_read(
    transport: &dyn Transport,
    clock: &Clock,
    endpoint: &'static str,
    request: WireRequest,
    limit: Duration,
) -> Result<Whole, TransportError> {
    let begun = tokio::time::Instant::now();
    let streamed = matches!(request.body, WireBody::Stream { .. });
    let Response { status, headers, body } = send(transport, clock, endpoint, request).await?;
    let deadline = if streamed { tokio::time::Instant::now() } else { begun } + limit;
    let body = tokio::time::timeout_at(deadline, body.bytes(BODY_LIMIT)).await.unwrap_or_else(|_| {
        Err(TransportError::NoAnswer(format!("the answer's body was not complete within {limit:?}")))
    });
    Ok(Whole { status, headers, body })
}

pub(crate) fn url(base: &str, path: &str) -> String {
    [base.trim_end_matches('/'), path].concat()
}

pub(crate) fn user_agent() -> (HeaderName, HeaderValue) {
    let name = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
    (USER_AGENT, HeaderValue::from_static(name))
}

pub(crate) fn request_id(headers: &HeaderMap) -> Option<RequestId> {
    id_in(headers, REQUEST_ID)
}

pub(crate) fn accepted_request_id(headers: &HeaderMap) -> Option<RequestId> {
    id_in(headers, ACCEPTED_REQUEST_ID)
}

fn id_in(headers: &HeaderMap, name: &str) -> Option<RequestId> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(RequestId::from)
}
