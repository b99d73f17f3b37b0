//! What the endpoints that send have in common: fields, retry keys, what is remembered.

use serde_json::Value;

use super::answer::Refusal;
use super::door::{Asked, is_uuid};
use crate::clock::Timestamp;
use crate::simulator::check::{self, Report};
use crate::simulator::happening::Happening;
use crate::simulator::ledger::Via;
use crate::simulator::send::{AcceptedKey, Sending};
use crate::simulator::sim::{Shared, State};
use crate::simulator::world::World;

/// Characters in a name of `customAggregationUnits`.
const UNIT_MAX: usize = 30;

pub(super) fn messages(body: &Value) -> &[Value] {
    body["messages"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The fields that every request to send has.
pub(super) fn check_common(body: &Value, report: &mut Report) {
    check::check_messages(body.get("messages"), report);
    if body.get("notificationDisabled").is_some_and(|it| !it.is_boolean() && !it.is_null()) {
        report.fault("notificationDisabled", "Must be true or false");
    }
}

/// What only replies and pushes may carry: quotes and mentions. LINE does not tell its words for it.
pub(super) fn check_for_many(body: &Value, report: &mut Report) {
    let messages = messages(body);
    for (at, message) in messages.iter().enumerate() {
        if !message["quoteToken"].is_null() {
            report.fault(format!("messages[{at}].quoteToken"), "Only replies and pushes can quote");
        }
    }
    for (path, _) in check::mentions(messages) {
        report.fault(path, "Mentions can be used in groups and rooms only");
    }
}

/// The name in `customAggregationUnits`, if there is one.
pub(super) fn unit<'a>(body: &'a Value, report: &mut Report) -> Option<&'a str> {
    let units = body.get("customAggregationUnits").filter(|units| !units.is_null())?;
    match units.as_array().map(Vec::as_slice) {
        Some([]) => {}
        Some([Value::String(name)]) if good_unit(name) => return Some(name),
        Some([_]) => {
            let message = format!("Must be 1 to {UNIT_MAX} letters, digits or underscores");
            report.fault("customAggregationUnits[0]", message);
        }
        _ => report.fault("customAggregationUnits", "Size must be between 0 and 1"),
    }
    None
}

fn good_unit(name: &str) -> bool {
    let good = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    (1..=UNIT_MAX).contains(&name.len()) && name.bytes().all(good)
}

/// `X-Line-Retry-Key`, if it was sent.
pub(super) fn retry_key(asked: &Asked) -> Result<Option<&str>, Refusal> {
    match asked.retry_key.as_deref() {
        Some(key) if !is_uuid(key) => {
            Err(Refusal::bad_request("The value of X-Line-Retry-Key is invalid: it must be a UUID"))
        }
        key => Ok(key),
    }
}

/// 409 if a request was accepted under this key; only a push is told its messages again.
pub(super) fn refuse_repeated(
    world: &World,
    key: Option<&str>,
    via: Via,
    now: Timestamp,
) -> Result<(), Refusal> {
    let accepted = key.and_then(|key| world.retry_keys.get(key)).filter(|accepted| accepted.holds(now));
    match accepted {
        Some(accepted) => {
            let sent = accepted.sent.clone().filter(|_| via == Via::Push);
            Err(Refusal::already_accepted(accepted.request_id.as_str(), sent))
        }
        None => Ok(()),
    }
}

/// Remembers that the request was accepted under its key.
pub(super) fn remember(state: &mut State, sending: &Sending<'_>, sent: Option<Value>) {
    let Some(key) = sending.key else { return };
    state.ledger.carried_out(key);
    let accepted = AcceptedKey { request_id: sending.request_id.clone(), sent, at: sending.now };
    state.world.retry_keys.insert(key.to_owned(), accepted);
}

/// Tells of what was sent. It was heard, whatever becomes of the answer.
pub(super) fn finish(sim: &Shared, told: Vec<Happening>) {
    for happening in told {
        sim.tell(happening);
    }
    sim.ring();
}
