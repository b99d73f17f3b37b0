//! The table of variables and what is printed from it.

use line_bot_server::config::{Config, knobs};

use super::{SECRET, TOKEN};

#[test]
fn the_example_file_is_the_one_that_is_printed() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("config/env.example");
    let file = std::fs::read_to_string(path).unwrap();
    assert!(
        file == knobs::env_example(),
        "config/env.example is not up to date; write it anew with\n\
         cargo run -- check --print env-example > config/env.example"
    );
}

#[test]
fn the_readme_holds_the_table_that_is_printed() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let between =
        readme.split("<!-- knobs -->\n").nth(1).and_then(|rest| rest.split("<!-- /knobs -->").next());
    assert!(
        between == Some(&knobs::table()),
        "README.md is not up to date; put between its marks what `cargo run -- check --print table` prints"
    );
}

#[test]
fn the_example_file_with_its_defaults_switched_on_is_the_default_configuration() {
    let mut strings = std::collections::BTreeMap::new();
    for line in knobs::env_example().lines() {
        let Some((name, value)) = line.trim_start_matches('#').split_once('=') else { continue };
        if name.chars().all(|c| c.is_ascii_uppercase() || c == '_') {
            strings.insert(name.to_owned(), value.to_owned());
        }
    }
    assert_eq!(strings.len(), knobs::ALL.len());
    // A secret that is empty is never meant.
    strings.retain(|name, value| {
        !value.is_empty() || !knobs::ALL.iter().any(|knob| knob.name == name && knob.secret)
    });
    strings.insert("LINE_CHANNEL_SECRET".into(), SECRET.into());
    strings.insert("LINE_CHANNEL_ACCESS_TOKEN".into(), TOKEN.into());
    let config = Config::load(&strings).unwrap();
    assert_eq!(config.warnings, [""; 0]);
}

#[test]
fn the_table_has_a_row_for_every_variable() {
    let table = knobs::table();
    for knob in knobs::ALL {
        assert!(table.contains(&format!("\n| `{}` |", knob.name)), "{}", knob.name);
    }
}
