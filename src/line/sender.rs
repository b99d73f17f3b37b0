//! `sender`: another name and icon for one message.

use serde::Serialize;

use super::hidden::hide_content;
use super::invalid::{InvalidField, at_most, https_url};
use super::text::Unit;

/// The most UTF-16 code units of `name`
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#icon-nickname-switch)).
pub const NAME_MAX: usize = 20;

/// Who a message seems to come from, in place of the account's own name and icon
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#icon-nickname-switch)).
///
/// ```
/// use line_bot_server::line::{Sender, TextMessage};
///
/// let hello = TextMessage::new("Hello, I am Cony!!")
///     .sender(Sender::new("Cony").icon_url("https://example.com/cony.png"));
/// assert!(hello.check().is_ok());
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Sender {
    /// Display name, at most [`NAME_MAX`] UTF-16 code units. LINE refuses some words, of which it names `LINE` alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// HTTPS URL of a square PNG of at most 1 MB; at most 2000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon_url: Option<String>,
}

hide_content!(Sender);

impl Sender {
    /// Another name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), icon_url: None }
    }

    /// Another icon, under the account's own name.
    pub fn icon(icon_url: impl Into<String>) -> Self {
        Self { name: None, icon_url: Some(icon_url.into()) }
    }

    /// Another icon as well.
    #[must_use]
    pub fn icon_url(mut self, icon_url: impl Into<String>) -> Self {
        self.icon_url = Some(icon_url.into());
        self
    }

    /// Checks the documented limits.
    ///
    /// # Errors
    /// Names the first field beyond its limit, seen from this object: `name`.
    pub fn check(&self) -> Result<(), InvalidField> {
        if let Some(name) = &self.name {
            at_most("name", name, NAME_MAX, Unit::Utf16)?;
            if name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "LINE") {
                return Err(InvalidField::new("name", "has the word `LINE`, which LINE does not allow"));
            }
        }
        self.icon_url.as_deref().map_or(Ok(()), |url| https_url("iconUrl", url))
    }
}
