//! The simulator's own controls, `/_sim/…`: what the Rust interface does, over HTTP. The table is in the parent's docs.

mod crowd;
mod membership;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::act::{Act, Content, Location, Media, Sticker, Text};
use super::courier::{self, Parcel};
use super::fault::{Fault, Harm};
use super::people::{People, Standing};
use super::sim::Sim;
use super::{CannotHappen, Signature, WebhookEvent};
use crate::line::{ChatId, UserId};

pub(super) fn routes(sim: &Sim) -> Router<Sim> {
    Router::new()
        .route("/point", post(point))
        .route("/say", post(say))
        .route("/act", post(act))
        .route("/unsend", post(unsend))
        .route("/deliver", post(deliver))
        .route("/post", post(post_raw))
        .route("/fault", post(fault).delete(clear_faults))
        .route("/membership", post(membership::membership))
        .route("/ledger", get(ledger))
        .route("/people", get(people))
        .route("/endpoints", get(endpoints))
        .merge(crowd::routes())
        .layer(from_fn_with_state(Arc::clone(sim), refuse_other_sites))
}

/// The controls ask for no token, so a page of another site must not reach them through the developer's browser.
///
/// An `Origin` equal to `Host` proves nothing where a name can be made to point here (DNS rebinding), and a page that got
/// in that way reads with GET, which has no `Origin` at all. So the host must be an address, or `localhost`; a simulator
/// that others may reach on purpose may have a name.
async fn refuse_other_sites(State(sim): State<Sim>, request: Request, next: Next) -> Response {
    let refused = if from_elsewhere(request.headers()) {
        "the controls are not for pages of other sites"
    } else if !sim.allow_remote && !is_address(&request) {
        "call the controls by address, http://127.0.0.1 and the port, or by localhost"
    } else {
        return next.run(request).await;
    };
    (StatusCode::FORBIDDEN, Json(json!({"message": refused}))).into_response()
}

/// Whether the host asked for is one that no DNS server can point elsewhere.
fn is_address(request: &Request) -> bool {
    let named = request.headers().get(HOST).map(|host| host.to_str().unwrap_or_default());
    let authority: Option<Authority> = match named {
        Some(host) => host.parse().ok(),
        // HTTP/2 has it in the target.
        None => request.uri().authority().cloned(),
    };
    authority.is_some_and(|authority| {
        let host = authority.host();
        host.eq_ignore_ascii_case("localhost") || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
    })
}

fn from_elsewhere(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let own = text(HOST).map(|host| format!("http://{host}"));
    text(ORIGIN).is_some_and(|origin| Some(origin) != own.as_deref())
}

/// A wish that cannot be met: 400 with the reason.
struct Unable(String);

impl IntoResponse for Unable {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Json(json!({"message": self.0}))).into_response()
    }
}

impl From<CannotHappen> for Unable {
    fn from(error: CannotHappen) -> Self {
        Self(error.to_string())
    }
}

type Done = Result<Json<Value>, Unable>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Point {
    url: String,
}

async fn point(State(sim): State<Sim>, Json(wish): Json<Point>) -> Done {
    sim.state().world.webhook = Some(wish.url);
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Say {
    user: String,
    text: Option<String>,
    sticker: Option<StickerWish>,
    location: Option<LocationWish>,
    image: Option<String>,
    video: Option<String>,
    audio: Option<String>,
    file: Option<FileWish>,
    postback: Option<String>,
    group: Option<String>,
    room: Option<String>,
    quote: Option<String>,
    #[serde(default)]
    standby: bool,
    #[serde(default = "one")]
    copies: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StickerWish {
    package_id: String,
    sticker_id: String,
}

#[derive(Deserialize)]
struct LocationWish {
    title: Option<String>,
    address: Option<String>,
    latitude: f64,
    longitude: f64,
}

#[derive(Deserialize)]
struct FileWish {
    name: String,
    bytes: String,
}

fn one() -> u32 {
    1
}

async fn say(State(sim): State<Sim>, Json(wish): Json<Say>) -> Done {
    let (user, chat) = {
        let people = &mut sim.state().world.people;
        let user = people.named(&wish.user, Standing::Friend);
        let members = std::slice::from_ref(&user);
        let chat = gathering(people, wish.group.as_deref(), wish.room.as_deref(), members);
        (user, chat)
    };
    let mut act = wish.act(&user)?;
    if let Some(chat) = chat {
        act = act.in_chat(chat);
    }
    if let Some(quoted) = wish.quote {
        act = act.quoting(&quoted.into());
    }
    if wish.standby {
        act = act.standby();
    }
    let event = super::compose(&sim, act)?;
    courier::send(&sim, Parcel::of([event.clone()]).copies(wish.copies));
    Ok(told(&event))
}

impl Say {
    fn act(&self, user: &UserId) -> Result<Act, Unable> {
        if let Some(data) = &self.postback {
            return Ok(Act::postback(user, data));
        }
        let content = if let Some(text) = &self.text {
            Content::Text(Text::new(text))
        } else if let Some(sticker) = &self.sticker {
            Content::Sticker(Sticker::new(&sticker.package_id, &sticker.sticker_id))
        } else if let Some(place) = &self.location {
            Content::Location(Location {
                title: place.title.clone(),
                address: place.address.clone(),
                latitude: place.latitude,
                longitude: place.longitude,
            })
        } else if let Some(bytes) = &self.image {
            Content::Image(Media::new(decoded(bytes)?, "image/jpeg"))
        } else if let Some(bytes) = &self.video {
            Content::Video(Media::new(decoded(bytes)?, "video/mp4"))
        } else if let Some(bytes) = &self.audio {
            Content::Audio(Media::new(decoded(bytes)?, "audio/x-m4a"))
        } else if let Some(file) = &self.file {
            Content::File { name: file.name.clone(), bytes: decoded(&file.bytes)? }
        } else {
            let wanted = "text, sticker, location, image, video, audio, file or postback";
            return Err(Unable(format!("nothing is said: give one of {wanted}")));
        };
        Ok(Act::say(user, content))
    }
}

fn decoded(base64: &str) -> Result<Bytes, Unable> {
    STANDARD.decode(base64).map(Bytes::from).map_err(|error| Unable(format!("not Base64: {error}")))
}

/// The group or room of this name, with these members.
fn gathering(
    people: &mut People,
    group: Option<&str>,
    room: Option<&str>,
    members: &[UserId],
) -> Option<ChatId> {
    match (group, room) {
        (Some(group), _) => Some(people.group_named(group, members).into()),
        (None, Some(room)) => Some(people.room_named(room, members).into()),
        (None, None) => None,
    }
}

fn told(event: &WebhookEvent) -> Json<Value> {
    Json(json!({"event": event.json, "messageId": event.message_id}))
}

#[derive(Deserialize)]
#[serde(tag = "act", rename_all = "camelCase")]
enum ActWish {
    Follow { user: String },
    Unfollow { user: String },
    Join(Place),
    Leave(Place),
    MemberJoined(Movement),
    MemberLeft(Movement),
    Edit { message: String, text: String },
    Unsend { message: String },
}

#[derive(Deserialize)]
struct Place {
    group: Option<String>,
    room: Option<String>,
}

#[derive(Deserialize)]
struct Movement {
    #[serde(flatten)]
    place: Place,
    users: Vec<String>,
}

impl Place {
    fn chat(&self, people: &mut People) -> Result<ChatId, Unable> {
        gathering(people, self.group.as_deref(), self.room.as_deref(), &[])
            .ok_or_else(|| Unable("give the name of a group or a room".to_owned()))
    }
}

impl Movement {
    fn members(&self, people: &mut People) -> Vec<UserId> {
        self.users.iter().map(|name| people.named(name, Standing::Stranger)).collect()
    }
}

async fn act(State(sim): State<Sim>, Json(wish): Json<ActWish>) -> Done {
    let act = wish.act(&mut sim.state().world.people)?;
    happen(&sim, act)
}

impl ActWish {
    fn act(&self, people: &mut People) -> Result<Act, Unable> {
        Ok(match self {
            Self::Follow { user } => Act::follow(&people.named(user, Standing::Stranger)),
            Self::Unfollow { user } => Act::unfollow(&people.named(user, Standing::Friend)),
            Self::Join(place) => Act::join(place.chat(people)?),
            Self::Leave(place) => Act::leave(place.chat(people)?),
            Self::MemberJoined(them) => Act::members_join(them.place.chat(people)?, &them.members(people)),
            Self::MemberLeft(them) => Act::members_leave(them.place.chat(people)?, &them.members(people)),
            Self::Edit { message, text } => Act::edit(&message.as_str().into(), text.as_str()),
            Self::Unsend { message } => Act::unsend(&message.as_str().into()),
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unsend {
    message: String,
}

async fn unsend(State(sim): State<Sim>, Json(wish): Json<Unsend>) -> Done {
    happen(&sim, Act::unsend(&wish.message.into()))
}

fn happen(sim: &Sim, act: Act) -> Done {
    let event = super::compose(sim, act)?;
    courier::send(sim, Parcel::of([event.clone()]));
    Ok(told(&event))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deliver {
    events: Vec<Value>,
    #[serde(default)]
    redelivery: bool,
    #[serde(default = "one")]
    copies: u32,
}

async fn deliver(State(sim): State<Sim>, Json(wish): Json<Deliver>) -> Done {
    let mut events = Vec::with_capacity(wish.events.len());
    for event in wish.events {
        events.push(sim.state().world.adopt(event, sim.now())?);
    }
    let ids: Vec<_> = events.iter().map(|event| event.id.clone()).collect();
    let mut parcel = Parcel::of(events).copies(wish.copies);
    if wish.redelivery {
        parcel = parcel.as_redelivery();
    }
    courier::send(&sim, parcel);
    Ok(Json(json!({"events": ids})))
}

#[derive(Deserialize)]
struct Signed {
    signature: Option<String>,
}

async fn post_raw(State(sim): State<Sim>, Query(wish): Query<Signed>, body: Bytes) -> Done {
    let signature = match wish.signature.as_deref() {
        None | Some("right") => Signature::Right,
        Some("wrong") => Signature::Wrong,
        Some("none") => Signature::None,
        Some(other) => return Err(Unable(format!("signature is right, wrong or none, not {other}"))),
    };
    let outcome = super::post(&sim, body.into(), signature).await;
    Ok(Json(json!({"outcome": outcome})))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FaultWish {
    endpoint: String,
    #[serde(flatten)]
    harm: HarmWish,
    #[serde(default)]
    after_doing: bool,
    #[serde(default)]
    skip: u32,
    #[serde(default = "one")]
    times: u32,
}

#[derive(Deserialize)]
#[serde(tag = "harm", rename_all = "camelCase")]
enum HarmWish {
    Answer { status: u16, body: Option<Value> },
    HangUp,
    Delay { millis: u64 },
    SlowBody { millis: u64 },
    CutBody,
}

impl From<HarmWish> for Harm {
    fn from(wish: HarmWish) -> Self {
        match wish {
            HarmWish::Answer { status, body } => {
                let body = body.unwrap_or_else(|| json!({"message": "Internal server error"}));
                Self::Answer { status, body }
            }
            HarmWish::HangUp => Self::HangUp,
            HarmWish::Delay { millis } => Self::Delay(Duration::from_millis(millis)),
            HarmWish::SlowBody { millis } => Self::SlowBody { every: Duration::from_millis(millis) },
            HarmWish::CutBody => Self::CutBody,
        }
    }
}

async fn fault(State(sim): State<Sim>, Json(wish): Json<FaultWish>) -> Done {
    // A fault that can never be played would make a test of it pass.
    let unknown = sim.state().faults.unless_known(&wish.endpoint);
    if let Some(known) = unknown {
        return Err(Unable(format!("there is no endpoint `{}`; say `*` or one of {known}", wish.endpoint)));
    }
    let mut fault = Fault::on(&wish.endpoint, wish.harm.into()).skip(wish.skip).times(wish.times);
    if wish.after_doing {
        fault = fault.after_doing();
    }
    sim.state().faults.add(fault);
    Ok(Json(json!({})))
}

async fn clear_faults(State(sim): State<Sim>) -> Done {
    sim.state().faults.clear();
    Ok(Json(json!({})))
}

async fn ledger(State(sim): State<Sim>) -> Done {
    let ledger = sim.state().ledger.clone();
    Ok(Json(json!({
        "calls": ledger.calls(),
        "heard": ledger.all_heard(),
        "deliveries": ledger.deliveries(),
        "acked": ledger.acked(),
    })))
}

async fn endpoints(State(sim): State<Sim>) -> Done {
    Ok(Json(json!(sim.state().faults.endpoints())))
}

async fn people(State(sim): State<Sim>) -> Done {
    let state = sim.state();
    let persons: Vec<_> = state
        .world
        .people
        .persons()
        .map(|(id, it)| {
            let standing = format!("{:?}", it.standing);
            let attributes = crowd::shown(&it.attributes);
            json!({"userId": id, "name": it.name, "standing": standing, "attributes": attributes})
        })
        .collect();
    let gatherings: Vec<_> = state
        .world
        .people
        .gatherings()
        .map(|(id, it)| {
            json!({"id": id.as_str(), "name": it.name, "members": it.members, "botInside": it.bot_inside})
        })
        .collect();
    Ok(Json(json!({"people": persons, "chats": gatherings})))
}
