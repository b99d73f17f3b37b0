//! `GET /v2/bot/info` ([reference](https://developers.line.biz/en/reference/messaging-api/#get-bot-info)).

use axum::Router;
use axum::extract::State;
use axum::routing::{MethodRouter, get};
use serde_json::json;

use super::answer::{Answer, ok};
use super::door::Endpoint;
use crate::simulator::sim::Sim;

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    Router::new().route("/v2/bot/info", at(Endpoint::new("bot-info"), get(info)))
}

async fn info(State(sim): State<Sim>) -> Answer {
    let user_id = sim.state().world.bot.clone();
    ok(json!({
        "userId": user_id,
        "basicId": "@simulated",
        "displayName": sim.bot_name,
        "chatMode": "bot",
        "markAsReadMode": "manual",
    }))
}
