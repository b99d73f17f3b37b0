//! Rich menus: the object, its image, its alias, and operations on the menus of many users.
//!
//! A rich menu that is shown has been created, has an image, and is the default or linked to the user; the steps are
//! in [`client::api::rich_menu`](crate::client::api::rich_menu).

mod alias;
mod area;
mod batch;
mod image;
mod size;

use serde::{Deserialize, Serialize};

use super::RichMenuId;
use super::invalid::{InvalidField, at_most, count};
use super::text::Unit;

pub use alias::{RichMenuAlias, check_alias_id};
pub use area::{AreaAction, Bounds, RichMenuArea};
pub use batch::{
    OPERATIONS_MAX, RESUME_REQUEST_KEY_MAX, RichMenuBatch, RichMenuBatchPhase, RichMenuBatchProgress,
    RichMenuOperation,
};
pub use image::{IMAGE_BYTES_MAX, ImageKind, RichMenuImage};
pub use size::{HEIGHT_MIN, RATIO_MIN_PERCENT, RichMenuSize, WIDTH_MAX, WIDTH_MIN};

/// The most grapheme clusters of `name`
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#rich-menu-object)).
pub const NAME_MAX: usize = 300;
/// The most grapheme clusters of `chatBarText`
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#rich-menu-object)).
pub const CHAT_BAR_TEXT_MAX: usize = 14;
/// The most areas of one rich menu
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#rich-menu-object)).
pub const AREAS_MAX: usize = 20;
/// The most user IDs that LINE takes in one request to link or unlink; the client splits what is more
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#link-rich-menu-to-users)).
pub const BULK_USERS_MAX: usize = 500;

/// A rich menu: its size, what it is called, and what its areas do when they are tapped
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#rich-menu-object)).
///
/// ```
/// use line_bot_server::line::action::{PostbackAction, UriAction};
/// use line_bot_server::line::rich_menu::{Bounds, RichMenu, RichMenuSize};
///
/// let menu = RichMenu::new(RichMenuSize::COMPACT, "spring 2027", "Menu")
///     .area(Bounds::new(0, 0, 1250, 843), PostbackAction::unlabelled("action=buy"))
///     .area(Bounds::new(1250, 0, 1250, 843), UriAction::unlabelled("https://example.com/"))
///     .selected(true);
/// assert!(menu.check().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RichMenu {
    /// How large it is: like its image.
    pub size: RichMenuSize,
    /// Whether it is open when the chat is opened.
    pub selected: bool,
    /// What the bot's people call it; users do not see it. At most [`NAME_MAX`] grapheme clusters.
    pub name: String,
    /// What the bar below the chat says, at most [`CHAT_BAR_TEXT_MAX`] grapheme clusters.
    pub chat_bar_text: String,
    /// What can be tapped, at most [`AREAS_MAX`].
    pub areas: Vec<RichMenuArea>,
}

impl RichMenu {
    /// A menu that is closed at first and has no areas yet. [`RichMenuImage::size`] gives the size of its image.
    pub fn new(size: RichMenuSize, name: impl Into<String>, chat_bar_text: impl Into<String>) -> Self {
        Self {
            size,
            selected: false,
            name: name.into(),
            chat_bar_text: chat_bar_text.into(),
            areas: Vec::new(),
        }
    }

    /// Whether it is open when the chat is opened.
    #[must_use]
    pub fn selected(mut self, yes: bool) -> Self {
        self.selected = yes;
        self
    }

    /// One more area; where areas overlap, LINE does not say which one is tapped.
    #[must_use]
    pub fn area(mut self, bounds: Bounds, action: impl Into<AreaAction>) -> Self {
        self.areas.push(RichMenuArea { bounds, action: action.into() });
        self
    }

    /// Checks the documented limits.
    ///
    /// # Errors
    /// Names the first field beyond its limit, as LINE does: `areas[0].bounds.width`.
    pub fn check(&self) -> Result<(), InvalidField> {
        self.size.check().map_err(|problem| problem.within("size"))?;
        at_most("name", &self.name, NAME_MAX, Unit::Grapheme)?;
        at_most("chatBarText", &self.chat_bar_text, CHAT_BAR_TEXT_MAX, Unit::Grapheme)?;
        count("areas", self.areas.len(), AREAS_MAX, "areas")?;
        for (at, area) in self.areas.iter().enumerate() {
            area.check(self.size).map_err(|problem| problem.within(format_args!("areas[{at}]")))?;
        }
        Ok(())
    }
}

/// A rich menu that was created
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#rich-menu-response-object)).
///
/// Its image cannot be replaced; a copy with another image is made by creating [`menu`](Self::menu) again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StoredRichMenu {
    /// Its ID.
    pub rich_menu_id: RichMenuId,
    /// What it was created from. Its actions are kept as LINE gave them: [`AreaAction::AsGiven`].
    #[serde(flatten)]
    pub menu: RichMenu,
}

/// Every rich menu of the channel
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-rich-menu-list)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RichMenuList {
    /// Those made with the API; not those made in LINE Official Account Manager.
    pub richmenus: Vec<StoredRichMenu>,
}

/// The answer to creating a rich menu, and to asking which one is set
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-rich-menu)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RichMenuIdResponse {
    /// The rich menu.
    pub rich_menu_id: RichMenuId,
}

impl RichMenuIdResponse {
    /// This rich menu; LINE also takes it as the body that says which one an alias stands for.
    pub fn new(rich_menu_id: RichMenuId) -> Self {
        Self { rich_menu_id }
    }
}

/// Every alias of the channel
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-rich-menu-alias-list)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RichMenuAliasList {
    /// The aliases.
    pub aliases: Vec<RichMenuAlias>,
}
