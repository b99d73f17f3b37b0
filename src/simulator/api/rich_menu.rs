//! `/v2/bot/richmenu…`: rich menus and their images
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#rich-menu)); who has which, aliases and batches
//! have a file each.

mod alias;
mod batch;
mod user;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::IntoResponse as _;
use axum::routing::{MethodRouter, delete, get, post};
use bytes::Bytes;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use imagesize::ImageType;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Refusal, ok};
use super::door::{Asked, Endpoint};
use crate::clock::Timestamp;
use crate::simulator::check::{self, Report};
use crate::simulator::people::People;
use crate::simulator::rich_menu::{Image, MENUS_MAX, Menu, RichMenus};
use crate::simulator::sim::Sim;

/// LINE's "1 MB".
const IMAGE_MAX: usize = 1024 * 1024;

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    let one = "/v2/bot/richmenu/{richMenuId}";
    let content = "/v2/bot/richmenu/{richMenuId}/content";
    Router::new()
        .route("/v2/bot/richmenu", at(Endpoint::new("rich-menu-create"), post(create)))
        .route("/v2/bot/richmenu/validate", at(Endpoint::new("rich-menu-validate"), post(validate)))
        .route("/v2/bot/richmenu/list", at(Endpoint::new("rich-menu-list"), get(list)))
        .route(one, at(Endpoint::new("rich-menu"), get(look)))
        .route(one, at(Endpoint::new("rich-menu-delete"), delete(remove)))
        .route(content, at(Endpoint::new("rich-menu-image-upload"), post(upload)))
        .route(content, at(Endpoint::new("rich-menu-image"), get(download)))
        .merge(user::routes(at))
        .merge(alias::routes(at))
        .merge(batch::routes(at))
}

/// The rich menus, after what was due has been done.
fn open<T>(sim: &Sim, work: impl FnOnce(&mut RichMenus, &People, Timestamp) -> T) -> T {
    let now = sim.now();
    let mut state = sim.state();
    let world = &mut state.world;
    world.rich_menus.settle(now, &world.people);
    work(&mut world.rich_menus, &world.people, now)
}

/// A menu that is to be shown: it is there, and has an image.
fn showable<'a>(menus: &'a RichMenus, id: &str) -> Result<&'a Menu, Refusal> {
    let menu = menus.get(id).ok_or_else(Refusal::not_found)?;
    if menu.image.is_none() {
        return Err(Refusal::bad_request("must upload richmenu image before applying it to user"));
    }
    Ok(menu)
}

fn checked(asked: &Asked) -> Result<&Value, Refusal> {
    let body = asked.json()?;
    let mut report = Report::default();
    check::check_rich_menu(body, &mut report);
    Refusal::unless_clean(report)?;
    Ok(body)
}

async fn create(State(sim): State<Sim>, asked: Asked) -> Answer {
    let body = checked(&asked)?;
    let known = ["size", "selected", "name", "chatBarText", "areas"];
    let object: Map<_, _> = known.iter().map(|field| ((*field).to_owned(), body[*field].clone())).collect();
    open(&sim, |menus, _, _| match menus.create(Value::Object(object)) {
        Some(id) => ok(json!({"richMenuId": id})),
        None => Err(Refusal::bad_request(format!("The number of rich menus is limited to {MENUS_MAX}"))),
    })
}

async fn validate(asked: Asked) -> Answer {
    checked(&asked)?;
    ok(json!({}))
}

async fn look(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    open(&sim, |menus, _, _| ok(told(menus.get(&id).ok_or_else(Refusal::not_found)?)))
}

async fn list(State(sim): State<Sim>) -> Answer {
    open(&sim, |menus, _, _| ok(json!({"richmenus": menus.all().iter().map(told).collect::<Vec<_>>()})))
}

fn told(menu: &Menu) -> Value {
    let mut told = menu.object.clone();
    told["richMenuId"] = json!(menu.id);
    told
}

async fn remove(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    open(&sim, |menus, _, _| if menus.delete(&id) { ok(json!({})) } else { Err(Refusal::not_found()) })
}

async fn upload(State(sim): State<Sim>, Path(id): Path<String>, asked: Asked) -> Answer {
    let (content_type, bytes) = asked.raw();
    open(&sim, |menus, _, _| {
        let menu = menus.get_mut(&id).ok_or_else(Refusal::not_found)?;
        let image = image(content_type, bytes)?;
        if menu.image.is_some() {
            return Err(Refusal::bad_request("An image has already been uploaded to the richmenu"));
        }
        menu.image = Some(image);
        ok(json!({}))
    })
}

/// An image within LINE's limits. LINE does not say what it does with a file of another kind than its type says; here
/// it is refused, because a bot that sends one has mistaken it.
fn image(content_type: &str, bytes: &Bytes) -> Result<Image, Refusal> {
    let (content_type, kind) = match content_type {
        "image/jpeg" => ("image/jpeg", ImageType::Jpeg),
        "image/png" => ("image/png", ImageType::Png),
        _ => {
            let message = format!("The content type, {content_type}, is not supported");
            return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
    };
    if imagesize::image_type(bytes).ok() != Some(kind) {
        return Err(Refusal::bad_request("The image format is not allowed for richmenu"));
    }
    let size = imagesize::blob_size(bytes).ok().filter(|size| {
        let side = |side| u64::try_from(side).unwrap_or(u64::MAX);
        check::fits(side(size.width), side(size.height))
    });
    if size.is_none() || bytes.len() > IMAGE_MAX {
        return Err(Refusal::bad_request("The image size is not allowed for richmenu"));
    }
    Ok(Image { content_type, bytes: bytes.clone() })
}

async fn download(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    let image = open(&sim, |menus, _, _| menus.get(&id).and_then(|menu| menu.image.clone()));
    let Image { content_type, bytes } = image.ok_or_else(Refusal::not_found)?;
    Ok(([(CONTENT_TYPE, content_type)], bytes).into_response())
}
