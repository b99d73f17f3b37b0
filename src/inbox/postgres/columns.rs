//! Events as the columns of a statement: an event's values stand at its place in each.

use std::borrow::Cow;

use tokio_postgres::types::Type;
use uuid::Uuid;

use super::pool::Param;
use super::rows;
use crate::clock::Timestamp;
use crate::inbox::key::IdKey;
use crate::line::{BotUserId, ChatId, MessageId, WebhookEventId};

/// What is written of an event, whichever way it comes.
pub(super) struct Values<'a> {
    pub(super) destination: &'a BotUserId,
    pub(super) id: &'a WebhookEventId,
    pub(super) kind: &'a str,
    pub(super) chat: Option<&'a ChatId>,
    pub(super) timestamp: Option<Timestamp>,
    pub(super) redelivered: bool,
    pub(super) message_id: Option<&'a MessageId>,
    pub(super) json: &'a [u8],
}

#[derive(Default)]
pub(super) struct Events<'a> {
    pub(super) channel: Vec<i16>,
    pub(super) key: Vec<Uuid>,
    pub(super) lane: Vec<Uuid>,
    timestamp: Vec<Option<i64>>,
    chat_kind: Vec<Option<i16>>,
    redelivered: Vec<bool>,
    destination: Vec<Cow<'a, str>>,
    id: Vec<Cow<'a, str>>,
    kind: Vec<Cow<'a, str>>,
    chat: Vec<Option<Cow<'a, str>>>,
    message_id: Vec<Option<Cow<'a, str>>>,
    json: Vec<&'a [u8]>,
}

impl<'a> Events<'a> {
    /// How many there are: the place of the next.
    pub(super) fn len(&self) -> usize {
        self.key.len()
    }

    pub(super) fn push(&mut self, key: &IdKey, event: &Values<'a>) {
        self.channel.push(rows::channel(key));
        self.key.push(rows::key(key));
        self.lane.push(rows::lane(key, event.destination, event.chat));
        self.timestamp.push(event.timestamp.map(Timestamp::as_millis));
        self.chat_kind.push(event.chat.map(rows::chat_kind));
        self.redelivered.push(event.redelivered);
        self.destination.push(rows::text(event.destination.as_str()));
        self.id.push(rows::text(event.id.as_str()));
        self.kind.push(rows::text(event.kind));
        self.chat.push(event.chat.map(|chat| rows::text(chat.as_str())));
        self.message_id.push(event.message_id.map(|id| rows::text(id.as_str())));
        self.json.push(event.json);
    }

    /// In this order: channel, key, lane, timestamp, chat_kind, redelivered, destination, id, kind, chat, message_id, json.
    pub(super) fn columns(&self) -> [Param<'_>; 12] {
        [
            (&self.channel, Type::INT2_ARRAY),
            (&self.key, Type::UUID_ARRAY),
            (&self.lane, Type::UUID_ARRAY),
            (&self.timestamp, Type::INT8_ARRAY),
            (&self.chat_kind, Type::INT2_ARRAY),
            (&self.redelivered, Type::BOOL_ARRAY),
            (&self.destination, Type::TEXT_ARRAY),
            (&self.id, Type::TEXT_ARRAY),
            (&self.kind, Type::TEXT_ARRAY),
            (&self.chat, Type::TEXT_ARRAY),
            (&self.message_id, Type::TEXT_ARRAY),
            (&self.json, Type::BYTEA_ARRAY),
        ]
    }
}
