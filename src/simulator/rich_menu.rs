//! The rich menus of the channel: their images and aliases, who has which, and which one a user sees.
//!
//! What LINE does in the background (many users at once, batches) is done here when its time has come, by the clock.

mod work;

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use serde_json::Value;

use crate::clock::Timestamp;
use crate::line::{RichMenuId, UserId};

use super::mint;
use super::people::People;
use work::Work;

/// Rich menus of one account
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-rich-menu)).
pub(super) const MENUS_MAX: usize = 1000;
/// Aliases of one account
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-rich-menu-alias)).
pub(super) const ALIASES_MAX: usize = 1000;

/// The rich menus of the channel.
#[derive(Debug, Default)]
pub(super) struct RichMenus {
    /// In the order they were created in.
    menus: Vec<Menu>,
    pub(super) aliases: BTreeMap<String, RichMenuId>,
    pub(super) default: DefaultMenu,
    linked: HashMap<UserId, RichMenuId>,
    work: Work,
}

/// A rich menu.
#[derive(Debug)]
pub(super) struct Menu {
    pub(super) id: RichMenuId,
    /// As it was created.
    pub(super) object: Value,
    pub(super) image: Option<Image>,
}

/// The image of a rich menu.
#[derive(Clone, Debug)]
pub(super) struct Image {
    pub(super) content_type: &'static str,
    pub(super) bytes: Bytes,
}

/// What everybody sees who has no menu of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum DefaultMenu {
    #[default]
    None,
    Own(RichMenuId),
    /// Another channel of the account has set it.
    OfAnotherChannel,
}

impl RichMenus {
    /// Creates a menu; none if there are too many.
    pub(super) fn create(&mut self, object: Value) -> Option<&RichMenuId> {
        if self.menus.len() >= MENUS_MAX {
            return None;
        }
        let id = RichMenuId::from(format!("richmenu-{}", mint::token()));
        self.menus.push(Menu { id, object, image: None });
        self.menus.last().map(|menu| &menu.id)
    }

    pub(super) fn all(&self) -> &[Menu] {
        &self.menus
    }

    pub(super) fn get(&self, id: &str) -> Option<&Menu> {
        self.menus.iter().find(|menu| menu.id.as_str() == id)
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut Menu> {
        self.menus.iter_mut().find(|menu| menu.id.as_str() == id)
    }

    /// A menu that can be shown.
    pub(super) fn with_image(&self, id: &str) -> Option<&Menu> {
        self.get(id).filter(|menu| menu.image.is_some())
    }

    /// Deletes a menu: nobody has it any more. Aliases keep pointing at it, about which LINE says nothing.
    pub(super) fn delete(&mut self, id: &str) -> bool {
        let before = self.menus.len();
        self.menus.retain(|menu| menu.id.as_str() != id);
        self.linked.retain(|_, linked| linked.as_str() != id);
        if matches!(&self.default, DefaultMenu::Own(own) if own.as_str() == id) {
            self.default = DefaultMenu::None;
        }
        self.menus.len() < before
    }

    /// Links a menu to a friend, or takes theirs away; nothing for others.
    pub(super) fn link(&mut self, user: &UserId, menu: Option<&RichMenuId>, people: &People) {
        if !people.is_friend(user) {
            return;
        }
        match menu {
            Some(menu) => _ = self.linked.insert(user.clone(), menu.clone()),
            None => _ = self.linked.remove(user),
        }
    }

    /// The menu that is linked to a friend.
    pub(super) fn of_user(&self, user: &UserId, people: &People) -> Option<&RichMenuId> {
        self.linked.get(user).filter(|_| people.is_friend(user))
    }

    /// The menu that a user sees: their own, else the default.
    pub(super) fn shown_to(&self, user: &UserId, people: &People) -> Option<&Menu> {
        let default = match &self.default {
            DefaultMenu::Own(id) => Some(id),
            DefaultMenu::None | DefaultMenu::OfAnotherChannel => None,
        };
        let id = self.of_user(user, people).or(default)?;
        self.with_image(id.as_str())
    }

    /// The menu that an alias switches to.
    pub(super) fn by_alias(&self, alias: &str) -> Option<&Menu> {
        self.aliases.get(alias).and_then(|id| self.with_image(id.as_str()))
    }

    /// Does what is due.
    pub(super) fn settle(&mut self, now: Timestamp, people: &People) {
        for due in self.work.due(now) {
            self.carry_out(due, people);
        }
    }
}

/// Whether `id` has the form of a rich menu's id.
pub(super) fn well_formed(id: &str) -> bool {
    id.strip_prefix("richmenu-")
        .is_some_and(|hex| hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}
