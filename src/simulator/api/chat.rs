//! `POST /v2/bot/chat/…`: loading animation and read marks; `POST /v2/bot/message/markAsRead`, the old one
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#display-a-loading-indicator)).

use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::{MethodRouter, post};
use axum::{Json, Router};
use http::StatusCode;
use serde_json::json;

use super::answer::{Answer, Refusal, ok};
use super::door::{Asked, Endpoint, is_user_id};
use crate::line::ChatId;
use crate::simulator::check::Report;
use crate::simulator::mint;
use crate::simulator::sim::Sim;

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    Router::new()
        .route("/v2/bot/chat/loading/start", at(Endpoint::new("loading"), post(start_loading)))
        .route("/v2/bot/chat/markAsRead", at(Endpoint::new("mark-as-read"), post(mark_as_read)))
        .route("/v2/bot/message/markAsRead", at(Endpoint::new("mark-as-read-by-user"), post(mark_user)))
}

async fn start_loading(asked: Asked) -> Answer {
    let body = asked.json()?;
    let mut report = Report::default();
    let chat = body["chatId"].as_str().unwrap_or_default();
    if !mint::well_formed('U', chat) && !chat.starts_with("LU") {
        report.fault("chatId", "Must be a user ID");
    }
    let seconds = body.get("loadingSeconds").filter(|seconds| !seconds.is_null());
    if !seconds.is_none_or(|seconds| seconds.as_u64().is_some_and(good_seconds)) {
        report.fault("loadingSeconds", "Must be a multiple of 5 between 5 and 60");
    }
    Refusal::unless_clean(report)?;
    Ok((StatusCode::ACCEPTED, Json(json!({}))).into_response())
}

fn good_seconds(seconds: u64) -> bool {
    (5..=60).contains(&seconds) && seconds.is_multiple_of(5)
}

async fn mark_as_read(State(sim): State<Sim>, asked: Asked) -> Answer {
    let body = asked.json()?;
    let token = body["markAsReadToken"].as_str().unwrap_or_default();
    let mut state = sim.state();
    let Some(message) = state.world.reads.get(token).cloned() else {
        return Err(Refusal::fault("markAsReadToken", "Invalid token"));
    };
    state.world.mark_read(&message);
    ok(json!({}))
}

/// LINE calls the field `chat.chatId` in this error, and documents `chat.userId`.
async fn mark_user(State(sim): State<Sim>, asked: Asked) -> Answer {
    let body = asked.json()?;
    let user = body["chat"]["userId"].as_str().unwrap_or_default();
    if !is_user_id(user) {
        return Err(Refusal::property("'chat.chatId'"));
    }
    let mut state = sim.state();
    state.world.mark_all_read(&ChatId::User(user.into()));
    ok(json!({}))
}
