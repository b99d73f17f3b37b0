//! Ids and tokens, one type per kind, so that they cannot be mixed up.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::lenient::Text;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps the id as LINE wrote it; the form is not checked, for LINE may change it.
            pub fn new(id: impl Into<Arc<str>>) -> Self {
                Self(id.into())
            }

            /// The id as LINE wrote it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.into())
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id.into())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                Text::deserialize(d).map(|id| Self(Arc::from(&*id)))
            }
        }
    };
}

macro_rules! printed_id {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    )*};
}

macro_rules! hidden_id {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}(…)", stringify!($name))
            }
        }
    )*};
}

text_id! {
    /// A channel's name on this server: `default`, or one of `LINE_CHANNELS`. Part of every stored key.
    Channel
}
text_id! {
    /// `webhookEventId`: a ULID, unique per event
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#common-properties)).
    WebhookEventId
}
text_id! {
    /// A user ID, `U…` (`L…` on module channels).
    UserId
}
text_id! {
    /// A group ID, `C…`.
    GroupId
}
text_id! {
    /// The ID of a multi-person chat, `R…`.
    RoomId
}
text_id! {
    /// A message ID: decimal digits beyond 2^53, so a string.
    MessageId
}
text_id! {
    /// The user ID of the bot itself: a webhook's `destination`.
    BotUserId
}
text_id! {
    /// `X-Line-Request-Id` of an API call.
    RequestId
}
text_id! {
    /// Quotes one message, in the chat it was sent in, any number of times
    /// ([guide](https://developers.line.biz/en/docs/messaging-api/get-quote-tokens/)).
    QuoteToken
}
text_id! {
    /// Marks everything up to its message as read
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#mark-as-read)).
    MarkAsReadToken
}
text_id! {
    /// The nonce of an account link, made by the service for one of its own users and kept until the `accountLink`
    /// event brings it back. Whoever holds it can finish the link, so it must be unpredictable and used once
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#account-link-event)).
    LinkNonce
}
text_id! {
    /// A rich menu's ID, `richmenu-…`
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-rich-menu)).
    RichMenuId
}
text_id! {
    /// The name that a bot gives to a rich menu: 1 to 32 of `a-z`, `0-9`, `_` and `-`
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-rich-menu-alias)).
    RichMenuAliasId
}
text_id! {
    /// A coupon's ID, a ULID
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-coupon)).
    CouponId
}
text_id! {
    /// Begins an account link for one user, once, within 10 minutes
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#issue-link-token)).
    LinkToken
}
text_id! {
    /// The ID of a LIFF app.
    LiffId
}
printed_id!(Channel, WebhookEventId, UserId, GroupId, RoomId, MessageId, BotUserId, RequestId);
printed_id!(LiffId, RichMenuId, RichMenuAliasId, CouponId);
hidden_id!(QuoteToken, MarkAsReadToken, LinkNonce, LinkToken);

impl LinkNonce {
    /// A new one that nobody can guess: 244 random bits, where LINE recommends 128 or more.
    pub fn random() -> Self {
        let half = || uuid::Uuid::new_v4().simple();
        Self(format!("{}{}", half(), half()).into())
    }
}

/// Answers one event, once, within about a minute
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-reply-message)).
///
/// Not `Clone`: replying takes it by value, so a second reply with the same token does not compile.
#[derive(PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct ReplyToken(Box<str>);

impl ReplyToken {
    /// Wraps a token as LINE wrote it.
    pub fn new(token: impl Into<Box<str>>) -> Self {
        Self(token.into())
    }

    /// The token as LINE wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ReplyToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReplyToken(…)")
    }
}

/// `X-Line-Retry-Key`: lets LINE accept a repeated request once
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#retry-api-request)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RetryKey(uuid::Uuid);

impl RetryKey {
    /// A new random key.
    pub fn random() -> Self {
        Self(uuid::Uuid::new_v4())
    }

    /// The key (UUIDv5) that stands for `name`, the same each time.
    pub fn derived(name: &str) -> Self {
        const NAMESPACE: uuid::Uuid = uuid::Uuid::from_u128(0x6c69_6e65_2d62_6f74_2d73_6572_7665_7221);
        Self(uuid::Uuid::new_v5(&NAMESPACE, name.as_bytes()))
    }
}

impl fmt::Display for RetryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A chat: what a message can be pushed to, and what is handled in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ChatId {
    /// A 1:1 chat.
    User(UserId),
    /// A group chat.
    Group(GroupId),
    /// A multi-person chat.
    Room(RoomId),
}

impl ChatId {
    /// The id as LINE wrote it, as used in `to`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::User(id) => id.as_str(),
            Self::Group(id) => id.as_str(),
            Self::Room(id) => id.as_str(),
        }
    }
}

impl From<UserId> for ChatId {
    fn from(id: UserId) -> Self {
        Self::User(id)
    }
}

impl From<GroupId> for ChatId {
    fn from(id: GroupId) -> Self {
        Self::Group(id)
    }
}

impl From<RoomId> for ChatId {
    fn from(id: RoomId) -> Self {
        Self::Room(id)
    }
}

impl fmt::Display for ChatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key that changed with a new version would let a message go out twice.
    #[test]
    fn a_derived_retry_key_is_the_same_for_ever() {
        let key = RetryKey::derived("shop/01M5/0/0");
        assert_eq!(key.to_string(), "b2e79b09-8388-5892-9ca0-46b730eddf1c");
        assert_ne!(key, RetryKey::derived("shop/01M5/0/1"));
    }

    #[test]
    fn an_id_with_escapes_is_read() {
        let id: UserId = serde_json::from_str(r#""U\u0031""#).unwrap();
        assert_eq!(id.as_str(), "U1");
        assert_eq!(serde_json::to_string(&id).unwrap(), r#""U1""#);
    }

    #[test]
    fn tokens_are_hidden() {
        let shown = format!(
            "{:?}{:?}{:?}{:?}{:?}",
            LinkToken::new("seen"),
            ReplyToken::new("seen"),
            QuoteToken::new("seen"),
            MarkAsReadToken::new("seen"),
            LinkNonce::new("seen"),
        );
        assert!(!shown.contains("seen"), "{shown}");
    }
}
