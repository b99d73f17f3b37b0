//! The only door: a body that LINE signed for one of our channels, read within its limits.
//!
//! A route that takes a [`SignedBody`] cannot forget the proof, for there is no other way to get one.

use std::convert::Infallible;
use std::task::Poll;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, EXPECT};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use http_body_util::BodyExt as _;
use tokio::time::Instant;

use super::budget::{Budget, FREE, Share};
use super::connection::Arrival;
use super::{ReceiveError, ServerState};
use crate::line::Channel;

/// LINE's signature of the body
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#signature-validation)).
const SIGNATURE: &str = "x-line-signature";
/// Base64 of 32 bytes.
const SIGNATURE_LEN: usize = 44;
/// A body that is refused for its size is read on to so many times the limit, so that its sender gets to see the answer.
const DISCARDED_TIMES: usize = 4;

/// A body that LINE signed, and the channel it is for.
#[derive(Debug)]
pub struct SignedBody {
    channel: Channel,
    bytes: Bytes,
    share: Option<Share>,
}

impl SignedBody {
    /// The channel whose secret signed it.
    pub fn channel(&self) -> &Channel {
        &self.channel
    }

    /// The exact bytes that were signed.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The channel, and what a large body holds of the memory for such.
    pub(super) fn into_channel(self) -> (Channel, Option<Share>) {
        (self.channel, self.share)
    }
}

impl FromRequest<ServerState> for SignedBody {
    type Rejection = ReceiveError;

    async fn from_request(request: Request, state: &ServerState) -> Result<Self, ReceiveError> {
        let (parts, body) = request.into_parts();
        let gate = state.gate_at(parts.uri.path()).ok_or(ReceiveError::UnknownChannel)?;
        let signature = signature(&parts.headers)?;
        let bounds = Bounds::of(Arrival::of(&parts), state);
        let (bytes, share) = read(body, &parts.headers, &bounds).await?;
        if !gate.opens(&bytes, signature.as_bytes()) {
            return Err(ReceiveError::SignatureWrong);
        }
        Ok(Self { channel: gate.channel().clone(), bytes, share })
    }
}

/// What is known of a request before its body; what it says of itself is not proved.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub(super) arrival: Arrival,
    /// `X-Forwarded-For`, as whoever sent it wants us to see it.
    pub(super) forwarded_for: Option<HeaderValue>,
}

impl Head {
    fn of(parts: &Parts) -> Self {
        let arrival = Arrival::of(parts);
        Self { arrival, forwarded_for: parts.headers.get("x-forwarded-for").cloned() }
    }
}

impl<S: Sync> FromRequestParts<S> for Head {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

/// The one signature of a request, of the right form: nothing is read for a stranger who does not even try.
fn signature(headers: &HeaderMap) -> Result<&HeaderValue, ReceiveError> {
    let mut all = headers.get_all(SIGNATURE).iter();
    let first = all.next().ok_or(ReceiveError::SignatureMissing)?;
    let base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    if all.next().is_some() || first.len() != SIGNATURE_LEN || !first.as_bytes().iter().all(base64) {
        return Err(ReceiveError::SignatureMalformed);
    }
    Ok(first)
}

/// What a body may have: bytes, time, and a share of the memory for large ones.
struct Bounds<'a> {
    max: usize,
    /// When all of it must be here.
    complete: Instant,
    /// When a large one stops waiting for its share: later nothing could be committed in time.
    room: Instant,
    budget: &'a Budget,
}

impl<'a> Bounds<'a> {
    fn of(arrival: Arrival, state: &'a ServerState) -> Self {
        let settings = state.settings();
        let complete = arrival.begun + settings.read_timeout;
        let room = complete.min(arrival.head + settings.accept_deadline);
        Self { max: settings.max_body_bytes, complete, room, budget: state.budget() }
    }
}

async fn read(body: Body, headers: &HeaderMap, bounds: &Bounds<'_>) -> Result<Read, ReceiveError> {
    let mut body = body;
    let read = read_all(&mut body, announced(headers), bounds).await;
    let refused = match read {
        // With `Expect: 100-continue` the sender waits for our word and has sent nothing yet.
        Err(ReceiveError::TooLarge { .. }) => !headers.contains_key(EXPECT),
        Err(ReceiveError::Crowded) => true,
        _ => false,
    };
    if refused {
        // However slowly the rest comes: the answer stays what it is, and is what the operator must be told.
        let most = bounds.max.saturating_mul(DISCARDED_TIMES);
        let _ = tokio::time::timeout_at(bounds.complete, discard(body, most)).await;
    }
    read
}

fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn read_all(
    body: &mut Body,
    announced: Option<usize>,
    bounds: &Bounds<'_>,
) -> Result<Read, ReceiveError> {
    let Bounds { max, complete, room, budget } = *bounds;
    let start = {
        let mut starting = std::pin::pin!(read_free(body, announced, max));
        // A small body came with its head; only one that did not is worth a timer.
        match futures_util::poll!(starting.as_mut()) {
            Poll::Ready(start) => start?,
            Poll::Pending => {
                tokio::time::timeout_at(complete, starting).await.map_err(|_| ReceiveError::TooSlow)??
            }
        }
    };
    let (mut all, piece) = match start {
        Start::Whole(bytes) => return Ok((bytes, None)),
        Start::Large(all, piece) => (all, piece),
    };
    let size = announced.unwrap_or(max);
    let Ok(Ok(share)) = tokio::time::timeout_at(room, budget.share(size)).await else {
        return Err(ReceiveError::Crowded);
    };
    all.reserve(announced.unwrap_or(0).saturating_sub(all.len()));
    let rest = read_rest(body, all, piece, max);
    let bytes = tokio::time::timeout_at(complete, rest).await.map_err(|_| ReceiveError::TooSlow)??;
    Ok((bytes, Some(share)))
}

/// A body's bytes, and the share of a large one.
type Read = (Bytes, Option<Share>);

/// What is known of a body when it is complete or reaches [`FREE`].
enum Start {
    Whole(Bytes),
    /// What has been read, and the piece with which it would be more than is free.
    Large(BytesMut, Bytes),
}

async fn read_free(body: &mut Body, announced: Option<usize>, max: usize) -> Result<Start, ReceiveError> {
    if announced.is_some_and(|length| length > max) {
        return Err(ReceiveError::TooLarge { max });
    }
    let Some(first) = next(body).await? else { return Ok(Start::Whole(Bytes::new())) };
    if first.len() <= max && body_is_over(body, announced, first.len()) {
        return Ok(Start::Whole(first));
    }
    let mut all = BytesMut::with_capacity(announced.unwrap_or(0).max(first.len()).min(FREE));
    let mut piece = first;
    loop {
        let length = all.len() + piece.len();
        if length > max {
            return Err(ReceiveError::TooLarge { max });
        }
        if length > FREE {
            return Ok(Start::Large(all, piece));
        }
        all.extend_from_slice(&piece);
        let Some(next) = next(body).await? else { return Ok(Start::Whole(all.freeze())) };
        piece = next;
    }
}

async fn read_rest(
    body: &mut Body,
    mut all: BytesMut,
    piece: Bytes,
    max: usize,
) -> Result<Bytes, ReceiveError> {
    let mut piece = Some(piece);
    while let Some(bytes) = piece {
        if all.len() + bytes.len() > max {
            return Err(ReceiveError::TooLarge { max });
        }
        all.extend_from_slice(&bytes);
        piece = next(body).await?;
    }
    Ok(all.freeze())
}

/// The common case needs no copy: one piece, and it is all that was announced.
fn body_is_over(body: &Body, announced: Option<usize>, had: usize) -> bool {
    announced == Some(had) || axum::body::HttpBody::is_end_stream(body)
}

async fn next(body: &mut Body) -> Result<Option<Bytes>, ReceiveError> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| ReceiveError::Broken)?;
        if let Ok(bytes) = frame.into_data() {
            return Ok(Some(bytes));
        }
    }
    Ok(None)
}

async fn discard(mut body: Body, most: usize) {
    let mut read = 0_usize;
    while let Ok(Some(bytes)) = next(&mut body).await {
        read = read.saturating_add(bytes.len());
        if read > most {
            return;
        }
    }
}
