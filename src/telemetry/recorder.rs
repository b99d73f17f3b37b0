//! The recorder behind `/metrics`: one per process, with a description of every metric and its buckets.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use super::{
    ACK_SECONDS, ANSWERS, API_CALLS, API_PACE_SECONDS, API_PACED, API_SECONDS, COMMIT_SECONDS, EVENTS,
    HANDLER_SECONDS, NOTES, PARKED, PENDING, PENDING_AGE, POSTGRES_CONNECTIONS, POSTGRES_FAILURES,
    POSTGRES_WAITING, REFUSALS, TOKEN_AGE_SECONDS, WEBHOOKS,
};

/// From one commit (tens of microseconds) to LINE's two seconds.
const FAST: &[f64] =
    &[0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0];
/// From a handler that does nothing to one that waits for somebody else.
const SLOW: &[f64] = &[0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];
/// A reply token is fresh for less than 50 s.
const TOKEN: &[f64] = &[0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0];

const HISTOGRAMS: [(&str, &[f64]); 6] = [
    (ACK_SECONDS, FAST),
    (COMMIT_SECONDS, FAST),
    (HANDLER_SECONDS, SLOW),
    (API_SECONDS, SLOW),
    (API_PACE_SECONDS, SLOW),
    (TOKEN_AGE_SECONDS, TOKEN),
];

/// What was measured in this process. Cheap to clone.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// Everything, in Prometheus' text format.
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Moves what histograms have collected into their buckets, so that it does not pile up between two renders.
    pub fn upkeep(&self) {
        self.0.run_upkeep();
    }
}

/// Starts measuring, once per process. `None` when another recorder was installed before.
pub fn metrics() -> Option<Metrics> {
    static RECORDER: OnceLock<Option<Metrics>> = OnceLock::new();
    RECORDER.get_or_init(install).clone()
}

fn install() -> Option<Metrics> {
    let recorder = builder().build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).ok()?;
    describe();
    Some(Metrics(handle))
}

fn builder() -> PrometheusBuilder {
    HISTOGRAMS.into_iter().fold(PrometheusBuilder::new(), |builder, (name, buckets)| {
        // The only error is an empty list of buckets, which these are not.
        builder.set_buckets_for_metric(Matcher::Full(name.into()), buckets).unwrap_or_default()
    })
}

fn describe() {
    metrics::describe_counter!(WEBHOOKS, "Webhooks by the status they were answered");
    metrics::describe_histogram!(ACK_SECONDS, metrics::Unit::Seconds, "From a webhook's head to its 200");
    metrics::describe_counter!(REFUSALS, "Webhooks that were not taken, by reason");
    metrics::describe_counter!(EVENTS, "Events by type and outcome");
    metrics::describe_gauge!(PENDING, "Events that wait or are in hand");
    metrics::describe_gauge!(PENDING_AGE, metrics::Unit::Seconds, "Age of the oldest pending event");
    metrics::describe_gauge!(PARKED, "Events that were given up and are kept, by reason");
    metrics::describe_histogram!(
        HANDLER_SECONDS,
        metrics::Unit::Seconds,
        "What one attempt of a handler took"
    );
    metrics::describe_counter!(API_CALLS, "Calls to LINE by endpoint and status");
    metrics::describe_histogram!(API_SECONDS, metrics::Unit::Seconds, "What one call to LINE took");
    metrics::describe_counter!(
        API_PACED,
        "Calls to LINE kept back by its rate limits, by endpoint and outcome: waited, refused, held"
    );
    metrics::describe_histogram!(
        API_PACE_SECONDS,
        metrics::Unit::Seconds,
        "What calls that had to wait for their turn under LINE's rate limits waited"
    );
    metrics::describe_counter!(ANSWERS, "Sends of handlers that LINE took, by route: reply is free");
    metrics::describe_histogram!(
        TOKEN_AGE_SECONDS,
        metrics::Unit::Seconds,
        "Age of a reply token when it was used"
    );
    metrics::describe_histogram!(COMMIT_SECONDS, metrics::Unit::Seconds, "What one commit of the inbox took");
    metrics::describe_counter!(NOTES, "Sends written to the journal before they left");
    metrics::describe_gauge!(
        POSTGRES_CONNECTIONS,
        "Connections to PostgreSQL by state: open (idle ones included), idle"
    );
    metrics::describe_gauge!(POSTGRES_WAITING, "Statements that wait for a connection to PostgreSQL");
    metrics::describe_counter!(POSTGRES_FAILURES, "Statements to PostgreSQL that failed, by kind");
}
