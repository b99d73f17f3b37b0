//! `/v2/bot/audienceGroup/…`: making, changing and reading audiences
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#manage-audience-group)).

mod add;
mod cast;
mod file;
mod json;
mod read;
mod refusal;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{MethodRouter, get, post, put};

use super::answer::{Answer, ok};
use super::door::{Asked, Endpoint};
use crate::simulator::sim::{Sim, State as Simulated};
use refusal::Problem;

const BASE: &str = "/v2/bot/audienceGroup";

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    let new = Endpoint::new;
    let path = |rest: &str| format!("{BASE}/{rest}");
    let upload = at(new("audience-upload"), post(add::create).put(add::add));
    let by_file = post(file::create).put(file::add);
    let one = get(read::one).delete(delete);
    Router::new()
        .route(&path("upload"), upload)
        .route(&path("upload/byFile"), at(new("audience-upload-by-file").streamed(), by_file))
        .route(&path("click"), at(new("audience-click"), post(cast::click)))
        .route(&path("imp"), at(new("audience-impression"), post(cast::impression)))
        .route(&path("list"), at(new("audience-list"), get(read::list)))
        .route(&path("shared/list"), at(new("audience-shared-list"), get(read::shared_list)))
        .route(&path("shared/{audienceGroupId}"), at(new("audience-shared"), get(read::shared)))
        .route(&path("{audienceGroupId}"), at(new("audience"), one))
        .route(&path("{audienceGroupId}/updateDescription"), at(new("audience-rename"), put(rename)))
}

async fn rename(State(sim): State<Sim>, Path(id): Path<String>, asked: Asked) -> Answer {
    let name = json::name(asked.json()?)?;
    let mut state = sim.state();
    let id = own(&mut state, &sim, &id)?;
    if let Some(audience) = state.world.audiences.by_id.get_mut(&id) {
        audience.description = name;
    }
    ok(serde_json::json!({}))
}

/// 200 in the schema, 202 in the reference; the former.
async fn delete(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    let mut state = sim.state();
    let id = own(&mut state, &sim, &id)?;
    state.world.audiences.by_id.remove(&id);
    ok(serde_json::json!({}))
}

/// The id of an audience of the channel's own, from a path.
fn own(state: &mut Simulated, sim: &Sim, id: &str) -> Result<u64, Problem> {
    state.world.audiences.sweep(sim.now());
    let id = id.parse().map_err(|_| Problem::NotFound)?;
    let audience = state.world.audiences.get(id).filter(|audience| audience.owner.is_none());
    audience.map(|audience| audience.id).ok_or(Problem::NotFound)
}
