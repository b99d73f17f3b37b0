//! What every event has ([reference](https://developers.line.biz/en/reference/messaging-api/#common-properties)).

use serde::{Deserialize, Deserializer, Serialize};

use super::Source;
use crate::clock::Timestamp;
use crate::line::{ReplyToken, WebhookEventId};

open_words! {
    /// `mode`: whether this channel may answer.
    #[derive(Default)]
    pub enum Mode {
        /// This channel may send.
        #[default]
        Active = "active",
        /// Another channel holds the chat.
        Standby = "standby",
    }
}

/// `deliveryContext`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeliveryContext {
    /// Whether LINE sends the event again because an earlier delivery was not answered with 2xx. A duplicate can
    /// come without it.
    pub is_redelivery: bool,
}

/// The common part of any event, borrowed from it.
pub(super) struct Common<'e> {
    pub(super) source: Option<&'e Source>,
    pub(super) timestamp: Option<Timestamp>,
    pub(super) mode: &'e Mode,
    pub(super) webhook_event_id: Option<&'e WebhookEventId>,
    pub(super) delivery_context: DeliveryContext,
    pub(super) reply_token: Option<&'e ReplyToken>,
}

/// The struct of an event: the common fields and its own.
macro_rules! event {
    ($(#[$doc:meta])* pub struct $name:ident = $kind:literal { $($(#[$fdoc:meta])* pub $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, serde::Serialize, serde::Deserialize)]
        #[serde(tag = "type", rename = $kind, rename_all = "camelCase")]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$fdoc])* pub $field: $type,)*
            /// Where it happened and, where LINE says it, who did it.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub source: Option<crate::line::event::Source>,
            /// When it happened, also on redelivery.
            #[serde(with = "crate::line::event::common::millis")]
            pub timestamp: crate::clock::Timestamp,
            /// Whether this channel may answer; active when LINE names none.
            #[serde(default, deserialize_with = "crate::line::event::common::or_default")]
            pub mode: crate::line::event::Mode,
            /// Unique per event. LINE documents it as always there.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub webhook_event_id: Option<crate::line::WebhookEventId>,
            /// Whether this delivery is a redelivery.
            #[serde(default, deserialize_with = "crate::line::event::common::or_default")]
            pub delivery_context: crate::line::event::DeliveryContext,
            /// Answers the event; only in events that can be answered, and never in standby.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub reply_token: Option<crate::line::ReplyToken>,
        }

        impl $name {
            pub(super) fn common(&self) -> crate::line::event::common::Common<'_> {
                crate::line::event::common::Common {
                    source: self.source.as_ref(),
                    timestamp: Some(self.timestamp),
                    mode: &self.mode,
                    webhook_event_id: self.webhook_event_id.as_ref(),
                    delivery_context: self.delivery_context,
                    reply_token: self.reply_token.as_ref(),
                }
            }
        }
    };
}

/// `null` counts as missing.
pub(super) fn or_default<'de, T, D>(d: D) -> Result<T, D::Error>
where
    T: Deserialize<'de> + Default,
    D: Deserializer<'de>,
{
    Option::deserialize(d).map(Option::unwrap_or_default)
}

/// A point in time as LINE writes it: milliseconds since the Unix epoch.
pub(super) mod millis {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::clock::Timestamp;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
    pub(in crate::line::event) fn serialize<S: Serializer>(
        time: &Timestamp,
        s: S,
    ) -> Result<S::Ok, S::Error> {
        time.as_millis().serialize(s)
    }

    pub(in crate::line::event) fn deserialize<'de, D: Deserializer<'de>>(
        d: D,
    ) -> Result<Timestamp, D::Error> {
        i64::deserialize(d).map(Timestamp::from_millis)
    }
}
