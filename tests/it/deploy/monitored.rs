//! Alerts and the autoscaler's metric are made of metrics that the server has, by labels that these have.

use std::collections::BTreeSet;

use line_bot_server::telemetry;

use super::kubernetes::{MONITORED, Manifests};
use super::{all, at, document, live, number, read, text, texts};

/// What Prometheus and the adapter add to every series, by their configuration.
const ADDED: [&str; 3] = ["namespace", "pod", "le"];

/// A metric in an expression, and the labels it is asked for.
struct Asked<'a> {
    metric: &'a str,
    labels: Vec<&'a str>,
}

fn asked(expression: &str) -> Vec<Asked<'_>> {
    let starts = expression.match_indices("linebot_").map(|(at, _)| &expression[at..]);
    let each = starts.map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (metric, rest) = rest.split_at(end);
        let matchers =
            rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map_or("", |(inside, _)| inside);
        let names = matchers.split(',').filter_map(|one| one.find(['=', '!']).map(|at| one[..at].trim()));
        Asked { metric, labels: names.collect() }
    });
    each.collect()
}

/// The labels of every `by (…)`.
fn grouped(expression: &str) -> impl Iterator<Item = &str> {
    let lists = expression.split("by (").skip(1).map(|rest| rest.split(')').next().unwrap());
    lists.flat_map(|list| list.split(',').map(str::trim))
}

fn rules() -> Vec<(String, String)> {
    let manifests = Manifests::read();
    let rules = all(manifests.one("PrometheusRule", "line-bot-server"), "spec/groups/*/rules/*");
    rules.into_iter().map(|rule| (text(rule, "alert").to_owned(), text(rule, "expr").to_owned())).collect()
}

fn adapter() -> serde_yaml_ng::Value {
    let mut rules = document(&format!("{MONITORED}/prometheus-adapter.values.yaml"));
    let external = at(&rules, "rules/external/0").clone();
    assert_eq!(all(&rules, "rules/external/*").len(), 1);
    rules = external;
    rules
}

#[tokio::test]
async fn every_metric_of_an_alert_is_one_that_the_server_has() {
    let mut metrics = live::metrics().await;
    // Counted for the first time when a database fails.
    metrics.insert(telemetry::POSTGRES_FAILURES.to_owned(), BTreeSet::from(["kind".to_owned()]));
    let adapter = adapter();
    let mut expressions = rules();
    expressions.push(("the adapter".into(), text(&adapter, "metricsQuery").to_owned()));
    let (mut ours, mut told) = (0, BTreeSet::new());
    for (name, expression) in &expressions {
        let mut known = BTreeSet::from(ADDED);
        for Asked { metric, labels } in asked(expression) {
            let has = metrics.get(metric).unwrap_or_else(|| panic!("{name}: the server has no {metric}"));
            known.extend(has.iter().map(String::as_str));
            for label in labels.into_iter().filter(|label| !label.starts_with("<<")) {
                assert!(known.contains(label), "{name}: {metric} has no label {label}");
            }
            ours += 1;
            told.insert(metric.to_owned());
        }
        for label in grouped(expression) {
            assert!(known.contains(label), "{name}: nothing has a label {label}");
        }
    }
    assert!(ours > 10, "{ours}");
    for metric in ["linebot_pending_oldest_seconds", "linebot_parked_events", "linebot_pending_events"] {
        assert!(told.contains(metric), "nobody watches {metric}");
    }
}

/// Values of labels come from the code: `reason="deadline"`.
#[test]
fn every_reason_that_an_alert_waits_for_is_one_that_the_server_gives() {
    let errors = read("src/server/error.rs");
    let expressions = rules();
    let (_, refusals) = expressions.iter().find(|(name, _)| name == "LineBotRefusesForNow").unwrap();
    let reasons = refusals.split("reason=~\"").nth(1).unwrap().split('"').next().unwrap();
    for reason in reasons.split('|') {
        assert!(errors.contains(&format!("=> \"{reason}\"")), "{reason}");
    }
}

#[test]
fn gauges_that_every_replica_tells_alike_are_never_summed_up() {
    for (name, expression) in rules() {
        for gauge in ["linebot_pending_oldest_seconds", "linebot_pending_events", "linebot_parked_events"] {
            let Some(at) = expression.find(gauge) else { continue };
            assert!(expression[..at].starts_with("max"), "{name}");
        }
    }
}

#[test]
fn the_autoscaler_asks_for_what_the_adapter_makes() {
    let manifests = Manifests::read();
    let scaler = manifests.one("HorizontalPodAutoscaler", "line-bot-server");
    let adapter = adapter();
    assert_eq!(texts(scaler, "spec/metrics/*/external/metric/name"), [text(&adapter, "name/as")]);
    let told = manifests.told();
    let (query, series) = (text(&adapter, "metricsQuery"), text(&adapter, "seriesQuery"));
    assert!(
        series.contains("linebot_pending_oldest_seconds") && query.contains("linebot_pending_oldest_seconds")
    );
    let slots = format!("> bool ({} * count(", told.config.dispatch.concurrency);
    assert!(query.contains(&slots), "{slots} in {query}");
    // It reacts long before a reply is no longer free.
    let target: u64 = text(scaler, "spec/metrics/0/external/target/value").parse().unwrap();
    assert!(target < 50);
    assert_eq!(number(scaler, "spec/behavior/scaleUp/policies/0/value"), 1);
}

#[test]
fn the_alert_of_a_full_inbox_comes_at_half_of_it() {
    let told = Manifests::read().told();
    let half = told.config.inbox.max_pending / 2;
    let (_, expression) = rules().into_iter().find(|(name, _)| name == "LineBotInboxFills").unwrap();
    assert!(expression.ends_with(&format!("> {half}")), "{expression}: {half}");
}

#[test]
fn every_alert_says_what_to_do() {
    let manifests = Manifests::read();
    for rule in all(manifests.one("PrometheusRule", "line-bot-server"), "spec/groups/*/rules/*") {
        for part in ["for", "labels/severity", "annotations/summary", "annotations/action"] {
            assert!(!text(rule, part).is_empty());
        }
    }
}
