//! The part of an event that the inbox must know, read without its type.

use serde::Deserialize;

use super::usable;
use crate::line::ChatId;
use crate::line::lenient::{Text, fields, value};

/// What is missing or of a wrong type is `None`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Head<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) webhook_event_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) source: Option<Source<'a>>,
    pub(super) timestamp: Option<i64>,
    pub(super) delivery_context: Option<DeliveryContext>,
    #[serde(borrow)]
    pub(super) message: Option<Message<'a>>,
    #[serde(borrow)]
    pub(super) unsend: Option<Unsend<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Source<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    user_id: Option<Text<'a>>,
    #[serde(borrow)]
    group_id: Option<Text<'a>>,
    #[serde(borrow)]
    room_id: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeliveryContext {
    pub(super) is_redelivery: bool,
}

#[derive(Deserialize)]
pub(super) struct Message<'a> {
    #[serde(borrow)]
    pub(super) id: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Unsend<'a> {
    #[serde(borrow)]
    pub(super) message_id: Option<Text<'a>>,
}

impl<'a> Head<'a> {
    /// In one pass when everything is as documented; field by field when anything is not.
    pub(super) fn read(json: &'a str) -> Self {
        // serde would read an array as the fields in order.
        if !json.starts_with('{') {
            return Self::default();
        }
        serde_json::from_str(json).unwrap_or_else(|_| Self::piece_by_piece(json))
    }

    fn piece_by_piece(json: &'a str) -> Self {
        let [kind, webhook_event_id, source, timestamp, delivery_context, message, unsend] = fields(
            json,
            ["type", "webhookEventId", "source", "timestamp", "deliveryContext", "message", "unsend"],
        );
        Self {
            kind: value(kind),
            webhook_event_id: value(webhook_event_id),
            source: source.map(|source| Source::piece_by_piece(source.get())),
            timestamp: value(timestamp),
            delivery_context: delivery_context.map(|context| {
                let [is_redelivery] = fields(context.get(), ["isRedelivery"]);
                DeliveryContext { is_redelivery: value(is_redelivery).unwrap_or_default() }
            }),
            message: message.map(|message| {
                let [id] = fields(message.get(), ["id"]);
                Message { id: value(id) }
            }),
            unsend: unsend.map(|unsend| {
                let [message_id] = fields(unsend.get(), ["messageId"]);
                Unsend { message_id: value(message_id) }
            }),
        }
    }
}

impl<'a> Source<'a> {
    fn piece_by_piece(json: &'a str) -> Self {
        let [kind, user_id, group_id, room_id] = fields(json, ["type", "userId", "groupId", "roomId"]);
        Self {
            kind: value(kind),
            user_id: value(user_id),
            group_id: value(group_id),
            room_id: value(room_id),
        }
    }

    /// The chat its type says it is. A group without its id is not the 1:1 chat with the user who wrote there.
    pub(super) fn chat(&self) -> Option<ChatId> {
        match self.kind.as_deref()? {
            "group" => usable(self.group_id.as_ref()).map(|id| ChatId::Group(id.into())),
            "room" => usable(self.room_id.as_ref()).map(|id| ChatId::Room(id.into())),
            "user" => usable(self.user_id.as_ref()).map(|id| ChatId::User(id.into())),
            _ => None,
        }
    }
}
