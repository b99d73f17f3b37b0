//! `GET /v2/bot/insight/demographic`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#get-demographic)).

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::{MethodRouter, get};
use serde_json::{Value, json};

use super::CROWD;
use crate::clock::Timestamp;
use crate::simulator::api::answer::{Answer, ok};
use crate::simulator::api::door::Endpoint;
use crate::simulator::attributes::{AppType, Attributes};
use crate::simulator::people::Standing;
use crate::simulator::sim::Sim;

/// The prefectures in the order of their codes, `jp_01` to `jp_47`.
const JAPAN: [&str; 47] = [
    "北海道",
    "青森",
    "岩手",
    "宮城",
    "秋田",
    "山形",
    "福島",
    "茨城",
    "栃木",
    "群馬",
    "埼玉",
    "千葉",
    "東京",
    "神奈川",
    "新潟",
    "富山",
    "石川",
    "福井",
    "山梨",
    "長野",
    "岐阜",
    "静岡",
    "愛知",
    "三重",
    "滋賀",
    "京都",
    "大阪",
    "兵庫",
    "奈良",
    "和歌山",
    "鳥取",
    "島根",
    "岡山",
    "広島",
    "山口",
    "徳島",
    "香川",
    "愛媛",
    "高知",
    "福岡",
    "佐賀",
    "長崎",
    "熊本",
    "大分",
    "宮崎",
    "鹿児島",
    "沖縄",
];

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    Router::new()
        .route("/v2/bot/insight/demographic", at(Endpoint::new("insight-demographic"), get(demographic)))
}

async fn demographic(State(sim): State<Sim>) -> Answer {
    let (state, now) = (sim.state(), sim.now());
    let friends = state.world.people.persons().filter(|(_, person)| person.standing == Standing::Friend);
    let friends: Vec<&Attributes> = friends.map(|(_, person)| &person.attributes).collect();
    let available = u64::try_from(friends.len()).unwrap_or(u64::MAX) >= CROWD;
    let friends = if available { friends.as_slice() } else { &[] };
    ok(json!({
        "available": available,
        "genders": shares(friends, "gender", |it| it.gender.map_or("unknown", |gender| gender.as_str())),
        "ages": shares(friends, "age", |it| it.age.map_or("unknown", age)),
        "areas": shares(friends, "area", area),
        "appTypes": shares(friends, "appType", |it| it.app_type.map_or("others", AppType::as_str)),
        "subscriptionPeriods": shares(friends, "subscriptionPeriod", |it| friendship(it.friend_since, now)),
    }))
}

/// The percentage of each word, the largest first.
fn shares<'a>(
    friends: &[&'a Attributes],
    field: &str,
    word: impl Fn(&'a Attributes) -> &'a str,
) -> Vec<Value> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for friend in friends {
        *counts.entry(word(friend)).or_default() += 1;
    }
    let all = f64::from(counts.values().sum::<u32>());
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let percentage = |count| (f64::from(count) * 1000.0 / all).round() / 10.0;
    counts.into_iter().map(|(word, count)| json!({field: word, "percentage": percentage(count)})).collect()
}

fn age(years: u8) -> &'static str {
    match years {
        0..15 => "from0to14",
        15..20 => "from15to19",
        20..25 => "from20to24",
        25..30 => "from25to29",
        30..35 => "from30to34",
        35..40 => "from35to39",
        40..45 => "from40to44",
        45..50 => "from45to49",
        50..55 => "from50to54",
        55..60 => "from55to59",
        60..65 => "from60to64",
        65..70 => "from65to69",
        70.. => "from70",
    }
}

/// The name in the local language; of Japan alone, the others' people live in `unknown`.
fn area(attributes: &Attributes) -> &str {
    let code = attributes.area.as_deref().and_then(|code| code.strip_prefix("jp_"));
    let place = code.and_then(|number| number.parse::<usize>().ok()).and_then(|number| number.checked_sub(1));
    place.and_then(|place| JAPAN.get(place)).copied().unwrap_or("unknown")
}

fn friendship(since: Option<Timestamp>, now: Timestamp) -> &'static str {
    const DAY: Duration = Duration::from_secs(86_400);
    match since.map(|since| now.since(since).as_secs() / DAY.as_secs()) {
        None => "unknown",
        Some(0..7) => "within7days",
        Some(7..30) => "within30days",
        Some(30..90) => "within90days",
        Some(90..180) => "within180days",
        Some(180..365) => "within365days",
        Some(_) => "over365days",
    }
}
