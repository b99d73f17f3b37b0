//! `POST /v2/bot/message/narrowcast`, `GET /v2/bot/message/progress/narrowcast`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#send-narrowcast-message)).

use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::{MethodRouter, get, post};
use http::StatusCode;
use serde::Deserialize;

use super::answer::{Answer, Refusal, accepted, ok};
use super::door::{Asked, Endpoint, is_uuid};
use super::sending::{self, finish, messages, remember, retry_key};
use crate::line::RequestId;
use crate::simulator::check::{self, Report};
use crate::simulator::ledger::Via;
use crate::simulator::narrowcast::{Accepted, NotAccepted, Wish};
use crate::simulator::send::Sending;
use crate::simulator::sim::Sim;

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    Router::new()
        .route(
            "/v2/bot/message/narrowcast",
            at(Endpoint::new("narrowcast").with_retry_key(), post(narrowcast)),
        )
        .route("/v2/bot/message/progress/narrowcast", at(Endpoint::new("narrowcast-progress"), get(progress)))
}

async fn narrowcast(State(sim): State<Sim>, asked: Asked) -> Answer {
    let body = asked.json()?;
    let key = retry_key(&asked)?;
    let mut report = Report::default();
    sending::check_common(body, &mut report);
    sending::check_for_many(body, &mut report);
    let wish = check::check_narrowcast(body, &mut report);
    {
        let mut state = sim.state();
        let now = sim.now();
        sending::refuse_repeated(&state.world, key, Via::Narrowcast, now)?;
        Refusal::unless_clean(report)?;
        check_limit(&wish)?;
        let (messages, request_id) = (messages(body), &asked.request_id);
        state.world.accept(Accepted { request_id, key, messages, wish, now })?;
        let sending = Sending { messages, via: Via::Narrowcast, request_id, key, unit: None, now };
        remember(&mut state, &sending, None);
    }
    keep_going(&sim);
    finish(&sim, Vec::new());
    accepted()
}

fn check_limit(wish: &Wish) -> Result<(), Refusal> {
    if wish.limit.forbid_partial_delivery && !wish.limit.up_to_remaining_quota {
        let message = "The option forbidPartialDelivery must be used with upToRemainingQuota.";
        return Err(Refusal::bad_request(message));
    }
    Ok(())
}

impl From<NotAccepted> for Refusal {
    fn from(why: NotAccepted) -> Self {
        match why {
            NotAccepted::Audience(id) => Self::bad_request(format!("Invalid audience group id: {id}")),
            NotAccepted::Redelivery(id) => Self::bad_request(format!("Invalid request id: {id}")),
            NotAccepted::TooFewFriends => {
                Self::new(StatusCode::FORBIDDEN, "Your account does not have enough friends")
            }
            NotAccepted::OverQuota => Self::over_quota(),
        }
    }
}

/// Looks again when the narrowcast goes on by the system's clock, even if nobody asks meanwhile.
fn keep_going(sim: &Sim) {
    let rules = sim.state().world.narrowcasts.rules.clone();
    let waiting = Arc::clone(sim);
    sim.spawn(async move {
        for step in [rules.waiting, rules.sending] {
            tokio::time::sleep(step).await;
            drop(waiting.state());
        }
    });
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asking {
    request_id: Option<String>,
}

async fn progress(State(sim): State<Sim>, Query(asking): Query<Asking>) -> Answer {
    let id = asking.request_id.filter(|id| is_uuid(id));
    let id = id.ok_or_else(|| Refusal::bad_request("The value for the 'requestId' parameter is invalid"))?;
    let progress = sim.state().world.narrowcasts.progress(&RequestId::from(id), sim.now());
    ok(progress.ok_or_else(Refusal::not_found)?)
}
