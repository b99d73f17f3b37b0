//! Events: every documented property is in our types.

use line_bot_server::line::Event;
use serde_json::Value;

use super::cover::{everything, note};
use super::spec::Spec;
use super::{Gaps, examples, same_or_more};

/// Documented, and not kept: schema, property, why.
const NOT_KEPT: &[(&str, &str, &str)] = &[];

fn event_schema() -> Value {
    super::named("Event")
}

/// What our types do not know of what `webhook.yml` documents.
fn gaps(spec: &Spec) -> Gaps {
    let file = spec.file("webhook");
    let mut gaps = Gaps::default();
    let mut kept = super::cover::Shown::new();
    for (much, made) in
        [("all", examples::all(file, &event_schema())), ("least", examples::least(file, &event_schema()))]
    {
        for event in made {
            let kind = event["type"].as_str().unwrap();
            if !Event::KINDS.contains(&kind) {
                gaps.add(format!("the event `{kind}` is not known"));
                continue;
            }
            match Event::decode(kind, &event.to_string()) {
                Err(error) => gaps.add(format!("{much}: {error} in {event}")),
                Ok(read) => {
                    let written = serde_json::to_value(&read).unwrap();
                    same_or_more(&written, &event, kind, &mut gaps);
                    note(file, &event_schema(), &written, &mut kept);
                }
            }
        }
    }
    let known = |(of, name): &(String, String)| NOT_KEPT.iter().any(|(o, n, _)| o == of && n == name);
    for (of, name) in everything(file, &event_schema()).difference(&kept).filter(|it| !known(it)) {
        gaps.add(format!("{of}.{name} is in no event that was read and written again"));
    }
    gaps
}

#[test]
fn every_documented_event_is_read_with_every_property() {
    let Some(spec) = Spec::load() else { return };
    gaps(&spec).none();
}

#[test]
fn a_property_that_is_new_is_missed() {
    let Some(spec) = Spec::load() else { return };
    for schema in ["MessageEvent", "Event", "TextMessageContent", "BeaconContent"] {
        let told = gaps(&spec.with_property("webhook", schema, "newProperty")).told();
        assert!(told.contains("newProperty"), "{schema}: {told}");
    }
}
