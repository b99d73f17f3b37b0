//! Keeps LINE's rate limits on our side: each endpoint has a bucket, per client and so per channel and process
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#rate-limits)).
//!
//! LINE counts by token buckets whose size it does not tell. Ours hold a part of what the rate allows, and the rest
//! flows in over its period: no period, however it is cut, sees more calls than LINE names. What LINE refuses all the
//! same empties the bucket and holds every caller of that endpoint back for a while.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dashmap::DashMap;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

use crate::client::{Endpoint, Rate};
use crate::telemetry::{API_PACE_SECONDS, API_PACED};

/// The longest that one of LINE's refusals holds callers back, in multiples of the first pause, unless LINE's rate or
/// its `Retry-After` says more.
const LONGEST_HOLD: u32 = 32;
/// Nothing is held back longer, whatever a `Retry-After` says, and no call waits longer.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// A call that was not sent, for its turn is too far away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotNow {
    pub(crate) rate: Rate,
    /// Until it is its turn.
    pub(crate) free_in: Duration,
}

/// The buckets of one client.
pub(crate) struct Pace {
    buckets: DashMap<&'static str, Arc<Bucket>, foldhash::fast::RandomState>,
    longest_wait: Duration,
    first_hold: Duration,
}

struct Bucket {
    endpoint: &'static str,
    rate: Rate,
    limiter: Limiter,
    /// One call waits for the limiter, those behind it for this, in the order in which they came.
    queue: tokio::sync::Mutex<()>,
    waiting: AtomicU32,
    /// Set while `held` says something, so that a free way costs one load.
    is_held: AtomicBool,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    /// Nothing leaves before this.
    until: Option<Instant>,
    /// LINE's refusals since a call went through.
    refusals: u32,
}

/// The time that passes here: real, and moved by tests that pause tokio's.
struct Elapsed(Instant);

impl Clock for Elapsed {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, Elapsed, NoOpMiddleware<Duration>>;

impl Pace {
    pub(crate) fn new(longest_wait: Duration, first_hold: Duration) -> Self {
        let longest_wait = longest_wait.min(LONGEST_WAIT);
        Self { buckets: DashMap::default(), longest_wait, first_hold }
    }

    /// Returns when a call to `endpoint` may leave: at once, or after a wait of at most `within`.
    pub(crate) async fn turn(&self, endpoint: &'static Endpoint, within: Duration) -> Result<(), NotNow> {
        let bucket = self.bucket(endpoint);
        if bucket.is_free() && bucket.limiter.check().is_ok() {
            return Ok(());
        }
        bucket.wait(within.min(self.longest_wait)).await
    }

    /// LINE has refused a call for its rate.
    pub(crate) fn refused(&self, endpoint: &'static Endpoint, retry_after: Option<Duration>) {
        self.bucket(endpoint).hold(self.first_hold, retry_after);
    }

    /// LINE has taken a call.
    pub(crate) fn taken(&self, endpoint: &'static Endpoint) {
        // Nearly always there is nothing to forget.
        if let Some(bucket) = self.buckets.get(endpoint.name).filter(|bucket| bucket.is_held()) {
            bucket.forget_refusals();
        }
    }

    fn bucket(&self, endpoint: &'static Endpoint) -> Arc<Bucket> {
        if let Some(bucket) = self.buckets.get(endpoint.name) {
            return Arc::clone(&bucket);
        }
        let new = || Arc::new(Bucket::new(endpoint.name, endpoint.rate));
        Arc::clone(&self.buckets.entry(endpoint.name).or_insert_with(new))
    }
}

impl Bucket {
    fn new(endpoint: &'static str, rate: Rate) -> Self {
        Self {
            endpoint,
            rate,
            limiter: RateLimiter::direct_with_clock(quota(rate), Elapsed(Instant::now())),
            queue: tokio::sync::Mutex::default(),
            waiting: AtomicU32::new(0),
            is_held: AtomicBool::new(false),
            held: Mutex::default(),
        }
    }

    /// Nobody waits and nothing holds it.
    fn is_free(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) == 0 && !self.is_held()
    }

    fn is_held(&self) -> bool {
        self.is_held.load(Ordering::Relaxed)
    }

    async fn wait(&self, within: Duration) -> Result<(), NotNow> {
        let begun = Instant::now();
        let ahead = self.waiting.fetch_add(1, Ordering::Relaxed);
        let _waits = scopeguard::guard((), |()| {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
        });
        // Those ahead have a call each, and the first of them waits for one already.
        let ahead = if ahead == 0 { 0 } else { ahead.saturating_add(1) };
        let behind = self.held_for().saturating_add(self.interval().saturating_mul(ahead));
        if behind > within {
            return Err(self.not_now(behind));
        }
        let end = begun + within;
        let Ok(_first) = tokio::time::timeout_at(end, self.queue.lock()).await else {
            return Err(self.not_now(self.interval()));
        };
        while let Some(pause) = self.pause() {
            if Instant::now() + pause > end {
                return Err(self.not_now(pause));
            }
            tokio::time::sleep(pause).await;
        }
        let waited = begun.elapsed();
        metrics::counter!(API_PACED, "endpoint" => self.endpoint, "outcome" => "waited").increment(1);
        metrics::histogram!(API_PACE_SECONDS, "endpoint" => self.endpoint).record(waited.as_secs_f64());
        tracing::debug!(endpoint = self.endpoint, waited_ms = waited.as_millis(), "waited for LINE's rate");
        Ok(())
    }

    /// How long it takes until a call may leave; `None` when one has been taken out of the bucket.
    fn pause(&self) -> Option<Duration> {
        let held = self.held_for();
        if !held.is_zero() {
            return Some(held);
        }
        let not_until = self.limiter.check().err()?;
        Some(not_until.wait_time_from(self.limiter.clock().now()).max(Duration::from_micros(1)))
    }

    fn not_now(&self, free_in: Duration) -> NotNow {
        metrics::counter!(API_PACED, "endpoint" => self.endpoint, "outcome" => "refused").increment(1);
        let Rate { calls, per } = self.rate;
        tracing::warn!(endpoint = self.endpoint, calls, ?per, ?free_in, "not sent: LINE's rate is used up");
        NotNow { rate: self.rate, free_in }
    }

    /// LINE's bucket is empty: so is this one, and nothing leaves for as long as one call takes to flow in. Refusals
    /// that go on make it longer; those of calls that were under way already do not.
    fn hold(&self, first: Duration, retry_after: Option<Duration>) {
        while self.limiter.check().is_ok() {}
        let now = Instant::now();
        let mut held = self.held();
        if held.until.is_none_or(|until| until <= now) {
            held.refusals = held.refusals.saturating_add(1);
        }
        let doubled = 2_u32.saturating_pow(held.refusals - 1).min(LONGEST_HOLD);
        let pause = first.saturating_mul(doubled).max(self.rate.per / self.rate.calls.max(1));
        let until = now + pause.max(retry_after.unwrap_or_default()).min(LONGEST_WAIT);
        held.until = held.until.max(Some(until));
        self.is_held.store(true, Ordering::Relaxed);
        metrics::counter!(API_PACED, "endpoint" => self.endpoint, "outcome" => "held").increment(1);
    }

    fn forget_refusals(&self) {
        let mut held = self.held();
        // A call that was under way when another was refused proves nothing.
        if held.until.is_none_or(|until| until <= Instant::now()) {
            *held = Held::default();
            self.is_held.store(false, Ordering::Relaxed);
        }
    }

    /// How long nothing leaves.
    fn held_for(&self) -> Duration {
        self.held().until.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()))
    }

    /// Until a call flows into an empty bucket.
    fn interval(&self) -> Duration {
        quota(self.rate).replenish_interval()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a bucket holds, and how fast it fills again: together no more than `rate.calls` in any `rate.per`. Where LINE
/// counts by the second, a tenth is held, for what is lost of the steady flow; where it counts by the minute or the
/// hour, half, for such calls come in handfuls.
fn quota(rate: Rate) -> Quota {
    let share = if rate.per <= Duration::from_secs(1) { 10 } else { 2 };
    let held = rate.calls.div_ceil(share).max(1);
    let flow = rate.calls.saturating_sub(held).max(1);
    // The only refusal is a period of zero.
    let quota = Quota::with_period(rate.per / flow).unwrap_or(Quota::per_second(std::num::NonZeroU32::MAX));
    quota.allow_burst(std::num::NonZeroU32::new(held).unwrap_or(std::num::NonZeroU32::MIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_and_what_flows_in_are_together_what_line_allows() {
        for rate in [
            Rate::OTHERS,
            Rate::per_second(200),
            Rate::per_second(10),
            Rate::per_minute(60),
            Rate::per_hour(60),
            Rate::per_hour(3),
        ] {
            let quota = quota(rate);
            let flow = rate.per.as_nanos() / quota.replenish_interval().as_nanos();
            assert!(u128::from(quota.burst_size().get()) + flow <= u128::from(rate.calls), "{rate:?}");
        }
    }
}
