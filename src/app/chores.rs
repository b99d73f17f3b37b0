//! What is done now and then: forgetting what is old, looking at gauges, reading secret files again.

use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::channels::Channels;
use crate::clock::Clock;
use crate::config::reload::{Reloader, SecretFile};
use crate::inbox::{Counts, Inbox, ParkReason, Retention};
use crate::server::ServerState;
use crate::telemetry::{self, Metrics};

const SWEEP_EVERY: Duration = Duration::from_secs(60);
const GAUGES_EVERY: Duration = Duration::from_secs(5);
const RELOAD_EVERY: Duration = Duration::from_secs(10);

/// What the chores work on.
pub(super) struct Chores {
    pub(super) inbox: Arc<dyn Inbox>,
    pub(super) wake: Arc<Notify>,
    pub(super) retention: Retention,
    pub(super) clock: Clock,
    pub(super) metrics: Option<Metrics>,
    pub(super) files: Vec<SecretFile>,
    pub(super) state: ServerState,
    pub(super) channels: Channels,
}

impl Chores {
    /// Starts them; they end with `end`, or when what is returned is dropped.
    pub(super) fn start(self, end: &CancellationToken) -> JoinSet<()> {
        let Self { inbox, wake, retention, clock, metrics, files, state, channels } = self;
        let mut chores = JoinSet::new();
        chores.spawn(until(end.clone(), sweep(Arc::clone(&inbox), retention, clock.clone())));
        chores.spawn(until(end.clone(), listen(Arc::clone(&inbox), wake)));
        if let Some(metrics) = metrics {
            chores.spawn(until(end.clone(), look(inbox, clock, metrics)));
        }
        chores.spawn(until(end.clone(), reload(Reloader::new(files), state, channels)));
        chores
    }
}

async fn until(end: CancellationToken, chore: impl Future<Output = ()>) {
    end.run_until_cancelled_owned(chore).await;
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

/// In bounded pieces, so that webhooks get in between.
async fn sweep(inbox: Arc<dyn Inbox>, retention: Retention, clock: Clock) {
    let mut due = every(SWEEP_EVERY);
    loop {
        due.tick().await;
        loop {
            match inbox.sweep(retention, clock.now()).await {
                Ok(swept) if swept.more => tokio::task::yield_now().await,
                Ok(_) => break,
                Err(error) => {
                    tracing::error!(%error, "cannot forget what is old; the inbox grows until this works again");
                    break;
                }
            }
        }
    }
}

/// Wakes the worker for what other processes leave to it.
async fn listen(inbox: Arc<dyn Inbox>, wake: Arc<Notify>) {
    loop {
        inbox.stirred().await;
        wake.notify_one();
    }
}

async fn look(inbox: Arc<dyn Inbox>, clock: Clock, metrics: Metrics) {
    let mut due = every(GAUGES_EVERY);
    loop {
        due.tick().await;
        metrics.upkeep();
        // When the inbox is not available, /readyz and every webhook say so; the gauges keep their last value.
        if let Ok(counts) = inbox.counts(clock.now()).await {
            show(&counts);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float; counts are far below 2^52")]
fn show(counts: &Counts) {
    metrics::gauge!(telemetry::PENDING).set(counts.pending as f64);
    metrics::gauge!(telemetry::PENDING_AGE).set(counts.oldest_pending.unwrap_or_default().as_secs_f64());
    for reason in ParkReason::ALL {
        let parked = counts.parked.get(reason.as_str()).copied().unwrap_or(0);
        metrics::gauge!(telemetry::PARKED, "reason" => reason.as_str()).set(parked as f64);
    }
}

/// Every few seconds and at SIGHUP, which would otherwise end the process.
async fn reload(reloader: Reloader, state: ServerState, channels: Channels) {
    let mut due = every(RELOAD_EVERY);
    let mut hangup = match signal(SignalKind::hangup()) {
        Ok(hangup) => Some(hangup),
        Err(error) => {
            tracing::warn!(%error, "cannot listen to SIGHUP; secret files are still read every {RELOAD_EVERY:?}");
            None
        }
    };
    let mut reloader = Some(reloader);
    loop {
        tokio::select! {
            _ = due.tick() => {}
            Some(()) = async { hangup.as_mut()?.recv().await } => tracing::info!("SIGHUP: reading secret files"),
        }
        let Some(mut files) = reloader.take() else { return };
        if files.is_empty() {
            reloader = Some(files);
            continue;
        }
        // A file may lie on a slow disk.
        let read = tokio::task::spawn_blocking(move || {
            let changes = files.poll();
            (files, changes)
        });
        let Ok((files, changes)) = read.await else { return };
        reloader = Some(files);
        changes.into_iter().for_each(|change| channels.apply(change, &state));
    }
}
