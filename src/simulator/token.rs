//! Reply tokens and channel access tokens: when each is good, by the simulator's clock.

use std::collections::HashMap;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::line::ChatId;

use super::mint;

/// A reply token works this long after its webhook was delivered
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-reply-message-reply-token)).
pub const REPLY_TOKEN_LIFE: Duration = Duration::from_secs(60);
/// However often its event is redelivered, a reply token is void this long after the event.
pub const REPLY_TOKEN_LAST: Duration = Duration::from_secs(20 * 60);
/// A stateless channel access token lives this long.
pub const STATELESS_TOKEN_LIFE: Duration = Duration::from_secs(15 * 60);

/// Every reply token ever given out.
#[derive(Debug, Default)]
pub(super) struct ReplyTokens(HashMap<String, ReplyToken>);

#[derive(Debug)]
struct ReplyToken {
    chat: ChatId,
    event_at: Timestamp,
    delivered: Option<Timestamp>,
    used: bool,
}

impl ReplyTokens {
    /// Knows `token` from now on; it is good once its event is delivered.
    pub(super) fn know(&mut self, token: String, chat: ChatId, event_at: Timestamp) {
        let fresh = ReplyToken { chat, event_at, delivered: None, used: false };
        self.0.entry(token).or_insert(fresh);
    }

    /// Its event was delivered just now: a minute begins, the first or another.
    pub(super) fn delivered(&mut self, token: &str, now: Timestamp) {
        if let Some(token) = self.0.get_mut(token) {
            token.delivered = Some(now);
        }
    }

    /// The chat `token` answers in, if it is good now.
    pub(super) fn chat(&self, token: &str, now: Timestamp) -> Option<&ChatId> {
        let token = self.0.get(token).filter(|token| !token.used)?;
        let delivered = token.delivered?;
        let fresh = now.since(delivered) <= REPLY_TOKEN_LIFE && now.since(token.event_at) <= REPLY_TOKEN_LAST;
        fresh.then_some(&token.chat)
    }

    pub(super) fn spend(&mut self, token: &str) {
        if let Some(token) = self.0.get_mut(token) {
            token.used = true;
        }
    }
}

/// The channel access tokens that were issued, with their ends.
#[derive(Debug, Default)]
pub(super) struct AccessTokens(HashMap<String, Timestamp>);

impl AccessTokens {
    pub(super) fn issue(&mut self, now: Timestamp) -> String {
        let token = format!("stateless-{}", mint::token());
        self.0.insert(token.clone(), now.after(STATELESS_TOKEN_LIFE));
        token
    }

    /// How long `token` is good for yet; none if it is not.
    pub(super) fn life_left(&self, token: &str, now: Timestamp) -> Option<Duration> {
        self.0.get(token).filter(|end| **end > now).map(|end| end.since(now))
    }

    pub(super) fn revoke_all(&mut self) {
        self.0.clear();
    }
}
