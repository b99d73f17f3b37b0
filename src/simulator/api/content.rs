//! `GET /v2/bot/message/{messageId}/content` and its preview and transcoding state
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#getting-content)).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::IntoResponse as _;
use axum::routing::{MethodRouter, get};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::json;

use super::answer::{Answer, Refusal, ok};
use super::door::Endpoint;
use crate::line::MessageId;
use crate::simulator::message::File;
use crate::simulator::sim::{Sim, State as Simulated};

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

async fn preview(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    let state = sim.state();
    let file = file(&state, id)?;
    if !matches!(file.kind, "image" | "video") {
        return Err(Refusal::bad_request("The content can not be previewed"));
    }
    bytes_of(file)
}

async fn transcoding(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    let state = sim.state();
    let file = file(&state, id)?;
    if !matches!(file.kind, "video" | "audio") {
        return Err(Refusal::bad_request("Transcoding status doesn't support this type of content"));
    }
    ok(json!({"status": if file.ready { "succeeded" } else { "processing" }}))
}

fn bytes_of(file: &File) -> Answer {
    if !file.ready {
        return Ok(StatusCode::ACCEPTED.into_response());
    }
    Ok(([(CONTENT_TYPE, file.mime.clone())], file.bytes.clone()).into_response())
}

fn file(state: &Simulated, id: String) -> Result<&File, Refusal> {
    let not_found = || Refusal::new(StatusCode::NOT_FOUND, "not found");
    let kept = state.world.messages.get(&MessageId::from(id)).ok_or_else(not_found)?;
    if kept.unsent {
        return Err(Refusal::new(StatusCode::GONE, "The content is gone"));
    }
    kept.file.as_ref().ok_or_else(not_found)
}
