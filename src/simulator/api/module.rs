//! Module channels: `GET /v2/bot/list`, `POST /v2/bot/channel/detach`, `POST /v2/bot/chat/{chatId}/control/…`,
//! `POST /module/auth/v1/token`
//! ([reference](https://developers.line.biz/en/reference/partner-docs/#module)).
//!
//! The channel is the module channel of its own account's chats. LINE also asks for a header that names the account; it
//! tells the header's name to participants alone.

use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::routing::{MethodRouter, get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use serde_json::json;

use super::answer::{Answer, Refusal, ok};
use super::door::{Asked, Endpoint, is_user_id};
use super::page::{Asking, Sizes, with_next};
use crate::line::ChatId;
use crate::simulator::act::Act;
use crate::simulator::courier::{self, Parcel};
use crate::simulator::modules::{Bot, JustTaken};
use crate::simulator::sim::Sim;
use crate::simulator::{compose, mint};

const SIZES: Sizes = Sizes { usual: 100, most: 100 };
const TTL_USUAL: u64 = 3600;
const TTL_MAX: u64 = 31_536_000;
/// `expireAt` of a control without end; LINE does not say what it sends then.
const FAR: Duration = Duration::from_secs(100 * 365 * 86_400);

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    let control = |part: &str| format!("/v2/bot/chat/{{chatId}}/control/{part}");
    Router::new()
        .route("/v2/bot/list", at(Endpoint::new("modules"), get(list)))
        .route("/v2/bot/channel/detach", at(Endpoint::new("detach-module"), post(detach)))
        .route(&control("acquire"), at(Endpoint::new("acquire-control"), post(acquire)))
        .route(&control("release"), at(Endpoint::new("release-control"), post(release)))
        .route("/module/auth/v1/token", at(Endpoint::open("attach-module"), post(attach)))
}

async fn list(State(sim): State<Sim>, Query(asking): Query<Asking>) -> Answer {
    let state = sim.state();
    let (bots, next) = asking.part(state.world.modules.attached(), Bot::id, "modules", SIZES, sim.now())?;
    let bots: Vec<_> = bots.iter().map(|bot| bot.json()).collect();
    ok(with_next(json!({"bots": bots}), next))
}

async fn detach(State(sim): State<Sim>, asked: Asked) -> Answer {
    let id = asked.json()?["botId"].as_str().unwrap_or_default().to_owned();
    if !is_user_id(&id) {
        return Err(Refusal::bad_request("user/group/room Id is not available."));
    }
    let detached = sim.state().world.modules.detach(&id);
    let bot = detached.ok_or_else(|| Refusal::bad_request("Specified channel is not detachable"))?;
    tell(&sim, Act::other("module", bot.event("detached")));
    ok(json!({}))
}

async fn acquire(State(sim): State<Sim>, Path(id): Path<String>, asked: Asked) -> Answer {
    let body = asked.json()?;
    check_id(&id)?;
    let ends = body["expired"].as_bool().unwrap_or(true);
    let ttl = match body.get("ttl").filter(|ttl| ends && !ttl.is_null()) {
        None => TTL_USUAL,
        Some(ttl) => ttl
            .as_u64()
            .filter(|ttl| (1..=TTL_MAX).contains(ttl))
            .ok_or_else(|| Refusal::fault("ttl", &format!("Must be between 1 and {TTL_MAX}")))?,
    };
    let now = sim.now();
    let end = ends.then(|| now.after(Duration::from_secs(ttl)));
    let chat = {
        let mut state = sim.state();
        let people = &state.world.people;
        let chat = people.chat(&id).filter(|chat| match chat {
            ChatId::User(user) => people.is_friend(user),
            ChatId::Group(_) | ChatId::Room(_) => people.bot_is_in(chat),
        });
        let chat = chat.ok_or_else(Refusal::not_found)?;
        state.world.modules.acquire(&chat, end, now)?;
        chat
    };
    let expire_at = end.unwrap_or_else(|| now.after(FAR)).as_millis();
    let control = json!({"chatControl": {"expireAt": expire_at}});
    tell(&sim, Act::other("activated", control).in_chat(chat));
    ok(json!({}))
}

/// LINE's words for it are not documented.
impl From<JustTaken> for Refusal {
    fn from(_: JustTaken) -> Self {
        Self::new(StatusCode::LOCKED, "Locked")
    }
}

async fn release(State(sim): State<Sim>, Path(id): Path<String>) -> Answer {
    check_id(&id)?;
    let released = {
        let (mut state, now) = (sim.state(), sim.now());
        let chat = state.world.people.chat(&id);
        chat.filter(|chat| state.world.modules.release(chat, now))
    };
    // LINE knows no other error: releasing what one does not control does nothing.
    if let Some(chat) = released {
        tell(&sim, Act::other("deactivated", json!({})).in_chat(chat));
    }
    ok(json!({}))
}

/// LINE documents the statuses 400 and 403, and no words.
async fn attach(State(sim): State<Sim>, headers: HeaderMap, asked: Asked) -> Answer {
    let form = asked.form();
    let field = |name: &str| form.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value);
    let given = credentials(&headers);
    let (id, secret) =
        given.unwrap_or_else(|| (field("client_id").to_owned(), field("client_secret").to_owned()));
    if id != sim.channel_id || secret != sim.secret.expose() {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "Forbidden"));
    }
    let bad = || Refusal::bad_request("Bad Request");
    if field("grant_type") != "authorization_code" {
        return Err(bad());
    }
    let attached = sim.state().world.modules.redeem(field("code"), field("redirect_uri"));
    let bot = attached.ok_or_else(bad)?;
    tell(&sim, Act::other("module", bot.event("attached")));
    ok(bot.attached())
}

/// Channel ID and secret of `Authorization: Basic …`.
fn credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let given = headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(given).ok()?).ok()?;
    text.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
}

fn check_id(id: &str) -> Result<(), Refusal> {
    if is_user_id(id) || mint::well_formed('C', id) || mint::well_formed('R', id) {
        return Ok(());
    }
    Err(Refusal::bad_request("The value for the 'chatId' parameter is invalid"))
}

fn tell(sim: &Sim, act: Act) {
    // An event of a chat that ended meanwhile is told to nobody.
    if let Ok(event) = compose(sim, act) {
        courier::send(sim, Parcel::of([event]));
    }
}
