//! Which properties of the schemas a value shows.

use std::collections::BTreeSet;

use serde_json::Value;

use super::spec::{File, Shape, name_of};

/// `(schema, property)`, the schema being the one that declares it.
pub(crate) type Shown = BTreeSet<(String, String)>;

/// Notes every documented property of `value`.
pub(crate) fn note(file: &File, schema: &Value, value: &Value, shown: &mut Shown) {
    match (file.shape(schema), value) {
        (Shape::OneOf(by, subs), Value::Object(fields)) => {
            let sub = fields.get(&by).and_then(Value::as_str).and_then(|kind| subs.get(kind));
            if let Some(sub) = sub {
                let sub = serde_json::json!({"$ref": format!("#/components/schemas/{sub}")});
                note(file, &sub, value, shown);
            }
        }
        (Shape::Object(properties), Value::Object(fields)) => {
            for (name, field) in fields {
                if let Some(property) = properties.get(name) {
                    shown.insert((property.declared_in.clone(), name.clone()));
                    note(file, &property.schema, field, shown);
                }
            }
        }
        _ => {
            let schema = name_of(schema).map_or(schema, |name| &file.schemas()[name]);
            match value {
                Value::Array(items) => {
                    items.iter().for_each(|item| note(file, &schema["items"], item, shown));
                }
                Value::Object(fields) if schema["additionalProperties"].is_object() => {
                    fields.values().for_each(|it| note(file, &schema["additionalProperties"], it, shown));
                }
                _ => {}
            }
        }
    }
}

/// Every property that `schema` and all within it have.
pub(crate) fn everything(file: &File, schema: &Value) -> Shown {
    let (mut found, mut seen) = (Shown::new(), BTreeSet::new());
    gather(file, schema, &mut found, &mut seen);
    found
}

fn gather(file: &File, schema: &Value, found: &mut Shown, seen: &mut BTreeSet<String>) {
    if let Some(name) = name_of(schema)
        && !seen.insert(name.to_owned())
    {
        return;
    }
    match file.shape(schema) {
        Shape::OneOf(_, subs) => {
            for sub in subs.values() {
                gather(
                    file,
                    &serde_json::json!({"$ref": format!("#/components/schemas/{sub}")}),
                    found,
                    seen,
                );
            }
        }
        Shape::Object(properties) => {
            for (name, property) in properties {
                found.insert((property.declared_in, name));
                gather(file, &property.schema, found, seen);
            }
        }
        Shape::Plain => {
            let schema = name_of(schema).map_or(schema, |name| &file.schemas()[name]);
            for within in ["items", "additionalProperties"] {
                if schema[within].is_object() {
                    gather(file, &schema[within], found, seen);
                }
            }
        }
    }
}
