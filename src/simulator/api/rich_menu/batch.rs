//! `/v2/bot/richmenu/batch`, its validation and its progress
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#batch-control-rich-menus-of-users)).

use axum::extract::{Query, State};
use axum::response::IntoResponse as _;
use axum::routing::{MethodRouter, get, post};
use axum::{Json, Router};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::open;
use crate::line::{RequestId, RichMenuId};
use crate::simulator::api::answer::{Answer, Refusal, ok};
use crate::simulator::api::door::{Asked, Endpoint, is_uuid};
use crate::simulator::calendar::iso_8601;
use crate::simulator::check::{self, Report};
use crate::simulator::rich_menu::RichMenus;
use crate::simulator::sim::Sim;

/// Each operation's type, `from` and `to`.
type Operations<'a> = Vec<(&'a str, &'a str, &'a str)>;

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    Router::new()
        .route("/v2/bot/richmenu/batch", at(Endpoint::new("rich-menu-batch"), post(batch)))
        .route(
            "/v2/bot/richmenu/validate/batch",
            at(Endpoint::new("rich-menu-batch-validate"), post(validate)),
        )
        .route(
            "/v2/bot/richmenu/progress/batch",
            at(Endpoint::new("rich-menu-batch-progress"), get(progress)),
        )
}

async fn batch(State(sim): State<Sim>, asked: Asked) -> Answer {
    let body = asked.json()?;
    let operations = read(body)?;
    let key = body["resumeRequestKey"].as_str();
    open(&sim, |menus, _, now| {
        check_menus(&operations, menus)?;
        let changes = menus.changes(|from| becomes(&operations, from));
        menus.take_batch(&asked.request_id, key, changes, now);
        Ok((StatusCode::ACCEPTED, Json(json!({}))).into_response())
    })
}

async fn validate(State(sim): State<Sim>, asked: Asked) -> Answer {
    let operations = read(asked.json()?)?;
    open(&sim, |menus, _, _| check_menus(&operations, menus))?;
    ok(json!({}))
}

fn read(body: &Value) -> Result<Operations<'_>, Refusal> {
    let mut report = Report::default();
    check::check_batch(body, &mut report);
    Refusal::unless_clean(report)?;
    let operations = body["operations"].as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(operations.iter().map(|it| (text(it, "type"), text(it, "from"), text(it, "to"))).collect())
}

fn text<'a>(operation: &'a Value, field: &str) -> &'a str {
    operation[field].as_str().unwrap_or_default()
}

/// Whether the menus are there, and those to be linked have an image.
fn check_menus(operations: &Operations<'_>, menus: &RichMenus) -> Result<(), Refusal> {
    for (at, (kind, from, to)) in operations.iter().enumerate() {
        for (field, id) in [("from", *from), ("to", *to)] {
            let meant = field == "from" && *kind != "unlinkAll" || field == "to" && *kind == "link";
            let property = format!("operations[{at}].{field}");
            if meant && menus.get(id).is_none() {
                let message = format!("Richmenu ({id}) is not found");
                return Err(Refusal::fault_as(StatusCode::NOT_FOUND, &property, &message));
            }
            if meant && field == "to" && menus.with_image(id).is_none() {
                let message = format!("'to' richmenu ({id}) must have image but it doesn't");
                return Err(Refusal::fault(&property, &message));
            }
        }
    }
    Ok(())
}

/// What who has the menu `from` gets instead; none if that stays.
fn becomes(operations: &Operations<'_>, from: &RichMenuId) -> Option<Option<RichMenuId>> {
    operations.iter().find_map(|(kind, of, to)| match *kind {
        "unlinkAll" => Some(None),
        "unlink" if *of == from.as_str() => Some(None),
        "link" if *of == from.as_str() => Some(Some(RichMenuId::from(*to))),
        _ => None,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Which {
    #[serde(default)]
    request_id: String,
}

async fn progress(State(sim): State<Sim>, Query(which): Query<Which>) -> Answer {
    if !is_uuid(&which.request_id) {
        return Err(Refusal::bad_request("The value for the 'requestId' parameter is invalid"));
    }
    let batch = open(&sim, |menus, _, now| menus.batch(&RequestId::from(which.request_id), now).cloned());
    let batch = batch.ok_or_else(Refusal::not_found)?;
    let accepted = iso_8601(batch.accepted);
    ok(match batch.done {
        None => json!({"phase": "ongoing", "acceptedTime": accepted}),
        Some((at, all)) => json!({
            "phase": if all { "succeeded" } else { "failed" },
            "acceptedTime": accepted,
            "completedTime": iso_8601(at),
        }),
    })
}
