//! Labels of metrics.

use line_bot_server::line::Event;
use line_bot_server::telemetry::{EVENT_TYPES, event_type};

#[test]
fn every_event_type_this_version_knows_has_a_label_of_its_own() {
    for kind in Event::KINDS {
        assert_eq!(event_type(kind), *kind);
    }
    assert_eq!(EVENT_TYPES.len(), Event::KINDS.len() + 1, "and `unknown` is the only other");
}
