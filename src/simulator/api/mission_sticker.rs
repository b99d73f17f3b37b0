//! `POST /shop/v3/mission`
//! ([reference](https://developers.line.biz/en/reference/partner-docs/#send-mission-stickers-v3)).
//!
//! The simulator has no shop: every package whose ID is a number is a set of mission stickers, and open to everybody.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::{MethodRouter, post};
use http::StatusCode;

use super::answer::{Answer, Refusal};
use super::door::{Asked, Endpoint};
use crate::line::UserId;
use crate::simulator::sim::Sim;

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    Router::new().route("/shop/v3/mission", at(Endpoint::new("mission-sticker"), post(send)))
}

async fn send(State(sim): State<Sim>, asked: Asked) -> Answer {
    let body = asked.json()?;
    let field = |name: &str| body[name].as_str().unwrap_or_default();
    let known = sim.state().world.people.person(&UserId::from(field("to"))).is_some();
    if !known || field("productType") != "STICKER" || body["sendPresentMessage"] != false {
        return Err(Refusal::bad_request("invalid request"));
    }
    let package = field("productId");
    if package.is_empty() || !package.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::new(StatusCode::NOT_FOUND, "not found"));
    }
    Ok(StatusCode::OK.into_response())
}
