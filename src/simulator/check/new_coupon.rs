//! Coupons that are to be created
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#create-coupon)).

use serde_json::Value;

use super::{At, Count, Need, Report};

const PERCENT: std::ops::RangeInclusive<i64> = 1..=99;
const WINNERS: std::ops::RangeInclusive<i64> = 1..=999_999;
/// Texts with the fewest and the most characters.
const TEXTS: [(&str, usize, usize); 4] =
    [("title", 1, 60), ("description", 0, 1000), ("usageCondition", 0, 100), ("couponCode", 0, 16)];
const PRICES: [(&str, &[&str]); 3] = [
    ("fixed", &["fixedAmount"]),
    ("percentage", &["percentage"]),
    ("explicit", &["originalPrice", "priceAfterDiscount"]),
];
const ZONES: [&str; 34] = [
    "ETC_GMT_MINUS_12",
    "ETC_GMT_MINUS_11",
    "PACIFIC_HONOLULU",
    "AMERICA_ANCHORAGE",
    "AMERICA_LOS_ANGELES",
    "AMERICA_PHOENIX",
    "AMERICA_CHICAGO",
    "AMERICA_NEW_YORK",
    "AMERICA_CARACAS",
    "AMERICA_SANTIAGO",
    "AMERICA_ST_JOHNS",
    "AMERICA_SAO_PAULO",
    "ETC_GMT_MINUS_2",
    "ATLANTIC_CAPE_VERDE",
    "EUROPE_LONDON",
    "EUROPE_PARIS",
    "EUROPE_ISTANBUL",
    "EUROPE_MOSCOW",
    "ASIA_TEHRAN",
    "ASIA_TBILISI",
    "ASIA_KABUL",
    "ASIA_TASHKENT",
    "ASIA_COLOMBO",
    "ASIA_KATHMANDU",
    "ASIA_ALMATY",
    "ASIA_RANGOON",
    "ASIA_BANGKOK",
    "ASIA_TAIPEI",
    "ASIA_TOKYO",
    "AUSTRALIA_DARWIN",
    "AUSTRALIA_SYDNEY",
    "ASIA_VLADIVOSTOK",
    "ETC_GMT_PLUS_12",
    "PACIFIC_TONGATAPU",
];

/// Checks a coupon that is to be created at `now`, in seconds.
pub(in crate::simulator) fn check_new_coupon(body: &Value, now: i64, report: &mut Report) {
    let mut at = At::new(body, "", report);
    for (field, min, max) in TEXTS {
        let text = at.string(field, if min > 0 { Need::Given } else { Need::Optional });
        if text.is_some_and(|text| !(min..=max).contains(&Count::Utf16.of(text))) {
            at.fault(field, format!("Size must be between {min} and {max}"));
        }
    }
    at.https("imageUrl", Need::Optional);
    at.https("barcodeImageUrl", Need::Optional);
    word(&mut at, "visibility", &["UNLISTED", "PUBLIC"]);
    word(&mut at, "timezone", &ZONES);
    number(&mut at, "maxUseCountPerTicket", |uses| uses == 1 || uses == -1);
    let start = number(&mut at, "startTimestamp", |_| true);
    number(&mut at, "endTimestamp", |end| end >= now && start.is_none_or(|start| end >= start));
    match at.within("acquisitionCondition") {
        Some(mut condition) => check_condition(&mut condition),
        None => at.fault("acquisitionCondition", "must not be null"),
    }
    match at.within("reward") {
        Some(mut reward) => check_reward(&mut reward),
        None => at.fault("reward", "must not be null"),
    }
}

fn check_condition(at: &mut At<'_>) {
    let lottery = word(at, "type", &["normal", "lottery"]) == Some("lottery");
    for (field, range, unlimited) in
        [("lotteryProbability", PERCENT, false), ("maxAcquireCount", WINNERS, true)]
    {
        if lottery {
            number(at, field, |number| range.contains(&number) || unlimited && number == -1);
        } else {
            absent(at, field);
        }
    }
}

fn check_reward(at: &mut At<'_>) {
    let kind = word(at, "type", &["discount", "free", "gift", "cashBack", "others"]);
    let kinds: &[&str] = match kind {
        Some("discount") => &["fixed", "percentage", "explicit"],
        Some("cashBack") => &["fixed", "percentage"],
        Some(_) => return absent(at, "priceInfo"),
        None => return,
    };
    let Some(mut price) = at.within("priceInfo") else { return at.fault("priceInfo", "must not be null") };
    let Some(kind) = word(&mut price, "type", kinds) else { return };
    for (of, fields) in PRICES {
        for field in fields {
            match (of == kind, of) {
                (false, _) => absent(&mut price, field),
                (true, "percentage") => _ = number(&mut price, field, |number| PERCENT.contains(&number)),
                (true, _) => _ = number(&mut price, field, |number| number >= 1),
            }
        }
    }
}

/// A word of LINE's; a fault, in the words of this chapter, if it is another.
fn word<'a>(at: &mut At<'a>, field: &str, words: &[&str]) -> Option<&'a str> {
    let word = at.get(field).and_then(Value::as_str).filter(|word| words.contains(word));
    if word.is_none() {
        at.fault(field, format!("Must be one of the following values: [{}]", words.join(",")));
    }
    word
}

fn number(at: &mut At<'_>, field: &str, good: impl Fn(i64) -> bool) -> Option<i64> {
    let number = at.get(field).and_then(Value::as_i64).filter(|number| good(*number));
    if number.is_none() {
        at.fault(field, "The value is invalid");
    }
    number
}

fn absent(at: &mut At<'_>, field: &str) {
    if at.get(field).is_some() {
        at.fault(field, "Must not be specified");
    }
}
