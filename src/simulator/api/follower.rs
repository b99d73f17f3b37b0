//! `GET /v2/bot/followers/ids`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#get-follower-ids)).

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::{MethodRouter, get};
use http::StatusCode;
use serde_json::json;

use super::answer::{Answer, Refusal, ok};
use super::door::Endpoint;
use super::page::{Asking, Sizes, with_next};
use crate::line::UserId;
use crate::simulator::sim::Sim;
use crate::simulator::world::World;

const SIZES: Sizes = Sizes { usual: 300, most: 1000 };

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    Router::new().route("/v2/bot/followers/ids", at(Endpoint::new("followers"), get(followers)))
}

async fn followers(State(sim): State<Sim>, Query(asking): Query<Asking>) -> Answer {
    let state = sim.state();
    only_verified(&state.world)?;
    let friends = state.world.people.friends();
    let (ids, next) = asking.part(&friends, UserId::as_str, "followers", SIZES, sim.now())?;
    ok(with_next(json!({"userIds": ids}), next))
}

/// 403 for ordinary accounts.
pub(super) fn only_verified(world: &World) -> Result<(), Refusal> {
    if world.account.verified {
        return Ok(());
    }
    let message = "Access to this API is not available for your account";
    Err(Refusal::new(StatusCode::FORBIDDEN, message))
}
