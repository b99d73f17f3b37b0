//! `/liff/v1/apps` ([reference](https://developers.line.biz/en/reference/liff-server/)).
//!
//! LINE asks for the token of a LINE Login channel; the simulator has one channel, and takes its token.

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{MethodRouter, get, put};
use serde_json::{Map, Value, json};

use super::answer::{Answer, Refusal, ok};
use super::door::{Asked, Endpoint};
use crate::simulator::check::{At, Need, Report};
use crate::simulator::mint;
use crate::simulator::sim::Sim;

const SIZES: [&str; 3] = ["compact", "tall", "full"];
const SCOPES: [&str; 4] = ["openid", "email", "profile", "chat_message.write"];
const PROMPTS: [&str; 3] = ["normal", "aggressive", "none"];

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    Router::new()
        .route("/liff/v1/apps", at(Endpoint::new("liff-apps"), get(list).post(add)))
        .route("/liff/v1/apps/{liffId}", at(Endpoint::new("liff-app"), put(update).delete(delete)))
}

async fn list(State(sim): State<Sim>) -> Answer {
    let state = sim.state();
    match state.world.liff.all() {
        [] => Err(Refusal::not_found()),
        apps => ok(json!({"apps": apps})),
    }
}

async fn add(State(sim): State<Sim>, asked: Asked) -> Answer {
    let app = checked(asked.json()?, Need::Required)?;
    let token = mint::token();
    let id = format!("{}-{}", sim.channel_id, &token[..8]);
    // LINE tells the status alone.
    let full = |_| Refusal::bad_request("The maximum number of LIFF apps has been reached");
    sim.state().world.liff.add(&id, &app).map_err(full)?;
    ok(json!({"liffId": id}))
}

async fn update(State(sim): State<Sim>, Path(id): Path<String>, asked: Asked) -> Answer {
    let changes = checked(asked.json()?, Need::Optional)?;
    if sim.state().world.liff.update(&id, &changes) { ok(json!({})) } else { Err(Refusal::not_found()) }
}

async fn delete(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    if sim.state().world.liff.delete(&id) { ok(json!({})) } else { Err(Refusal::not_found()) }
}

fn checked(body: &Value, need: Need) -> Result<Map<String, Value>, Refusal> {
    let mut report = Report::default();
    check_view(body, need, &mut report);
    if body["description"].as_str().is_some_and(|name| name.contains("LINE")) {
        report.fault("description", "Must not contain LINE");
    }
    if let Some(pattern) = given(body, "permanentLinkPattern")
        && pattern != "concat"
    {
        report.fault("permanentLinkPattern", "Must be one of the following values: [concat]");
    }
    if let Some(prompt) = given(body, "botPrompt")
        && !prompt.as_str().is_some_and(|prompt| PROMPTS.contains(&prompt))
    {
        report.fault("botPrompt", "Must be one of the following values: [normal, aggressive, none]");
    }
    let scopes = body["scope"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (at, scope) in scopes.iter().enumerate() {
        if !scope.as_str().is_some_and(|scope| SCOPES.contains(&scope)) {
            let message = format!("Must be one of the following values: [{}]", SCOPES.join(", "));
            report.fault(format!("scope[{at}]"), message);
        }
    }
    Refusal::unless_clean(report)?;
    let mut app = body.as_object().cloned().unwrap_or_default();
    // Its id is LINE's to give.
    app.remove("liffId");
    Ok(app)
}

fn check_view(body: &Value, need: Need, report: &mut Report) {
    let Some(view) = given(body, "view") else {
        if need == Need::Required {
            report.fault("view", "May not be empty");
        }
        return;
    };
    let mut view = At::new(view, "view", report);
    view.one_of("type", need, &SIZES);
    if let Some(url) = view.string("url", need) {
        if !url.to_ascii_lowercase().starts_with("https:") {
            view.fault("url", "invalid uri scheme");
        }
        if url.contains('#') {
            view.fault("url", "Must not have a fragment");
        }
    }
}

fn given<'a>(body: &'a Value, field: &str) -> Option<&'a Value> {
    body.get(field).filter(|value| !value.is_null())
}
