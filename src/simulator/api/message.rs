//! `POST /v2/bot/message/{reply,push}` ([reference](https://developers.line.biz/en/reference/messaging-api/#messages)).

use axum::Router;
use axum::extract::State;
use axum::routing::{MethodRouter, post};
use http::StatusCode;
use serde_json::{Value, json};

use super::answer::{Answer, Refusal, ok};
use super::door::{Asked, Endpoint, is_uuid};
use crate::clock::Timestamp;
use crate::line::{ChatId, UserId};
use crate::simulator::check::{self, Report};
use crate::simulator::happening::Happening;
use crate::simulator::ledger::Via;
use crate::simulator::mint;
use crate::simulator::send::{AcceptedKey, Sending};
use crate::simulator::sim::{Sim, State as Simulated};
use crate::simulator::world::World;

/// Characters in a name of `customAggregationUnits`.
const UNIT_MAX: usize = 30;

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    Router::new()
        .route("/v2/bot/message/reply", at(Endpoint::new("reply"), post(reply)))
        .route("/v2/bot/message/push", at(Endpoint::new("push").with_retry_key(), post(push)))
}

async fn reply(State(sim): State<Sim>, asked: Asked) -> Answer {
    let body = asked.json()?;
    let mut report = Report::default();
    let token = required(body, "replyToken", &mut report);
    check_common(body, &mut report);
    Refusal::unless_clean(report)?;
    let (sent, told) = {
        let mut state = sim.state();
        let now = sim.now();
        let chat = state.world.replies.chat(token, now).cloned();
        let chat = chat.ok_or_else(|| Refusal::bad_request("Invalid reply token"))?;
        let messages = messages(body);
        Refusal::unless_clean(check_for_chat(&state.world, &chat, messages))?;
        state.world.replies.spend(token);
        let request_id = &asked.request_id;
        state.carry_out(&Sending {
            chat: &chat,
            messages,
            via: Via::Reply,
            request_id,
            key: Some(token),
            now,
        })
    };
    finish(&sim, &sent, told)
}

async fn push(State(sim): State<Sim>, asked: Asked) -> Answer {
    let body = asked.json()?;
    let key = retry_key(&asked)?;
    let mut report = Report::default();
    let to = required(body, "to", &mut report);
    check_common(body, &mut report);
    check_units(body, &mut report);
    let (sent, told) = {
        let mut state = sim.state();
        let now = sim.now();
        refuse_repeated(&state.world, key, now)?;
        Refusal::unless_clean(report)?;
        let chat = recipient(&state.world, to)?;
        let messages = messages(body);
        Refusal::unless_clean(check_for_chat(&state.world, &chat, messages))?;
        charge(&mut state, &chat, now)?;
        let request_id = &asked.request_id;
        let (sent, told) =
            state.carry_out(&Sending { chat: &chat, messages, via: Via::Push, request_id, key, now });
        if let Some(key) = key {
            let accepted = AcceptedKey { request_id: request_id.clone(), sent: Some(sent.clone()), at: now };
            state.world.retry_keys.insert(key.to_owned(), accepted);
        }
        (sent, told)
    };
    finish(&sim, &sent, told)
}

fn finish(sim: &Sim, sent: &Value, told: Vec<Happening>) -> Answer {
    for happening in told {
        sim.tell(happening);
    }
    // It was heard, whatever becomes of the answer.
    sim.ring();
    ok(json!({"sentMessages": sent}))
}

fn required<'a>(body: &'a Value, field: &str, report: &mut Report) -> &'a str {
    match body[field].as_str() {
        Some(value) if !value.is_empty() => value,
        _ => {
            report.fault(field, "May not be empty");
            ""
        }
    }
}

fn messages(body: &Value) -> &[Value] {
    body["messages"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn check_common(body: &Value, report: &mut Report) {
    check::check_messages(body.get("messages"), report);
    if body.get("notificationDisabled").is_some_and(|it| !it.is_boolean() && !it.is_null()) {
        report.fault("notificationDisabled", "Must be true or false");
    }
}

fn check_units(body: &Value, report: &mut Report) {
    let Some(units) = body.get("customAggregationUnits").filter(|units| !units.is_null()) else { return };
    match units.as_array().map(Vec::as_slice) {
        Some([]) => {}
        Some([Value::String(name)]) if good_unit(name) => {}
        Some([_]) => {
            let message = format!("Must be 1 to {UNIT_MAX} letters, digits or underscores");
            report.fault("customAggregationUnits[0]", message);
        }
        _ => report.fault("customAggregationUnits", "Size must be between 0 and 1"),
    }
}

fn good_unit(name: &str) -> bool {
    let good = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    (1..=UNIT_MAX).contains(&name.len()) && name.bytes().all(good)
}

/// `X-Line-Retry-Key`, if it was sent.
fn retry_key(asked: &Asked) -> Result<Option<&str>, Refusal> {
    match asked.retry_key.as_deref() {
        Some(key) if !is_uuid(key) => {
            Err(Refusal::bad_request("The value of X-Line-Retry-Key is invalid: it must be a UUID"))
        }
        key => Ok(key),
    }
}

fn refuse_repeated(world: &World, key: Option<&str>, now: Timestamp) -> Result<(), Refusal> {
    let accepted = key.and_then(|key| world.retry_keys.get(key)).filter(|accepted| accepted.holds(now));
    match accepted {
        Some(accepted) => Err(Refusal::already_accepted(accepted.request_id.as_str(), accepted.sent.clone())),
        None => Ok(()),
    }
}

fn recipient(world: &World, to: &str) -> Result<ChatId, Refusal> {
    let formed = ['U', 'C', 'R'].iter().any(|kind| mint::well_formed(*kind, to)) || to.starts_with("LU");
    if !formed {
        return Err(Refusal::bad_request(
            "The property, 'to', in the request body is invalid (line: -, column: -)",
        ));
    }
    let chat = world.people.chat(to).filter(|chat| world.people.bot_is_in(chat));
    chat.ok_or_else(|| Refusal::bad_request("Failed to send messages"))
}

/// Counts one message per person reached, or refuses if that is more than the quota leaves.
fn charge(state: &mut Simulated, chat: &ChatId, now: Timestamp) -> Result<(), Refusal> {
    let used = state.world.used.saturating_add(state.world.people.reach(chat, now));
    if state.world.quota.is_some_and(|quota| used > quota) {
        let message = "You have reached your monthly limit.";
        return Err(Refusal::new(StatusCode::TOO_MANY_REQUESTS, message));
    }
    state.world.used = used;
    Ok(())
}

/// What only the destination decides: quote tokens, mentions, tracked videos.
fn check_for_chat(world: &World, chat: &ChatId, messages: &[Value]) -> Report {
    let mut report = Report::default();
    for (at, message) in messages.iter().enumerate() {
        if let Some(token) = message["quoteToken"].as_str()
            && world.quotes.get(token) != Some(chat)
        {
            report.fault(format!("messages[{at}].quoteToken"), "Invalid quote token");
        }
        if message["type"] == "video" && message["trackingId"].is_string() && !matches!(chat, ChatId::User(_))
        {
            report.fault(format!("messages[{at}].trackingId"), "Cannot be used in groups or rooms");
        }
    }
    for (path, user) in check::mentions(messages) {
        check_mention(world, chat, &path, user, &mut report);
    }
    report
}

fn check_mention(world: &World, chat: &ChatId, path: &str, user: Option<&str>, report: &mut Report) {
    let Some(gathering) = world.people.gathering(chat) else {
        report.fault(path, "Mentions can be used in groups and rooms only");
        return;
    };
    if let Some(user) = user
        && !gathering.members.contains(&UserId::from(user))
    {
        report.fault(format!("{path}.userId"), "The user is not a member of this chat");
    }
}
