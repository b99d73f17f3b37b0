//! Sending: what a good request to send does to the world.

use std::time::Duration;

use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::line::{ChatId, RequestId, UserId};

use super::happening::{self, Happening};
use super::ledger::{Heard, Via};
use super::message::{self, Kept};
use super::sim::State;
use super::statistics::Cast;

/// A retry key is remembered this long
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#retry-api-request)).
pub const RETRY_KEY_LIFE: Duration = Duration::from_secs(24 * 3600);

/// A request that was accepted under a retry key. LINE does not say whether a key counts for one endpoint or for all;
/// here it counts for all of the channel, so that a key used twice is always noticed.
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
#[derive(Clone, Copy)]
pub(super) struct Sending<'a> {
    pub(super) messages: &'a [Value],
    pub(super) via: Via,
    pub(super) request_id: &'a RequestId,
    /// The reply token, or the retry key if there is one.
    pub(super) key: Option<&'a str>,
    /// The name of an aggregation unit.
    pub(super) unit: Option<&'a str>,
    pub(super) now: Timestamp,
}

impl State {
    /// Sends the messages to one chat; returns `sentMessages` and what there is to tell of it.
    pub(super) fn send_to_chat(&mut self, sending: &Sending<'_>, chat: &ChatId) -> (Value, Vec<Happening>) {
        let audible = self.world.audible(chat, sending.now);
        let title = self.world.people.title(chat);
        let reached = self.world.people.reach(chat, sending.now);
        self.count(sending, reached);
        let mut told = Vec::new();
        let mut sent = Vec::with_capacity(sending.messages.len());
        for message in sending.messages {
            let (entry, heard) = self.send_one(sending, chat, message);
            sent.push(entry);
            if audible {
                told.push(happening_of(sending.via, &title, message));
                self.ledger.hear(heard);
            }
        }
        (Value::Array(sent), told)
    }

    /// Sends the messages to each of these people in their own chat; returns what there is to tell of it.
    pub(super) fn send_to_people(&mut self, sending: &Sending<'_>, people: &[UserId]) -> Vec<Happening> {
        self.count(sending, u64::try_from(people.len()).unwrap_or(u64::MAX));
        if matches!(sending.via, Via::Narrowcast | Via::Broadcast) {
            let cast = Cast { at: sending.now, reached: people.iter().cloned().collect() };
            self.world.statistics.keep(sending.request_id.clone(), cast);
        }
        for person in people {
            let chat = ChatId::User(person.clone());
            for message in sending.messages {
                let (_, heard) = self.send_one(sending, &chat, message);
                self.ledger.hear(heard);
            }
        }
        // One line for all of them: a line for each would drown everything else.
        let Some(title) = self.world.people.titles(people) else { return Vec::new() };
        sending.messages.iter().map(|message| happening_of(sending.via, &title, message)).collect()
    }

    fn count(&mut self, sending: &Sending<'_>, reached: u64) {
        self.world.statistics.count(sending.via, reached, sending.now);
        if let Some(unit) = sending.unit {
            self.world.statistics.count_unit(unit, reached, sending.now);
        }
    }

    fn send_one(&mut self, sending: &Sending<'_>, chat: &ChatId, message: &Value) -> (Value, Heard) {
        let id = self.world.ids.next();
        let kind = message["type"].as_str().unwrap_or_default();
        let quote_token = message::quotable(kind).then(|| self.world.quote_token(chat));
        self.world.messages.insert(id.clone(), Kept::new(chat.clone(), None, None));
        let mut entry = json!({"id": id});
        if let Some(token) = &quote_token {
            entry["quoteToken"] = json!(token);
        }
        let heard = Heard {
            chat: chat.clone(),
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

fn happening_of(via: Via, chat: &str, message: &Value) -> Happening {
    Happening::Bot {
        chat: chat.to_owned(),
        via,
        what: happening::in_words(message),
        quoting: message["quoteToken"].is_string(),
    }
}
