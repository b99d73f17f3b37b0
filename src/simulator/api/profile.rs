//! `GET /v2/bot/profile/{userId}` and the profiles of group and room members
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#get-profile)).

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{MethodRouter, get};
use serde_json::json;

use super::answer::{Answer, Refusal, ok};
use super::door::{Endpoint, user_id};
use crate::line::ChatId;
use crate::simulator::mint;
use crate::simulator::sim::Sim;

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    Router::new()
        .route("/v2/bot/profile/{userId}", at(Endpoint::new("profile"), get(profile)))
        .route(
            "/v2/bot/group/{groupId}/member/{userId}",
            at(Endpoint::new("group-member"), get(group_member)),
        )
        .route("/v2/bot/room/{roomId}/member/{userId}", at(Endpoint::new("room-member"), get(room_member)))
}

async fn profile(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    let user = user_id(&id)?;
    let state = sim.state();
    let person = state.world.people.person(&user).filter(|person| person.shows_profile());
    let person = person.ok_or_else(Refusal::not_found)?;
    ok(json!({"displayName": person.name, "userId": user, "language": "en"}))
}

async fn group_member(State(sim): State<Sim>, Path((group, user)): Path<(String, String)>) -> Answer {
    if !mint::well_formed('C', &group) {
        return Err(Refusal::bad_request("The value for the 'groupId' parameter is invalid"));
    }
    member(&sim, &ChatId::Group(group.into()), &user)
}

async fn room_member(State(sim): State<Sim>, Path((room, user)): Path<(String, String)>) -> Answer {
    if !mint::well_formed('R', &room) {
        return Err(Refusal::bad_request("The value for the 'roomId' parameter is invalid"));
    }
    member(&sim, &ChatId::Room(room.into()), &user)
}

/// Friend or not, blocker or not: members can be seen by the bot that is among them.
fn member(sim: &Sim, chat: &ChatId, user: &str) -> Answer {
    let user = user_id(user)?;
    let state = sim.state();
    let people = &state.world.people;
    let gathering = people.gathering(chat).filter(|it| it.bot_inside && it.members.contains(&user));
    let person = gathering.and_then(|_| people.person(&user)).ok_or_else(Refusal::not_found)?;
    ok(json!({"displayName": person.name, "userId": user}))
}
