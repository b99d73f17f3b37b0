//! What is deployed agrees with itself and with the server: compose files, Kubernetes manifests, the proxy, the alerts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod caddy;
mod compose;
mod kubernetes;
mod live;
mod monitored;
mod secure;
mod told;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize as _;
use serde_yaml_ng::Value;

/// What the operator's supervisor gives beyond what the server takes to stop, at the least.
const SPARE: Duration = Duration::from_secs(5);

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every document of a YAML file; a key that is there twice is an error.
fn documents(path: &str) -> Vec<Value> {
    let text = read(path);
    let documents = serde_yaml_ng::Deserializer::from_str(&text).map(Value::deserialize);
    documents.collect::<Result<_, _>>().unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn document(path: &str) -> Value {
    let mut all = documents(path);
    assert_eq!(all.len(), 1, "{path}");
    all.remove(0)
}

/// What is at `path`, as in `spec/ports/0/name`; `*` is every item of a list.
fn all<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    let (step, rest) = match path.split_once('/') {
        _ if path.is_empty() => return vec![value],
        Some((step, rest)) => (step, rest),
        None => (path, ""),
    };
    let next: Vec<&Value> = match (step, value) {
        ("*", Value::Sequence(items)) => items.iter().collect(),
        (index, Value::Sequence(items)) => items.get(index.parse::<usize>().unwrap()).into_iter().collect(),
        (key, value) => value.get(key).into_iter().collect(),
    };
    next.into_iter().flat_map(|value| all(value, rest)).collect()
}

/// The one that is at `path`.
fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    match all(value, path)[..] {
        [one] => one,
        ref found => panic!("{} at {path} in\n{}", found.len(), serde_yaml_ng::to_string(value).unwrap()),
    }
}

fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    at(value, path).as_str().unwrap_or_else(|| panic!("{path} is not text"))
}

fn number(value: &Value, path: &str) -> u64 {
    at(value, path).as_u64().unwrap_or_else(|| panic!("{path} is not a number"))
}

fn texts<'a>(value: &'a Value, path: &str) -> Vec<&'a str> {
    all(value, path).into_iter().map(|value| value.as_str().unwrap()).collect()
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_mapping().unwrap().keys().map(|key| key.as_str().unwrap()).collect()
}

fn duration(text: &str) -> Duration {
    line_bot_server::config::duration(text).unwrap()
}

/// Files below `folder`, as paths from the root.
fn files(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root().join(folder)).unwrap() {
        let name = format!("{folder}/{}", entry.unwrap().file_name().into_string().unwrap());
        if root().join(&name).is_dir() { found.extend(files(&name)) } else { found.push(name) }
    }
    found
}

#[test]
fn every_yaml_file_parses() {
    let mut yaml: Vec<_> = files("deploy").into_iter().filter(|name| name.ends_with(".yaml")).collect();
    yaml.extend(["compose.yaml", "compose.postgres.yaml"].map(str::to_owned));
    assert!(yaml.len() > 10, "{yaml:?}");
    for name in yaml {
        assert!(documents(&name).iter().all(Value::is_mapping), "{name}");
    }
}
