//! Rich menu aliases: names by which one rich menu switches to another.

use serde::{Deserialize, Serialize};

use crate::line::action::RICH_MENU_ALIAS_ID_MAX;
use crate::line::invalid::{InvalidField, one_to};
use crate::line::text::Unit;
use crate::line::{RichMenuAliasId, RichMenuId};

/// An alias and the rich menu it stands for
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-rich-menu-alias-by-id)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RichMenuAlias {
    /// The alias.
    pub rich_menu_alias_id: RichMenuAliasId,
    /// The rich menu.
    pub rich_menu_id: RichMenuId,
}

impl RichMenuAlias {
    /// An alias for a rich menu.
    pub fn new(alias: impl Into<RichMenuAliasId>, menu: RichMenuId) -> Self {
        Self { rich_menu_alias_id: alias.into(), rich_menu_id: menu }
    }
}

/// Checks that an alias has 1 to [`RICH_MENU_ALIAS_ID_MAX`] of `a-z`, `0-9`, `_` and `-`
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-rich-menu-alias)).
///
/// # Errors
/// Names `richMenuAliasId`.
pub fn check_alias_id(alias: &RichMenuAliasId) -> Result<(), InvalidField> {
    let alias = alias.as_str();
    one_to("richMenuAliasId", alias, RICH_MENU_ALIAS_ID_MAX, Unit::Utf16)?;
    if alias.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-')) {
        return Ok(());
    }
    Err(InvalidField::new("richMenuAliasId", "other characters, a-z, 0-9, _ and - are allowed"))
}
