//! Notifications made of LINE's templates, items and buttons
//! ([guide](https://developers.line.biz/en/docs/partner-docs/line-notification-messages/template/)).

use std::collections::HashSet;

use serde::Serialize;

use crate::line::InvalidField;
use crate::line::hidden::{hide_content, hide_fields};
use crate::line::invalid::{at_most, count};
use crate::line::text::Unit;

/// The most items of a notification, the emphasized one aside
/// ([reference](https://developers.line.biz/en/reference/line-notification-messages/#send-line-notification-message-template)).
pub const ITEMS_MAX: usize = 15;
/// The most characters of an item.
pub const ITEM_MAX: usize = 300;
/// The most characters of the emphasized item.
pub const EMPHASIZED_MAX: usize = 15;
/// The most buttons of a notification.
pub const BUTTONS_MAX: usize = 2;
/// The most characters of a button's URL.
pub const BUTTON_URL_MAX: usize = 1000;

/// A notification made of one of LINE's templates
/// ([reference](https://developers.line.biz/en/reference/line-notification-messages/#send-line-notification-message-template)).
/// LINE lists the keys of [templates, items and
/// buttons](https://developers.line.biz/en/docs/partner-docs/line-notification-messages/template/#templates) by country.
///
/// ```
/// use line_bot_server::line::notification::NotificationTemplate;
///
/// let shipped = NotificationTemplate::new("shipment_completed_ja")
///     .emphasized("date_002_ja", "8月10日(土)")
///     .item("number_001_ja", "1234567")
///     .button("contact_ja", "https://example.com/contact");
/// assert!(shipped.check().is_ok());
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NotificationTemplate {
    /// The key of the template.
    pub template_key: String,
    /// What it is filled with.
    pub body: NotificationBody,
}

/// What a template is filled with.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NotificationBody {
    /// The item that stands out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emphasized_item: Option<NotificationItem>,
    /// Up to [`ITEMS_MAX`] items.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<NotificationItem>,
    /// Up to [`BUTTONS_MAX`] buttons.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<NotificationButton>,
}

/// A line of a notification. Each key stands in it once.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NotificationItem {
    /// The key of the item.
    pub item_key: String,
    /// What it says.
    pub content: String,
}

/// A button of a notification.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NotificationButton {
    /// The key of the button.
    pub button_key: String,
    /// What it opens.
    pub url: String,
}

hide_fields!(NotificationTemplate { template_key } hidden { body });
hide_content!(NotificationBody, NotificationItem, NotificationButton);

impl NotificationTemplate {
    /// The template with this key, empty.
    pub fn new(template_key: impl Into<String>) -> Self {
        Self { template_key: template_key.into(), body: NotificationBody::default() }
    }

    /// The item that stands out; up to [`EMPHASIZED_MAX`] characters.
    #[must_use]
    pub fn emphasized(mut self, item_key: impl Into<String>, content: impl Into<String>) -> Self {
        let item = NotificationItem { item_key: item_key.into(), content: content.into() };
        self.body.emphasized_item = Some(item);
        self
    }

    /// One more item; up to [`ITEM_MAX`] characters.
    #[must_use]
    pub fn item(mut self, item_key: impl Into<String>, content: impl Into<String>) -> Self {
        self.body.items.push(NotificationItem { item_key: item_key.into(), content: content.into() });
        self
    }

    /// One more button; a URL of up to [`BUTTON_URL_MAX`] characters.
    #[must_use]
    pub fn button(mut self, button_key: impl Into<String>, url: impl Into<String>) -> Self {
        self.body.buttons.push(NotificationButton { button_key: button_key.into(), url: url.into() });
        self
    }

    /// Checks every documented limit.
    ///
    /// # Errors
    /// Names the first field beyond its limit: `body.items[3].content`.
    pub fn check(&self) -> Result<(), InvalidField> {
        let NotificationBody { emphasized_item, items, buttons } = &self.body;
        count("body.items", items.len(), ITEMS_MAX, "items")?;
        count("body.buttons", buttons.len(), BUTTONS_MAX, "buttons")?;
        let mut keys = HashSet::new();
        for (at, item) in items.iter().enumerate() {
            let path = format!("body.items[{at}]");
            at_most(&format!("{path}.content"), &item.content, ITEM_MAX, Unit::Utf16)?;
            if !keys.insert(&item.item_key) {
                return Err(twice(format!("{path}.itemKey")));
            }
        }
        if let Some(item) = emphasized_item {
            at_most("body.emphasizedItem.content", &item.content, EMPHASIZED_MAX, Unit::Utf16)?;
            if keys.contains(&item.item_key) {
                return Err(twice("body.emphasizedItem.itemKey".to_owned()));
            }
        }
        for (at, button) in buttons.iter().enumerate() {
            at_most(&format!("body.buttons[{at}].url"), &button.url, BUTTON_URL_MAX, Unit::Utf16)?;
        }
        Ok(())
    }
}

fn twice(field: String) -> InvalidField {
    InvalidField::new(field, "a key that another item has; each item is allowed once")
}
