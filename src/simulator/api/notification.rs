//! LINE notification messages: `POST /bot/pnp/push`, `POST /v2/bot/message/pnp/templated/push`
//! ([reference](https://developers.line.biz/en/reference/line-notification-messages/)).
//!
//! The simulator has no list of LINE's templates, items and buttons: a key in the form of LINE's is taken.

use std::collections::HashSet;

use axum::Router;
use axum::extract::State;
use axum::routing::{MethodRouter, post};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::answer::{Answer, Refusal, accepted, ok};
use super::door::{Asked, Endpoint};
use super::sending::{self, finish, messages};
use crate::simulator::account::Notice;
use crate::simulator::act::Act;
use crate::simulator::check::{At, Count, Need, Report};
use crate::simulator::compose;
use crate::simulator::courier::{self, Parcel};
use crate::simulator::ledger::Via;
use crate::simulator::people::Standing;
use crate::simulator::send::Sending;
use crate::simulator::sim::Sim;

const ITEMS_MAX: usize = 15;
const ITEM_MAX: usize = 300;
const EMPHASIZED_MAX: usize = 15;
const BUTTONS_MAX: usize = 2;
const BUTTON_URL_MAX: usize = 1000;

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    Router::new()
        .route("/bot/pnp/push", at(Endpoint::new("notify"), post(flexible)))
        .route("/v2/bot/message/pnp/templated/push", at(Endpoint::new("notify-by-template"), post(templated)))
}

async fn flexible(State(sim): State<Sim>, headers: HeaderMap, asked: Asked) -> Answer {
    let body = asked.json()?;
    let mut report = Report::default();
    sending::check_common(body, &mut report);
    sending::check_for_many(body, &mut report);
    for (at, message) in messages(body).iter().enumerate() {
        if matches!(message["type"].as_str(), Some("image" | "video" | "audio")) {
            report.fault(format!("messages[{at}].type"), "Cannot be used in notification messages");
        }
    }
    notify(&sim, &asked, &headers, report, Notice::Flexible, messages(body))?;
    ok(json!({}))
}

async fn templated(State(sim): State<Sim>, headers: HeaderMap, asked: Asked) -> Answer {
    let body = asked.json()?;
    let key = body["templateKey"].as_str().unwrap_or_default();
    if !well_formed(key) {
        return Err(unknown_template(key));
    }
    let mut report = Report::default();
    if let Some(filled) = body.get("body").filter(|filled| !filled.is_null()) {
        check_body(&mut At::new(filled, "body", &mut report));
    }
    let shown = [json!({"type": "notification", "templateKey": key, "body": body["body"]})];
    notify(&sim, &asked, &headers, report, Notice::Templated, &shown)?;
    accepted()
}

/// Notifies whoever has the number: nobody there is a 422, and one who blocks the account hears nothing of it.
fn notify(
    sim: &Sim,
    asked: &Asked,
    headers: &HeaderMap,
    mut report: Report,
    notice: Notice,
    messages: &[Value],
) -> Result<(), Refusal> {
    let hash = asked.json()?["to"].as_str().unwrap_or_default();
    let digest = hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if !digest {
        report.fault("to", "The value must be a valid SHA-256 digest.");
    }
    let tag = delivery_tag(headers, &mut report);
    Refusal::unless_clean(report)?;
    let told = {
        let (mut state, now) = (sim.state(), sim.now());
        let failed = || Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "Failed to send messages");
        let user = state.world.account.by_phone(hash).cloned().ok_or_else(failed)?;
        let standing = state.world.people.person(&user).map(|person| person.standing);
        if standing == Some(Standing::Blocked) {
            return Ok(());
        }
        let request_id = &asked.request_id;
        let sending = Sending { messages, via: Via::Notification, request_id, key: None, unit: None, now };
        state.world.account.notified(notice, now);
        state.send_to_people(&sending, &[user])
    };
    finish(sim, told);
    let data = tag.unwrap_or_else(|| hash.to_owned());
    if let Ok(event) = compose(sim, Act::other("delivery", json!({"delivery": {"data": data}}))) {
        courier::send(sim, Parcel::of([event]));
    }
    Ok(())
}

/// LINE tells the limits of the tag, and not its words for what is beyond.
fn delivery_tag(headers: &HeaderMap, report: &mut Report) -> Option<String> {
    let tag = headers.get("x-line-delivery-tag")?;
    match tag.to_str() {
        Ok(tag) if (16..=100).contains(&tag.len()) => Some(tag.to_owned()),
        _ => {
            report.fault("X-Line-Delivery-Tag", "Length must be between 16 and 100");
            None
        }
    }
}

fn unknown_template(key: &str) -> Refusal {
    let message = "The specified template doesn't exist, or you don't have the permission";
    Refusal::titled(&format!("Invalid templateKey: {key}"), "templateKey", message)
}

fn check_body(body: &mut At<'_>) {
    let mut keys = HashSet::new();
    for (path, item) in body.items("items", Need::Optional, 0, ITEMS_MAX) {
        let mut item = At::new(item, path, body.report);
        check_item(&mut item, ITEM_MAX, &mut keys);
    }
    if let Some(mut item) = body.within("emphasizedItem") {
        check_item(&mut item, EMPHASIZED_MAX, &mut keys);
    }
    for (path, button) in body.items("buttons", Need::Optional, 0, BUTTONS_MAX) {
        let mut button = At::new(button, path, body.report);
        if let Some(key) = button.string("buttonKey", Need::Required).filter(|key| !well_formed(key)) {
            button.fault("buttonKey", format!("The specified button key does not exist: {key}"));
        }
        button.text("url", Need::Required, BUTTON_URL_MAX, Count::Utf16);
    }
}

fn check_item(item: &mut At<'_>, max: usize, keys: &mut HashSet<String>) {
    item.text("content", Need::Required, max, Count::Utf16);
    let Some(key) = item.string("itemKey", Need::Required) else { return };
    if !well_formed(key) {
        item.fault("itemKey", format!("The specified item key does not exist: {key}"));
    } else if !keys.insert(key.to_owned()) {
        let twice = "Duplicate itemKey in items or between emphasizedItem and items are not allowed";
        item.fault("itemKey", format!("{twice}: {key}"));
    }
}

/// As LINE's keys are: `shipment_completed_ja`.
fn well_formed(key: &str) -> bool {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    key.contains('_') && key.bytes().all(good)
}
