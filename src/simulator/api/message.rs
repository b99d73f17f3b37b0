//! `POST /v2/bot/message/{reply,push}` ([reference](https://developers.line.biz/en/reference/messaging-api/#messages)).

use axum::Router;
use axum::extract::State;
use axum::routing::{MethodRouter, post};
use serde_json::{Value, json};

use super::answer::{Answer, Refusal, ok};
use super::door::{Asked, Endpoint, is_user_id};
use super::sending::{self, finish, messages, remember, retry_key};
use crate::line::{ChatId, UserId};
use crate::simulator::check::{self, Report};
use crate::simulator::ledger::Via;
use crate::simulator::mint;
use crate::simulator::send::Sending;
use crate::simulator::sim::Sim;
use crate::simulator::world::World;

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    Router::new()
        .route("/v2/bot/message/reply", at(Endpoint::new("reply"), post(reply)))
        .route("/v2/bot/message/push", at(Endpoint::new("push").with_retry_key(), post(push)))
}

async fn reply(State(sim): State<Sim>, asked: Asked) -> Answer {
    let body = asked.json()?;
    let mut report = Report::default();
    let token = required(body, "replyToken", &mut report);
    sending::check_common(body, &mut report);
    Refusal::unless_clean(report)?;
    let (sent, told) = {
        let mut state = sim.state();
        let now = sim.now();
        let chat = state.world.replies.chat(token, now).cloned();
        let chat = chat.ok_or_else(|| Refusal::bad_request("Invalid reply token"))?;
        let messages = messages(body);
        Refusal::unless_clean(check_for_chat(&state.world, &chat, messages))?;
        state.world.replies.spend(token);
        state.ledger.carried_out(token);
        let request_id = &asked.request_id;
        let sending = Sending { messages, via: Via::Reply, request_id, key: Some(token), unit: None, now };
        state.send_to_chat(&sending, &chat)
    };
    finish(&sim, told);
    ok(json!({"sentMessages": sent}))
}

async fn push(State(sim): State<Sim>, asked: Asked) -> Answer {
    let body = asked.json()?;
    let key = retry_key(&asked)?;
    let mut report = Report::default();
    let to = required(body, "to", &mut report);
    sending::check_common(body, &mut report);
    let unit = sending::unit(body, &mut report);
    let (sent, told) = {
        let mut state = sim.state();
        let now = sim.now();
        sending::refuse_repeated(&state.world, key, Via::Push, now)?;
        Refusal::unless_clean(report)?;
        let chat = recipient(&state.world, to)?;
        let messages = messages(body);
        Refusal::unless_clean(check_for_chat(&state.world, &chat, messages))?;
        let reached = state.world.people.reach(&chat, now);
        state.world.charge(reached)?;
        let request_id = &asked.request_id;
        let sending = Sending { messages, via: Via::Push, request_id, key, unit, now };
        let (sent, told) = state.send_to_chat(&sending, &chat);
        remember(&mut state, &sending, Some(sent.clone()));
        (sent, told)
    };
    finish(&sim, told);
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

fn recipient(world: &World, to: &str) -> Result<ChatId, Refusal> {
    let formed = ['C', 'R'].iter().any(|kind| mint::well_formed(*kind, to)) || is_user_id(to);
    if !formed {
        return Err(Refusal::property("to"));
    }
    let chat = world.people.chat(to).filter(|chat| world.people.bot_is_in(chat));
    chat.ok_or_else(|| Refusal::bad_request("Failed to send messages"))
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
