//! Events on the screen, and as JSON for programs.

use serde_json::{Value, json};

use super::time::roughly;
use crate::cli::{DONE, Out};
use crate::clock::Now;
use crate::inbox::{Counts, JournalEntry, Listed, SendResult, Shown, State};

pub(super) fn stats(counts: &Counts, json: bool, out: &mut Out) -> anyhow::Result<u8> {
    if json {
        out.json(&json!({
            "pending": counts.pending,
            "in_hand": counts.in_hand,
            "oldest_pending_ms": counts.oldest_pending.map(|age| age.as_millis()),
            "parked": counts.parked,
            "remembered": counts.remembered,
        }))?;
        return Ok(DONE);
    }
    let age =
        counts.oldest_pending.map(|age| format!(", the oldest for {}", roughly(age))).unwrap_or_default();
    out.line(format_args!("pending     {}, of these in hand {}{age}", counts.pending, counts.in_hand))?;
    out.line(format_args!("parked      {}", counts.parked.values().sum::<u64>()))?;
    for (reason, count) in &counts.parked {
        out.line(format_args!("            {count} {reason}"))?;
    }
    out.line(format_args!("remembered  {}", counts.remembered))?;
    Ok(DONE)
}

pub(super) fn list(events: &[Listed], now: Now, json: bool, out: &mut Out) -> anyhow::Result<u8> {
    for event in events {
        if json { out.json(&as_json(event))? } else { out.line(as_text(event, now))? }
    }
    if events.is_empty() && !json {
        out.line("no event")?;
    }
    Ok(DONE)
}

pub(super) fn show(shown: &Shown, now: Now, json: bool, out: &mut Out) -> anyhow::Result<u8> {
    let payload = String::from_utf8_lossy(&shown.json);
    if json {
        let mut value = as_json(&shown.listed);
        value["json"] = serde_json::from_slice(&shown.json).unwrap_or(Value::Null);
        value["journal"] = shown.journal.iter().map(entry_as_json).collect();
        out.json(&value)?;
        return Ok(DONE);
    }
    out.line(as_text(&shown.listed, now))?;
    if let Some((parked, _)) = &shown.listed.parked {
        out.line(format_args!("parked: {}: {}", parked.reason.as_str(), parked.detail))?;
    }
    if let Some(error) = &shown.listed.last_error {
        out.line(format_args!("last error: {error}"))?;
    }
    for entry in &shown.journal {
        out.line(entry_as_text(entry, now))?;
    }
    out.line(if payload.is_empty() { "payload: wiped, for the message was unsent".into() } else { payload })?;
    Ok(DONE)
}

const fn state(state: State) -> &'static str {
    match state {
        State::Waiting => "waiting",
        State::InHand => "in-hand",
        State::Parked => "parked",
    }
}

fn as_text(event: &Listed, now: Now) -> String {
    let chat = event.chat.as_ref().map_or("-", |chat| chat.as_str());
    let since = roughly(now.wall.since(event.arrived));
    let mut text = format!(
        "{} {} {} {} {chat} arrived {since} ago, attempts {}",
        event.channel,
        event.id,
        state(event.state),
        event.kind,
        event.attempts
    );
    if let Some(due) = event.due.filter(|due| *due > now.wall) {
        text += &format!(", due in {}", roughly(due.since(now.wall)));
    }
    if let Some((parked, at)) = &event.parked {
        text += &format!(", parked {} ago: {}", roughly(now.wall.since(*at)), parked.reason.as_str());
    }
    text
}

fn as_json(event: &Listed) -> Value {
    json!({
        "channel": event.channel,
        "id": event.id,
        "type": event.kind,
        "chat": event.chat.as_ref().map(|chat| chat.as_str()),
        "state": state(event.state),
        "arrived_ms": event.arrived.as_millis(),
        "attempts": event.attempts,
        "due_ms": event.due.map(|due| due.as_millis()),
        "parked": event.parked.as_ref().map(|(parked, at)| json!({
            "reason": parked.reason.as_str(),
            "detail": parked.detail,
            "at_ms": at.as_millis(),
        })),
        "last_error": event.last_error,
    })
}

fn entry_as_text(entry: &JournalEntry, now: Now) -> String {
    let result = match &entry.result {
        None => "outcome unknown".to_owned(),
        Some(SendResult::Accepted { sent, .. }) => format!("accepted, {} messages told", sent.len()),
        Some(SendResult::Refused { status, message }) => format!("refused, {status}: {message}"),
    };
    let (key, part, way) = (&entry.entry.key, entry.entry.part, entry.entry.route.as_str());
    format!("send {key} part {part} by {way}, noted {} ago: {result}", roughly(now.wall.since(entry.noted)))
}

fn entry_as_json(entry: &JournalEntry) -> Value {
    let result = match &entry.result {
        None => Value::Null,
        Some(SendResult::Accepted { request_id, sent }) => {
            json!({ "accepted": { "request_id": request_id, "message_ids": sent.iter().map(|one| &one.id).collect::<Vec<_>>() } })
        }
        Some(SendResult::Refused { status, message }) => {
            json!({ "refused": { "status": status, "message": message } })
        }
    };
    json!({
        "key": entry.entry.key,
        "part": entry.entry.part,
        "route": entry.entry.route.as_str(),
        "noted_ms": entry.noted.as_millis(),
        "result": result,
    })
}
