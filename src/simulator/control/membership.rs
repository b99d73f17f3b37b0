//! `POST /_sim/membership`: a membership plan, and who joins it.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::json;

use super::Done;
use crate::simulator::people::Standing;
use crate::simulator::sim::Sim;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MembershipWish {
    title: String,
    #[serde(default = "price")]
    price: f64,
    #[serde(default)]
    members: Vec<String>,
}

fn price() -> f64 {
    500.0
}

pub(super) async fn membership(State(sim): State<Sim>, Json(wish): Json<MembershipWish>) -> Done {
    let now = sim.now();
    let mut state = sim.state();
    let world = &mut state.world;
    let plan = world.memberships.named(&wish.title, wish.price);
    for name in &wish.members {
        plan.join(&world.people.named(name, Standing::Friend), now);
    }
    Ok(Json(json!({"membershipId": plan.id})))
}
