//! What an event without an id is known by: the SHA-256 of its content.
//!
//! The content is written canonically first (keys sorted, no whitespace, escapes normalised, numbers as they
//! stand), because LINE may change order and whitespace at any time, and without `deliveryContext`, because that is
//! what a redelivery changes.

use std::fmt::Write as _;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use crate::line::WebhookEventId;
use crate::line::lenient::Text;

/// The deepest nesting that is written canonically; LINE's events stay under 8. Each level reads its content again,
/// and beyond the limit an event is known by its bytes.
const DEPTH_MAX: usize = 32;

/// The id of an event that has none.
pub(super) fn of(event: &RawValue) -> WebhookEventId {
    let mut canonical = String::with_capacity(event.get().len());
    let hash = match write_value(&mut canonical, event.get(), 0) {
        Some(()) => Sha256::digest(&canonical),
        None => Sha256::digest(event.get()),
    };
    let mut id = String::from("sha256:");
    for byte in hash {
        // Writing to a string cannot fail.
        _ = write!(id, "{byte:02x}");
    }
    id.into()
}

/// Appends a value in canonical form; `None` when it has none.
fn write_value(out: &mut String, json: &str, depth: usize) -> Option<()> {
    match json.as_bytes().first()? {
        _ if depth > DEPTH_MAX => None,
        b'{' => write_object(out, json, depth),
        b'[' => write_array(out, json, depth),
        b'"' => write_string(out, json),
        _ => {
            out.push_str(json);
            Some(())
        }
    }
}

fn write_object(out: &mut String, json: &str, depth: usize) -> Option<()> {
    let Entries(mut entries) = serde_json::from_str(json).ok()?;
    if depth == 0 {
        entries.retain(|(key, _)| &**key != "deliveryContext");
    }
    // Stable: a key that is there twice keeps the order of its values.
    entries.sort_by(|(a, _), (b, _)| a.as_bytes().cmp(b.as_bytes()));
    out.push('{');
    for (place, (key, value)) in entries.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        out.push_str(&serde_json::to_string(&**key).ok()?);
        out.push(':');
        write_value(out, value.get(), depth + 1)?;
    }
    out.push('}');
    Some(())
}

fn write_array(out: &mut String, json: &str, depth: usize) -> Option<()> {
    let items: Vec<&RawValue> = serde_json::from_str(json).ok()?;
    out.push('[');
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        write_value(out, item.get(), depth + 1)?;
    }
    out.push(']');
    Some(())
}

fn write_string(out: &mut String, json: &str) -> Option<()> {
    match serde_json::from_str::<Text<'_>>(json) {
        Ok(text) => out.push_str(&serde_json::to_string(&*text).ok()?),
        // Half a surrogate pair has one spelling only.
        Err(_) => out.push_str(json),
    }
    Some(())
}

/// An object's entries in the order they are written, none dropped.
struct Entries<'a>(Vec<(Text<'a>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_map(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Entries(entries))
    }
}
