//! Values that a schema allows: with everything in them, and with no more than is required.

use serde_json::{Map, Value, json};

use super::spec::{File, Shape, name_of};

/// How much is in a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Much {
    All,
    Required,
}

/// Objects within objects, until only what is required is put in.
const DEEP: usize = 7;

/// Values that together show every property, every kind of object and every word of an enumeration.
pub(crate) fn all(file: &File, schema: &Value) -> Vec<Value> {
    make(file, schema, Much::All, 0)
}

/// Values with what is required alone, one for each kind of object.
pub(crate) fn least(file: &File, schema: &Value) -> Vec<Value> {
    make(file, schema, Much::Required, 0)
}

fn make(file: &File, schema: &Value, much: Much, depth: usize) -> Vec<Value> {
    let much = if depth > DEEP { Much::Required } else { much };
    match file.shape(schema) {
        Shape::OneOf(by, subs) => {
            let each = subs.iter().flat_map(|(value, sub)| {
                let sub = json!({"$ref": format!("#/components/schemas/{sub}")});
                let by = by.clone();
                make(file, &sub, much, depth + 1).into_iter().map(move |mut it| {
                    it[&by] = json!(value);
                    it
                })
            });
            each.collect()
        }
        Shape::Object(properties) => {
            let wanted = properties.iter().filter(|(_, it)| it.required || much == Much::All);
            let columns: Vec<_> =
                wanted.map(|(name, it)| (name, make(file, &it.schema, much, depth + 1))).collect();
            let rows = columns.iter().map(|(_, values)| values.len()).max().unwrap_or(1);
            let row = |at: usize| {
                let fields = columns.iter().filter(|(_, values)| !values.is_empty());
                fields.map(|(name, values)| ((*name).clone(), values[at % values.len()].clone())).collect()
            };
            (0..rows).map(|at| Value::Object(row(at))).collect()
        }
        Shape::Plain => match name_of(schema) {
            Some(name) => plain(file, &file.schemas()[name], much, depth),
            None => plain(file, schema, much, depth),
        },
    }
}

fn plain(file: &File, schema: &Value, much: Much, depth: usize) -> Vec<Value> {
    if let Some(words) = schema["enum"].as_array() {
        return words.clone();
    }
    match schema["type"].as_str() {
        Some("string") => vec![json!(text(schema))],
        Some("integer") => vec![schema.get("minimum").cloned().unwrap_or(json!(1))],
        Some("number") => vec![json!(1.5)],
        Some("boolean") => vec![json!(true), json!(false)],
        Some("array") if depth > DEEP && schema.get("minItems").is_none() => vec![json!([])],
        Some("array") => {
            let most = schema["maxItems"].as_u64().map_or(usize::MAX, |most| usize::try_from(most).unwrap());
            let each = make(file, &schema["items"], much, depth + 1);
            each.chunks(most.min(50)).map(|some| json!(some)).collect()
        }
        Some("object") => vec![match schema.get("additionalProperties") {
            Some(more) if more.is_object() => {
                let each = make(file, more, much, depth + 1);
                let fields: Map<_, _> = (0..).zip(each).map(|(n, it)| (format!("key{n}"), it)).collect();
                Value::Object(fields)
            }
            _ => json!({}),
        }],
        _ => vec![json!("anything")],
    }
}

fn text(schema: &Value) -> String {
    match schema["format"].as_str() {
        Some("uri") => "https://example.com/a".to_owned(),
        Some("date-time") => "2026-11-20T08:00:00.000Z".to_owned(),
        Some("date") => "2026-11-20".to_owned(),
        Some("uuid") => "123e4567-e89b-12d3-a456-426614174000".to_owned(),
        _ => schema["example"].as_str().unwrap_or("20261120").to_owned(),
    }
}
