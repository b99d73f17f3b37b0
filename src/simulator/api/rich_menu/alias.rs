//! `/v2/bot/richmenu/alias…`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#create-rich-menu-alias)).

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{MethodRouter, delete, get, post};
use http::StatusCode;
use serde_json::{Value, json};

use super::open;
use crate::line::RichMenuId;
use crate::simulator::api::answer::{Answer, Refusal, ok};
use crate::simulator::api::door::{Asked, Endpoint};
use crate::simulator::check::{self, Report};
use crate::simulator::rich_menu::{ALIASES_MAX, RichMenus};
use crate::simulator::sim::Sim;

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    let one = "/v2/bot/richmenu/alias/{richMenuAliasId}";
    Router::new()
        .route("/v2/bot/richmenu/alias", at(Endpoint::new("rich-menu-alias-create"), post(create)))
        .route("/v2/bot/richmenu/alias/list", at(Endpoint::new("rich-menu-alias-list"), get(list)))
        .route(one, at(Endpoint::new("rich-menu-alias"), get(look)))
        .route(one, at(Endpoint::new("rich-menu-alias-update"), post(update)))
        .route(one, at(Endpoint::new("rich-menu-alias-delete"), delete(remove)))
}

async fn create(State(sim): State<Sim>, asked: Asked) -> Answer {
    let body = asked.json()?;
    let alias = body["richMenuAliasId"].as_str().unwrap_or_default();
    let id = checked(alias, body)?;
    open(&sim, |menus, _, _| {
        let menu = menu(menus, id)?;
        if menus.aliases.contains_key(alias) {
            return Err(Refusal::bad_request("conflict richmenu alias id"));
        }
        if menus.aliases.len() >= ALIASES_MAX {
            let message = format!("The number of rich menu aliases is limited to {ALIASES_MAX}");
            return Err(Refusal::bad_request(message));
        }
        menus.aliases.insert(alias.to_owned(), menu);
        ok(json!({}))
    })
}

async fn update(State(sim): State<Sim>, Path(alias): Path<String>, asked: Asked) -> Answer {
    let id = checked(&alias, asked.json()?)?;
    open(&sim, |menus, _, _| {
        if !menus.aliases.contains_key(&alias) {
            return Err(unknown());
        }
        let menu = menu(menus, id)?;
        menus.aliases.insert(alias, menu);
        ok(json!({}))
    })
}

async fn look(State(sim): State<Sim>, Path(alias): Path<String>) -> Answer {
    check_path(&alias)?;
    open(&sim, |menus, _, _| ok(told(&alias, menus.aliases.get(&alias).ok_or_else(unknown)?)))
}

async fn list(State(sim): State<Sim>) -> Answer {
    open(&sim, |menus, _, _| {
        let aliases: Vec<_> = menus.aliases.iter().map(|(alias, menu)| told(alias, menu)).collect();
        ok(json!({"aliases": aliases}))
    })
}

async fn remove(State(sim): State<Sim>, Path(alias): Path<String>) -> Answer {
    check_path(&alias)?;
    open(&sim, |menus, _, _| menus.aliases.remove(&alias).map(drop).ok_or_else(unknown))?;
    ok(json!({}))
}

fn told(alias: &str, menu: &RichMenuId) -> Value {
    json!({"richMenuAliasId": alias, "richMenuId": menu})
}

fn unknown() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "richmenu alias not found")
}

fn checked<'a>(alias: &str, body: &'a Value) -> Result<&'a str, Refusal> {
    let mut report = Report::default();
    check::check_alias_id(alias, &mut report);
    let id = check::check_rich_menu_id(body, &mut report);
    Refusal::unless_clean(report)?;
    Ok(id)
}

fn check_path(alias: &str) -> Result<(), Refusal> {
    let mut report = Report::default();
    check::check_alias_id(alias, &mut report);
    Refusal::unless_clean(report)
}

/// A menu that an alias can stand for: one without an image is as good as none.
fn menu(menus: &RichMenus, id: &str) -> Result<RichMenuId, Refusal> {
    let menu = menus.with_image(id).ok_or_else(|| Refusal::bad_request("richmenu not found"))?;
    Ok(menu.id.clone())
}
