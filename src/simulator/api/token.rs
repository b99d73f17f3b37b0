//! `POST /oauth2/v3/token`, `POST /v2/oauth/verify`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#channel-access-token)).
//!
//! Stateless tokens from channel id and secret; the JWT forms are not built.

use axum::Router;
use axum::extract::State;
use axum::routing::{MethodRouter, post};
use serde_json::json;

use super::answer::{Answer, Refusal, ok};
use super::door::{self, Asked, Endpoint};
use crate::simulator::sim::Sim;
use crate::simulator::token::STATELESS_TOKEN_LIFE;

/// What is said of the long-lived token, which has no end.
const NO_END_SECONDS: u64 = 2_592_000;

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    Router::new()
        .route("/oauth2/v3/token", at(Endpoint::open("issue-token"), post(issue)))
        .route("/v2/oauth/verify", at(Endpoint::open("verify-token"), post(verify)))
}

async fn issue(State(sim): State<Sim>, asked: Asked) -> Answer {
    let form = asked.form();
    if field(&form, "grant_type") != "client_credentials" {
        return Err(Refusal::oauth("unsupported_grant_type", "grant_type must be client_credentials"));
    }
    let secret = sim.secret.expose();
    if field(&form, "client_id") != sim.channel_id || field(&form, "client_secret") != secret {
        return Err(Refusal::oauth("invalid_client", "invalid client_id or client_secret"));
    }
    let token = sim.state().world.access.issue(sim.now());
    ok(json!({"token_type": "Bearer", "access_token": token, "expires_in": STATELESS_TOKEN_LIFE.as_secs()}))
}

async fn verify(State(sim): State<Sim>, asked: Asked) -> Answer {
    let form = asked.form();
    let token = field(&form, "access_token");
    let left = sim.state().world.access.life_left(token, sim.now());
    let seconds = match left {
        Some(left) => left.as_secs(),
        None if door::access_token_good(&sim, token) => NO_END_SECONDS,
        None => return Err(Refusal::oauth("invalid_request", "access token expired")),
    };
    ok(json!({"client_id": sim.channel_id, "expires_in": seconds}))
}

fn field<'a>(form: &'a [(String, String)], name: &str) -> &'a str {
    form.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
}
