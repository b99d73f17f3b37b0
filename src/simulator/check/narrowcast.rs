//! The fields of a narrowcast: recipients, demographic filters, limit
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#send-narrowcast-request-body)).

use serde_json::Value;

use super::{At, Need, Report};
use crate::line::RequestId;
use crate::simulator::attributes::{AppType, Gender, is_area};
use crate::simulator::narrowcast::{Filter, Limit, Pool, Range, Tree, Wish};

/// Audiences and earlier narrowcasts in a request, together.
const POOLS_MAX: usize = 10;
/// Demographic filters in a request.
const FILTERS_MAX: usize = 10;
/// The largest `limit.max`: LINE's field is an `int32`.
const MAX_MAX: u64 = 0x7fff_ffff;
const AGES: &[u64] = &[15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70];
const DAYS: &[u64] = &[7, 30, 90, 180, 365];

/// Reads what a narrowcast asks for; what cannot be read is reported and left out.
pub(in crate::simulator) fn check_narrowcast(body: &Value, report: &mut Report) -> Wish {
    Wish {
        recipient: object(body, "recipient", report).and_then(|mut at| {
            let recipient = tree(&mut at, &pool);
            at_most(recipient, POOLS_MAX, "audiences and request IDs", &mut at)
        }),
        filter: object(body, "filter", report).and_then(|mut at| {
            let mut at = at.within("demographic")?;
            let filter = tree(&mut at, &filter);
            at_most(filter, FILTERS_MAX, "demographic filters", &mut at)
        }),
        limit: object(body, "limit", report).map(|mut at| limit(&mut at)).unwrap_or_default(),
    }
}

/// A field of the request, unless it is missing or no object.
fn object<'a>(body: &'a Value, field: &str, report: &'a mut Report) -> Option<At<'a>> {
    let value = body.get(field).filter(|value| !value.is_null())?;
    if !value.is_object() {
        report.fault(field, "Must be an object");
        return None;
    }
    Some(At::new(value, field, report))
}

fn at_most<T>(tree: Option<Tree<T>>, max: usize, what: &str, at: &mut At<'_>) -> Option<Tree<T>> {
    let found = tree.as_ref().map_or(0, |tree| tree.leaves().len());
    if found > max {
        at.here(format!("At most {max} {what} can be specified"));
    }
    tree
}

/// A condition, or an operator with conditions below it.
fn tree<T>(at: &mut At<'_>, leaf: &impl Fn(&mut At<'_>) -> Option<T>) -> Option<Tree<T>> {
    if at.value["type"] != "operator" {
        return leaf(at).map(Tree::Leaf);
    }
    let given: Vec<&str> = ["and", "or", "not"].into_iter().filter(|name| at.get(name).is_some()).collect();
    match given[..] {
        ["and"] => branches(at, "and", leaf).map(Tree::And),
        ["or"] => branches(at, "or", leaf).map(Tree::Or),
        ["not"] => at.within("not").and_then(|mut it| tree(&mut it, leaf)).map(|it| Tree::Not(Box::new(it))),
        _ => {
            at.here("Exactly one of and, or and not must be specified");
            None
        }
    }
}

/// The conditions that `and` or `or` joins, if all of them can be read.
fn branches<T>(
    at: &mut At<'_>,
    field: &str,
    leaf: &impl Fn(&mut At<'_>) -> Option<T>,
) -> Option<Vec<Tree<T>>> {
    let items = filled(at, field)?;
    let count = items.len();
    let read: Vec<_> = items
        .into_iter()
        .filter_map(|(path, item)| tree(&mut At::new(item, path, at.report), leaf))
        .collect();
    (read.len() == count).then_some(read)
}

/// An array that is not empty.
fn filled<'a>(at: &mut At<'a>, field: &str) -> Option<Vec<(String, &'a Value)>> {
    if at.get(field).is_none_or(|it| it.as_array().is_some_and(Vec::is_empty)) {
        at.fault(field, "May not be empty");
        return None;
    }
    let items = at.items(field, Need::Required, 0, usize::MAX);
    if items.is_empty() { None } else { Some(items) }
}

fn pool(at: &mut At<'_>) -> Option<Pool> {
    at.one_of("type", Need::Required, &["audience", "redelivery", "operator"]);
    match at.value["type"].as_str()? {
        "audience" => {
            at.whole("audienceGroupId", 1);
            at.get("audienceGroupId").and_then(Value::as_u64).map(Pool::Audience)
        }
        "redelivery" => {
            at.string("requestId", Need::Required).map(|id| Pool::Redelivery(RequestId::from(id)))
        }
        _ => None,
    }
}

fn filter(at: &mut At<'_>) -> Option<Filter> {
    let kinds = ["gender", "age", "appType", "area", "subscriptionPeriod", "operator"];
    at.one_of("type", Need::Required, &kinds);
    match at.value["type"].as_str()? {
        "gender" => any_of(at, &Gender::WORDS.join(", "), Gender::parse).map(Filter::Gender),
        "age" => range(at, "age_", AGES).map(Filter::Age),
        "appType" => any_of(at, &AppType::WORDS.join(", "), AppType::parse).map(Filter::AppType),
        "area" => {
            let known = |code: &str| is_area(code).then(|| code.to_owned());
            any_of(at, "the codes of LINE's areas", known).map(Filter::Area)
        }
        "subscriptionPeriod" => range(at, "day_", DAYS).map(Filter::SubscriptionPeriod),
        _ => None,
    }
}

/// The values of `oneOf`.
fn any_of<T>(at: &mut At<'_>, values: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let items = filled(at, "oneOf")?;
    let mut read = Vec::with_capacity(items.len());
    for (path, item) in items {
        match item.as_str().and_then(&parse) {
            Some(value) => read.push(value),
            None => at.report.fault(path, format!("Must be one of the following values: [{values}]")),
        }
    }
    Some(read)
}

/// `gte` and `lt`, words like `age_20`; at least one of them.
fn range(at: &mut At<'_>, prefix: &str, values: &[u64]) -> Option<Range> {
    if at.get("gte").is_none() && at.get("lt").is_none() {
        at.here("At least one of gte and lt must be specified");
        return None;
    }
    let words: Vec<String> = values.iter().map(|value| format!("{prefix}{value}")).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut bound = |field: &str| {
        at.one_of(field, Need::Optional, &words);
        let word = at.get(field).and_then(Value::as_str)?;
        words.iter().position(|it| *it == word).and_then(|place| values.get(place).copied())
    };
    let range = Range { gte: bound("gte"), lt: bound("lt") };
    if let (Some(gte), Some(lt)) = (range.gte, range.lt)
        && gte >= lt
    {
        at.fault("gte", "Must be smaller than lt");
    }
    Some(range)
}

fn limit(at: &mut At<'_>) -> Limit {
    if at.get("max").is_some() {
        at.whole("max", 1);
    }
    let max = at.get("max").and_then(Value::as_u64);
    if max.is_some_and(|max| max > MAX_MAX) {
        at.fault("max", format!("Must be a whole number of at most {MAX_MAX}"));
    }
    Limit {
        max,
        up_to_remaining_quota: flag(at, "upToRemainingQuota"),
        forbid_partial_delivery: flag(at, "forbidPartialDelivery"),
    }
}

/// A switch that is off unless it is given.
fn flag(at: &mut At<'_>, field: &str) -> bool {
    match at.get(field) {
        None => false,
        Some(Value::Bool(on)) => *on,
        Some(_) => {
            at.fault(field, "Must be true or false");
            false
        }
    }
}
