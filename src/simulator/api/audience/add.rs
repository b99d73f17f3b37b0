//! `POST /v2/bot/audienceGroup/upload`, `PUT /v2/bot/audienceGroup/upload`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#create-upload-audience-group)).

use axum::extract::State;
use serde_json::Value;

use super::json;
use super::own;
use super::refusal::Problem;
use crate::clock::Timestamp;
use crate::line::UserId;
use crate::simulator::api::answer::{Answer, Refusal, accepted, accepted_with};
use crate::simulator::api::door::Asked;
use crate::simulator::audience::{AudienceKind, Uploaded, is_ifa};
use crate::simulator::mint;
use crate::simulator::people::People;
use crate::simulator::sim::{Sim, State as Simulated};

/// Ids of a request as JSON.
const IDS_MAX: usize = 10_000;
/// Audiences of a channel.
const AUDIENCES_MAX: usize = 1000;

pub(super) async fn create(State(sim): State<Sim>, asked: Asked) -> Answer {
    let body = asked.json()?;
    let name = json::name(body)?;
    let ifa = match &body["isIfaAudience"] {
        Value::Null => false,
        Value::Bool(ifa) => *ifa,
        _ => return Err(Refusal::fault("isIfaAudience", "Must be a boolean")),
    };
    let mut state = sim.state();
    let uploaded = uploaded(body, ifa, &state.world.people)?;
    let created = make(&mut state, &name, ifa, uploaded, sim.now())?;
    accepted_with(created)
}

pub(super) async fn add(State(sim): State<Sim>, asked: Asked) -> Answer {
    let body = asked.json()?;
    let mut state = sim.state();
    let id = own(&mut state, &sim, &body["audienceGroupId"].to_string())?;
    let ifa = may_grow(&state, id, sim.now())?;
    let uploaded = uploaded(body, ifa, &state.world.people)?;
    if body["audiences"].as_array().is_none_or(Vec::is_empty) {
        return Err(Problem::NoGoodIds.into());
    }
    state.world.audiences.add(id, uploaded, sim.now());
    accepted()
}

/// Makes an audience of uploaded ids; what is answered.
pub(super) fn make(
    state: &mut Simulated,
    name: &str,
    ifa: bool,
    uploaded: Uploaded,
    now: Timestamp,
) -> Result<Value, Problem> {
    let audiences = &mut state.world.audiences;
    audiences.sweep(now);
    room_for_one(audiences.count_own())?;
    let id = audiences.make(name, AudienceKind::Upload { ifa }, now).id;
    audiences.add(id, uploaded, now);
    audiences.get(id).map(json::created).ok_or(Problem::NotFound)
}

pub(super) fn room_for_one(own: usize) -> Result<(), Problem> {
    if own < AUDIENCES_MAX { Ok(()) } else { Err(Problem::TooManyAudiences) }
}

/// Whether an audience's ids are IFAs; refused if none can be added. (LINE has no word for adding ids to audiences of
/// clicks and impressions.)
pub(super) fn may_grow(state: &Simulated, id: u64, now: Timestamp) -> Result<bool, Problem> {
    let audience = state.world.audiences.get(id).ok_or(Problem::NotFound)?;
    if !matches!(audience.kind, AudienceKind::Upload { .. }) {
        return Err(Problem::NotFound);
    }
    if audience.status(now) == crate::simulator::audience::AudienceStatus::Expired {
        return Err(Problem::Expired);
    }
    if audience.is_busy(now) {
        return Err(Problem::Busy);
    }
    Ok(audience.is_ifa())
}

/// `audiences` and `uploadDescription`: one malformed id fails them all, unknown ones are ignored.
fn uploaded(body: &Value, ifa: bool, people: &People) -> Result<Uploaded, Refusal> {
    let description = body["uploadDescription"].as_str().unwrap_or_default();
    let description = json::check_upload_name(description)?.to_owned();
    let mut uploaded = Uploaded { description, ..Uploaded::default() };
    let ids = match &body["audiences"] {
        Value::Null => return Ok(uploaded),
        Value::Array(ids) => ids,
        _ => return Err(Refusal::fault("audiences", "Must be an array")),
    };
    if ids.len() > IDS_MAX {
        return Err(Problem::TooManyIds.into());
    }
    for id in ids {
        let id = id["id"].as_str().unwrap_or_default();
        let good = if ifa { is_ifa(id) } else { mint::well_formed('U', id) };
        if !good {
            return Err(Problem::BadId.into());
        }
        let user = UserId::from(id);
        if ifa {
            uploaded.ifas += 1;
        } else if people.person(&user).is_some() {
            uploaded.members.insert(user);
        }
    }
    Ok(uploaded)
}
