//! What was done: every call of the bot, every message that was heard, every delivery, in order of arrival.
//!
//! It remembers everything until the simulator ends; it is an instrument for tests and demonstrations.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use crate::clock::Timestamp;
use crate::line::{ChatId, MessageId, RequestId, WebhookEventId};

/// One call of the bot to LINE's API.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// The endpoint's name: `push`. `unknown` for a path that does not exist.
    pub endpoint: &'static str,
    /// HTTP method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The status that was answered; none while it is open, and when the connection was dropped instead.
    pub status: Option<u16>,
    /// The JSON body; null if there was none, or no JSON. Of a form with a file its fields, and of the file how much
    /// there was.
    #[serde(serialize_with = "shared")]
    pub body: Arc<Value>,
    /// `X-Line-Retry-Key`
    pub retry_key: Option<String>,
    /// `X-Line-Request-Id` of the answer.
    pub request_id: RequestId,
    /// Whether a fault was played on it.
    pub faulty: bool,
    /// When it arrived, in milliseconds since the Unix epoch.
    #[serde(serialize_with = "millis")]
    pub at: Timestamp,
}

/// How a message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Via {
    /// With a reply token, for nothing.
    Reply,
    /// Pushed; counts for the quota.
    Push,
    /// Sent to many by their ids; counts for the quota.
    Multicast,
    /// Sent to friends picked by audience and attributes; counts for the quota.
    Narrowcast,
    /// Sent to every friend; counts for the quota.
    Broadcast,
    /// Sent to whoever has a phone number; does not count for the quota.
    Notification,
}

/// A message of the bot that reached a chat.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Heard {
    /// Where.
    #[serde(serialize_with = "chat_id")]
    pub chat: ChatId,
    /// The message object as the bot sent it.
    pub message: Value,
    /// Its id, as told in `sentMessages`.
    pub id: MessageId,
    /// Its quote token, if it can be quoted.
    pub quote_token: Option<String>,
    /// The route.
    pub via: Via,
    /// `X-Line-Request-Id` of the call.
    pub request_id: RequestId,
    /// The reply token or retry key it came with.
    pub key: Option<String>,
    /// When, in milliseconds since the Unix epoch.
    #[serde(serialize_with = "millis")]
    pub at: Timestamp,
}

impl Heard {
    /// `text` of a text message, `""` for others.
    pub fn text(&self) -> &str {
        self.message["text"].as_str().unwrap_or_default()
    }
}

/// What came of one POST to the bot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// The bot answered with this status.
    Answered(u16),
    /// No usable connection, or no webhook URL at all.
    CouldNotConnect,
    /// No answer in time; the bot may have the events all the same.
    TimedOut,
    /// The connection broke midway; the bot may have the events all the same.
    Broken,
}

impl Outcome {
    /// Whether LINE takes the events for delivered: any 2xx.
    pub fn acked(&self) -> bool {
        matches!(self, Self::Answered(200..=299))
    }
}

/// One POST of events to the bot.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivered {
    /// The events in it, in order.
    pub events: Vec<WebhookEventId>,
    /// Whether `isRedelivery` was set.
    pub redelivery: bool,
    /// What came of it.
    pub outcome: Outcome,
    /// From the first byte sent to the head of the answer, or to the failure.
    #[serde(serialize_with = "duration_millis")]
    pub latency: Duration,
    /// When it was sent, in milliseconds since the Unix epoch.
    #[serde(serialize_with = "millis")]
    pub at: Timestamp,
}

/// Everything that was done.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    calls: Vec<Call>,
    heard: Vec<Heard>,
    by_chat: HashMap<ChatId, Vec<usize>>,
    deliveries: Vec<Delivered>,
    acked: HashSet<WebhookEventId>,
    effects: HashMap<String, usize>,
}

impl Ledger {
    /// Every call, in order of arrival.
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// The calls to one endpoint (`push`).
    pub fn calls_to<'a>(&'a self, endpoint: &'a str) -> impl Iterator<Item = &'a Call> {
        self.calls.iter().filter(move |call| call.endpoint == endpoint)
    }

    /// Every message that reached somebody, in order.
    pub fn all_heard(&self) -> &[Heard] {
        &self.heard
    }

    /// What was heard in one chat, in order.
    pub fn heard<'a>(&'a self, chat: &ChatId) -> impl Iterator<Item = &'a Heard> + use<'a> {
        self.by_chat.get(chat).into_iter().flatten().filter_map(|place| self.heard.get(*place))
    }

    /// How many messages were heard in one chat.
    pub fn count_heard(&self, chat: &ChatId) -> usize {
        self.by_chat.get(chat).map_or(0, Vec::len)
    }

    /// Every POST to the bot, in order of its end.
    pub fn deliveries(&self) -> &[Delivered] {
        &self.deliveries
    }

    /// The events the bot said 2xx to.
    pub fn acked(&self) -> &HashSet<WebhookEventId> {
        &self.acked
    }

    /// How often a request with this reply token or retry key was carried out; more than once is a broken promise.
    pub fn effects(&self, key: &str) -> usize {
        self.effects.get(key).copied().unwrap_or(0)
    }

    pub(super) fn call_arrived(&mut self, call: Call) -> usize {
        self.calls.push(call);
        self.calls.len() - 1
    }

    /// What stood in a body that was read as it arrived.
    pub(super) fn call_read(&mut self, request_id: &RequestId, body: Value) {
        if let Some(call) = self.calls.iter_mut().rev().find(|call| call.request_id == *request_id) {
            call.body = Arc::new(body);
        }
    }

    pub(super) fn call_answered(&mut self, number: usize, status: Option<u16>) {
        if let Some(call) = self.calls.get_mut(number) {
            call.status = status;
        }
    }

    pub(super) fn carried_out(&mut self, key: &str) {
        *self.effects.entry(key.to_owned()).or_default() += 1;
    }

    pub(super) fn hear(&mut self, heard: Heard) {
        self.by_chat.entry(heard.chat.clone()).or_default().push(self.heard.len());
        self.heard.push(heard);
    }

    pub(super) fn delivered(&mut self, delivered: Delivered) {
        if delivered.outcome.acked() {
            self.acked.extend(delivered.events.iter().cloned());
        }
        self.deliveries.push(delivered);
    }
}

fn millis<S: serde::Serializer>(at: &Timestamp, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_i64(at.as_millis())
}

fn duration_millis<S: serde::Serializer>(took: &Duration, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_f64(took.as_secs_f64() * 1000.0)
}

fn chat_id<S: serde::Serializer>(chat: &ChatId, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(chat.as_str())
}

fn shared<S: serde::Serializer>(body: &Arc<Value>, s: S) -> Result<S::Ok, S::Error> {
    body.serialize(s)
}
