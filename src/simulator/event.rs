//! A webhook event as it will be delivered, with what the simulator must know about it.

use serde_json::{Value, json};

use crate::line::{ChatId, MessageId, WebhookEventId};

/// One webhook event, made but perhaps not delivered yet.
#[derive(Clone, Debug)]
pub struct WebhookEvent {
    /// `webhookEventId`
    pub id: WebhookEventId,
    /// The chat it happened in; none for the few events without a source.
    pub chat: Option<ChatId>,
    /// The message it is about, if it is a message.
    pub message_id: Option<MessageId>,
    /// `replyToken`
    pub reply_token: Option<String>,
    /// The event's JSON, as delivered the first time.
    pub json: Value,
}

/// The body of one delivery.
pub(super) fn body(destination: &str, events: &[WebhookEvent], redelivery: bool) -> Vec<u8> {
    let events: Vec<Value> = events
        .iter()
        .map(|event| {
            let mut json = event.json.clone();
            if redelivery {
                json["deliveryContext"] = json!({"isRedelivery": true});
            }
            json
        })
        .collect();
    json!({"destination": destination, "events": events}).to_string().into_bytes()
}

/// `source` of an event in `chat`, caused by `by`.
pub(super) fn source(chat: &ChatId, by: Option<&str>) -> Value {
    let mut source = match chat {
        ChatId::User(id) => json!({"type": "user", "userId": id}),
        ChatId::Group(id) => json!({"type": "group", "groupId": id}),
        ChatId::Room(id) => json!({"type": "room", "roomId": id}),
    };
    if let Some(by) = by {
        source["userId"] = json!(by);
    }
    source
}

/// The chat a `source` names.
pub(super) fn chat_of(source: &Value) -> Option<ChatId> {
    let id = |field: &str| source[field].as_str();
    match source["type"].as_str()? {
        "user" => Some(ChatId::User(id("userId")?.into())),
        "group" => Some(ChatId::Group(id("groupId")?.into())),
        "room" => Some(ChatId::Room(id("roomId")?.into())),
        _ => None,
    }
}
