//! `POST /v2/bot/message/broadcast`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#send-broadcast-message)).

use axum::Router;
use axum::extract::State;
use axum::routing::{MethodRouter, post};
use serde_json::json;

use super::answer::{Answer, Refusal, ok};
use super::door::{Asked, Endpoint};
use super::sending::{self, finish, messages, remember, retry_key};
use crate::simulator::check::Report;
use crate::simulator::ledger::Via;
use crate::simulator::send::Sending;
use crate::simulator::sim::Sim;

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    let endpoint = at(Endpoint::new("broadcast").with_retry_key(), post(broadcast));
    Router::new().route("/v2/bot/message/broadcast", endpoint)
}

async fn broadcast(State(sim): State<Sim>, asked: Asked) -> Answer {
    let body = asked.json()?;
    let key = retry_key(&asked)?;
    let mut report = Report::default();
    sending::check_common(body, &mut report);
    sending::check_for_many(body, &mut report);
    let told = {
        let mut state = sim.state();
        let now = sim.now();
        sending::refuse_repeated(&state.world, key, Via::Broadcast, now)?;
        Refusal::unless_clean(report)?;
        let friends = state.world.people.friends();
        state.world.charge(u64::try_from(friends.len()).unwrap_or(u64::MAX))?;
        let (messages, request_id) = (messages(body), &asked.request_id);
        let sending = Sending { messages, via: Via::Broadcast, request_id, key, unit: None, now };
        let told = state.send_to_people(&sending, &friends);
        remember(&mut state, &sending, None);
        told
    };
    finish(&sim, told);
    ok(json!({}))
}
