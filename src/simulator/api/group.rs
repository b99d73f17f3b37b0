//! `/v2/bot/group/{groupId}/…` and `/v2/bot/room/{roomId}/…`: summary, members, leaving
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#group)).

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::routing::{MethodRouter, get, post};
use serde_json::json;

use super::answer::{Answer, Refusal, ok};
use super::door::Endpoint;
use super::follower::only_verified;
use super::page::{Asking, Sizes, with_next};
use crate::line::{ChatId, UserId};
use crate::simulator::act::Act;
use crate::simulator::courier::{self, Parcel};
use crate::simulator::people::Gathering;
use crate::simulator::sim::Sim;
use crate::simulator::world::World;
use crate::simulator::{compose, mint};

const SIZES: Sizes = Sizes { usual: 100, most: 100 };

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    let group = |part: &str| format!("/v2/bot/group/{{groupId}}/{part}");
    let room = |part: &str| format!("/v2/bot/room/{{roomId}}/{part}");
    Router::new()
        .route(&group("summary"), at(Endpoint::new("group-summary"), get(summary)))
        .route(&group("members/count"), at(Endpoint::new("group-member-count"), get(group_count)))
        .route(&group("members/ids"), at(Endpoint::new("group-members"), get(group_members)))
        .route(&group("leave"), at(Endpoint::new("leave-group"), post(leave_group)))
        .route(&room("members/count"), at(Endpoint::new("room-member-count"), get(room_count)))
        .route(&room("members/ids"), at(Endpoint::new("room-members"), get(room_members)))
        .route(&room("leave"), at(Endpoint::new("leave-room"), post(leave_room)))
}

async fn summary(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    let chat = group(id)?;
    let state = sim.state();
    let gathering = inside(&state.world, &chat)?;
    ok(json!({"groupId": chat.as_str(), "groupName": gathering.name}))
}

async fn group_count(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    count(&sim, &group(id)?)
}

async fn room_count(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    count(&sim, &room(id)?)
}

fn count(sim: &Sim, chat: &ChatId) -> Answer {
    ok(json!({"count": inside(&sim.state().world, chat)?.members.len()}))
}

async fn group_members(
    State(sim): State<Sim>,
    Path(id): Path<String>,
    Query(asking): Query<Asking>,
) -> Answer {
    members(&sim, &group(id)?, &asking)
}

async fn room_members(
    State(sim): State<Sim>,
    Path(id): Path<String>,
    Query(asking): Query<Asking>,
) -> Answer {
    members(&sim, &room(id)?, &asking)
}

fn members(sim: &Sim, chat: &ChatId, asking: &Asking) -> Answer {
    let state = sim.state();
    only_verified(&state.world)?;
    let gathering = inside(&state.world, chat)?;
    let (ids, next) = asking.part(&gathering.members, UserId::as_str, chat.as_str(), SIZES, sim.now())?;
    ok(with_next(json!({"memberIds": ids}), next))
}

async fn leave_group(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    let chat = group(id)?;
    inside(&sim.state().world, &chat)?;
    leave(&sim, chat)
}

/// 200 for a room the bot is not in, too.
async fn leave_room(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    let chat = room(id)?;
    let bot_inside = sim.state().world.people.gathering(&chat).map(|it| it.bot_inside);
    match bot_inside {
        None => Err(Refusal::not_found()),
        Some(false) => ok(json!({})),
        Some(true) => leave(&sim, chat),
    }
}

/// The bot is told that it left.
fn leave(sim: &Sim, chat: ChatId) -> Answer {
    // It may have been removed just now.
    if let Ok(event) = compose(sim, Act::leave(chat)) {
        courier::send(sim, Parcel::of([event]));
    }
    ok(json!({}))
}

fn group(id: String) -> Result<ChatId, Refusal> {
    well_formed('C', &id, "groupId")?;
    Ok(ChatId::Group(id.into()))
}

fn room(id: String) -> Result<ChatId, Refusal> {
    well_formed('R', &id, "roomId")?;
    Ok(ChatId::Room(id.into()))
}

fn well_formed(kind: char, id: &str, name: &str) -> Result<(), Refusal> {
    if mint::well_formed(kind, id) {
        return Ok(());
    }
    Err(Refusal::bad_request(format!("The value for the '{name}' parameter is invalid")))
}

/// The group or room, if the bot is in it.
fn inside<'a>(world: &'a World, chat: &ChatId) -> Result<&'a Gathering, Refusal> {
    world.people.gathering(chat).filter(|it| it.bot_inside).ok_or_else(Refusal::not_found)
}
