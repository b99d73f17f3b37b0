//! `/v2/bot/membership/…` ([reference](https://developers.line.biz/en/reference/messaging-api/#membership)).

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::routing::{MethodRouter, get};
use http::StatusCode;
use serde_json::json;

use super::answer::{Answer, Refusal, ok};
use super::door::{Endpoint, user_id};
use super::page::{Asking, Sizes, with_next};
use crate::simulator::sim::Sim;

const SIZES: Sizes = Sizes { usual: 300, most: 1000 };

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    Router::new()
        .route("/v2/bot/membership/list", at(Endpoint::new("membership-list"), get(list)))
        .route(
            "/v2/bot/membership/subscription/{userId}",
            at(Endpoint::new("membership-subscription"), get(subscription)),
        )
        .route(
            "/v2/bot/membership/{membershipId}/users/ids",
            at(Endpoint::new("membership-users"), get(users)),
        )
}

async fn list(State(sim): State<Sim>) -> Answer {
    let state = sim.state();
    let plans: Vec<_> = state.world.memberships.all().iter().map(|plan| plan.listed()).collect();
    if plans.is_empty() {
        return Err(Refusal::new(StatusCode::NOT_FOUND, "Membership plan not found"));
    }
    ok(json!({"memberships": plans}))
}

async fn subscription(State(sim): State<Sim>, Path(user): Path<String>) -> Answer {
    let user = user_id(&user)?;
    let now = sim.now();
    let state = sim.state();
    let plans = state.world.memberships.all();
    let subscriptions: Vec<_> = plans.iter().filter_map(|plan| plan.subscription(&user, now)).collect();
    if subscriptions.is_empty() {
        return Err(Refusal::not_found());
    }
    ok(json!({"subscriptions": subscriptions}))
}

/// A page is cut before those are left out who are no friends, so it may be short.
async fn users(State(sim): State<Sim>, Path(id): Path<String>, Query(asking): Query<Asking>) -> Answer {
    let now = sim.now();
    let state = sim.state();
    let plan = state.world.memberships.get(&id);
    let unknown = || Refusal::new(StatusCode::NOT_FOUND, "Membership ID is not found");
    let plan = plan.ok_or_else(unknown)?;
    let (page, next) =
        asking.part(&plan.members, |it| it.user.as_str(), &format!("members {id}"), SIZES, now)?;
    let people = &state.world.people;
    let friends: Vec<_> =
        page.into_iter().map(|member| &member.user).filter(|user| people.is_friend(user)).collect();
    ok(with_next(json!({"userIds": friends}), next))
}
