//! `GET /v2/bot/message/quota` and what of it is used
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#get-quota)).

use axum::Router;
use axum::extract::State;
use axum::routing::{MethodRouter, get};
use serde_json::json;

use super::answer::{Answer, ok};
use super::door::Endpoint;
use crate::simulator::sim::Sim;

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    Router::new()
        .route("/v2/bot/message/quota", at(Endpoint::new("quota"), get(quota)))
        .route("/v2/bot/message/quota/consumption", at(Endpoint::new("quota-consumption"), get(consumption)))
}

async fn quota(State(sim): State<Sim>) -> Answer {
    match sim.state().world.quota {
        Some(value) => ok(json!({"type": "limited", "value": value})),
        None => ok(json!({"type": "none"})),
    }
}

async fn consumption(State(sim): State<Sim>) -> Answer {
    ok(json!({"totalUsage": sim.state().world.used}))
}
