//! `GET /v2/bot/message/{messageId}/content` and its preview and transcoding state
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#getting-content)).

use std::io;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use http::StatusCode;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use serde_json::json;

use super::answer::{Answer, Refusal, ok};
use super::door::Endpoint;
use crate::line::MessageId;
use crate::simulator::message::{File, Prepared, Stuff};
use crate::simulator::sim::{Sim, State as Simulated};

/// Bytes of made content that are in memory at a time.
const PIECE: usize = 64 * 1024;
/// Bytes of a made preview.
const PREVIEW: u64 = 1024;

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    let path = "/v2/bot/message/{messageId}/content";
    Router::new()
        .route(path, at(Endpoint::new("content"), get(content)))
        .route(&format!("{path}/preview"), at(Endpoint::new("content-preview"), get(preview)))
        .route(&format!("{path}/transcoding"), at(Endpoint::new("content-transcoding"), get(transcoding)))
}

async fn content(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    let state = sim.state();
    bytes_of(file(&state, id)?)
}

/// A small image: of bytes that are given those, else a few that are made.
async fn preview(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    let state = sim.state();
    let file = file(&state, id)?;
    match (file.kind, &file.stuff) {
        ("image" | "video", Stuff::Bytes(_)) => bytes_of(file),
        ("image" | "video", Stuff::Made(length)) => {
            Ok(given("image/jpeg", &Stuff::Made(PREVIEW.min(*length))))
        }
        _ => Err(Refusal::bad_request("The content can not be previewed")),
    }
}

async fn transcoding(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    let state = sim.state();
    let file = file(&state, id)?;
    if !matches!(file.kind, "video" | "audio") {
        return Err(Refusal::bad_request("Transcoding status doesn't support this type of content"));
    }
    let status = match file.prepared {
        Prepared::NotYet => "processing",
        Prepared::Yes => "succeeded",
        Prepared::Never => "failed",
    };
    ok(json!({"status": status}))
}

/// What LINE answers when it could not prepare it is not documented: here it stays at 202.
fn bytes_of(file: &File) -> Answer {
    match file.prepared {
        Prepared::Yes => Ok(given(&file.mime, &file.stuff)),
        Prepared::NotYet | Prepared::Never => Ok(StatusCode::ACCEPTED.into_response()),
    }
}

fn given(mime: &str, stuff: &Stuff) -> Response {
    let kind = [(CONTENT_TYPE, mime.to_owned())];
    match stuff {
        Stuff::Bytes(bytes) => (kind, bytes.clone()).into_response(),
        Stuff::Made(length) => {
            let length_told = [(CONTENT_LENGTH, length.to_string())];
            (kind, length_told, Body::from_stream(made(*length))).into_response()
        }
    }
}

/// 0 to 255 again and again, one piece in memory at a time.
fn made(length: u64) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let pattern: Bytes = (0..=u8::MAX).cycle().take(PIECE).collect::<Vec<_>>().into();
    stream::iter((0..length).step_by(PIECE)).map(move |at| {
        let left = usize::try_from(length - at).unwrap_or(PIECE);
        Ok(pattern.slice(..left.min(PIECE)))
    })
}

fn file(state: &Simulated, id: String) -> Result<&File, Refusal> {
    let not_found = || Refusal::new(StatusCode::NOT_FOUND, "not found");
    let kept = state.world.messages.get(&MessageId::from(id)).ok_or_else(not_found)?;
    if kept.unsent {
        return Err(Refusal::new(StatusCode::GONE, "The content is gone"));
    }
    kept.file.as_ref().ok_or_else(not_found)
}
