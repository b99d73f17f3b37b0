//! Module channels: one bot's extension that many accounts attach
//! ([reference](https://developers.line.biz/en/reference/partner-docs/#module)). For participants of LINE Marketplace.

use serde::{Deserialize, Serialize};

use super::{BotUserId, InvalidField};

/// The longest control of a chat, in seconds: a year
/// ([reference](https://developers.line.biz/en/reference/partner-docs/#acquire-control-api)).
pub const CONTROL_SECONDS_MAX: u32 = 31_536_000;

/// A bot whose account has attached the module channel
/// ([reference](https://developers.line.biz/en/reference/partner-docs/#get-multiple-bot-info-api)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ModuleBot {
    /// The bot.
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
}

/// For how long a module channel answers in a chat.
///
/// ```
/// use line_bot_server::line::module::ControlTime;
///
/// assert!(ControlTime::seconds(600).is_ok());
/// assert!(ControlTime::seconds(31_536_001).is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ControlTime {
    #[serde(skip_serializing_if = "Option::is_none")]
    expired: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<u32>,
}

impl ControlTime {
    /// As long as LINE gives it by itself: an hour.
    pub const USUAL: Self = Self { expired: None, ttl: None };
    /// Until it is released, or another channel takes it.
    pub const ENDLESS: Self = Self { expired: Some(false), ttl: None };

    /// This many seconds.
    ///
    /// # Errors
    /// None at all, or more than [`CONTROL_SECONDS_MAX`].
    pub fn seconds(seconds: u32) -> Result<Self, InvalidField> {
        if !(1..=CONTROL_SECONDS_MAX).contains(&seconds) {
            let problem = format!("{seconds} seconds, 1 to {CONTROL_SECONDS_MAX} are allowed");
            return Err(InvalidField::new("ttl", problem));
        }
        Ok(Self { expired: Some(true), ttl: Some(seconds) })
    }
}

/// What LINE gave to the page that an account's administrator was sent to, and what that page was asked with
/// ([reference](https://developers.line.biz/en/reference/partner-docs/#link-attach-by-operation-module-channel-provider)).
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ModuleAttachment {
    /// `authorization_code`
    pub grant_type: &'static str,
    /// The authorization code; works once.
    pub code: String,
    /// As it was asked with.
    pub redirect_uri: String,
    /// The code verifier, if PKCE was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_verifier: Option<String>,
    /// As it was asked with, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// As it was asked with, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basic_search_id: Option<String>,
    /// As it was asked with, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// As it was asked with, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand_type: Option<String>,
}

super::hidden::hide_fields!(ModuleAttachment {
    grant_type,
    redirect_uri,
    region,
    basic_search_id,
    scope,
    brand_type
} hidden { code, code_verifier });

impl ModuleAttachment {
    /// The authorization code, and the `redirect_uri` it was asked with.
    pub fn new(code: impl Into<String>, redirect_uri: impl Into<String>) -> Self {
        Self {
            grant_type: "authorization_code",
            code: code.into(),
            redirect_uri: redirect_uri.into(),
            code_verifier: None,
            region: None,
            basic_search_id: None,
            scope: None,
            brand_type: None,
        }
    }

    /// The code verifier of PKCE.
    #[must_use]
    pub fn code_verifier(mut self, verifier: impl Into<String>) -> Self {
        self.code_verifier = Some(verifier.into());
        self
    }

    /// The `region` it was asked with.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The `basic_search_id` it was asked with.
    #[must_use]
    pub fn basic_search_id(mut self, id: impl Into<String>) -> Self {
        self.basic_search_id = Some(id.into());
        self
    }

    /// The `scope` it was asked with: `message:send message:receive`.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// The `brand_type` it was asked with.
    #[must_use]
    pub fn brand_type(mut self, brand_type: impl Into<String>) -> Self {
        self.brand_type = Some(brand_type.into());
        self
    }
}

/// The module channel is attached
/// ([reference](https://developers.line.biz/en/reference/partner-docs/#link-attach-by-operation-module-channel-provider)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ModuleAttached {
    /// The bot of the account it is attached to.
    pub bot_id: BotUserId,
    /// What the account's administrator allowed.
    pub scopes: Vec<String>,
}
