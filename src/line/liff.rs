//! LIFF apps: web pages that open in LINE
//! ([reference](https://developers.line.biz/en/reference/liff-server/)).

use serde::{Deserialize, Serialize};

use super::invalid::scheme;
use super::{InvalidField, LiffId};

/// The most LIFF apps of a channel
/// ([reference](https://developers.line.biz/en/reference/liff-server/#add-liff-app)).
pub const LIFF_APPS_MAX: usize = 30;

open_words! {
    /// How much of the screen an app takes.
    pub enum LiffSize {
        /// Half of it.
        Compact = "compact",
        /// Most of it.
        Tall = "tall",
        /// All of it.
        Full = "full",
    }
}

open_words! {
    /// What an app may do, once the user has agreed.
    pub enum LiffScope {
        /// Get an ID token.
        OpenId = "openid",
        /// See the mail address.
        Email = "email",
        /// See the profile.
        Profile = "profile",
        /// Write into the chat it was opened in, in the user's name.
        ChatMessageWrite = "chat_message.write",
    }
}

open_words! {
    /// Whether users are asked to add the account as a friend.
    pub enum BotPrompt {
        /// On the page that asks for consent.
        Normal = "normal",
        /// On a page of its own after it.
        Aggressive = "aggressive",
        /// Not at all: LINE's default.
        None = "none",
    }
}

open_words! {
    /// How what stands behind a LIFF URL comes to the app.
    pub enum PermanentLinkPattern {
        /// It is put behind the app's URL.
        Concat = "concat",
    }
}

/// The page of an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LiffView {
    /// `type`: how much of the screen it takes.
    #[serde(rename = "type")]
    pub size: LiffSize,
    /// HTTPS URL of the page, without a fragment (`#…`).
    pub url: String,
    /// Whether the button for sharing in its header is hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module_mode: Option<bool>,
}

/// What an app uses of the device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct LiffFeatures {
    /// Bluetooth Low Energy, for LINE Things, which LINE has withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ble: Option<bool>,
    /// The reader of two-dimensional codes; LINE's default is `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qr_code: Option<bool>,
}

impl LiffFeatures {
    /// With or without the reader of two-dimensional codes.
    #[must_use]
    pub fn qr_code(mut self, yes: bool) -> Self {
        self.qr_code = Some(yes);
        self
    }

    /// With or without Bluetooth Low Energy.
    #[must_use]
    pub fn ble(mut self, yes: bool) -> Self {
        self.ble = Some(yes);
        self
    }
}

/// An app of the channel ([reference](https://developers.line.biz/en/reference/liff-server/#get-all-liff-apps)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LiffApp {
    /// Its ID: it opens at `https://liff.line.me/` and this.
    pub liff_id: LiffId,
    /// Its page.
    pub view: LiffView,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it uses of the device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<LiffFeatures>,
    /// How what stands behind its URL comes to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permanent_link_pattern: Option<PermanentLinkPattern>,
    /// What it may do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Vec<LiffScope>>,
    /// Whether users are asked to add the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bot_prompt: Option<BotPrompt>,
}

/// An app to be added ([reference](https://developers.line.biz/en/reference/liff-server/#add-liff-app)).
///
/// ```
/// use line_bot_server::line::liff::{BotPrompt, LiffScope, LiffSize, NewLiffApp};
///
/// let shop = NewLiffApp::new(LiffSize::Tall, "https://example.com/shop")
///     .description("Shop")
///     .scope([LiffScope::Profile, LiffScope::OpenId])
///     .bot_prompt(BotPrompt::Normal);
/// assert!(shop.check().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewLiffApp {
    /// Its page.
    pub view: LiffView,
    /// All the rest.
    #[serde(flatten)]
    pub rest: LiffSettings,
}

/// Changes of an app: what is not set stays as it is
/// ([reference](https://developers.line.biz/en/reference/liff-server/#update-liff-app)).
///
/// ```
/// use line_bot_server::line::liff::LiffChanges;
///
/// let moved = LiffChanges::default().url("https://example.com/new-shop");
/// assert!(moved.check().is_ok());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LiffChanges {
    /// Of its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view: Option<LiffViewChanges>,
    /// Of all the rest.
    #[serde(flatten)]
    pub rest: LiffSettings,
}

/// Changes of an app's page: what is not set stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LiffViewChanges {
    /// `type`: how much of the screen it takes.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub size: Option<LiffSize>,
    /// HTTPS URL of the page, without a fragment (`#…`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whether the button for sharing in its header is hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub module_mode: Option<bool>,
}

/// What an app has beside its page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LiffSettings {
    /// Its name, without `LINE` in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it uses of the device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub features: Option<LiffFeatures>,
    /// How what stands behind its URL comes to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permanent_link_pattern: Option<PermanentLinkPattern>,
    /// What it may do; LINE's default is [`LiffScope::Profile`] and [`LiffScope::ChatMessageWrite`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Vec<LiffScope>>,
    /// Whether users are asked to add the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bot_prompt: Option<BotPrompt>,
}

/// Gives a type the methods that set what an app has beside its page.
macro_rules! settings {
    ($($name:ident),+) => {$(
        impl $name {
            /// Its name, without `LINE` in it.
            #[must_use]
            pub fn description(mut self, name: impl Into<String>) -> Self {
                self.rest.description = Some(name.into());
                self
            }

            /// What it uses of the device.
            #[must_use]
            pub fn features(mut self, features: LiffFeatures) -> Self {
                self.rest.features = Some(features);
                self
            }

            /// How what stands behind its URL comes to it.
            #[must_use]
            pub fn permanent_link_pattern(mut self, pattern: PermanentLinkPattern) -> Self {
                self.rest.permanent_link_pattern = Some(pattern);
                self
            }

            /// What it may do.
            #[must_use]
            pub fn scope(mut self, scope: impl IntoIterator<Item = LiffScope>) -> Self {
                self.rest.scope = Some(scope.into_iter().collect());
                self
            }

            /// Whether users are asked to add the account.
            #[must_use]
            pub fn bot_prompt(mut self, prompt: BotPrompt) -> Self {
                self.rest.bot_prompt = Some(prompt);
                self
            }
        }
    )+};
}

settings!(NewLiffApp, LiffChanges);

impl NewLiffApp {
    /// An app whose page is at `url`.
    pub fn new(size: LiffSize, url: impl Into<String>) -> Self {
        let view = LiffView { size, url: url.into(), module_mode: None };
        Self { view, rest: LiffSettings::default() }
    }

    /// Hides the button for sharing in the page's header, or shows it.
    #[must_use]
    pub fn module_mode(mut self, yes: bool) -> Self {
        self.view.module_mode = Some(yes);
        self
    }

    /// Checks every documented limit.
    ///
    /// # Errors
    /// Names the first field that LINE would refuse.
    pub fn check(&self) -> Result<(), InvalidField> {
        check_url(&self.view.url)?;
        self.rest.check()
    }
}

impl LiffChanges {
    /// How much of the screen it takes.
    #[must_use]
    pub fn size(mut self, size: LiffSize) -> Self {
        self.view.get_or_insert_default().size = Some(size);
        self
    }

    /// Where its page is.
    #[must_use]
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.view.get_or_insert_default().url = Some(url.into());
        self
    }

    /// Hides the button for sharing in the page's header, or shows it.
    #[must_use]
    pub fn module_mode(mut self, yes: bool) -> Self {
        self.view.get_or_insert_default().module_mode = Some(yes);
        self
    }

    /// Checks every documented limit.
    ///
    /// # Errors
    /// Names the first field that LINE would refuse.
    pub fn check(&self) -> Result<(), InvalidField> {
        self.view.as_ref().and_then(|view| view.url.as_deref()).map_or(Ok(()), check_url)?;
        self.rest.check()
    }
}

impl LiffSettings {
    /// LINE also refuses what is like its name; how like, it does not say.
    fn check(&self) -> Result<(), InvalidField> {
        if self.description.as_ref().is_some_and(|name| name.contains("LINE")) {
            return Err(InvalidField::new("description", "has `LINE` in it, which LINE keeps to itself"));
        }
        Ok(())
    }
}

fn check_url(url: &str) -> Result<(), InvalidField> {
    if scheme(url).is_none_or(|scheme| !scheme.eq_ignore_ascii_case("https")) {
        return Err(InvalidField::new("view.url", "not an https URL; https is needed"));
    }
    if url.contains('#') {
        return Err(InvalidField::new("view.url", "has a fragment (#…); none is allowed"));
    }
    Ok(())
}
