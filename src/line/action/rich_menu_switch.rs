//! `richmenuswitch`: another rich menu is shown.

use serde::Serialize;

use super::postback::DATA_MAX;
use super::{InvalidField, Place, Unit, at_most};
use crate::line::invalid::one_to;

/// The most UTF-16 code units of `richMenuAliasId`; at least one is needed
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-rich-menu-alias)).
pub const RICH_MENU_ALIAS_ID_MAX: usize = 32;

/// Switches to another rich menu and brings `data` back in a postback event; in rich menus only
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#richmenu-switch-action)).
///
/// ```
/// use line_bot_server::line::action::{Place, RichMenuSwitchAction};
///
/// let tab_b = RichMenuSwitchAction::new("richmenu-alias-b", "richmenu-changed-to-b");
/// assert!(tab_b.check(Place::RichMenu).is_ok());
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RichMenuSwitchAction {
    /// Read aloud by the accessibility feature, at most [`Place::LABEL_MAX`] grapheme clusters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The rich menu to show, one to [`RICH_MENU_ALIAS_ID_MAX`] UTF-16 code units.
    pub rich_menu_alias_id: String,
    /// What comes back in `postback.data`, at most [`DATA_MAX`] UTF-16 code units.
    pub data: String,
}

impl RichMenuSwitchAction {
    /// Switches to the rich menu of an alias.
    pub fn new(rich_menu_alias_id: impl Into<String>, data: impl Into<String>) -> Self {
        Self { label: None, rich_menu_alias_id: rich_menu_alias_id.into(), data: data.into() }
    }

    /// What the accessibility feature reads aloud.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Checks the documented limits.
    ///
    /// # Errors
    /// Names the first field beyond its limit; `type` outside of a rich menu.
    pub fn check(&self, place: Place) -> Result<(), InvalidField> {
        place.check_is(Place::RichMenu, "richmenuswitch")?;
        place.check_label(self.label.as_deref())?;
        one_to("richMenuAliasId", &self.rich_menu_alias_id, RICH_MENU_ALIAS_ID_MAX, Unit::Utf16)?;
        at_most("data", &self.data, DATA_MAX, Unit::Utf16)
    }
}
