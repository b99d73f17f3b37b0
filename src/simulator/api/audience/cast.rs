//! `POST /v2/bot/audienceGroup/click`, `POST /v2/bot/audienceGroup/imp`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#create-click-audience-group)).
//!
//! Whom a message reached has also seen it, and clicked whatever there is to click.

use std::time::Duration;

use axum::extract::State;
use serde_json::Value;

use super::add::room_for_one;
use super::json;
use super::refusal::Problem;
use crate::line::RequestId;
use crate::simulator::api::answer::{Answer, Refusal, accepted_with};
use crate::simulator::api::door::Asked;
use crate::simulator::audience::AudienceKind;
use crate::simulator::sim::Sim;

/// Characters of `clickUrl`.
const URL_MAX: usize = 2000;
/// How old the message may be.
const AGE_MAX: Duration = Duration::from_secs(60 * 86_400);

pub(super) async fn click(State(sim): State<Sim>, asked: Asked) -> Answer {
    let body = asked.json()?;
    let url = match &body["clickUrl"] {
        Value::Null => None,
        Value::String(url) if url.is_empty() => None,
        Value::String(url) if url.encode_utf16().count() <= URL_MAX => Some(url.clone()),
        Value::String(_) => {
            return Err(Refusal::fault("clickUrl", &format!("Length must be between 0 and {URL_MAX}")));
        }
        _ => return Err(Refusal::fault("clickUrl", "Must be a string")),
    };
    make(&sim, body, |request| AudienceKind::Click { request, url })
}

pub(super) async fn impression(State(sim): State<Sim>, asked: Asked) -> Answer {
    make(&sim, asked.json()?, |request| AudienceKind::Impression { request })
}

fn make(sim: &Sim, body: &Value, kind: impl FnOnce(RequestId) -> AudienceKind) -> Answer {
    let name = json::name(body)?;
    let request = RequestId::from(body["requestId"].as_str().unwrap_or_default());
    let now = sim.now();
    let mut state = sim.state();
    let world = &mut state.world;
    world.audiences.sweep(now);
    let cast = world.statistics.cast(&request).ok_or(Problem::RequestNotFound)?;
    if now.since(cast.at) > AGE_MAX {
        return Err(Problem::TooOld.into());
    }
    let kind = kind(request);
    if world.audiences.by_id.values().any(|audience| audience.kind == kind) {
        return Err(Problem::RequestTwice.into());
    }
    room_for_one(world.audiences.count_own())?;
    let reached = cast.reached.clone();
    let audience = world.audiences.make(&name, kind, now);
    audience.members = reached;
    accepted_with(json::created(audience))
}
