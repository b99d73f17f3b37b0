//! Tests: structure. The floors of the house, read off the source.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// From the top. A module may use what stands on a lower floor; those on one floor do not know each other.
const FLOORS: [&[&str]; 7] = [
    &["main"],
    &["cli"],
    &["app", "bot"],
    &["config"],
    &["server", "dispatch", "simulator"],
    &["inbox", "client"],
    &["line", "telemetry", "clock"],
];

/// Pairs on one floor of which the first may use the second: the time is a value, and LINE's words carry it.
const NEIGHBOURS: [(&str, &str); 1] = [("line", "clock")];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(under: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(under).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn all() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    files(&source(), &mut found);
    assert!(found.len() > 20, "{found:?}");
    found.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// The room a file belongs to: `server` for `src/server/signed.rs` and for `src/server.rs`.
fn room(path: &Path) -> String {
    let inside = path.strip_prefix(source()).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// Code without comments, so that prose may name what it likes.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// The rooms named by `crate::room…` and by `use crate::{room…, room…}`.
fn rooms_used(code: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(list) => used.extend(top_level_names(list)),
            None => used.extend(name(rest)),
        }
    }
    used
}

fn name(text: &str) -> Option<String> {
    let name: String = text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

fn top_level_names(list: &str) -> Vec<String> {
    let (mut depth, mut names, mut start) = (0, Vec::new(), 0);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.extend(name(&list[start..at]));
                return names;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.extend(name(&list[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    names
}

fn may_use(room: &str, other: &str) -> bool {
    if room == other || NEIGHBOURS.contains(&(room, other)) {
        return true;
    }
    match (floor(room), floor(other)) {
        (Some(here), Some(there)) => here < there,
        _ => false,
    }
}

#[test]
fn imports_go_strictly_downward() {
    let mut upward = Vec::new();
    for (path, text) in all() {
        let room = room(&path);
        // The map names everything.
        if room == "lib" {
            continue;
        }
        for other in rooms_used(&code(&text)) {
            if !may_use(&room, &other) {
                upward.push(format!("{}: {room} uses {other}", path.display()));
            }
        }
    }
    assert!(upward.is_empty(), "{}", upward.join("\n"));
}

#[test]
fn every_room_stands_on_a_floor() {
    for (path, _) in all() {
        let room = room(&path);
        assert!(room == "lib" || floor(&room).is_some(), "{room} of {} stands on no floor", path.display());
    }
}

#[test]
fn every_file_begins_with_a_sentence_about_itself() {
    for (path, text) in all() {
        let sentence: String = text
            .lines()
            .map_while(|line| line.strip_prefix("//!"))
            .take_while(|line| !line.trim().is_empty())
            .collect();
        // A file of a wire format may open with its name in LINE's world instead.
        let said = sentence.trim();
        assert!(said.starts_with('`') || said.contains(['.', ':', ';']), "{}: {said:?}", path.display());
    }
}

#[test]
fn no_file_is_called_mod() {
    for (path, _) in all() {
        assert_ne!(path.file_name().unwrap(), "mod.rs", "{}", path.display());
    }
}

#[test]
fn the_reader_of_imports_sees_every_form() {
    let code = "use crate::server::{self, Gate};\nuse crate::{client, inbox::{self, Inbox}, line::Event};\n\
                fn f() -> crate::config::Config { some_crate::x(); crate::app::run() }\npub(crate) mod x;";
    let seen: Vec<_> = rooms_used(code).into_iter().collect();
    assert_eq!(seen, ["app", "client", "config", "inbox", "line", "server"]);
    assert!(!may_use("client", "inbox") && !may_use("inbox", "server") && may_use("server", "inbox"));
}

/// The method and path of every endpoint that `code` describes.
fn endpoints(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for method in ["get", "post", "put", "delete"] {
        for rest in code.split(&format!("Endpoint::{method}(")).skip(1) {
            let path = rest.split('"').nth(3).unwrap();
            found.push(format!("{} {path}", method.to_uppercase()));
        }
    }
    found
}

#[test]
fn every_endpoint_s_file_opens_with_its_address_and_reference() {
    let mut found = 0;
    for (path, text) in all() {
        if !path.starts_with(source().join("client/api")) {
            continue;
        }
        let head: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
        for endpoint in endpoints(&code(&text)) {
            found += 1;
            assert!(
                head.contains(&format!("`{endpoint}`")),
                "{}: `{endpoint}` is not at its top",
                path.display()
            );
            assert!(head.contains("](https://developers.line.biz/en/reference/"), "{}", path.display());
        }
    }
    assert!(found >= 100, "{found} endpoints");
}
