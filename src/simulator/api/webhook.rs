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
use crate::simulator::calendar::iso_8601;
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
