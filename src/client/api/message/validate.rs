//! `POST /v2/bot/message/validate/reply`, `POST /v2/bot/message/validate/push`,
//! `POST /v2/bot/message/validate/multicast`, `POST /v2/bot/message/validate/narrowcast`,
//! `POST /v2/bot/message/validate/broadcast`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#validate-message-objects-of-reply-message)).
//!
//! Nothing is checked before they leave: it is LINE that is asked.

use serde::Serialize;

use crate::client::call::nothing;
use crate::client::{Call, Client, Endpoint};
use crate::line::{ChatMessage, Message, UpToFive};

static REPLY: Endpoint = Endpoint::post("validate_reply", "/v2/bot/message/validate/reply");
static PUSH: Endpoint = Endpoint::post("validate_push", "/v2/bot/message/validate/push");
static MULTICAST: Endpoint = Endpoint::post("validate_multicast", "/v2/bot/message/validate/multicast");
static NARROWCAST: Endpoint = Endpoint::post("validate_narrowcast", "/v2/bot/message/validate/narrowcast");
static BROADCAST: Endpoint = Endpoint::post("validate_broadcast", "/v2/bot/message/validate/broadcast");

#[derive(Serialize)]
struct Validated<M> {
    messages: Vec<M>,
}

impl Client {
    /// Asks LINE whether it would take these messages in a reply; sends nothing. A refusal carries LINE's `details`
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#validate-message-objects-of-reply-message)).
    pub fn validate_reply(&self, messages: impl UpToFive) -> Call<()> {
        self.validate::<ChatMessage>(&REPLY, messages.into_messages())
    }

    /// As [`validate_reply`](Self::validate_reply), in a push
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#validate-message-objects-of-push-message)).
    pub fn validate_push(&self, messages: impl UpToFive) -> Call<()> {
        self.validate::<ChatMessage>(&PUSH, messages.into_messages())
    }

    /// As [`validate_reply`](Self::validate_reply), in a multicast
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#validate-message-objects-of-multicast-message)).
    pub fn validate_multicast(&self, messages: impl UpToFive<Message>) -> Call<()> {
        self.validate::<Message>(&MULTICAST, messages.into_messages())
    }

    /// As [`validate_reply`](Self::validate_reply), in a narrowcast
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#validate-message-objects-of-narrowcast-message)).
    pub fn validate_narrowcast(&self, messages: impl UpToFive<Message>) -> Call<()> {
        self.validate::<Message>(&NARROWCAST, messages.into_messages())
    }

    /// As [`validate_reply`](Self::validate_reply), in a broadcast
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#validate-message-objects-of-broadcast-message)).
    pub fn validate_broadcast(&self, messages: impl UpToFive<Message>) -> Call<()> {
        self.validate::<Message>(&BROADCAST, messages.into_messages())
    }

    fn validate<M: Serialize>(&self, endpoint: &'static Endpoint, messages: Vec<M>) -> Call<()> {
        Call::new(self, endpoint, &[], nothing()).body(&Validated { messages })
    }
}
