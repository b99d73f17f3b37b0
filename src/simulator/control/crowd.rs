//! `/_sim/{person,crowd,audience,narrowcast}`: the people and rules that sending to many goes by.

use std::time::Duration;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Done, Unable};
use crate::line::UserId;
use crate::simulator::attributes::{AppType, Attributes, Gender, is_area};
use crate::simulator::calendar::iso_8601;
use crate::simulator::crowd;
use crate::simulator::narrowcast::NarrowcastFailure;
use crate::simulator::people::{People, Standing};
use crate::simulator::sim::Sim;

pub(super) fn routes() -> Router<Sim> {
    Router::new()
        .route("/person", post(person))
        .route("/crowd", post(crowd_of))
        .route("/audience", post(audience))
        .route("/narrowcast", post(narrowcast))
}

/// Attributes as `/_sim/people` shows them; what is unknown is left out.
pub(super) fn shown(attributes: &Attributes) -> Value {
    let mut json = json!({});
    let fields = [
        ("gender", attributes.gender.map(|it| json!(it.as_str()))),
        ("age", attributes.age.map(|it| json!(it))),
        ("appType", attributes.app_type.map(|it| json!(it.as_str()))),
        ("area", attributes.area.as_ref().map(|it| json!(it))),
        ("friendSince", attributes.friend_since.map(|it| json!(iso_8601(it)))),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            json[name] = value;
        }
    }
    json
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PersonWish {
    user: String,
    gender: Option<String>,
    age: Option<u8>,
    app_type: Option<String>,
    area: Option<String>,
    friend_days: Option<u32>,
}

async fn person(State(sim): State<Sim>, Json(wish): Json<PersonWish>) -> Done {
    let attributes = Attributes {
        gender: known(wish.gender, "gender is male or female", Gender::parse)?,
        age: wish.age,
        app_type: known(wish.app_type, "appType is ios or android", AppType::parse)?,
        area: known(wish.area, "area is one of LINE's codes, like jp_13", |code| {
            is_area(code).then(|| code.to_owned())
        })?,
        friend_since: wish
            .friend_days
            .map(|days| sim.now().before(Duration::from_secs(u64::from(days) * 86_400))),
    };
    let mut state = sim.state();
    let id = state.world.people.named(&wish.user, Standing::Friend);
    let told = json!({"userId": id, "attributes": shown(&attributes)});
    if let Some(person) = state.world.people.person_mut(&id) {
        person.attributes = attributes;
    }
    Ok(Json(told))
}

fn known<T>(
    word: Option<String>,
    expected: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Unable> {
    let Some(word) = word else { return Ok(None) };
    parse(&word).map(Some).ok_or_else(|| Unable(format!("{expected}, not {word:?}")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CrowdWish {
    name: String,
    count: usize,
}

/// People that a crowd may have: each is kept.
const CROWD_MAX: usize = 100_000;

async fn crowd_of(State(sim): State<Sim>, Json(wish): Json<CrowdWish>) -> Done {
    if wish.count > CROWD_MAX {
        return Err(Unable(format!("a crowd has at most {CROWD_MAX} people, not {}", wish.count)));
    }
    let now = sim.now();
    let ids = crowd::crowd(&mut sim.state().world.people, &wish.name, wish.count, now);
    Ok(Json(json!({"userIds": ids})))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AudienceWish {
    description: String,
    users: Vec<String>,
    audience_group_id: Option<u64>,
}

async fn audience(State(sim): State<Sim>, Json(wish): Json<AudienceWish>) -> Done {
    // A narrowcast could name no other: LINE's widest integer is a signed one of 64 bits.
    if let Some(id) = wish.audience_group_id.filter(|id| i64::try_from(*id).map_or(true, |id| id < 1)) {
        return Err(Unable(format!("audienceGroupId is 1 to {}, not {id}", i64::MAX)));
    }
    let now = sim.now();
    let mut state = sim.state();
    let members = named(&mut state.world.people, &wish.users);
    let audiences = &mut state.world.audiences;
    let id = match wish.audience_group_id {
        Some(id) => {
            audiences.upload_as(id, &wish.description, members, now);
            id
        }
        None => audiences.upload(&wish.description, members, now),
    };
    Ok(Json(json!({"audienceGroupId": id})))
}

fn named(people: &mut People, names: &[String]) -> Vec<UserId> {
    names.iter().map(|name| people.named(name, Standing::Friend)).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NarrowcastWish {
    minimum_reach: Option<u64>,
    minimum_recipients: Option<u64>,
    minimum_audience: Option<u64>,
    waiting_millis: Option<u64>,
    sending_millis: Option<u64>,
    fail: Option<u64>,
    past: Option<PastWish>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PastWish {
    request_id: String,
    reached: Vec<String>,
}

async fn narrowcast(State(sim): State<Sim>, Json(wish): Json<NarrowcastWish>) -> Done {
    let failure = match wish.fail {
        None => None,
        Some(code) => {
            let failure = NarrowcastFailure::ALL.into_iter().find(|it| it.code() == code);
            Some(failure.ok_or_else(|| Unable(format!("fail is an errorCode of LINE, 1 to 5, not {code}")))?)
        }
    };
    let now = sim.now();
    let mut state = sim.state();
    if let Some(past) = wish.past {
        let reached = named(&mut state.world.people, &past.reached).into_iter().collect();
        state.world.narrowcasts.remember(past.request_id.into(), reached, now);
    }
    let narrowcasts = &mut state.world.narrowcasts;
    narrowcasts.doomed.extend(failure);
    let rules = &mut narrowcasts.rules;
    for (rule, wished) in [
        (&mut rules.minimum_reach, wish.minimum_reach),
        (&mut rules.minimum_recipients, wish.minimum_recipients),
        (&mut rules.minimum_audience, wish.minimum_audience),
    ] {
        *rule = wished.unwrap_or(*rule);
    }
    for (rule, wished) in
        [(&mut rules.waiting, wish.waiting_millis), (&mut rules.sending, wish.sending_millis)]
    {
        *rule = wished.map_or(*rule, Duration::from_millis);
    }
    Ok(Json(json!({})))
}
