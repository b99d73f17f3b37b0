//! `POST /v2/bot/richmenu`, `POST /v2/bot/richmenu/validate`, `GET /v2/bot/richmenu/{richMenuId}`,
//! `GET /v2/bot/richmenu/list`, `DELETE /v2/bot/richmenu/{richMenuId}`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#rich-menu)); images, users, many users at once,
//! batches and aliases have a file each.
//!
//! A rich menu is shown once it was created, has its image, and is the default or linked to the user. In full, with
//! an alias by which other menus switch to it:
//!
//! ```no_run
//! # use line_bot_server::client::Client;
//! # async fn recipe(client: Client, png: Vec<u8>) -> Result<(), Box<dyn std::error::Error>> {
//! use line_bot_server::line::action::{PostbackAction, RichMenuSwitchAction};
//! use line_bot_server::line::rich_menu::{Bounds, RichMenu, RichMenuImage};
//!
//! let image = RichMenuImage::read(png)?;
//! let size = image.size();
//! let half = size.width / 2;
//! let menu = RichMenu::new(size, "tab A, spring 2027", "Menu")
//!     .area(Bounds::new(0, 0, half, size.height), PostbackAction::unlabelled("action=buy"))
//!     .area(Bounds::new(half, 0, half, size.height), RichMenuSwitchAction::new("tab-b", "to=b"));
//!
//! let id = client.create_rich_menu(&menu).await?.value;
//! client.upload_rich_menu_image(&id, &image).await?;
//! client.create_rich_menu_alias("tab-a", &id).await?; // from the second time on: update_rich_menu_alias
//! client.set_default_rich_menu(&id).await?;
//! # Ok(())
//! # }
//! ```
//!
//! An image cannot be replaced: a new look is a new menu. The default, the aliases and the users
//! ([`rich_menu_batch`](Client::rich_menu_batch)) are moved to it, and the old menu is deleted.

mod alias;
mod batch;
mod bulk;
mod image;
mod user;

use crate::client::call::{Reading, json, nothing, read_json};
use crate::client::execute::Answered;
use crate::client::{Call, Client, Endpoint, Rate};
use crate::line::RichMenuId;
use crate::line::rich_menu::{RichMenu, RichMenuIdResponse, RichMenuList, StoredRichMenu};

pub use batch::{RichMenuBatchCall, RichMenuBatchFailed, RichMenuBatchRun};
pub use bulk::{RichMenuBulk, RichMenuPart, RichMenuParts};

static CREATE: Endpoint =
    Endpoint::post("create_rich_menu", "/v2/bot/richmenu").rate(Rate::per_hour(100)).once();
static VALIDATE: Endpoint = Endpoint::post("validate_rich_menu", "/v2/bot/richmenu/validate");
static GET: Endpoint = Endpoint::get("rich_menu", "/v2/bot/richmenu/{richMenuId}");
static LIST: Endpoint = Endpoint::get("rich_menus", "/v2/bot/richmenu/list").rate(Rate::per_second(10));
static DELETE: Endpoint =
    Endpoint::delete("delete_rich_menu", "/v2/bot/richmenu/{richMenuId}").rate(Rate::per_hour(100));

impl Client {
    /// Creates a rich menu, at most 1,000 for an account and 100 an hour; it needs an image before it can be shown
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-rich-menu)).
    pub fn create_rich_menu(&self, menu: &RichMenu) -> Call<RichMenuId> {
        Call::new(self, &CREATE, &[], Reading::whole(id)).check(menu.check()).body(menu)
    }

    /// Lets LINE check a rich menu, which is not created. Beside what is checked here, LINE knows whether it takes an
    /// action that stands in it as it was given
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#validate-rich-menu-object)).
    pub fn validate_rich_menu(&self, menu: &RichMenu) -> Call<()> {
        Call::new(self, &VALIDATE, &[], nothing()).check(menu.check()).body(menu)
    }

    /// A rich menu; 404 if there is none of this ID
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-rich-menu)).
    pub fn rich_menu(&self, menu: &RichMenuId) -> Call<StoredRichMenu> {
        Call::new(self, &GET, &[menu.as_str()], json())
    }

    /// Every rich menu that was created with the API, ten calls a second
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-rich-menu-list)).
    pub fn rich_menus(&self) -> Call<RichMenuList> {
        Call::new(self, &LIST, &[], json())
    }

    /// Deletes a rich menu, 100 an hour. 404: there is none of this ID, or an earlier attempt of this call deleted it
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#delete-rich-menu)).
    pub fn delete_rich_menu(&self, menu: &RichMenuId) -> Call<()> {
        Call::new(self, &DELETE, &[menu.as_str()], nothing())
    }
}

/// The ID alone, of an answer that has nothing else.
fn id(Answered { body, .. }: Answered) -> Result<RichMenuId, String> {
    read_json::<RichMenuIdResponse>(&body).map(|answer| answer.rich_menu_id)
}
