//! `POST /v2/bot/user/all/richmenu/{richMenuId}`, `GET /v2/bot/user/all/richmenu`,
//! `DELETE /v2/bot/user/all/richmenu`, `POST /v2/bot/user/{userId}/richmenu/{richMenuId}`,
//! `GET /v2/bot/user/{userId}/richmenu`, `DELETE /v2/bot/user/{userId}/richmenu`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#set-default-rich-menu)).
//!
//! A user sees the menu that is linked to them, else the default of the API, else that of LINE Official Account Manager.

use super::id;
use crate::client::call::{Reading, nothing};
use crate::client::{Call, Client, Endpoint};
use crate::line::{RichMenuId, UserId};

static SET_DEFAULT: Endpoint =
    Endpoint::post("set_default_rich_menu", "/v2/bot/user/all/richmenu/{richMenuId}");
static DEFAULT: Endpoint = Endpoint::get("default_rich_menu", "/v2/bot/user/all/richmenu");
static CANCEL_DEFAULT: Endpoint = Endpoint::delete("cancel_default_rich_menu", "/v2/bot/user/all/richmenu");
static LINK: Endpoint = Endpoint::post("link_rich_menu", "/v2/bot/user/{userId}/richmenu/{richMenuId}");
static OF_USER: Endpoint = Endpoint::get("rich_menu_of_user", "/v2/bot/user/{userId}/richmenu");
static UNLINK: Endpoint = Endpoint::delete("unlink_rich_menu", "/v2/bot/user/{userId}/richmenu");

impl Client {
    /// Shows a rich menu to everybody who has none of their own. 400: it has no image; 404: there is none of this ID
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#set-default-rich-menu)).
    pub fn set_default_rich_menu(&self, menu: &RichMenuId) -> Call<()> {
        Call::new(self, &SET_DEFAULT, &[menu.as_str()], nothing())
    }

    /// The default that was set with the API. 403: another channel of the account set it; 404: there is none
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-default-rich-menu-id)).
    pub fn default_rich_menu(&self) -> Call<RichMenuId> {
        Call::new(self, &DEFAULT, &[], Reading::whole(id))
    }

    /// Takes the default back
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#cancel-default-rich-menu)).
    pub fn cancel_default_rich_menu(&self) -> Call<()> {
        Call::new(self, &CANCEL_DEFAULT, &[], nothing())
    }

    /// Shows a rich menu to one user, instead of the one before. LINE says 200 and does nothing for who is no friend or
    /// has blocked the account. 400: it has no image; 404: there is none of this ID
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#link-rich-menu-to-user)).
    pub fn link_rich_menu(&self, user: &UserId, menu: &RichMenuId) -> Call<()> {
        Call::new(self, &LINK, &[user.as_str(), menu.as_str()], nothing())
    }

    /// The rich menu that is linked to a user; the default is none. 404: there is none, or the user is no friend
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-rich-menu-id-of-user)).
    pub fn rich_menu_of_user(&self, user: &UserId) -> Call<RichMenuId> {
        Call::new(self, &OF_USER, &[user.as_str()], Reading::whole(id))
    }

    /// Takes a user's own rich menu away; 200 also where there is none
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#unlink-rich-menu-from-user)).
    pub fn unlink_rich_menu(&self, user: &UserId) -> Call<()> {
        Call::new(self, &UNLINK, &[user.as_str()], nothing())
    }
}
