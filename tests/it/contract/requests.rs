//! Every call, made on the simulator: what is asked and what is answered fits LINE's schemas.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::calls::{self, Stage};
use super::cover::{Shown, everything, note};
use super::spec::{Operation, Spec};
use super::transports::Exchange;
use super::{Gaps, named};

/// Operations without a call: why.
const WITHOUT_A_CALL: &[(&str, &str)] = &[("callback", "stands for the webhook, which is LINE's call to us")];

/// Calls that the reference documents and the files do not.
const BEYOND: &[(&str, &str)] =
    &[("POST", "/v2/bot/message/pnp/templated/push"), ("GET", "/v2/bot/message/delivery/pnp/templated")];

/// Requests whose every property, all the way down, must be in our types.
const WHOLE: &[(&str, &str)] = &[
    ("messaging-api", "PushMessageRequest"),
    ("messaging-api", "ReplyMessageRequest"),
    ("messaging-api", "MulticastRequest"),
    ("messaging-api", "NarrowcastRequest"),
    ("messaging-api", "BroadcastRequest"),
    ("manage-audience", "CreateAudienceGroupRequest"),
    ("manage-audience", "AddAudienceToAudienceGroupRequest"),
    ("manage-audience", "CreateClickBasedAudienceGroupRequest"),
    ("manage-audience", "CreateImpBasedAudienceGroupRequest"),
    ("manage-audience", "UpdateAudienceGroupDescriptionRequest"),
];

/// Properties of those that are deliberately not sent: schema, property, why.
const NOT_SENT: &[(&str, &str, &str)] = &[(
    "PostbackAction",
    "text",
    "LINE has deprecated it for `displayText`; the field is there, and no method",
)];

async fn exchanges() -> Vec<Exchange> {
    let stage = Stage::set().await;
    let mut refused = Gaps::default();
    for (name, call) in calls::all() {
        if let Err(error) = call(&stage).await {
            refused.add(format!("{name}: {error}"));
        }
    }
    refused.none();
    stage.exchanges()
}

fn gaps(spec: &Spec, exchanges: &[Exchange]) -> Gaps {
    let mut gaps = Gaps::default();
    let mut called = BTreeSet::new();
    let mut shown = Shown::new();
    for exchange in exchanges {
        let beyond = |(method, path): &(&str, &str)| {
            exchange.method == *method && exchange.path.split('?').next() == Some(path)
        };
        match spec.operation_of(&exchange.method, &exchange.path) {
            None if BEYOND.iter().any(beyond) => {}
            None => gaps.add(format!("{} {} is no operation", exchange.method, exchange.path)),
            Some(operation) => {
                request(spec, &operation, exchange, &mut gaps, &mut shown);
                answer(spec, &operation, exchange, &mut gaps);
                called.insert(operation.id);
            }
        }
    }
    for (name, message) in super::messages::fixtures() {
        let request = json!({"to": "U1", "messages": [message]});
        let file = spec.file("messaging-api");
        for fault in file.faults(&named("PushMessageRequest"), &request) {
            gaps.add(format!("{name}: {fault}"));
        }
        note(file, &named("PushMessageRequest"), &request, &mut shown);
    }
    let excepted = |id: &str| WITHOUT_A_CALL.iter().any(|(without, _)| *without == id);
    for operation in spec.operations() {
        if !called.contains(&operation.id) && !excepted(&operation.id) {
            gaps.add(format!("{} ({} {}) has no call", operation.id, operation.method, operation.path));
        }
    }
    for (file, schema) in WHOLE {
        let unsent = |(of, name): &&(String, String)| {
            !shown.contains(&(of.clone(), name.clone()))
                && !NOT_SENT.iter().any(|(o, n, _)| o == of && n == name)
        };
        for (of, name) in everything(spec.file(file), &named(schema)).iter().filter(unsent) {
            gaps.add(format!("{schema}: {of}.{name} was never sent"));
        }
    }
    gaps
}

fn request(spec: &Spec, operation: &Operation, exchange: &Exchange, gaps: &mut Gaps, shown: &mut Shown) {
    let file = spec.file(&operation.file);
    query(operation, exchange, gaps);
    let Some((kind, schema)) = &operation.body else {
        if !exchange.body.is_empty() {
            gaps.add(format!("{}: a body, and none is documented", operation.id));
        }
        return;
    };
    let body = match kind.as_str() {
        "application/json" => serde_json::from_slice(&exchange.body).unwrap_or_default(),
        "application/x-www-form-urlencoded" => form(&exchange.body),
        "multipart/form-data" => multipart(&exchange.body),
        _ => return,
    };
    if !exchange.content_type.starts_with(kind.as_str()) {
        gaps.add(format!("{}: {} instead of {kind}", operation.id, exchange.content_type));
    }
    for fault in file.faults(schema, &body) {
        gaps.add(format!("{}: request {fault}", operation.id));
    }
    note(file, schema, &body, shown);
}

fn query(operation: &Operation, exchange: &Exchange, gaps: &mut Gaps) {
    let asked = exchange.path.split_once('?').map_or("", |(_, query)| query);
    let asked: Vec<(String, String)> = form_urlencoded::parse(asked.as_bytes()).into_owned().collect();
    for (name, _) in &asked {
        if !operation.query.iter().any(|(known, ..)| known == name) {
            gaps.add(format!("{}: the parameter `{name}` is not documented", operation.id));
        }
    }
    for (name, required, _) in &operation.query {
        if *required && !asked.iter().any(|(given, _)| given == name) {
            gaps.add(format!("{}: the parameter `{name}` is missing", operation.id));
        }
    }
}

fn answer(spec: &Spec, operation: &Operation, exchange: &Exchange, gaps: &mut Gaps) {
    let Some(schema) = operation.answers.get(&exchange.status) else {
        gaps.add(format!("{}: status {} is not documented", operation.id, exchange.status));
        return;
    };
    let Some(schema) = schema else { return };
    let answer: Value = serde_json::from_slice(&exchange.answer).unwrap_or_default();
    for fault in spec.file(&operation.file).faults(schema, &answer) {
        gaps.add(format!("{}: the simulator's answer {fault}", operation.id));
    }
}

fn form(body: &[u8]) -> Value {
    let fields: Map<_, _> = form_urlencoded::parse(body)
        .map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())))
        .collect();
    Value::Object(fields)
}

/// The names of the parts, each with a value of the type that its own text has.
fn multipart(body: &[u8]) -> Value {
    let text = String::from_utf8_lossy(body);
    let parts = text.split("Content-Disposition: form-data; ").skip(1).map(|part| {
        let name = part.split('"').nth(1).unwrap().to_owned();
        let value = part.split_once("\r\n\r\n").map_or("", |(_, rest)| rest);
        let value = value.split("\r\n").next().unwrap();
        (
            name,
            serde_json::from_str(value)
                .ok()
                .filter(|it: &Value| !it.is_string())
                .unwrap_or(Value::from(value)),
        )
    });
    Value::Object(parts.collect())
}

#[tokio::test]
async fn every_operation_has_a_call_that_fits_and_an_answer_that_fits() {
    let Some(spec) = Spec::load() else { return };
    gaps(&spec, &exchanges().await).none();
}

#[tokio::test]
async fn a_property_that_is_new_is_missed() {
    let Some(spec) = Spec::load() else { return };
    let exchanges = exchanges().await;
    for (file, schema) in [
        ("messaging-api", "TextMessage"),
        ("messaging-api", "FlexBox"),
        ("messaging-api", "AudienceRecipient"),
        ("messaging-api", "PushMessageRequest"),
        ("manage-audience", "CreateAudienceGroupRequest"),
    ] {
        let told = gaps(&spec.with_property(file, schema, "newProperty"), &exchanges).told();
        assert!(told.contains(&format!("{schema}.newProperty")), "{schema}: {told}");
    }
}
