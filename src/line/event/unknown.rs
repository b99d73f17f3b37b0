//! An event of a type this version does not know.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::common::Common;
use super::{DeliveryContext, Mode, Source};
use crate::clock::Timestamp;
use crate::line::lenient::{fields, value};
use crate::line::{ReplyToken, WebhookEventId, fault};

/// An event of a type this version does not know, with its JSON, and the common fields as far as they can be read.
#[non_exhaustive]
pub struct Unknown {
    /// `type`.
    pub kind: Box<str>,
    /// The whole event.
    pub json: Box<RawValue>,
    /// Where it happened.
    pub source: Option<Source>,
    /// When it happened.
    pub timestamp: Option<Timestamp>,
    /// Whether this channel may answer.
    pub mode: Mode,
    /// Unique per event.
    pub webhook_event_id: Option<WebhookEventId>,
    /// Whether this delivery is a redelivery.
    pub delivery_context: DeliveryContext,
    /// Answers the event.
    pub reply_token: Option<ReplyToken>,
}

impl Unknown {
    pub(super) fn read(kind: &str, json: &str) -> Result<Self, String> {
        let raw = RawValue::from_string(json.to_owned()).map_err(|error| fault::describe(&error))?;
        let [source, timestamp, mode, webhook_event_id, delivery_context, reply_token] =
            fields(json, ["source", "timestamp", "mode", "webhookEventId", "deliveryContext", "replyToken"]);
        Ok(Self {
            kind: kind.into(),
            source: value(source),
            timestamp: value(timestamp).map(Timestamp::from_millis),
            mode: value(mode).unwrap_or_default(),
            webhook_event_id: value(webhook_event_id),
            delivery_context: value(delivery_context).unwrap_or_default(),
            reply_token: value(reply_token),
            json: raw,
        })
    }

    pub(super) fn common(&self) -> Common<'_> {
        Common {
            source: self.source.as_ref(),
            timestamp: self.timestamp,
            mode: &self.mode,
            webhook_event_id: self.webhook_event_id.as_ref(),
            delivery_context: self.delivery_context,
            reply_token: self.reply_token.as_ref(),
        }
    }
}

impl Serialize for Unknown {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(s)
    }
}

/// Hides the JSON: nobody knows which of its fields are tokens.
impl fmt::Debug for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unknown")
            .field("kind", &self.kind)
            .field("source", &self.source)
            .field("timestamp", &self.timestamp)
            .field("mode", &self.mode)
            .field("webhook_event_id", &self.webhook_event_id)
            .field("delivery_context", &self.delivery_context)
            .field("reply_token", &self.reply_token)
            .finish_non_exhaustive()
    }
}
