//! `GET /v2/bot/audienceGroup/…`: one audience, and lists
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#get-audience-groups)). Lists are in the order in
//! which audiences were made; LINE says nothing of an order.

use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusal::Problem;
use super::{json as words, own};
use crate::simulator::api::answer::{Answer, Refusal, ok};
use crate::simulator::audience::Audience;
use crate::simulator::sim::Sim;

/// Audiences on a page, if the call does not say, and at most.
const SIZE: u64 = 20;
const SIZE_MAX: u64 = 40;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Asked {
    page: Option<String>,
    description: Option<String>,
    status: Option<String>,
    size: Option<String>,
    create_route: Option<String>,
    includes_owned_audience_groups: Option<String>,
    includes_external_public_groups: Option<String>,
}

pub(super) async fn one(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    let mut state = sim.state();
    let id = own(&mut state, &sim, &id)?;
    let audience = state.world.audiences.get(id).ok_or(Problem::NotFound)?;
    let now = sim.now();
    ok(json!({"audienceGroup": words::group(audience, now), "jobs": words::jobs(audience, now)}))
}

pub(super) async fn shared(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    let now = sim.now();
    let mut state = sim.state();
    state.world.audiences.sweep(now);
    let audience = id.parse().ok().and_then(|id| state.world.audiences.get(id)).ok_or(Problem::NotFound)?;
    let owner = audience.owner.as_deref().ok_or(Problem::NotFound)?;
    ok(json!({
        "audienceGroup": words::group(audience, now),
        "jobs": words::jobs(audience, now),
        "owner": {"serviceType": "lap", "id": "A0000000001", "name": owner},
    }))
}

/// The simulator has one channel, so there are no public audiences of others.
pub(super) async fn list(State(sim): State<Sim>, Query(asked): Query<Asked>) -> Answer {
    flag("includesExternalPublicGroups", asked.includes_external_public_groups.as_deref())?;
    listed(&sim, &asked, |audience| audience.owner.is_none())
}

pub(super) async fn shared_list(State(sim): State<Sim>, Query(asked): Query<Asked>) -> Answer {
    let own = flag("includesOwnedAudienceGroups", asked.includes_owned_audience_groups.as_deref())?;
    listed(&sim, &asked, |audience| own || audience.owner.is_some())
}

fn flag(name: &str, value: Option<&str>) -> Result<bool, Refusal> {
    match value {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Refusal::bad_request(format!("The value for the '{name}' parameter is invalid"))),
    }
}

fn number(name: &str, value: Option<&str>, default: u64, max: u64) -> Result<u64, Refusal> {
    let Some(value) = value else { return Ok(default) };
    let number = value.parse().ok().filter(|number| (1..=max).contains(number));
    number.ok_or_else(|| Refusal::bad_request(format!("The value for the '{name}' parameter is invalid")))
}

fn listed(sim: &Sim, asked: &Asked, seen: impl Fn(&Audience) -> bool) -> Answer {
    if asked.page.is_none() {
        return Err(Refusal::bad_request("The 'page' parameter is required"));
    }
    let page = number("page", asked.page.as_deref(), 1, u64::MAX)?;
    let size = number("size", asked.size.as_deref(), SIZE, SIZE_MAX)?;
    let now = sim.now();
    let mut state = sim.state();
    state.world.audiences.sweep(now);
    let seen = state.world.audiences.by_id.values().filter(|audience| seen(audience));
    let all: Vec<Value> =
        seen.map(|audience| words::group(audience, now)).filter(|group| lets_through(asked, group)).collect();
    let changeable = all.iter().filter(|group| group["permission"] == "READ_WRITE").count();
    let begin = usize::try_from((page - 1).saturating_mul(size)).unwrap_or(usize::MAX).min(all.len());
    let end = begin.saturating_add(usize::try_from(size).unwrap_or(usize::MAX)).min(all.len());
    ok(json!({
        "audienceGroups": all[begin..end],
        "hasNextPage": end < all.len(),
        "totalCount": all.len(),
        "readWriteAudienceGroupTotalCount": changeable,
        "page": page,
        "size": size,
    }))
}

fn lets_through(asked: &Asked, group: &Value) -> bool {
    let text = |field: &str| group[field].as_str().unwrap_or_default();
    let part = asked.description.as_deref().unwrap_or_default().to_lowercase();
    text("description").to_lowercase().contains(&part)
        && asked.status.as_deref().is_none_or(|status| status == text("status"))
        && asked.create_route.as_deref().is_none_or(|route| route == text("createRoute"))
}
