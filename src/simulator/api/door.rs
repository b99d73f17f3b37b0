//! What every call passes: its body is read, it gets a request id and a line in the ledger, faults are played,
//! its token is checked ([reference](https://developers.line.biz/en/reference/messaging-api/#common-specifications)).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use super::answer::{Refusal, Told};
use super::harm;
use crate::line::RequestId;
use crate::simulator::fault::Harm;
use crate::simulator::happening::Happening;
use crate::simulator::ledger::Call;
use crate::simulator::listen::HangUp;
use crate::simulator::mint;
use crate::simulator::sim::{Shared, Sim};

/// LINE refuses bodies beyond this with 413.
const MAX_BODY: usize = 2 * 1024 * 1024;
/// Bodies up to this are read to their end, so that the 413 can be heard.
const MAX_DRAINED: usize = 64 * 1024 * 1024;

/// An endpoint's name in the ledger and in faults, and what it asks of a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Endpoint {
    name: &'static str,
    authorised: bool,
    takes_retry_key: bool,
    streamed: bool,
}

impl Endpoint {
    /// Asks for a channel access token.
    pub(super) const fn new(name: &'static str) -> Self {
        Self { name, authorised: true, takes_retry_key: false, streamed: false }
    }

    /// Asks for nothing.
    pub(super) const fn open(name: &'static str) -> Self {
        Self { authorised: false, ..Self::new(name) }
    }

    /// Reads its body itself, as it arrives, and takes more than others.
    pub(super) const fn streamed(self) -> Self {
        Self { streamed: true, ..self }
    }

    /// Takes `X-Line-Retry-Key`.
    pub(super) const fn with_retry_key(self) -> Self {
        Self { takes_retry_key: true, ..self }
    }
}

/// A call that has passed the door.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) request_id: RequestId,
    pub(super) retry_key: Option<String>,
    content_type: Option<String>,
    raw: Bytes,
    json: Result<Arc<Value>, String>,
}

impl Asked {
    /// The JSON body.
    pub(super) fn json(&self) -> Result<&Value, Refusal> {
        let kind = self.content_type.as_deref().unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            let message = format!("The content type, {kind}, is not supported");
            return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
        match &self.json {
            Ok(json) if json.is_object() => Ok(json),
            Ok(_) => Err(Refusal::bad_request("The request body must be a JSON object")),
            Err(place) => {
                let message = format!("The request body could not be parsed as JSON ({place})");
                Err(Refusal::bad_request(message))
            }
        }
    }

    /// The body as it came, and its content type.
    pub(super) fn raw(&self) -> (&str, &Bytes) {
        (self.content_type.as_deref().unwrap_or_default(), &self.raw)
    }

    /// The form fields of the body.
    pub(super) fn form(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(&self.raw).into_owned().collect()
    }
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let asked = parts.extensions.get::<Self>().cloned();
        asked.ok_or_else(|| {
            Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "this route is not behind the door")
        })
    }
}

/// Puts `methods` behind the door.
pub(super) fn behind(sim: &Sim, endpoint: Endpoint, methods: MethodRouter<Sim>) -> MethodRouter<Sim> {
    sim.state().faults.know(endpoint.name);
    methods.layer(from_fn_with_state((Arc::clone(sim), endpoint), pass))
}

async fn pass(State((sim, endpoint)): State<(Sim, Endpoint)>, request: Request, next: Next) -> Response {
    let request_id = RequestId::from(uuid::Uuid::new_v4().to_string());
    let (mut parts, body) = request.into_parts();
    let (body, stream) =
        if endpoint.streamed { (Ok(Bytes::new()), Some(body)) } else { (read(body).await, None) };
    let asked = Asked::new(&parts.headers, request_id.clone(), body.as_ref().cloned().unwrap_or_default());
    let (number, harm) = arrive(&sim, endpoint, &parts, &asked);
    sim.ring();
    let refusal = body.err().or_else(|| refusal(&sim, endpoint, &parts.headers).err());
    parts.extensions.insert(asked);
    let work = work(refusal, Request::from_parts(parts, stream.unwrap_or_default()), next);
    let mut response = match harm {
        None => work.await,
        Some((harm, after_doing)) => harm::play(harm, after_doing, work).await,
    };
    if let Ok(id) = request_id.as_str().try_into() {
        response.headers_mut().insert("x-line-request-id", id);
    }
    leave(&sim, endpoint, number, &response);
    response
}

impl Asked {
    fn new(headers: &HeaderMap, request_id: RequestId, raw: Bytes) -> Self {
        let json = serde_json::from_slice(&raw)
            .map(Arc::new)
            .map_err(|error| format!("line: {}, column: {}", error.line(), error.column()));
        Self {
            request_id,
            retry_key: header(headers, "x-line-retry-key"),
            content_type: header(headers, "content-type"),
            raw,
            json,
        }
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// The whole body, unless it is too big.
async fn read(body: Body) -> Result<Bytes, Refusal> {
    let mut stream = body.into_data_stream();
    let mut read = BytesMut::new();
    let mut length = 0;
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|_| Refusal::bad_request("The request body could not be read"))?;
        length += piece.len();
        if length > MAX_DRAINED {
            break;
        }
        if length <= MAX_BODY {
            read.extend_from_slice(&piece);
        }
    }
    if length > MAX_BODY {
        return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "The request body is larger than 2 MB"));
    }
    Ok(read.freeze())
}

fn arrive(sim: &Sim, endpoint: Endpoint, parts: &Parts, asked: &Asked) -> (usize, Option<(Harm, bool)>) {
    let mut state = sim.state();
    let harm = state.faults.strike(endpoint.name);
    let path = parts.uri.path_and_query().map_or_else(|| parts.uri.path(), |it| it.as_str());
    let number = state.ledger.call_arrived(Call {
        endpoint: endpoint.name,
        method: parts.method.to_string(),
        path: path.to_owned(),
        status: None,
        body: asked.json.as_ref().map(Arc::clone).unwrap_or_default(),
        retry_key: asked.retry_key.clone(),
        request_id: asked.request_id.clone(),
        faulty: harm.is_some(),
        at: sim.now(),
    });
    (number, harm)
}

fn refusal(sim: &Sim, endpoint: Endpoint, headers: &HeaderMap) -> Result<(), Refusal> {
    if endpoint.authorised {
        authorise(sim, headers)?;
    }
    if endpoint.authorised && !endpoint.takes_retry_key && headers.contains_key("x-line-retry-key") {
        return Err(Refusal::bad_request("X-Line-Retry-Key is not supported by this endpoint"));
    }
    Ok(())
}

fn authorise(sim: &Sim, headers: &HeaderMap) -> Result<(), Refusal> {
    let Some(given) = header(headers, "authorization") else {
        return Err(Refusal::unauthorised("missing authorization header"));
    };
    let Some(token) = given.strip_prefix("Bearer ") else {
        return Err(Refusal::unauthorised("the authorization header is not of the form `Bearer <token>`"));
    };
    if access_token_good(sim, token) {
        return Ok(());
    }
    let reason = "invalid token. Confirm that the access token in the authorization header is valid.";
    Err(Refusal::unauthorised(reason))
}

/// Whether `token` is the long-lived one, or one that was issued and still lives.
pub(super) fn access_token_good(sim: &Shared, token: &str) -> bool {
    let long_lived = sim.access_token.expose_secret();
    let same: bool = long_lived.as_bytes().ct_eq(token.as_bytes()).into();
    let state = sim.state();
    let access = &state.world.access;
    (same && !long_lived.is_empty() && !access.long_lived_void) || access.find(token, sim.now()).is_some()
}

async fn work(refusal: Option<Refusal>, request: Request, next: Next) -> Response {
    match refusal {
        Some(refusal) => refusal.into_response(),
        None => {
            let response = next.run(request).await;
            if response.status() == StatusCode::METHOD_NOT_ALLOWED {
                return Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed").into_response();
            }
            response
        }
    }
}

fn leave(sim: &Sim, endpoint: Endpoint, number: usize, response: &Response) {
    let dropped = response.extensions().get::<HangUp>().is_some();
    let status = (!dropped).then(|| response.status().as_u16());
    sim.state().ledger.call_answered(number, status);
    if status.is_none_or(|status| status >= 400) {
        let message = response.extensions().get::<Told>().map(|told| told.0.clone()).unwrap_or_default();
        sim.tell(Happening::Refused { endpoint: endpoint.name, status, message });
    }
    sim.ring();
}

/// Whether `value` is a UUID in its hexadecimal form with hyphens.
pub(super) fn is_uuid(value: &str) -> bool {
    value.len() == 36 && uuid::Uuid::try_parse(value).is_ok()
}

/// Whether `id` has the form of a user id.
pub(super) fn is_user_id(id: &str) -> bool {
    mint::well_formed('U', id) || id.starts_with("LU")
}

/// A user id; anything else is a 400 where a user id is asked for.
pub(super) fn user_id(id: &str) -> Result<crate::line::UserId, Refusal> {
    if is_user_id(id) {
        return Ok(id.into());
    }
    Err(Refusal::bad_request("The value for the 'userId' parameter is invalid"))
}
