//! `GET /v2/bot/insight/richmenu/{richMenuId}/summary`, `GET /v2/bot/insight/richmenu/{richMenuId}/daily`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#get-rich-menu-insight-summary)).
//!
//! Every friend has seen the menu once on each day of the period that is over, and tapped each of its areas.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::routing::{MethodRouter, get};
use serde::Deserialize;
use serde_json::{Value, json};

use super::CROWD;
use crate::line::Date;
use crate::simulator::api::answer::{Answer, Refusal, ok};
use crate::simulator::api::door::Endpoint;
use crate::simulator::sim::Sim;
use crate::simulator::world::World;

/// The last day is up to so many after the first.
const SUMMARY_DAYS: i32 = 396;
const DAILY_DAYS: i32 = 99;
/// The first day is within so many years.
const YEARS: u16 = 3;

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    let path = "/v2/bot/insight/richmenu/{richMenuId}";
    Router::new()
        .route(&format!("{path}/summary"), at(Endpoint::new("insight-rich-menu"), get(summary)))
        .route(&format!("{path}/daily"), at(Endpoint::new("insight-rich-menu-daily"), get(daily)))
}

#[derive(Deserialize)]
struct Period {
    from: Option<String>,
    to: Option<String>,
}

impl Period {
    fn days(&self, most: i32, today: Date) -> Result<(Date, Date), Refusal> {
        let day = |name: &str, date: &Option<String>| {
            let invalid = || Refusal::bad_request(format!("The value for the '{name}' parameter is invalid"));
            date.as_deref().and_then(Date::parse).ok_or_else(invalid)
        };
        let (from, to) = (day("from", &self.from)?, day("to", &self.to)?);
        if from < today.minus_years(YEARS) {
            return Err(Refusal::bad_request("The value for the 'from' parameter is invalid"));
        }
        if !(0..=most).contains(&from.days_until(to)) {
            return Err(Refusal::bad_request("The value for the 'to' parameter is invalid"));
        }
        Ok((from, to))
    }
}

async fn summary(State(sim): State<Sim>, Path(id): Path<String>, Query(asked): Query<Period>) -> Answer {
    let figures = |days: &[Date], people: u64| {
        let days = u64::try_from(days.len()).unwrap_or(u64::MAX);
        json!({"count": days * people, "uniqueUsers": people})
    };
    insight(&sim, &id, &asked, SUMMARY_DAYS, figures)
}

async fn daily(State(sim): State<Sim>, Path(id): Path<String>, Query(asked): Query<Period>) -> Answer {
    let figures = |days: &[Date], people: u64| {
        let each =
            days.iter().map(|day| json!({"date": day.to_string(), "count": people, "uniqueUsers": people}));
        Value::Array(each.collect())
    };
    insight(&sim, &id, &asked, DAILY_DAYS, figures)
}

fn insight(
    sim: &Sim,
    id: &str,
    asked: &Period,
    most: i32,
    figures: impl Fn(&[Date], u64) -> Value,
) -> Answer {
    let today = Date::of(sim.now());
    let (from, to) = asked.days(most, today)?;
    let state = sim.state();
    let areas = areas(&state.world, id).ok_or_else(Refusal::not_found)?;
    let people = u64::try_from(state.world.people.friends().len()).unwrap_or(u64::MAX);
    let over = (0..=from.days_until(to)).map(|days| from.plus_days(days)).filter(|day| *day < today);
    let over: Vec<Date> = over.collect();
    let (Some(first), Some(last), true) = (over.first(), over.last(), people >= CROWD) else {
        return ok(json!({"richMenuId": id}));
    };
    let clicks = areas.iter().map(|bounds| json!({"bounds": bounds, "metrics": figures(&over, people)}));
    ok(json!({
        "richMenuId": id,
        "metricsFrom": first.to_string(),
        "metricsTo": last.to_string(),
        "impression": {"metrics": figures(&over, people)},
        "clicks": clicks.collect::<Vec<_>>(),
    }))
}

/// Where the areas of a rich menu are; none if there is no such menu.
fn areas(world: &World, id: &str) -> Option<Vec<Value>> {
    let areas = world.rich_menus.get(id)?.object["areas"].as_array();
    Some(areas.into_iter().flatten().map(|area| area["bounds"].clone()).collect())
}
