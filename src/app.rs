//! The house, put together: builds everything, binds, runs until told to stop, and stops politely.

mod channels;
mod chores;
mod descriptors;
mod error;
mod run;

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::client::{Client, HttpTransport, Transport};
use crate::clock::Clock;
use crate::config::{Config, Layout};
use crate::dispatch::{Handler, Worker};
use crate::inbox::{self, Inbox, InboxError};
use crate::line::Channel;
use crate::server::{self, Limits, ServerState};
use crate::telemetry;

pub use channels::UnknownChannel;
pub use error::AppError;
pub use run::run;

use channels::Channels;
use chores::Chores;

/// A connection to LINE comes about within this, or the attempt was certainly not sent.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// A stop waits so long to be told what is left, and not longer for a database that does not answer.
const LAST_COUNT: Duration = Duration::from_secs(3);

/// A server that is ready to run.
pub struct App<H> {
    settings: server::Settings,
    state: ServerState,
    listener: Bound,
    metrics: Option<(Bound, telemetry::Metrics)>,
    worker: Worker<H>,
    inbox: Arc<dyn Inbox>,
    forgets: bool,
    channels: Channels,
    chores: Chores,
    clock: Clock,
}

/// What was left when a server had stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Events that were in hand when the grace ended, and were cut.
    pub cut: usize,
    /// Events that wait for the next start; with the memory inbox they are gone. `None` when it cannot be told.
    pub pending: Option<u64>,
    /// The worker or the inbox ended on its own, which neither must.
    pub broken: bool,
}

impl<H: Handler> App<H> {
    /// Opens the inbox, sets up the clients and binds the listeners. Everything that can fail at the start fails here.
    ///
    /// # Errors
    /// [`AppError`] says what and what to do.
    pub async fn build(config: Config, handler: H) -> Result<Self, AppError> {
        let transport = Arc::new(HttpTransport::new(CONNECT_TIMEOUT)?);
        Self::build_with(config, handler, transport, Clock::system()).await
    }

    /// The same over another way to LINE and by another clock: for tests.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn build_with(
        config: Config,
        handler: H,
        transport: Arc<dyn Transport>,
        clock: Clock,
    ) -> Result<Self, AppError> {
        let settings = config.inbox.clone();
        let inbox = async move { inbox::open(&settings).await };
        Self::build_on(inbox, config, handler, transport, clock).await
    }

    async fn build_on(
        inbox: impl Future<Output = Result<Arc<dyn Inbox>, InboxError>>,
        config: Config,
        handler: H,
        transport: Arc<dyn Transport>,
        clock: Clock,
    ) -> Result<Self, AppError> {
        let forgets = config.inbox.url.starts_with("memory:");
        let Config { channels, layout, server: settings, retention, dispatch, files, .. } = config;
        // Before anything counts: a counter made earlier would count nowhere.
        let metrics = metrics(&settings).await?;
        let listener = Bound::new("HOST and PORT", settings.listen).await?;
        let inbox = inbox.await?;
        let wake = Arc::new(Notify::new());
        let gates: Vec<_> = channels.iter().map(channels::gate).collect();
        let channels = Channels::new(channels, &transport, &clock);
        let clients = channels.clients();
        let worker =
            Worker::new(dispatch, Arc::clone(&inbox), handler, clients, Arc::clone(&wake), clock.clone());
        let state = state(layout, &settings, gates, &inbox, Arc::clone(&wake), &clock)?;
        let chores = Chores {
            inbox: Arc::clone(&inbox),
            wake,
            retention,
            clock: clock.clone(),
            metrics: metrics.as_ref().map(|(_, metrics)| metrics.clone()),
            files,
            state: state.clone(),
            channels: channels.clone(),
        };
        Ok(Self { settings, state, listener, metrics, worker, inbox, forgets, channels, chores, clock })
    }

    /// Where it listens; the real port if 0 was asked for.
    pub fn local_addr(&self) -> SocketAddr {
        self.listener.address
    }

    /// Where `/metrics` is served, if it is.
    pub fn metrics_addr(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().map(|(bound, _)| bound.address)
    }

    /// The client of a channel, for messages that no event caused; to be kept before [`run_until`](Self::run_until).
    /// The only channel is called `default`.
    ///
    /// # Errors
    /// No channel has this name.
    pub fn client(&self, channel: &str) -> Result<Client, UnknownChannel> {
        self.channels.client(channel)
    }

    /// Serves until `shutdown`, then stops politely: `/readyz` turns 503, after `SHUTDOWN_DELAY` nothing more is
    /// accepted or claimed, and what is in hand gets `SHUTDOWN_GRACE`.
    pub async fn run_until(self, shutdown: impl Future<Output = ()>) -> Summary {
        let Self { settings, state, listener, metrics, worker, inbox, forgets, channels, chores, clock } =
            self;
        let ends = Ends::default();
        let address = listener.address;
        let metrics_address = metrics.as_ref().map(|(bound, _)| tracing::field::display(bound.address));
        let serving = listener.serve(server::router(state.clone()), limits(&settings, &ends.halt, &ends.cut));
        if let Some((bound, metrics)) = metrics {
            // Scraped until the very end, and worth no grace.
            bound.serve(server::metrics::router(metrics), limits(&settings, &ends.all, &ends.all));
        }
        let _chores = chores.start(&ends.all);
        let working = work(worker, ends.halt.clone(), settings.shutdown_grace);
        tracing::info!(%address, path = settings.webhook_path, metrics = metrics_address, "listening");

        let worked = until_told(shutdown, working, &*inbox, &state, settings.shutdown_delay).await;
        if forgets {
            state.refuse();
        }
        ends.halt.cancel();
        let deadline = Instant::now() + settings.shutdown_grace;
        let (broken, cut) = match worked {
            Worked::Ended => (true, 0),
            Worked::Still(working) => stopped(&working.await),
            Worked::InVain(working) => (true, stopped(&working.await).1),
        };
        finish(serving, &ends.cut, deadline).await;
        channels.give_back().await;
        let summary = Summary { cut, pending: pending(&*inbox, &clock).await, broken };
        if let Err(error) = inbox.close().await {
            tracing::error!(%error, "the inbox did not close cleanly; its next start takes over");
        }
        ends.all.cancel();
        report(&summary, forgets);
        summary
    }
}

/// The ends, in their order.
#[derive(Default)]
struct Ends {
    /// Nothing more is accepted or claimed.
    halt: CancellationToken,
    /// Connections that outlived the grace are cut.
    cut: CancellationToken,
    /// Everything else.
    all: CancellationToken,
}

/// What the worker does when it is time to stop.
enum Worked {
    Still(JoinHandle<usize>),
    /// The inbox is broken: nothing more can be accepted, claimed or settled.
    InVain(JoinHandle<usize>),
    /// It ended on its own, which it must not.
    Ended,
}

fn limits(settings: &server::Settings, stop: &CancellationToken, cut: &CancellationToken) -> Limits {
    let connections = descriptors::for_connections();
    Limits { read_timeout: settings.read_timeout, connections, stop: stop.clone(), cut: cut.clone() }
}

fn work<H: Handler>(worker: Worker<H>, stop: CancellationToken, grace: Duration) -> JoinHandle<usize> {
    tokio::spawn(async move { worker.run(stop, grace).await })
}

/// Waits until it is time to stop, and then so long that a load balancer has noticed.
async fn until_told(
    shutdown: impl Future<Output = ()>,
    mut working: JoinHandle<usize>,
    inbox: &dyn Inbox,
    state: &ServerState,
    delay: Duration,
) -> Worked {
    tokio::select! {
        () = shutdown => {}
        _ = &mut working => {
            state.drain();
            tracing::error!("the worker has ended on its own, which is a bug; stopping");
            return Worked::Ended;
        }
        () = inbox.broken() => {
            state.drain();
            tracing::error!("the inbox has ended on its own, which is a bug; stopping");
            return Worked::InVain(working);
        }
    }
    state.drain();
    tracing::info!(?delay, "stopping");
    tokio::time::sleep(delay).await;
    Worked::Still(working)
}

/// The clients of a configuration by their channels' names, without a server around them.
///
/// # Errors
/// There is no way to LINE.
pub fn clients(config: &Config) -> Result<BTreeMap<Channel, Client>, AppError> {
    let transport: Arc<dyn Transport> = Arc::new(HttpTransport::new(CONNECT_TIMEOUT)?);
    let channels = Channels::new(config.channels.clone(), &transport, &Clock::system());
    Ok(channels.clients().into_iter().collect())
}

struct Bound {
    listener: TcpListener,
    address: SocketAddr,
}

impl Bound {
    async fn new(knobs: &'static str, address: SocketAddr) -> Result<Self, AppError> {
        let bound: io::Result<Self> = async {
            let listener = TcpListener::bind(address).await?;
            let address = listener.local_addr()?;
            Ok(Self { listener, address })
        }
        .await;
        bound.map_err(|source| AppError::Bind { knobs, address, source })
    }

    fn serve(self, router: Router, limits: Limits) -> JoinHandle<()> {
        tokio::spawn(server::serve(self.listener, router, limits))
    }
}

async fn metrics(settings: &server::Settings) -> Result<Option<(Bound, telemetry::Metrics)>, AppError> {
    let Some(address) = settings.metrics else { return Ok(None) };
    let Some(metrics) = telemetry::metrics() else {
        tracing::warn!("this process records metrics elsewhere already; /metrics is not served");
        return Ok(None);
    };
    Ok(Some((Bound::new("METRICS_ADDR", address).await?, metrics)))
}

fn state(
    layout: Layout,
    settings: &server::Settings,
    mut gates: Vec<server::Gate>,
    inbox: &Arc<dyn Inbox>,
    wake: Arc<Notify>,
    clock: &Clock,
) -> Result<ServerState, AppError> {
    let (settings, inbox, clock) = (settings.clone(), Arc::clone(inbox), clock.clone());
    Ok(match layout {
        Layout::One => {
            let gate = gates.pop().ok_or(AppError::NoChannel)?;
            ServerState::one(settings, gate, inbox, wake, clock)
        }
        Layout::ByName => ServerState::several(settings, gates, inbox, wake, clock),
    })
}

/// How a worker ended that was told to: whether on a bug, and how many events it cut.
fn stopped(worked: &Result<usize, JoinError>) -> (bool, usize) {
    match worked {
        Ok(cut) => (false, *cut),
        Err(_) => {
            tracing::error!(
                "the worker broke down while stopping, which is a bug; the next start takes over"
            );
            (true, 0)
        }
    }
}

/// Requests begun are finished; at the deadline they are cut.
async fn finish(mut serving: JoinHandle<()>, cut: &CancellationToken, deadline: Instant) {
    if tokio::time::timeout_at(deadline, &mut serving).await.is_err() {
        cut.cancel();
        let _ = serving.await;
    }
}

async fn pending(inbox: &dyn Inbox, clock: &Clock) -> Option<u64> {
    let counts = tokio::time::timeout(LAST_COUNT, inbox.counts(clock.now())).await;
    counts.ok()?.ok().map(|counts| counts.pending)
}

fn report(summary: &Summary, forgets: bool) {
    let Summary { cut, pending, .. } = summary;
    match (pending, forgets) {
        (Some(0), _) => tracing::info!(cut, "stopped; no event is left"),
        (Some(pending), false) => {
            tracing::info!(cut, pending, "stopped; the events left wait for the next start");
        }
        (Some(pending), true) => {
            tracing::warn!(cut, pending, "stopped; the memory inbox forgets the events left");
        }
        (None, _) => tracing::warn!(cut, "stopped; the inbox does not say what is left"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::dispatch::handler_fn;
    use crate::inbox::sqlite::SqliteInbox;

    #[tokio::test]
    async fn a_broken_inbox_ends_the_server_which_says_so() {
        let settings = [
            ("LINE_CHANNEL_SECRET", "8b2f0e3cc0d94ae3a8f3f1b0b4b8a4d1"),
            ("LINE_CHANNEL_ACCESS_TOKEN", "token"),
            ("HOST", "127.0.0.1"),
            ("PORT", "0"),
            ("METRICS_ADDR", "off"),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = Config::load(&BTreeMap::from(settings)).unwrap();
        let inbox: Arc<dyn Inbox> = Arc::new(SqliteInbox::that_dies());
        let transport = Arc::new(HttpTransport::new(CONNECT_TIMEOUT).unwrap());
        let handler = handler_fn(|_, _| async { Ok(()) });
        let app = App::build_on(async { Ok(inbox) }, config, handler, transport, Clock::system());
        let app = app.await.unwrap();
        // Nobody tells it to stop.
        assert!(app.run_until(std::future::pending()).await.broken);
    }
}
