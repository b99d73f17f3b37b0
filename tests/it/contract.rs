//! Tests: the contract with LINE. What is sent, what is answered and what is known is held against LINE's own
//! schemas, from the folder that `LINE_OPENAPI_DIR` names.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod answers;
mod calls;
mod cover;
mod events;
mod examples;
mod kept;
mod messages;
mod requests;
pub(crate) mod spec;
mod transports;

use serde_json::{Value, json};

/// What does not fit.
#[derive(Default)]
struct Gaps(Vec<String>);

impl Gaps {
    fn add(&mut self, gap: String) {
        self.0.push(gap);
    }

    fn told(&self) -> String {
        self.0.join("\n")
    }

    #[track_caller]
    fn none(self) {
        assert!(self.0.is_empty(), "{} gaps:\n{}", self.0.len(), self.told());
    }
}

/// The schema of this name.
fn named(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Notes what of `documented` is not in `written`.
fn same_or_more(written: &Value, documented: &Value, at: &str, gaps: &mut Gaps) {
    match (written, documented) {
        (Value::Object(written), Value::Object(documented)) => {
            for (name, value) in documented {
                match written.get(name) {
                    Some(kept) => same_or_more(kept, value, &format!("{at}.{name}"), gaps),
                    None => gaps.add(format!("{at}.{name} is lost")),
                }
            }
        }
        (Value::Array(written), Value::Array(documented)) if written.len() == documented.len() => {
            for (n, (kept, value)) in written.iter().zip(documented).enumerate() {
                same_or_more(kept, value, &format!("{at}[{n}]"), gaps);
            }
        }
        (kept, value) if kept == value => {}
        (kept, value) => gaps.add(format!("{at} was {value} and is {kept}")),
    }
}
