//! `POST /v2/bot/richmenu/alias`, `GET /v2/bot/richmenu/alias/{richMenuAliasId}`,
//! `POST /v2/bot/richmenu/alias/{richMenuAliasId}`, `DELETE /v2/bot/richmenu/alias/{richMenuAliasId}`,
//! `GET /v2/bot/richmenu/alias/list`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#create-rich-menu-alias)).

use crate::client::call::{json, nothing};
use crate::client::{Call, Client, Endpoint, Rate};
use crate::line::rich_menu::{RichMenuAlias, RichMenuAliasList, RichMenuIdResponse, check_alias_id};
use crate::line::{RichMenuAliasId, RichMenuId};

static CREATE: Endpoint = Endpoint::post("create_rich_menu_alias", "/v2/bot/richmenu/alias").once();
static GET: Endpoint = Endpoint::get("rich_menu_alias", "/v2/bot/richmenu/alias/{richMenuAliasId}");
static LIST: Endpoint = Endpoint::get("rich_menu_aliases", "/v2/bot/richmenu/alias/list");
static UPDATE: Endpoint =
    Endpoint::post("update_rich_menu_alias", "/v2/bot/richmenu/alias/{richMenuAliasId}");
static DELETE: Endpoint =
    Endpoint::delete("delete_rich_menu_alias", "/v2/bot/richmenu/alias/{richMenuAliasId}")
        .rate(Rate::per_hour(100));

impl Client {
    /// Gives a rich menu an alias, at most 1,000 for an account. 400: the menu is not there or has no image, or the
    /// alias is taken (see [`update_rich_menu_alias`](Self::update_rich_menu_alias))
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-rich-menu-alias)).
    pub fn create_rich_menu_alias(&self, alias: impl Into<RichMenuAliasId>, menu: &RichMenuId) -> Call<()> {
        let body = RichMenuAlias::new(alias, menu.clone());
        let checked = check_alias_id(&body.rich_menu_alias_id);
        Call::new(self, &CREATE, &[], nothing()).check(checked).body(&body)
    }

    /// The rich menu that an alias stands for; 404 if there is no such alias
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-rich-menu-alias-by-id)).
    pub fn rich_menu_alias(&self, alias: impl Into<RichMenuAliasId>) -> Call<RichMenuAlias> {
        let alias = alias.into();
        Call::new(self, &GET, &[alias.as_str()], json()).check(check_alias_id(&alias))
    }

    /// Every alias
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-rich-menu-alias-list)).
    pub fn rich_menu_aliases(&self) -> Call<RichMenuAliasList> {
        Call::new(self, &LIST, &[], json())
    }

    /// Lets an alias stand for another rich menu; it may take a while until users see it. 400: the menu is not there or
    /// has no image; 404: no such alias
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#update-rich-menu-alias)).
    pub fn update_rich_menu_alias(&self, alias: impl Into<RichMenuAliasId>, menu: &RichMenuId) -> Call<()> {
        let alias = alias.into();
        Call::new(self, &UPDATE, &[alias.as_str()], nothing())
            .check(check_alias_id(&alias))
            .body(&RichMenuIdResponse::new(menu.clone()))
    }

    /// Deletes an alias, 100 an hour. 404: no such alias, or an earlier attempt of this call deleted it
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#delete-rich-menu-alias)).
    pub fn delete_rich_menu_alias(&self, alias: impl Into<RichMenuAliasId>) -> Call<()> {
        let alias = alias.into();
        Call::new(self, &DELETE, &[alias.as_str()], nothing()).check(check_alias_id(&alias))
    }
}
