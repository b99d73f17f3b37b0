//! One limit: a message at it, and what is beyond it.

use line_bot_server::line::Message;
use serde_json::{Value, json};

/// One grapheme cluster, 11 UTF-16 code units.
const FAMILY: &str = "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}\u{200D}\u{1F466}";
/// One grapheme cluster, 2 UTF-16 code units.
const APPLE: &str = "\u{1F34E}";

pub(super) struct Case {
    field: String,
    good: Message,
    /// The same beyond the limit, and what is said of it here; none where the types do not allow it.
    bad: Option<(Message, String)>,
    raw: Value,
}

impl Case {
    /// `bad` is `good` with `value` in `field`, and `problem` is what is said of it.
    pub(super) fn new(
        field: &str,
        good: impl Into<Message>,
        bad: impl Into<Message>,
        value: impl Into<Value>,
        problem: &str,
    ) -> Self {
        let good = good.into();
        let raw = patched(&json!(good), field, value.into());
        Self { field: field.to_owned(), good, bad: Some((bad.into(), problem.to_owned())), raw }
    }

    /// As [`Case::new`], where what is wrong with `field` is that something else is as `raw` has it.
    pub(super) fn whole(
        field: &str,
        good: impl Into<Message>,
        bad: impl Into<Message>,
        raw: Value,
        problem: &str,
    ) -> Self {
        Self { field: field.to_owned(), good: good.into(), bad: Some((bad.into(), problem.to_owned())), raw }
    }

    /// `value` in `field` is something that our types cannot say.
    pub(super) fn unspeakable(field: &str, good: impl Into<Message>, value: impl Into<Value>) -> Self {
        let good = good.into();
        let raw = patched(&json!(good), field, value.into());
        Self { field: field.to_owned(), good, bad: None, raw }
    }

    pub(super) fn field(&self) -> &str {
        &self.field
    }

    pub(super) fn good(&self) -> &Message {
        &self.good
    }

    pub(super) fn raw(&self) -> &Value {
        &self.raw
    }

    /// Notes what the library does not do right.
    pub(super) fn check_locally(&self, wrong: &mut Vec<String>) {
        let field = &self.field;
        if let Err(error) = self.good.check("messages[0]") {
            wrong.push(format!("{field}: at the limit we say {error}"));
        }
        let Some((bad, problem)) = &self.bad else { return };
        let wanted = format!("messages[0].{field}: {problem}");
        match bad.check("messages[0]") {
            Err(error) if error.to_string() == wanted => {}
            other => wrong.push(format!("{field}: beyond the limit we say {other:?}, not {wanted}")),
        }
        if json!(bad) != self.raw {
            wrong.push(format!("{field}: what we refuse is not what LINE was sent"));
        }
    }
}

/// `json` with `value` in `field`; without the field, if the value is null.
fn patched(json: &Value, field: &str, value: Value) -> Value {
    let mut json = json.clone();
    let pointer = format!("/{}", field.replace(['.', '['], "/").replace(']', ""));
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match json.pointer_mut(parent).unwrap_or_else(|| panic!("{field}: nothing to put it in")) {
        Value::Object(fields) if value.is_null() => drop(fields.remove(name)),
        Value::Object(fields) => drop(fields.insert(name.to_owned(), value)),
        other => panic!("{field}: {other}"),
    }
    json
}

/// What a limit is counted in.
#[derive(Clone, Copy)]
pub(super) enum Unit {
    Utf16,
    Grapheme,
}

impl Unit {
    fn name(self) -> &'static str {
        match self {
            Self::Utf16 => "UTF-16 code units",
            Self::Grapheme => "grapheme clusters",
        }
    }

    /// A text of this length, and of another one in any other unit.
    fn times(self, length: usize) -> String {
        match self {
            Self::Utf16 => format!("{}{}", APPLE.repeat(length / 2), "a".repeat(length % 2)),
            Self::Grapheme => FAMILY.repeat(length),
        }
    }

    /// A text longer than `max` by one, and within it in any other unit but bytes.
    fn above(self, max: usize) -> String {
        match self {
            Self::Utf16 => format!("{}{}", APPLE.repeat(max / 2), "a".repeat(max % 2 + 1)),
            Self::Grapheme => "a".repeat(max + 1),
        }
    }
}

/// At most `max`; nothing at all is fine.
pub(super) fn up_to<M: Into<Message>>(
    field: &str,
    max: usize,
    unit: Unit,
    build: impl Fn(String) -> M,
) -> Case {
    let above = unit.above(max);
    let problem = format!("{} {}, {max} are allowed", max + 1, unit.name());
    Case::new(field, build(unit.times(max)), build(above.clone()), above, &problem)
}

/// One to `max`.
pub(super) fn one_to<M: Into<Message>>(
    field: &str,
    max: usize,
    unit: Unit,
    build: impl Fn(String) -> M,
) -> Vec<Case> {
    let none = format!("0 {}, 1 to {max} are allowed", unit.name());
    vec![
        up_to(field, max, unit, &build),
        Case::new(field, build("a".to_owned()), build(String::new()), "", &none),
    ]
}

/// At most `max` ASCII characters, where other ones are not allowed.
pub(super) fn plain<M: Into<Message>>(field: &str, max: usize, build: impl Fn(String) -> M) -> Case {
    let above = "a".repeat(max + 1);
    let problem = format!("{} UTF-16 code units, {max} are allowed", max + 1);
    Case::new(field, build("a".repeat(max)), build(above.clone()), above, &problem)
}

/// Something there.
pub(super) fn needed<M: Into<Message>>(field: &str, build: impl Fn(String) -> M) -> Case {
    Case::new(field, build("1".to_owned()), build(String::new()), "", "empty, it is needed")
}

/// An HTTPS URL of up to 2000 characters.
pub(super) fn url<M: Into<Message>>(field: &str, build: impl Fn(String) -> M) -> Vec<Case> {
    let of = |length: usize| format!("https://example.com/{}", "a".repeat(length - 20));
    let long = "2001 UTF-16 code units, 2000 are allowed";
    let mut cases = vec![Case::new(field, build(of(2000)), build(of(2001)), of(2001), long)];
    for other in ["http://example.com/a", "ftp://example.com/a", "example.com/a", "httpss://example.com/a"] {
        let problem = "not an https URL; https is needed";
        cases.push(Case::new(
            field,
            build("HTTPS://example.com/a".to_owned()),
            build(other.to_owned()),
            other,
            problem,
        ));
    }
    cases
}

/// A URI of up to 1000 characters, of one of four schemes.
pub(super) fn uri<M: Into<Message>>(field: &str, build: impl Fn(String) -> M) -> Vec<Case> {
    let of = |length: usize| format!("tel:{}", "0".repeat(length - 4));
    let long = "1001 UTF-16 code units, 1000 are allowed";
    let mut cases = vec![Case::new(field, build(of(1000)), build(of(1001)), of(1001), long)];
    for (good, other) in [
        ("http://example.com", "ftp://example.com"),
        ("https://example.com", "mailto:a@example.com"),
        ("line://nv/profile", "javascript:alert(1)"),
        ("TEL:09001234567", "example.com"),
    ] {
        let problem = "of another scheme, http, https, line and tel are allowed";
        cases.push(Case::new(field, build(good.to_owned()), build(other.to_owned()), other, problem));
    }
    cases
}

/// At most `max` of the same thing; `things` is its plural.
pub(super) fn count<M: Into<Message>>(
    field: &str,
    max: usize,
    things: &str,
    build: impl Fn(usize) -> M,
) -> Case {
    let good = build(max).into();
    let pointer = format!("/{}", field.replace(['.', '['], "/").replace(']', ""));
    let mut above = json!(good).pointer(&pointer).unwrap_or_else(|| panic!("{field}: not there")).clone();
    let one_more = above[0].clone();
    above.as_array_mut().unwrap().push(one_more);
    Case::new(field, good, build(max + 1), above, &format!("{} {things}, {max} are allowed", max + 1))
}

/// One to `max` of the same thing.
pub(super) fn some<M: Into<Message>>(
    field: &str,
    max: usize,
    things: &str,
    build: impl Fn(usize) -> M,
) -> Vec<Case> {
    let none = format!("0 {things}, 1 to {max} are allowed");
    vec![count(field, max, things, &build), Case::new(field, build(1), build(0), json!([]), &none)]
}
