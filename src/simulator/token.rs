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

/// A short-lived channel access token lives this long.
pub const SHORT_LIVED_TOKEN_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// So many tokens v2.1 may be alive, and so many short-lived ones
/// ([guide](https://developers.line.biz/en/docs/basics/channel-access-token/)).
const ALIVE_MAX: usize = 30;

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

/// The channel access tokens that were issued, the oldest first.
#[derive(Debug, Default)]
pub(super) struct AccessTokens {
    issued: Vec<Issued>,
    /// The long-lived one was revoked.
    pub(super) long_lived_void: bool,
}

#[derive(Debug)]
struct Issued {
    token: String,
    kind: TokenKind,
    end: Timestamp,
}

/// Kinds of channel access tokens that are issued by a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Stateless,
    ShortLived,
    /// v2.1, and its key id.
    V21(String),
}

impl AccessTokens {
    pub(super) fn issue_stateless(&mut self, now: Timestamp) -> String {
        self.issue("stateless", TokenKind::Stateless, STATELESS_TOKEN_LIFE, now)
    }

    /// The oldest makes place, without a word.
    pub(super) fn issue_short_lived(&mut self, now: Timestamp) -> String {
        let short_lived = |issued: &Issued| issued.kind == TokenKind::ShortLived;
        if self.alive(now).filter(|issued| short_lived(issued)).count() >= ALIVE_MAX
            && let Some(oldest) = self.issued.iter().position(|it| it.end > now && short_lived(it))
        {
            self.issued.remove(oldest);
        }
        self.issue("short-lived", TokenKind::ShortLived, SHORT_LIVED_TOKEN_LIFE, now)
    }

    /// A token and its key id; none when too many are alive.
    pub(super) fn issue_v2_1(&mut self, life: Duration, now: Timestamp) -> Option<(String, String)> {
        if self.key_ids(now).len() >= ALIVE_MAX {
            return None;
        }
        let key_id = mint::token();
        Some((self.issue("v2-1", TokenKind::V21(key_id.clone()), life, now), key_id))
    }

    fn issue(&mut self, name: &str, kind: TokenKind, life: Duration, now: Timestamp) -> String {
        let token = format!("{name}-{}", mint::token());
        self.issued.push(Issued { token: token.clone(), kind, end: now.after(life) });
        token
    }

    fn alive(&self, now: Timestamp) -> impl Iterator<Item = &Issued> {
        self.issued.iter().filter(move |issued| issued.end > now)
    }

    /// What `token` is and how long it is good for yet; none if it is not.
    pub(super) fn find(&self, token: &str, now: Timestamp) -> Option<(&TokenKind, Duration)> {
        let issued = self.alive(now).find(|issued| issued.token == token)?;
        Some((&issued.kind, issued.end.since(now)))
    }

    /// The key ids of the tokens v2.1 that are good.
    pub(super) fn key_ids(&self, now: Timestamp) -> Vec<&str> {
        self.alive(now)
            .filter_map(|issued| match &issued.kind {
                TokenKind::V21(key_id) => Some(key_id.as_str()),
                TokenKind::Stateless | TokenKind::ShortLived => None,
            })
            .collect()
    }

    /// Makes a token void, if it is one of those that `which` names.
    pub(super) fn revoke(&mut self, token: &str, which: impl Fn(&TokenKind) -> bool) {
        self.issued.retain(|issued| issued.token != token || !which(&issued.kind));
    }

    pub(super) fn revoke_all(&mut self) {
        self.issued.clear();
    }
}
