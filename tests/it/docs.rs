//! The documents say what is there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use line_bot_server::inbox::ParkReason;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every file below `folder` that ends in `extension`.
fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "{folder}");
    found
}

#[test]
fn every_reason_for_parking_is_explained_to_the_operator() {
    let failures = read("docs/operations/failures.md");
    for reason in ParkReason::ALL {
        assert!(failures.contains(&format!("\n| `{}` |", reason.as_str())), "{reason:?}");
    }
}

#[test]
fn every_error_line_of_the_log_is_explained_to_the_operator() {
    let failures = read("docs/operations/failures.md");
    let mut lines = 0;
    for path in files("src", "rs") {
        for call in std::fs::read_to_string(&path).unwrap().split("tracing::error!(").skip(1) {
            // Its longest part that is always the same.
            let message = message(call);
            let piece = message.split(['{', '}', ':']).max_by_key(|piece| piece.len()).unwrap().trim();
            assert!(failures.contains(piece), "{}: {piece:?} is not in failures.md", path.display());
            lines += 1;
        }
    }
    assert!(lines > 10, "{lines}");
}

/// The first string of a call, its lines joined.
fn message(call: &str) -> String {
    let string = call.split('"').nth(1).unwrap();
    string.split("\\\n").map(str::trim_start).collect()
}

#[test]
fn every_link_to_a_file_leads_to_one() {
    let mut documents = files("docs", "md");
    documents.extend(["README.md", "CHANGELOG.md"].map(|name| root().join(name)));
    for document in documents {
        for link in std::fs::read_to_string(&document).unwrap().split("](").skip(1) {
            let target = link.split([')', '#']).next().unwrap();
            let outside = target.is_empty() || target.contains("://");
            assert!(
                outside || document.parent().unwrap().join(target).exists(),
                "{}: {target}",
                document.display()
            );
        }
    }
}

/// `inbox/lanes.rs` and the like, anywhere in the map and the decisions.
#[test]
fn every_source_file_that_the_documents_name_is_there() {
    for document in files("docs", "md") {
        let text = std::fs::read_to_string(&document).unwrap();
        for name in text.split('`').skip(1).step_by(2) {
            let is_path = name.ends_with(".rs") && !name.contains([' ', '<', '{', '*']);
            assert!(
                !is_path || root().join(name).exists() || root().join("src").join(name).exists(),
                "{}: {name}",
                document.display()
            );
        }
    }
}
