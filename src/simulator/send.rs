//! Sending: what a reply or a push does to the world, once it was found good.

use std::time::Duration;

use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::line::{ChatId, RequestId};

use super::happening::{self, Happening};
use super::ledger::{Heard, Via};
use super::message::{self, Kept};
use super::sim::State;

/// A retry key is remembered this long
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#retry-api-request)).
pub const RETRY_KEY_LIFE: Duration = Duration::from_secs(24 * 3600);

/// A request that was accepted under a retry key.
#[derive(Debug)]
pub(super) struct AcceptedKey {
    pub(super) request_id: RequestId,
    /// `sentMessages`, where the endpoint repeats them.
    pub(super) sent: Option<Value>,
    pub(super) at: Timestamp,
}

impl AcceptedKey {
    pub(super) fn holds(&self, now: Timestamp) -> bool {
        now.since(self.at) < RETRY_KEY_LIFE
    }
}

/// A request to send, found good.
pub(super) struct Sending<'a> {
    pub(super) chat: &'a ChatId,
    pub(super) messages: &'a [Value],
    pub(super) via: Via,
    pub(super) request_id: &'a RequestId,
    /// The reply token, or the retry key if there is one.
    pub(super) key: Option<&'a str>,
    pub(super) now: Timestamp,
}

impl State {
    /// Sends the messages; returns `sentMessages` and what there is to tell of it.
    pub(super) fn carry_out(&mut self, sending: &Sending<'_>) -> (Value, Vec<Happening>) {
        let audible = self.world.audible(sending.chat, sending.now);
        let title = self.world.people.title(sending.chat);
        if let Some(key) = sending.key {
            self.ledger.carried_out(key);
        }
        let mut told = Vec::new();
        let mut sent = Vec::with_capacity(sending.messages.len());
        for message in sending.messages {
            let (entry, heard) = self.send_one(sending, message);
            sent.push(entry);
            if audible {
                told.push(Happening::Bot {
                    chat: title.clone(),
                    via: sending.via,
                    what: happening::in_words(message),
                    quoting: message["quoteToken"].is_string(),
                });
                self.ledger.hear(heard);
            }
        }
        (Value::Array(sent), told)
    }

    fn send_one(&mut self, sending: &Sending<'_>, message: &Value) -> (Value, Heard) {
        let id = self.world.ids.next();
        let kind = message["type"].as_str().unwrap_or_default();
        let quote_token = message::quotable(kind).then(|| self.world.quote_token(sending.chat));
        self.world.messages.insert(id.clone(), Kept::new(sending.chat.clone(), None, None));
        let mut entry = json!({"id": id});
        if let Some(token) = &quote_token {
            entry["quoteToken"] = json!(token);
        }
        let heard = Heard {
            chat: sending.chat.clone(),
            message: message.clone(),
            id,
            quote_token,
            via: sending.via,
            request_id: sending.request_id.clone(),
            key: sending.key.map(str::to_owned),
            at: sending.now,
        };
        (entry, heard)
    }
}
