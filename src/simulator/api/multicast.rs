//! `POST /v2/bot/message/multicast`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#send-multicast-message)).

use std::collections::BTreeSet;

use axum::Router;
use axum::extract::State;
use axum::routing::{MethodRouter, post};
use serde_json::{Value, json};

use super::answer::{Answer, Refusal, ok};
use super::door::{Asked, Endpoint, is_user_id};
use super::sending::{self, finish, messages, remember, retry_key};
use crate::line::UserId;
use crate::simulator::check::Report;
use crate::simulator::ledger::Via;
use crate::simulator::people::People;
use crate::simulator::send::Sending;
use crate::simulator::sim::Sim;

/// User ids in a request.
const RECIPIENTS: (usize, usize) = (1, 500);

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    let endpoint = at(Endpoint::new("multicast").with_retry_key(), post(multicast));
    Router::new().route("/v2/bot/message/multicast", endpoint)
}

async fn multicast(State(sim): State<Sim>, asked: Asked) -> Answer {
    let body = asked.json()?;
    let key = retry_key(&asked)?;
    let mut report = Report::default();
    let to = to(body, &mut report);
    sending::check_common(body, &mut report);
    sending::check_for_many(body, &mut report);
    let unit = sending::unit(body, &mut report);
    let told = {
        let mut state = sim.state();
        let now = sim.now();
        sending::refuse_repeated(&state.world, key, Via::Multicast, now)?;
        Refusal::unless_clean(report)?;
        let friends = friends(&state.world.people, to)?;
        state.world.charge(u64::try_from(friends.len()).unwrap_or(u64::MAX))?;
        let request_id = &asked.request_id;
        let sending = Sending { messages: messages(body), via: Via::Multicast, request_id, key, unit, now };
        let told = state.send_to_people(&sending, &friends);
        remember(&mut state, &sending, None);
        told
    };
    finish(&sim, told);
    ok(json!({}))
}

fn to<'a>(body: &'a Value, report: &mut Report) -> &'a [Value] {
    let to = body["to"].as_array().map(Vec::as_slice).unwrap_or_default();
    let (min, max) = RECIPIENTS;
    if !body["to"].is_array() && !body["to"].is_null() {
        report.fault("to", "Must be an array");
    } else if !(min..=max).contains(&to.len()) {
        report.fault("to", format!("Size must be between {min} and {max}"));
    }
    to
}

/// Those of `to` who get it: friends, each once, though LINE says nothing of a user named twice. Others are passed over
/// silently, but an id that this channel never saw spoils the request: of LINE's two accounts of that, the stricter.
fn friends(people: &People, to: &[Value]) -> Result<Vec<UserId>, Refusal> {
    let mut known = BTreeSet::new();
    for (at, id) in to.iter().enumerate() {
        let Some(id) = id.as_str().filter(|id| is_user_id(id)) else {
            return Err(Refusal::property(&format!("to[{at}]")));
        };
        known.insert(UserId::from(id));
    }
    if known.iter().any(|id| people.person(id).is_none()) {
        return Err(Refusal::bad_request("Failed to send messages"));
    }
    known.retain(|id| people.is_friend(id));
    Ok(known.into_iter().collect())
}
