//! `GET /v2/bot/insight/message/event`, `GET /v2/bot/insight/message/event/aggregation`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#get-message-event)).

use axum::extract::{Query, State};
use axum::response::IntoResponse as _;
use axum::routing::{MethodRouter, get};
use axum::{Json, Router};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{CROWD, bad_request, of_crowd};
use crate::line::Date;
use crate::line::{ChatId, RequestId};
use crate::simulator::api::answer::{Answer, ok};
use crate::simulator::api::door::Endpoint;
use crate::simulator::sim::{Sim, State as Simulated};

/// The last day is up to so many after the first.
const UNIT_DAYS: i32 = 30;

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    let path = "/v2/bot/insight/message/event";
    Router::new()
        .route(path, at(Endpoint::new("insight-message"), get(message)))
        .route(&format!("{path}/aggregation"), at(Endpoint::new("insight-unit"), get(unit)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfRequest {
    request_id: Option<String>,
}

/// LINE does not document what it answers to the id of no broadcast or narrowcast; here it is a bad request.
async fn message(State(sim): State<Sim>, Query(asked): Query<OfRequest>) -> Answer {
    let id = RequestId::from(asked.request_id.unwrap_or_default());
    let state = sim.state();
    let cast = state.world.statistics.cast(&id).ok_or_else(bad_request)?;
    let reached = u64::try_from(cast.reached.len()).unwrap_or(u64::MAX);
    let bubbles = cast.reached.first().map(|user| bubbles(&state, &id, &user.clone().into()));
    let bubbles = bubbles.filter(|_| reached >= CROWD).unwrap_or_default();
    let urls: Vec<(usize, &str)> = bubbles
        .iter()
        .enumerate()
        .flat_map(|(at, it)| urls(it).into_iter().map(move |url| (at + 1, url)))
        .collect();
    let half = reached / 2;
    let media = bubbles.iter().any(|bubble| plays(bubble));
    ok(json!({
        "overview": {
            "requestId": id,
            "timestamp": cast.at.as_millis().div_euclid(1000),
            "delivered": reached,
            "uniqueImpression": of_crowd(reached),
            "uniqueClick": if urls.is_empty() { Value::Null } else { of_crowd(half) },
            "uniqueMediaPlayed": if media { of_crowd(reached) } else { Value::Null },
            "uniqueMediaPlayed100Percent": if media { of_crowd(reached) } else { Value::Null },
        },
        "messages": bubbles.iter().enumerate().map(|(at, it)| bubble(at, it, reached)).collect::<Vec<_>>(),
        "clicks": urls.iter().map(|(seq, url)| json!({
            "seq": seq, "url": url,
            "click": of_crowd(half), "uniqueClick": of_crowd(half), "uniqueClickOfRequest": of_crowd(half),
        })).collect::<Vec<_>>(),
    }))
}

/// What one of those who were reached heard.
fn bubbles<'a>(state: &'a Simulated, id: &RequestId, chat: &ChatId) -> Vec<&'a Value> {
    let heard = state.ledger.heard(chat).filter(|heard| heard.request_id == *id);
    heard.map(|heard| &heard.message).collect()
}

fn plays(bubble: &Value) -> bool {
    matches!(bubble["type"].as_str(), Some("video" | "audio"))
}

fn bubble(at: usize, bubble: &Value, reached: u64) -> Value {
    let mut figures = json!({"seq": at + 1, "impression": of_crowd(reached)});
    let played = if plays(bubble) { of_crowd(reached) } else { Value::Null };
    for unique in ["mediaPlayed", "uniqueMediaPlayed"] {
        for part in ["", "25Percent", "50Percent", "75Percent", "100Percent"] {
            figures[format!("{unique}{part}")] = played.clone();
        }
    }
    figures
}

/// The web addresses that a message's actions open.
fn urls(message: &Value) -> Vec<&str> {
    match message {
        Value::Object(fields) => {
            let own = ["uri", "linkUri"].into_iter().filter_map(|field| fields.get(field)?.as_str());
            let own = own.filter(|url| url.starts_with("http"));
            own.chain(fields.values().flat_map(urls)).collect()
        }
        Value::Array(items) => items.iter().flat_map(urls).collect(),
        _ => Vec::new(),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfUnit {
    custom_aggregation_unit: Option<String>,
    from: Option<String>,
    to: Option<String>,
}

/// The simulator counts whom it reached under a unit, not with what: there is one bubble, without links and media.
async fn unit(State(sim): State<Sim>, Query(asked): Query<OfUnit>) -> Answer {
    let day = |date: &Option<String>| date.as_deref().and_then(Date::parse);
    let name = asked.custom_aggregation_unit.filter(|name| !name.is_empty());
    let (Some(name), Some(from), Some(to)) = (name, day(&asked.from), day(&asked.to)) else {
        return nothing();
    };
    if !(0..=UNIT_DAYS).contains(&from.days_until(to)) {
        return nothing();
    }
    let reached = sim.state().world.statistics.sent_by_unit(&name, from..=to);
    let mut messages = Vec::new();
    if reached >= CROWD {
        let mut only = bubble(0, &Value::Null, reached);
        only["uniqueImpression"] = json!(reached);
        messages.push(only);
    }
    ok(json!({
        "overview": {
            "uniqueImpression": of_crowd(reached),
            "uniqueClick": null,
            "uniqueMediaPlayed": null,
            "uniqueMediaPlayed100Percent": null,
        },
        "messages": messages,
        "clicks": [],
    }))
}

/// 400 that says nothing, as LINE answers here.
fn nothing() -> Answer {
    let body = json!({"message": null, "key": null, "stacktrace": null, "code": null});
    Ok((StatusCode::BAD_REQUEST, Json(body)).into_response())
}
