//! Tests: config. Every variable, every fault, and what is re-read while running.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod assertion;
mod channels;
mod faults;
mod knobs;
mod postgres;
mod reload;
mod values;

use std::collections::BTreeMap;

use line_bot_server::config::{Config, ConfigError};

const SECRET: &str = "5ecret-of-the-channel";
const TOKEN: &str = "t0ken-of-the-channel";

fn vars(set: &[(&str, &str)]) -> BTreeMap<String, String> {
    set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The least that is needed, and `more`.
fn good(more: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut all = vars(&[("LINE_CHANNEL_SECRET", SECRET), ("LINE_CHANNEL_ACCESS_TOKEN", TOKEN)]);
    all.extend(vars(more));
    all
}

fn load(vars: &BTreeMap<String, String>) -> Config {
    Config::load(vars).unwrap_or_else(|error| panic!("{error}"))
}

/// `NAME problem` of each fault.
fn faults(vars: &BTreeMap<String, String>) -> Vec<String> {
    let ConfigError { faults } = Config::load(vars).expect_err("a fault");
    faults.into_iter().map(|fault| format!("{} {}", fault.name, fault.problem)).collect()
}

/// The one fault, which begins like this.
fn one_fault(vars: &BTreeMap<String, String>, start: &str) {
    let found = faults(vars);
    assert!(found.len() == 1 && found[0].starts_with(start), "{start:?}: {found:#?}");
}
