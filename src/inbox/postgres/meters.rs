//! What can be seen of the connections from outside. Handles are looked up once.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use deadpool_postgres::Status;
use metrics::{Counter, Gauge};

use super::problem::Kind;
use crate::telemetry;

/// How often the gauges are set, in milliseconds. They are read every few seconds.
const EVERY: u64 = 250;

pub(super) struct Meters {
    failures: [OnceLock<Counter>; Kind::COUNT],
    gauges: OnceLock<[Gauge; 3]>,
    start: Instant,
    next: AtomicU64,
}

impl Default for Meters {
    fn default() -> Self {
        Self {
            failures: Default::default(),
            gauges: OnceLock::new(),
            start: Instant::now(),
            next: AtomicU64::new(0),
        }
    }
}

impl Meters {
    /// A statement, or a connection for one, failed.
    pub(super) fn failure(&self, kind: Kind) {
        self.failures[kind as usize]
            .get_or_init(|| metrics::counter!(telemetry::POSTGRES_FAILURES, "kind" => kind.as_str()))
            .increment(1);
    }

    /// A statement is about to run: tells how the connections stand, now and then.
    pub(super) fn connections(&self, status: impl FnOnce() -> Status) {
        let now = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let next = self.next.load(Relaxed);
        if now < next || self.next.compare_exchange(next, now + EVERY, Relaxed, Relaxed).is_err() {
            return;
        }
        let status = status();
        let gauge = |state| metrics::gauge!(telemetry::POSTGRES_CONNECTIONS, "state" => state);
        let [open, idle, waiting] = self
            .gauges
            .get_or_init(|| [gauge("open"), gauge("idle"), metrics::gauge!(telemetry::POSTGRES_WAITING)]);
        for (gauge, count) in [(open, status.size), (idle, status.available), (waiting, status.waiting)] {
            gauge.set(u32::try_from(count).unwrap_or(u32::MAX));
        }
    }
}
