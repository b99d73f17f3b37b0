//! What LINE answers: the bodies of API responses, read by the client and written by the simulator. LINE adds fields
//! without notice, so unknown ones are ignored and what it does not always send is optional.

mod chat;
mod statistics;

use serde::{Deserialize, Deserializer, Serialize};

use super::{BotUserId, MessageId, QuoteToken, UserId};

pub use chat::{GroupSummary, MemberCount};
pub use statistics::{AggregationUnitsUsed, CountStatus, SentCount};

/// The answer to a reply or a push
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-reply-message-response)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct SentMessages {
    /// What was sent, in the order of the request.
    pub sent_messages: Vec<SentMessage>,
}

/// A message that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SentMessage {
    /// Its id.
    pub id: MessageId,
    /// Quotes it; absent for types that cannot be quoted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote_token: Option<QuoteToken>,
}

/// A user's profile ([reference](https://developers.line.biz/en/reference/messaging-api/#get-profile)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Profile {
    /// The name the user shows.
    pub display_name: String,
    /// The user.
    pub user_id: UserId,
    /// BCP 47 tag; absent until the user has agreed to LINE's privacy policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// HTTPS URL; absent when the user has no image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture_url: Option<String>,
    /// Absent when the user has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_message: Option<String>,
}

/// The profile of a member of a group or a multi-person chat
/// ([group](https://developers.line.biz/en/reference/messaging-api/#get-group-member-profile),
/// [multi-person chat](https://developers.line.biz/en/reference/messaging-api/#get-room-member-profile)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GroupMemberProfile {
    /// The name the user shows.
    pub display_name: String,
    /// The user.
    pub user_id: UserId,
    /// HTTPS URL; absent when the user has no image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture_url: Option<String>,
}

/// Who this bot is ([reference](https://developers.line.biz/en/reference/messaging-api/#get-bot-info)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BotInfo {
    /// The bot's user ID, the `destination` of its webhooks.
    pub user_id: BotUserId,
    /// `@…`
    pub basic_id: String,
    /// Absent when none is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub premium_id: Option<String>,
    /// The account's name.
    pub display_name: String,
    /// HTTPS URL; absent when the account has no image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture_url: Option<String>,
    /// Whether people may answer in the chat, too.
    pub chat_mode: ChatMode,
    /// Whether messages are read as soon as they arrive.
    pub mark_as_read_mode: MarkAsReadMode,
}

open_words! {
    /// "Chat" in the account's response settings.
    pub enum ChatMode {
        /// On: people may answer in the chat, too.
        Chat = "chat",
        /// Off.
        Bot = "bot",
    }
}

open_words! {
    /// How the messages of users become read.
    pub enum MarkAsReadMode {
        /// By themselves.
        Auto = "auto",
        /// By the call that marks them, or by a person.
        Manual = "manual",
    }
}

open_words! {
    /// Whether the month has a limit.
    pub enum QuotaType {
        /// No limit.
        None = "none",
        /// [`MessageQuota::value`] is the limit.
        Limited = "limited",
    }
}

/// How many messages may be sent this month
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-quota)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MessageQuota {
    /// `type`: whether there is a limit.
    #[serde(rename = "type")]
    pub kind: QuotaType,
    /// The limit, in messages; absent when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<u64>,
}

/// How many messages were sent this month, about
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-consumption)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct QuotaConsumption {
    /// Messages sent; one for each person a request reached.
    pub total_usage: u64,
}

/// Where LINE sends webhooks
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-webhook-endpoint-information)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WebhookEndpoint {
    /// The URL.
    pub endpoint: String,
    /// "Use webhook" in the console.
    pub active: bool,
}

/// What became of a test webhook
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#test-webhook-endpoint)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WebhookTest {
    /// Whether the server answered as it should.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// When, in ISO 8601.
    pub timestamp: String,
    /// What the server answered; 0 or negative when nothing came.
    pub status_code: i32,
    /// Why: `OK`, or what went wrong.
    pub reason: String,
    /// More of it.
    pub detail: String,
}

/// Why LINE refused a request
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#error-responses)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ErrorBody {
    /// What is wrong; a text that LINE may change. `null` in some answers.
    pub message: Option<String>,
    /// More of it, field by field.
    #[serde(deserialize_with = "null_is_empty", skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<ErrorDetail>,
    /// With the 409 of a push: what the first request had sent.
    #[serde(deserialize_with = "null_is_empty", skip_serializing_if = "Vec::is_empty")]
    pub sent_messages: Vec<SentMessage>,
}

/// One of LINE's `details`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ErrorDetail {
    /// What is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Where: `messages[0].text`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub property: Option<String>,
}

pub(super) fn null_is_empty<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    d: D,
) -> Result<Vec<T>, D::Error> {
    Option::<Vec<T>>::deserialize(d).map(Option::unwrap_or_default)
}
