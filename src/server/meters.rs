//! The server's counters, looked up once: the hot path only adds.

use std::sync::OnceLock;

use http::StatusCode;
use metrics::{Counter, Histogram};

use super::ReceiveError;
use super::quiet::Quiet;
use crate::inbox::Acceptance;
use crate::telemetry::{self, EVENT_TYPES};

const OUTCOMES: [&str; 3] = ["accepted", "duplicate", "unsent"];
const STATUSES: [StatusCode; 8] = [
    StatusCode::OK,
    StatusCode::BAD_REQUEST,
    StatusCode::UNAUTHORIZED,
    StatusCode::NOT_FOUND,
    StatusCode::METHOD_NOT_ALLOWED,
    StatusCode::REQUEST_TIMEOUT,
    StatusCode::PAYLOAD_TOO_LARGE,
    StatusCode::SERVICE_UNAVAILABLE,
];

/// Counters and the log's patience. A counter is made when it is first needed, so `/metrics` has no empty lines.
#[derive(Default)]
pub(super) struct Meters {
    events: [[OnceLock<Counter>; OUTCOMES.len()]; EVENT_TYPES.len()],
    statuses: [OnceLock<Counter>; STATUSES.len()],
    ack: OnceLock<Histogram>,
    /// Refusals that anybody can cause.
    pub(super) strangers: Quiet,
    /// Refusals that are ours.
    pub(super) trouble: Quiet,
    /// Large bodies that found no room: anybody can cause them, and they may be LINE's.
    pub(super) crowd: Quiet,
    /// Why `/readyz` says no.
    pub(super) unready: Quiet,
}

impl Meters {
    /// One event of the type at `kind` in [`EVENT_TYPES`].
    pub(super) fn event(&self, kind: usize, what: Acceptance) {
        let outcome = match what {
            Acceptance::New => 0,
            Acceptance::Duplicate => 1,
            Acceptance::Unsent => 2,
        };
        let Some(cell) = self.events.get(kind).and_then(|of_kind| of_kind.get(outcome)) else { return };
        cell.get_or_init(|| {
            metrics::counter!(telemetry::EVENTS, "type" => EVENT_TYPES[kind], "outcome" => OUTCOMES[outcome])
        })
        .increment(1);
    }

    /// One webhook, answered with `status`.
    pub(super) fn webhook(&self, status: StatusCode) {
        let Some(place) = STATUSES.iter().position(|known| *known == status) else { return };
        self.statuses[place]
            .get_or_init(|| metrics::counter!(telemetry::WEBHOOKS, "status" => status.as_str().to_owned()))
            .increment(1);
    }

    /// One webhook, taken.
    pub(super) fn ack(&self, seconds: f64) {
        self.ack.get_or_init(|| metrics::histogram!(telemetry::ACK_SECONDS)).record(seconds);
    }

    /// One request, refused.
    pub(super) fn refusal(&self, why: &ReceiveError) {
        metrics::counter!(telemetry::REFUSALS, "reason" => why.reason()).increment(1);
    }
}
