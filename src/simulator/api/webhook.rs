//! `/v2/bot/channel/webhook/…`: the webhook URL and its test
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#webhook-settings)).
//!
//! LINE takes `https` only; the simulator takes `http` too, for a bot on the same machine.

use axum::Router;
use axum::extract::State;
use axum::routing::{MethodRouter, get, post};
use http::StatusCode;
use serde_json::{Value, json};

use super::answer::{Answer, Refusal, ok};
use super::door::{Asked, Endpoint};
use crate::clock::Timestamp;
use crate::simulator::courier::Posted;
use crate::simulator::event;
use crate::simulator::ledger::Outcome;
use crate::simulator::sim::Sim;

const URL_MAX: usize = 500;

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    let endpoint = at(Endpoint::new("webhook-endpoint"), get(get_endpoint).put(put_endpoint));
    Router::new()
        .route("/v2/bot/channel/webhook/endpoint", endpoint)
        .route("/v2/bot/channel/webhook/test", at(Endpoint::new("webhook-test"), post(test)))
}

async fn get_endpoint(State(sim): State<Sim>) -> Answer {
    let url = sim.state().world.webhook.clone().ok_or_else(no_endpoint)?;
    ok(json!({"endpoint": url, "active": true}))
}

async fn put_endpoint(State(sim): State<Sim>, asked: Asked) -> Answer {
    let url = good_url(&asked.json()?["endpoint"])?;
    sim.state().world.webhook = Some(url);
    ok(json!({}))
}

async fn test(State(sim): State<Sim>, asked: Asked) -> Answer {
    let given = asked.json()?.get("endpoint").filter(|endpoint| !endpoint.is_null());
    let (url, body) = {
        let state = sim.state();
        let url = match given {
            Some(endpoint) => good_url(endpoint)?,
            None => state.world.webhook.clone().ok_or_else(no_endpoint)?,
        };
        (url, event::body(&state.world.bot, &[], false))
    };
    let signature = sim.sign(&body);
    let at = sim.now();
    let Posted { outcome, .. } = sim.courier.post(Some(&url), body, Some(signature)).await;
    let (status, reason, detail) = in_line_words(&outcome);
    ok(json!({
        "success": outcome.acked(),
        "timestamp": iso_8601(at),
        "statusCode": status,
        "reason": reason,
        "detail": detail,
    }))
}

fn no_endpoint() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "Webhook endpoint not found")
}

fn good_url(url: &Value) -> Result<String, Refusal> {
    let invalid = || Refusal::bad_request("Invalid webhook endpoint URL");
    let url = url.as_str().filter(|url| url.len() <= URL_MAX).ok_or_else(invalid)?;
    let parsed: http::Uri = url.parse().map_err(|_| invalid())?;
    let web = matches!(parsed.scheme_str(), Some("http" | "https")) && parsed.host().is_some();
    if web { Ok(url.to_owned()) } else { Err(invalid()) }
}

/// Status, reason and detail as the test endpoint words them.
fn in_line_words(outcome: &Outcome) -> (u16, &'static str, String) {
    match outcome {
        Outcome::Answered(status) if outcome.acked() => (*status, "OK", status.to_string()),
        Outcome::Answered(status) => (*status, "ERROR_STATUS_CODE", status.to_string()),
        Outcome::CouldNotConnect => (0, "COULD_NOT_CONNECT", "Connection failed".to_owned()),
        Outcome::TimedOut => (0, "REQUEST_TIMEOUT", "Request timeout".to_owned()),
        Outcome::Broken => (0, "UNCLASSIFIED", "Session closed unexpectedly".to_owned()),
    }
}

/// `2026-12-24T19:30:05.120Z`
fn iso_8601(at: Timestamp) -> String {
    let millis = at.as_millis();
    let (days, of_day) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
    let (year, month, day) = civil(days);
    let (hour, minute) = (of_day / 3_600_000, of_day / 60_000 % 60);
    let (second, milli) = (of_day / 1000 % 60, of_day % 1000);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}

/// The Gregorian date of a day counted from 1970-01-01, reckoned in years that begin in March.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_iso_8601_in_utc() {
        assert_eq!(iso_8601(Timestamp::from_millis(1_582_934_400_000)), "2020-02-29T00:00:00.000Z");
        assert_eq!(iso_8601(Timestamp::from_millis(1_793_001_661_007)), "2026-10-26T08:01:01.007Z");
        assert_eq!(iso_8601(Timestamp::from_millis(0)), "1970-01-01T00:00:00.000Z");
    }
}
