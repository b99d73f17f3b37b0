//! The dispatch's metrics, their handles looked up once. Costs next to nothing while no recorder is installed.

use std::sync::OnceLock;
use std::time::Duration;

use metrics::{Counter, Histogram};

use crate::inbox::Route;
use crate::line::Event;
use crate::telemetry;

/// The label of every type without one of its own, so that a stranger cannot make labels.
const UNKNOWN: &str = "unknown";

/// What became of an event in one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Handled.
    Handled,
    /// To be tried again.
    Retried,
    /// Given up.
    Parked,
    /// Unsent by its user.
    Unsent,
}

impl Fate {
    const COUNT: usize = 4;

    const fn as_str(self) -> &'static str {
        match self {
            Self::Handled => "handled",
            Self::Retried => "retried",
            Self::Parked => "parked",
            Self::Unsent => "unsent",
        }
    }
}

/// How a handler's run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Run {
    /// With `Ok`.
    Ok,
    /// With an error.
    Error,
    /// With a panic.
    Panic,
    /// Not in time.
    Timeout,
    /// Cut by a stop or a lost lease.
    Cut,
}

impl Run {
    const COUNT: usize = 5;

    const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Panic => "panic",
            Self::Timeout => "timeout",
            Self::Cut => "cut",
        }
    }
}

/// An event's type, by its place in [`Event::KINDS`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind(usize);

impl Kind {
    pub(crate) fn of(kind: &str) -> Self {
        Self(Event::KINDS.iter().position(|known| *known == kind).unwrap_or(Event::KINDS.len()))
    }
}

/// The handles.
pub(crate) struct Meters {
    /// By place in [`Event::KINDS`], the last one for all others.
    events: Box<[[OnceLock<Counter>; Fate::COUNT]]>,
    runs: [OnceLock<Histogram>; Run::COUNT],
    answers: [OnceLock<Counter>; Route::ALL.len()],
    token_age: OnceLock<Histogram>,
    notes: OnceLock<Counter>,
}

impl Default for Meters {
    fn default() -> Self {
        let kinds = Event::KINDS.len() + 1;
        Self {
            events: std::iter::repeat_with(Default::default).take(kinds).collect(),
            runs: Default::default(),
            answers: Default::default(),
            token_age: OnceLock::new(),
            notes: OnceLock::new(),
        }
    }
}

impl Meters {
    /// An event of this type met this fate.
    pub(crate) fn event(&self, Kind(place): Kind, fate: Fate) {
        let counter = self.events[place][fate as usize].get_or_init(|| {
            let label = Event::KINDS.get(place).copied().unwrap_or(UNKNOWN);
            metrics::counter!(telemetry::EVENTS, "type" => label, "outcome" => fate.as_str())
        });
        counter.increment(1);
    }

    /// A handler ran for so long.
    pub(crate) fn run(&self, run: Run, took: Duration) {
        self.runs[run as usize]
            .get_or_init(|| metrics::histogram!(telemetry::HANDLER_SECONDS, "outcome" => run.as_str()))
            .record(took.as_secs_f64());
    }

    /// LINE took a request that went this way.
    pub(crate) fn answer(&self, route: Route) {
        self.answers[route as usize]
            .get_or_init(|| metrics::counter!(telemetry::ANSWERS, "route" => route.as_str()))
            .increment(1);
    }

    /// A reply token was used at this age.
    pub(crate) fn token_age(&self, age: Duration) {
        self.token_age
            .get_or_init(|| metrics::histogram!(telemetry::TOKEN_AGE_SECONDS))
            .record(age.as_secs_f64());
    }

    /// A send was noted.
    pub(crate) fn note(&self) {
        self.notes.get_or_init(|| metrics::counter!(telemetry::NOTES)).increment(1);
    }
}
