//! `/v2/bot/user/…/richmenu` and `/v2/bot/richmenu/bulk/…`: the default rich menu, and who has which
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#link-rich-menu-to-user)).

use axum::Json;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::IntoResponse as _;
use axum::routing::{MethodRouter, delete, get, post};
use http::StatusCode;
use serde_json::json;

use super::{open, showable};
use crate::line::UserId;
use crate::simulator::api::answer::{Answer, Refusal, ok};
use crate::simulator::api::door::{Asked, Endpoint, user_id};
use crate::simulator::check::{self, Report};
use crate::simulator::rich_menu::DefaultMenu;
use crate::simulator::sim::Sim;

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    let default = "/v2/bot/user/all/richmenu";
    let of_user = "/v2/bot/user/{userId}/richmenu";
    let link_path = "/v2/bot/user/{userId}/richmenu/{richMenuId}";
    Router::new()
        .route(
            "/v2/bot/user/all/richmenu/{richMenuId}",
            at(Endpoint::new("rich-menu-default-set"), post(set_default)),
        )
        .route(default, at(Endpoint::new("rich-menu-default"), get(get_default)))
        .route(default, at(Endpoint::new("rich-menu-default-cancel"), delete(cancel_default)))
        .route(link_path, at(Endpoint::new("rich-menu-link"), post(link)))
        .route(of_user, at(Endpoint::new("rich-menu-of-user"), get(linked)))
        .route(of_user, at(Endpoint::new("rich-menu-unlink"), delete(unlink)))
        .route("/v2/bot/richmenu/bulk/link", at(Endpoint::new("rich-menu-bulk-link"), post(bulk_link)))
        .route("/v2/bot/richmenu/bulk/unlink", at(Endpoint::new("rich-menu-bulk-unlink"), post(bulk_unlink)))
}

async fn set_default(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    open(&sim, |menus, _, _| {
        menus.default = DefaultMenu::Own(showable(menus, &id)?.id.clone());
        ok(json!({}))
    })
}

async fn get_default(State(sim): State<Sim>) -> Answer {
    open(&sim, |menus, _, _| match &menus.default {
        DefaultMenu::Own(id) => ok(json!({"richMenuId": id})),
        DefaultMenu::None => Err(Refusal::new(StatusCode::NOT_FOUND, "no default richmenu")),
        DefaultMenu::OfAnotherChannel => {
            Err(Refusal::new(StatusCode::FORBIDDEN, "the richmenu is owned by another channel"))
        }
    })
}

/// Another channel's default stays, which LINE does not say.
async fn cancel_default(State(sim): State<Sim>) -> Answer {
    open(&sim, |menus, _, _| {
        if matches!(menus.default, DefaultMenu::Own(_)) {
            menus.default = DefaultMenu::None;
        }
        ok(json!({}))
    })
}

async fn link(State(sim): State<Sim>, Path((user, id)): Path<(String, String)>) -> Answer {
    let user = user_id(&user)?;
    open(&sim, |menus, people, _| {
        let id = showable(menus, &id)?.id.clone();
        menus.link(&user, Some(&id), people);
        ok(json!({}))
    })
}

async fn linked(State(sim): State<Sim>, Path(user): Path<String>) -> Answer {
    let user = user_id(&user)?;
    open(&sim, |menus, people, _| match menus.of_user(&user, people) {
        Some(id) => ok(json!({"richMenuId": id})),
        None => Err(Refusal::new(StatusCode::NOT_FOUND, "the user has no richmenu")),
    })
}

async fn unlink(State(sim): State<Sim>, Path(user): Path<String>) -> Answer {
    let user = user_id(&user)?;
    open(&sim, |menus, people, _| {
        menus.link(&user, None, people);
        ok(json!({}))
    })
}

async fn bulk_link(State(sim): State<Sim>, asked: Asked) -> Answer {
    let body = asked.json()?;
    let users = users(&asked)?;
    let mut report = Report::default();
    let id = check::check_rich_menu_id(body, &mut report);
    Refusal::unless_clean(report)?;
    open(&sim, |menus, _, now| {
        if menus.get(id).is_none() {
            return Err(Refusal::new(StatusCode::NOT_FOUND, "richmenu not found"));
        }
        let id = showable(menus, id)?.id.clone();
        menus.link_soon(users, Some(id), now);
        accepted()
    })
}

async fn bulk_unlink(State(sim): State<Sim>, asked: Asked) -> Answer {
    let users = users(&asked)?;
    open(&sim, |menus, _, now| {
        menus.link_soon(users, None, now);
        accepted()
    })
}

fn users(asked: &Asked) -> Result<Vec<UserId>, Refusal> {
    let users = check::check_users(asked.json()?).map_err(Refusal::bad_request)?;
    Ok(users.into_iter().map(UserId::from).collect())
}

fn accepted() -> Answer {
    Ok((StatusCode::ACCEPTED, Json(json!({}))).into_response())
}
