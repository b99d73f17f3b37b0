//! `POST /v2/bot/user/{userId}/linkToken`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#issue-link-token)).

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{MethodRouter, post};
use serde_json::json;

use super::answer::{Answer, Refusal, ok};
use super::door::{Endpoint, user_id};
use crate::simulator::sim::Sim;

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    Router::new().route("/v2/bot/user/{userId}/linkToken", at(Endpoint::new("link-token"), post(issue)))
}

async fn issue(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    let user = user_id(&id)?;
    let mut state = sim.state();
    let known = state.world.people.person(&user).is_some();
    if !known {
        return Err(Refusal::not_found());
    }
    let token = state.world.account.issue_link_token(user, sim.now());
    ok(json!({"linkToken": token}))
}
