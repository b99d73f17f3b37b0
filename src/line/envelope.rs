//! A webhook's body, cut into raw events: who it is for, and of each event just what the inbox must know.
//!
//! The body is read once; every event in it is a slice of it. An event is then read only as far as its head, so
//! nothing that is wrong inside one event can fail the body or its neighbours.

mod fingerprint;
mod head;

use std::fmt;

use bytes::Bytes;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::lenient::{self, Text};
use super::{BotUserId, ChatId, MessageId, WebhookEventId, fault};
use crate::clock::Timestamp;
use head::Head;

/// A webhook's body ([reference](https://developers.line.biz/en/reference/messaging-api/#request-body)).
#[derive(Clone, Debug)]
pub struct Envelope {
    /// The bot the events are for. Empty when LINE sent none.
    pub destination: BotUserId,
    /// Zero or more events; none is LINE's greeting.
    pub events: Vec<RawEvent>,
}

/// One event as LINE wrote it, and what can be known of it without reading its type.
///
/// A text longer than [`HEAD_TEXT_MAX`] bytes, or with a control character in it, is no id and no type: it counts
/// as missing, so that every inbox can store what is here.
#[derive(Clone)]
pub struct RawEvent {
    /// `webhookEventId`; of an event without one, `sha256:` and the hash of its content.
    pub id: WebhookEventId,
    /// `type`; empty when it has none, and then it can never be decoded.
    pub kind: Box<str>,
    /// The chat it belongs to, if its `source` names one.
    pub chat: Option<ChatId>,
    /// `timestamp`, when it happened.
    pub timestamp: Option<Timestamp>,
    /// `deliveryContext.isRedelivery`.
    pub redelivery: bool,
    /// `message.id` of a `message` or `messageEdited`: what an unsend would name.
    pub message_id: Option<MessageId>,
    /// `unsend.messageId` of an `unsend`.
    pub unsends: Option<MessageId>,
    /// The event's exact JSON, a slice of the body.
    pub json: Bytes,
}

/// The longest id or type that is taken for one, in bytes. LINE's own stay under 70.
pub const HEAD_TEXT_MAX: usize = 255;

/// Why a body is not an envelope.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeError {
    /// Not a JSON object with an `events` array: what is wrong and where, never what stands there.
    #[error("not a JSON object with an `events` array: {0}")]
    NotAnEnvelope(String),
}

impl Envelope {
    /// Cuts a body into its events.
    ///
    /// # Errors
    /// The body is not a JSON object (in UTF-8) with an `events` array. What is inside that array never fails it.
    pub fn parse(body: &Bytes) -> Result<Self, EnvelopeError> {
        let text = std::str::from_utf8(body).map_err(|error| {
            EnvelopeError::NotAnEnvelope(format!("not UTF-8 from byte {}", error.valid_up_to()))
        })?;
        let mut json = serde_json::Deserializer::from_str(text);
        let envelope = json.deserialize_map(EnvelopeVisitor { body });
        envelope
            .and_then(|envelope| json.end().map(|()| envelope))
            .map_err(|error| EnvelopeError::NotAnEnvelope(fault::describe(&error)))
    }
}

impl RawEvent {
    fn new(body: &Bytes, raw: &RawValue) -> Self {
        let head = Head::read(raw.get());
        let kind = usable(head.kind.as_ref()).unwrap_or_default();
        let message_id = || usable(head.message.as_ref()?.id.as_ref()).map(MessageId::from);
        let unsends = || usable(head.unsend.as_ref()?.message_id.as_ref()).map(MessageId::from);
        Self {
            id: usable(head.webhook_event_id.as_ref())
                .map_or_else(|| fingerprint::of(raw), WebhookEventId::from),
            kind: kind.into(),
            chat: head.source.as_ref().and_then(head::Source::chat),
            timestamp: head.timestamp.map(Timestamp::from_millis),
            redelivery: head.delivery_context.is_some_and(|context| context.is_redelivery),
            message_id: if matches!(kind, "message" | "messageEdited") { message_id() } else { None },
            unsends: if kind == "unsend" { unsends() } else { None },
            json: body.slice_ref(raw.get().as_bytes()),
        }
    }
}

/// Hides the payload: it holds what a user wrote, and tokens.
impl fmt::Debug for RawEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawEvent")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("chat", &self.chat)
            .field("timestamp", &self.timestamp)
            .field("redelivery", &self.redelivery)
            .field("message_id", &self.message_id)
            .field("unsends", &self.unsends)
            .field("json", &format_args!("{} bytes", self.json.len()))
            .finish()
    }
}

/// What every inbox can store as a key.
fn usable<'t>(text: Option<&'t Text<'_>>) -> Option<&'t str> {
    let text = &**text?;
    let fits = !text.is_empty() && text.len() <= HEAD_TEXT_MAX;
    (fits && !text.bytes().any(|byte| byte.is_ascii_control())).then_some(text)
}

/// The keys of the body that mean something.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Key {
    Destination,
    Events,
    #[serde(other)]
    Other,
}

struct EnvelopeVisitor<'b> {
    body: &'b Bytes,
}

impl<'de> Visitor<'de> for EnvelopeVisitor<'_> {
    type Value = Envelope;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut destination, mut events) = (None, None);
        while let Some(key) = map.next_key()? {
            match key {
                Key::Destination => destination = Some(map.next_value()?),
                Key::Events if events.is_some() => return Err(A::Error::duplicate_field("events")),
                Key::Events => events = Some(map.next_value_seed(Events { body: self.body })?),
                Key::Other => _ = map.next_value::<IgnoredAny>()?,
            }
        }
        let destination: Option<Text<'_>> = lenient::value(destination);
        Ok(Envelope {
            destination: usable(destination.as_ref()).unwrap_or_default().into(),
            events: events.ok_or_else(|| A::Error::missing_field("events"))?,
        })
    }
}

/// Cuts the array as it is read, so that no second list of slices is needed.
struct Events<'b> {
    body: &'b Bytes,
}

impl<'de> DeserializeSeed<'de> for Events<'_> {
    type Value = Vec<RawEvent>;

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Self::Value, D::Error> {
        d.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Events<'_> {
    type Value = Vec<RawEvent>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        // Most bodies hold one event; a vector's own first guess is four.
        let mut events = Vec::new();
        while let Some(raw) = seq.next_element()? {
            if events.is_empty() {
                events.reserve_exact(1);
            }
            events.push(RawEvent::new(self.body, raw));
        }
        Ok(events)
    }
}
