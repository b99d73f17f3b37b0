//! The message objects that the builders make: `tests/fixtures/messages`, each of which a test compares with a builder.

use std::path::{Path, PathBuf};

use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// Every message of the folder, by its file's name; an action stands in a quick reply or in a template.
pub(super) fn fixtures() -> Vec<(String, Value)> {
    let files = std::fs::read_dir(folder().join("fixtures/messages")).unwrap();
    let read = files.map(|file| {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        (name, value)
    });
    read.filter(|(name, _)| !name.starts_with("action_richmenuswitch")).map(in_message).collect()
}

fn in_message((name, value): (String, Value)) -> (String, Value) {
    if !name.starts_with("action_") {
        return (name, value);
    }
    let item = serde_json::json!({"type": "action", "action": value});
    (name, serde_json::json!({"type": "text", "text": "?", "quickReply": {"items": [item]}}))
}

/// A fixture that no test names would prove nothing.
#[test]
fn every_fixture_is_compared_with_a_builder() {
    let mut sources = String::new();
    for room in ["messages", "flex"] {
        for file in std::fs::read_dir(folder().join("it").join(room)).unwrap() {
            sources += &std::fs::read_to_string(file.unwrap().path()).unwrap();
        }
    }
    for (name, _) in fixtures() {
        assert!(
            sources.contains(&format!("{name}\"")) || sources.contains(&format!("{name}.json")),
            "{name}"
        );
    }
}
