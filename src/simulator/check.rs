//! Checks requests as LINE does, and collects every fault as LINE words it:
//! `{"message": "Length must be between 0 and 5000", "property": "messages[0].text"}`.
//!
//! Every type is checked whole.

mod action;
mod coupon;
mod flex;
mod imagemap;
mod message;
mod narrowcast;
mod new_coupon;
mod picker;
mod rich_menu;
mod template;
mod text;

use serde::Serialize;
use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation as _;

pub(super) use action::{Place, check_action, check_action_in};
pub(super) use message::{check_messages, mentions};
pub(super) use narrowcast::check_narrowcast;
pub(super) use new_coupon::check_new_coupon;
pub(super) use rich_menu::{
    check_alias_id, check_batch, check_rich_menu, check_rich_menu_id, check_users, fits,
};

/// One fault in a request body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Detail {
    pub(super) message: String,
    pub(super) property: String,
}

/// The faults found so far.
#[derive(Debug, Default)]
pub(super) struct Report(Vec<Detail>);

impl Report {
    pub(super) fn fault(&mut self, property: impl Into<String>, message: impl Into<String>) {
        self.0.push(Detail { message: message.into(), property: property.into() });
    }

    pub(super) fn into_details(self) -> Vec<Detail> {
        self.0
    }
}

/// How LINE counts a text
/// ([guide](https://developers.line.biz/en/docs/messaging-api/text-character-count/)).
#[derive(Clone, Copy)]
pub(super) enum Count {
    Utf16,
    Graphemes,
}

impl Count {
    fn of(self, text: &str) -> usize {
        match self {
            Self::Utf16 => text.encode_utf16().count(),
            Self::Graphemes => text.graphemes(true).count(),
        }
    }
}

/// Whether a field must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// There, and not empty.
    Required,
    /// There; it may be empty.
    Given,
    Optional,
}

/// An object in the request, and where it stands.
pub(super) struct At<'a> {
    pub(super) value: &'a Value,
    pub(super) path: String,
    pub(super) report: &'a mut Report,
}

impl<'a> At<'a> {
    pub(super) fn new(value: &'a Value, path: impl Into<String>, report: &'a mut Report) -> Self {
        Self { value, path: path.into(), report }
    }

    pub(super) fn path(&self, field: &str) -> String {
        // The request's body itself has no path.
        if self.path.is_empty() { field.to_owned() } else { format!("{}.{field}", self.path) }
    }

    pub(super) fn fault(&mut self, field: &str, message: impl Into<String>) {
        let path = self.path(field);
        self.report.fault(path, message);
    }

    /// A fault of the object itself.
    fn here(&mut self, message: impl Into<String>) {
        let path = self.path.clone();
        self.report.fault(path, message);
    }

    pub(super) fn get(&self, field: &str) -> Option<&'a Value> {
        self.value.get(field).filter(|value| !value.is_null())
    }

    pub(super) fn within(&mut self, field: &str) -> Option<At<'_>> {
        let path = self.path(field);
        let value = self.get(field)?;
        Some(At { value, path, report: self.report })
    }

    /// A string field; a fault if it is needed and missing or empty, or is no string.
    pub(super) fn string(&mut self, field: &str, need: Need) -> Option<&'a str> {
        match self.get(field) {
            None if need == Need::Optional => None,
            None => {
                self.fault(field, "May not be empty");
                None
            }
            Some(Value::String(text)) if text.is_empty() && need == Need::Required => {
                self.fault(field, "May not be empty");
                None
            }
            Some(Value::String(text)) => Some(text),
            Some(_) => {
                self.fault(field, "Must be a string");
                None
            }
        }
    }

    pub(super) fn text(&mut self, field: &str, need: Need, max: usize, count: Count) -> Option<&'a str> {
        let text = self.string(field, need)?;
        if count.of(text) > max {
            self.fault(field, format!("Length must be between 0 and {max}"));
        }
        Some(text)
    }

    pub(super) fn digits(&mut self, field: &str) {
        if let Some(text) = self.string(field, Need::Required)
            && !text.bytes().all(|b| b.is_ascii_digit())
        {
            self.fault(field, "Must be digits");
        }
    }

    pub(super) fn number(&mut self, field: &str) {
        match self.get(field) {
            Some(Value::Number(_)) => {}
            Some(_) => self.fault(field, "Must be a number"),
            None => self.fault(field, "May not be empty"),
        }
    }

    pub(super) fn whole(&mut self, field: &str, min: u64) {
        // LINE's widest integer is a signed one of 64 bits.
        let number = self.get(field).and_then(Value::as_i64).and_then(|number| u64::try_from(number).ok());
        if number.is_none_or(|number| number < min) {
            self.fault(field, format!("Must be a whole number of at least {min}"));
        }
    }

    /// An HTTPS URL of at most 2000 characters.
    pub(super) fn https(&mut self, field: &str, need: Need) {
        self.url(field, need, 2000, &["https"]);
    }

    pub(super) fn url(&mut self, field: &str, need: Need, max: usize, schemes: &[&str]) {
        let Some(url) = self.text(field, need, max, Count::Utf16) else { return };
        let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        if !scheme.is_some_and(|scheme| schemes.contains(&scheme.as_str())) {
            self.fault(field, "invalid uri scheme");
        }
    }

    pub(super) fn one_of(&mut self, field: &str, need: Need, values: &[&str]) {
        let Some(value) = self.string(field, need) else { return };
        if !values.contains(&value) {
            self.fault(field, format!("Must be one of the following values: [{}]", values.join(", ")));
        }
    }

    /// The elements of an array, each with its path; a fault if there are fewer or more.
    pub(super) fn items(
        &mut self,
        field: &str,
        need: Need,
        min: usize,
        max: usize,
    ) -> Vec<(String, &'a Value)> {
        let path = self.path(field);
        items(self.get(field), need != Need::Optional, &path, min, max, self.report)
    }
}

/// The elements of the array at `path`, each with its own path.
pub(super) fn items<'a>(
    value: Option<&'a Value>,
    required: bool,
    path: &str,
    min: usize,
    max: usize,
    report: &mut Report,
) -> Vec<(String, &'a Value)> {
    let elements = match value {
        None if !required => return Vec::new(),
        None if min == 0 => {
            report.fault(path, "May not be empty");
            return Vec::new();
        }
        None => &[],
        Some(Value::Array(elements)) => elements.as_slice(),
        Some(_) => {
            report.fault(path, "Must be an array");
            return Vec::new();
        }
    };
    if elements.len() < min || elements.len() > max {
        report.fault(path, format!("Size must be between {min} and {max}"));
        return Vec::new();
    }
    elements.iter().enumerate().map(|(at, element)| (format!("{path}[{at}]"), element)).collect()
}
