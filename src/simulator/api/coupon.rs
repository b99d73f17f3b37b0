//! `/v2/bot/coupon…` ([reference](https://developers.line.biz/en/reference/messaging-api/#coupon)).

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::routing::{MethodRouter, get, post, put};
use http::StatusCode;
use serde_json::json;

use super::answer::{Answer, Refusal, ok};
use super::door::{Asked, Endpoint};
use super::page::{Asking, Sizes, with_next};
use crate::simulator::check::{self, Report};
use crate::simulator::coupon::Coupon;
use crate::simulator::sim::Sim;

const SIZES: Sizes = Sizes { usual: 20, most: 100 };
const STATUSES: [&str; 3] = ["DRAFT", "RUNNING", "CLOSED"];

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    Router::new()
        .route("/v2/bot/coupon", at(Endpoint::new("coupon-create"), post(create)))
        .route("/v2/bot/coupon", at(Endpoint::new("coupon-list"), get(list)))
        .route("/v2/bot/coupon/{couponId}", at(Endpoint::new("coupon"), get(look)))
        .route("/v2/bot/coupon/{couponId}/close", at(Endpoint::new("coupon-close"), put(close)))
}

async fn create(State(sim): State<Sim>, asked: Asked) -> Answer {
    let body = asked.json()?;
    let now = sim.now();
    let mut report = Report::default();
    check::check_new_coupon(body, now.as_millis().div_euclid(1000), &mut report);
    Refusal::unless_clean(report)?;
    let mut state = sim.state();
    let coupon = state.world.coupons.create(body.clone(), false, now);
    let coupon = coupon.ok_or_else(|| Refusal::fault("", "You have too many coupons created."))?;
    ok(json!({"couponId": coupon.id}))
}

/// LINE's schema repeats `status`, its example separates the words by commas; both are read.
async fn list(State(sim): State<Sim>, Query(asked): Query<Vec<(String, String)>>) -> Answer {
    let one = |name: &str| asked.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str());
    let statuses: Vec<&str> =
        asked.iter().filter(|(name, _)| name == "status").flat_map(|(_, value)| value.split(',')).collect();
    if statuses.iter().any(|status| !STATUSES.contains(status)) {
        let message = format!("Must be one of the following values: [{}]", STATUSES.join(","));
        return Err(Refusal::fault("status", &message));
    }
    check_limit(one("limit"))?;
    let [limit, start] = ["limit", "start"].map(|name| one(name).map(str::to_owned));
    let now = sim.now();
    let state = sim.state();
    let wanted = |coupon: &&Coupon| statuses.is_empty() || statuses.contains(&coupon.status(now));
    let all: Vec<_> = state.world.coupons.newest_first().collect();
    let (page, next) =
        Asking { limit, start }.part_of(&all, wanted, |coupon| coupon.id.as_str(), "coupons", SIZES, now)?;
    let items: Vec<_> =
        page.iter().map(|coupon| json!({"couponId": coupon.id, "title": coupon.title()})).collect();
    ok(with_next(json!({"items": items}), next))
}

async fn look(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    let now = sim.now();
    let state = sim.state();
    ok(state.world.coupons.get(&id).ok_or_else(unknown)?.detail(now))
}

async fn close(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    let mut state = sim.state();
    let coupon = state.world.coupons.get_mut(&id).ok_or_else(unknown)?;
    if std::mem::replace(&mut coupon.closed, true) {
        return Err(Refusal::fault_as(StatusCode::GONE, "", "The coupon has already been closed."));
    }
    ok(json!({}))
}

fn unknown() -> Refusal {
    Refusal::fault_as(StatusCode::NOT_FOUND, "", "coupon not found")
}

/// In the words of this chapter.
fn check_limit(limit: Option<&str>) -> Result<(), Refusal> {
    match limit.map(str::parse) {
        Some(Ok(0) | Err(_)) => Err(Refusal::fault("limit", "Must be greater than or equal to 1")),
        Some(Ok(limit)) if limit > SIZES.most => {
            Err(Refusal::fault("limit", &format!("Must be less than or equal to {}", SIZES.most)))
        }
        _ => Ok(()),
    }
}
