//! `GET /v2/bot/insight/…`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#get-insight)).
//!
//! What the simulator knows it counts. It does not know who read or tapped what: everybody it reached has seen every
//! bubble, played every video to its end, and every second has opened every link.

mod demographic;
mod interaction;
mod rich_menu;

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::{MethodRouter, get};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Refusal, ok};
use super::door::Endpoint;
use super::statistics::status;
use crate::line::Date;
use crate::simulator::account::Notice;
use crate::simulator::ledger::Via;
use crate::simulator::people::Standing;
use crate::simulator::sim::Sim;

/// Under so many people LINE tells nothing of what they did.
const CROWD: u64 = 20;
/// LINE has counted deliveries, and followers, since these days.
const FIRST_DELIVERIES: &str = "20170301";
const FIRST_FOLLOWERS: &str = "20161101";

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    Router::new()
        .route("/v2/bot/insight/message/delivery", at(Endpoint::new("insight-deliveries"), get(deliveries)))
        .route("/v2/bot/insight/followers", at(Endpoint::new("insight-followers"), get(followers)))
        .merge(demographic::routes(at))
        .merge(interaction::routes(at))
        .merge(rich_menu::routes(at))
}

#[derive(Deserialize)]
struct OnDay {
    date: Option<String>,
}

async fn deliveries(State(sim): State<Sim>, Query(asked): Query<OnDay>) -> Answer {
    let day = day(asked.date.as_deref())?;
    let status = status(day, FIRST_DELIVERIES, Date::of(sim.now()));
    if status != "ready" {
        return ok(json!({"status": status}));
    }
    let state = sim.state();
    let (sent, account) = (&state.world.statistics, &state.world.account);
    let notified = account.notified_on(Notice::Flexible, day) + account.notified_on(Notice::Templated, day);
    ok(json!({
        "status": status,
        "apiBroadcast": sent.sent_on(Via::Broadcast, day),
        "apiPush": sent.sent_on(Via::Push, day),
        "apiMulticast": sent.sent_on(Via::Multicast, day),
        "apiNarrowcast": sent.sent_on(Via::Narrowcast, day),
        "apiReply": sent.sent_on(Via::Reply, day),
        "pnpNoticeMessage": notified,
    }))
}

/// The simulator keeps no history of friendships: every day was like this one.
async fn followers(State(sim): State<Sim>, Query(asked): Query<OnDay>) -> Answer {
    let date = asked.date.ok_or_else(|| Refusal::bad_request("date is required"))?;
    let status = status(day(Some(&date))?, FIRST_FOLLOWERS, Date::of(sim.now()));
    if status != "ready" {
        return ok(json!({"status": status, "followers": null, "targetedReaches": null, "blocks": null}));
    }
    let state = sim.state();
    let count = |standing| state.world.people.persons().filter(|(_, it)| it.standing == standing).count();
    let (friends, blocks) = (count(Standing::Friend), count(Standing::Blocked));
    ok(json!({
        "status": status,
        "followers": friends + blocks,
        "targetedReaches": friends,
        "blocks": blocks,
    }))
}

fn day(date: Option<&str>) -> Result<Date, Refusal> {
    date.and_then(Date::parse).ok_or_else(bad_request)
}

/// LINE's whole answer to what it cannot read here.
fn bad_request() -> Refusal {
    Refusal::bad_request("Bad Request")
}

/// A figure that LINE tells only of a crowd.
fn of_crowd(figure: u64) -> Value {
    if figure < CROWD { Value::Null } else { json!(figure) }
}
