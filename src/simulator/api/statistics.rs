//! `GET /v2/bot/message/delivery/…`, `GET /v2/bot/message/aggregation/…`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#get-number-of-reply-messages)).

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::{MethodRouter, get};
use serde::Deserialize;
use serde_json::json;

use super::answer::{Answer, Refusal, ok};
use super::door::Endpoint;
use super::page::{Asking, Sizes, with_next};
use crate::line::Date;
use crate::simulator::account::Notice;
use crate::simulator::ledger::Via;
use crate::simulator::sim::Sim;
use crate::simulator::world::World;

const SIZES: Sizes = Sizes { usual: 100, most: 100 };
/// LINE has counted since this day.
const FIRST_DAY: &str = "20180331";

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    let sent = |name, counted: Counted| {
        at(Endpoint::new(name), get(move |state, query| async move { sent(&state, &query, counted) }))
    };
    let delivery = |part: &str| format!("/v2/bot/message/delivery/{part}");
    Router::new()
        .route(&delivery("reply"), sent("sent-replies", Counted::Sent(Via::Reply)))
        .route(&delivery("push"), sent("sent-pushes", Counted::Sent(Via::Push)))
        .route(&delivery("multicast"), sent("sent-multicasts", Counted::Sent(Via::Multicast)))
        .route(&delivery("broadcast"), sent("sent-broadcasts", Counted::Sent(Via::Broadcast)))
        .route(&delivery("pnp"), sent("sent-notifications", Counted::Notified(Notice::Flexible)))
        .route(
            &delivery("pnp/templated"),
            sent("sent-template-notifications", Counted::Notified(Notice::Templated)),
        )
        .route("/v2/bot/message/aggregation/info", at(Endpoint::new("aggregation-info"), get(info)))
        .route("/v2/bot/message/aggregation/list", at(Endpoint::new("aggregation-list"), get(list)))
}

/// What is counted by day.
#[derive(Clone, Copy)]
enum Counted {
    Sent(Via),
    Notified(Notice),
}

impl Counted {
    fn on(self, world: &World, day: Date) -> u64 {
        match self {
            Self::Sent(via) => world.statistics.sent_on(via, day),
            Self::Notified(notice) => world.account.notified_on(notice, day),
        }
    }
}

#[derive(Deserialize)]
struct OnDay {
    date: Option<String>,
}

fn sent(State(sim): &State<Sim>, Query(asked): &Query<OnDay>, counted: Counted) -> Answer {
    let invalid = || Refusal::bad_request("The value for the 'date' parameter is invalid");
    let day = asked.date.as_deref().and_then(Date::parse).ok_or_else(invalid)?;
    match status(day, FIRST_DAY, Date::of(sim.now())) {
        "ready" => ok(json!({"status": "ready", "success": counted.on(&sim.state().world, day)})),
        other => ok(json!({"status": other})),
    }
}

/// What LINE has of a day: nothing before the first, and nothing yet of today and later.
pub(super) fn status(day: Date, first: &str, today: Date) -> &'static str {
    if Date::parse(first).is_some_and(|first| day < first) {
        "out_of_service"
    } else if day >= today {
        "unready"
    } else {
        "ready"
    }
}

async fn info(State(sim): State<Sim>) -> Answer {
    let month = Date::of(sim.now()).month();
    ok(json!({"numOfCustomAggregationUnits": sim.state().world.statistics.units_in(month).count()}))
}

async fn list(State(sim): State<Sim>, Query(asking): Query<Asking>) -> Answer {
    let state = sim.state();
    let names: Vec<_> = state.world.statistics.units_in(Date::of(sim.now()).month()).collect();
    let (names, next) = asking.part(&names, |name| name, "aggregation", SIZES, sim.now())?;
    ok(with_next(json!({"customAggregationUnits": names}), next))
}
