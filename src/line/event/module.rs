//! `module` ([reference](https://developers.line.biz/en/reference/partner-docs/#module-channel-specific-webhook-events)).

use serde::{Deserialize, Serialize};

use super::common::or_default;
use crate::line::BotUserId;

event! {
    /// A module channel was attached to an account, or detached from it.
    pub struct ModuleEvent = "module" {
        /// Which of the two, and to whom.
        pub module: ModuleContent,
    }
}

open_objects! {
    /// `module`
    pub enum ModuleContent {
        /// It was attached.
        Attached(AttachedModule) = "attached",
        /// It was detached.
        Detached(DetachedModule) = "detached",
    }
}

/// `module` of type `attached` ([reference](https://developers.line.biz/en/reference/partner-docs/#attached-event)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "attached", rename_all = "camelCase")]
#[non_exhaustive]
pub struct AttachedModule {
    /// The bot of the account it was attached to.
    pub bot_id: BotUserId,
    /// What the account's administrator allowed.
    #[serde(default, deserialize_with = "or_default")]
    pub scopes: Vec<String>,
}

/// `module` of type `detached` ([reference](https://developers.line.biz/en/reference/partner-docs/#detached-event)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "detached", rename_all = "camelCase")]
#[non_exhaustive]
pub struct DetachedModule {
    /// The bot of the account it was detached from.
    pub bot_id: BotUserId,
    /// Why. LINE's sample omits it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<DetachReason>,
}

open_words! {
    /// Why a module channel was detached.
    pub enum DetachReason {
        /// The account's bot was deleted.
        BotDeleted = "bot_deleted",
    }
}
