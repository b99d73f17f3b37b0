//! Connections: accepted, timed, drained and, when the grace is over, cut. HTTP/1.1, and HTTP/2 by prior knowledge.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use http::header::CONNECTION;
use http::request::Parts;
use http::{HeaderValue, Request, Response, Version};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service as _;

use super::activity::{Activity, IDLE_MAX, Watched};
use super::quiet::Quiet;

/// The longest head, in bytes; LINE's and a proxy's headers together stay far below.
const HEAD_MAX: usize = 64 * 1024;
/// Streams of one HTTP/2 connection at once.
const STREAMS_MAX: u32 = 64;
/// Bytes that one HTTP/2 stream may send ahead of our reading: what the protocol grants before any settings are known.
const STREAM_WINDOW: u32 = 65_535;
/// The same for all streams of a connection. Any less, and bodies that wait for room would hold up the others.
const CONNECTION_WINDOW: u32 = STREAMS_MAX * STREAM_WINDOW;
/// After a failed `accept`, most often because file descriptors ran out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// When connections end.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How long a whole request may take to arrive.
    pub read_timeout: Duration,
    /// Connections at once; later ones wait to be accepted.
    pub connections: usize,
    /// No connection is accepted any more; requests begun are finished, idle connections closed.
    pub stop: CancellationToken,
    /// Whatever is still open is cut.
    pub cut: CancellationToken,
}

/// When a request began and who sent it; every request carries it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    /// Its first byte.
    pub(super) begun: Instant,
    /// Its head.
    pub(super) head: Instant,
    /// Who is at the other end: LINE or a proxy.
    pub(super) peer: Option<SocketAddr>,
}

impl Arrival {
    /// What its connection wrote into the request; without one it arrives now.
    pub(super) fn of(parts: &Parts) -> Self {
        parts.extensions.get::<Self>().copied().unwrap_or_else(|| {
            let now = Instant::now();
            Self { begun: now, head: now, peer: None }
        })
    }
}

/// Serves `router` on `listener` until `limits.stop`; returns when the last connection is closed or cut.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits) {
    let connections = TaskTracker::new();
    let places = Arc::new(Semaphore::new(limits.connections.clamp(1, Semaphore::MAX_PERMITS)));
    let quiet = Quiet::default();
    let accept = async {
        // They are never closed, so that there is always one to wait for.
        while let Ok(place) = place(&places, limits.connections, &quiet).await {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    connections.spawn(connection(stream, peer, router.clone(), limits.clone(), place));
                }
                Err(error) => accept_failed(&error, &quiet).await,
            }
        }
    };
    limits.stop.run_until_cancelled(accept).await;
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// A place for one more connection. Without this bound connections would eat the file descriptors that the inbox needs.
async fn place(
    places: &Arc<Semaphore>,
    most: usize,
    quiet: &Quiet,
) -> Result<OwnedSemaphorePermit, AcquireError> {
    if places.available_permits() == 0
        && let Some(kept_back) = quiet.speak(Instant::now())
    {
        tracing::error!(
            most,
            kept_back,
            "no room for another connection until one ends; if somebody holds them open, put a reverse proxy in front, \
             and if there is so much to do, raise `ulimit -n`"
        );
    }
    Arc::clone(places).acquire_owned().await
}

async fn accept_failed(error: &io::Error, quiet: &Quiet) {
    // The connection was gone before we took it: nobody's trouble.
    if matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset) {
        return;
    }
    if let Some(kept_back) = quiet.speak(Instant::now()) {
        tracing::error!(%error, kept_back, "cannot accept connections; are there enough file descriptors (ulimit -n)?");
    }
    tokio::time::sleep(ACCEPT_PAUSE).await;
}

/// Something other than bytes that a connection waits for.
enum Sign {
    Tick,
    Stop,
    Cut,
}

type Signs = FuturesUnordered<Pin<Box<dyn Future<Output = Sign> + Send>>>;

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    limits: Limits,
    place: OwnedSemaphorePermit,
) {
    // Answers are a few bytes: they must not wait for more. A failure means that the connection is gone already.
    let _ = stream.set_nodelay(true);
    let activity = Arc::new(Activity::new(Instant::now()));
    let io = TokioIo::new(Watched { stream, activity: Arc::clone(&activity) });
    let service =
        service_fn(|request| answer(request, peer, router.clone(), Arc::clone(&activity), &limits.stop));
    let builder = builder();
    let mut conn = std::pin::pin!(builder.serve_connection(io, service));
    let mut signs = signs(&limits);
    let mut stopping = false;
    loop {
        let sign = tokio::select! {
            biased;
            ended = conn.as_mut() => return gone(ended.err().as_deref(), peer),
            // Polled only when one of them is due: a busy connection does not pay for them.
            Some(sign) = signs.next() => sign,
        };
        match sign {
            Sign::Cut => return,
            Sign::Stop => stopping = true,
            Sign::Tick => {
                // While others wait, nobody may rest for long.
                let crowded = place.semaphore().available_permits() == 0;
                let rest = if crowded { limits.read_timeout.min(IDLE_MAX) } else { IDLE_MAX };
                if activity.is_overdue(Instant::now(), limits.read_timeout, rest) {
                    return;
                }
                signs.push(Box::pin(tick(limits.read_timeout)));
            }
        }
        // A request whose first bytes are here is a request begun: its answer will say `Connection: close`.
        if stopping && !activity.is_receiving() {
            conn.as_mut().graceful_shutdown();
        }
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    // Time is kept by `Activity`, which knows the whole request and lets idle connections rest.
    builder.http1().header_read_timeout(None).half_close(false).max_buf_size(HEAD_MAX);
    builder
        .http2()
        .max_concurrent_streams(STREAMS_MAX)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW);
    builder
}

fn signs(limits: &Limits) -> Signs {
    let (stop, cut) = (limits.stop.clone(), limits.cut.clone());
    let signs = Signs::new();
    signs.push(Box::pin(tick(limits.read_timeout)));
    signs.push(Box::pin(async move {
        stop.cancelled_owned().await;
        Sign::Stop
    }));
    signs.push(Box::pin(async move {
        cut.cancelled_owned().await;
        Sign::Cut
    }));
    signs
}

/// Often enough that a slow connection ends soon after its time.
async fn tick(read_timeout: Duration) -> Sign {
    let pause = (read_timeout / 4).clamp(Duration::from_millis(10), Duration::from_secs(5));
    tokio::time::sleep(pause).await;
    Sign::Tick
}

fn gone(error: Option<&(dyn std::error::Error + Send + Sync + 'static)>, peer: SocketAddr) {
    if let Some(error) = error {
        tracing::debug!(%peer, error, "connection broken");
    }
}

fn answer(
    mut request: Request<Incoming>,
    peer: SocketAddr,
    mut router: Router,
    activity: Arc<Activity>,
    stop: &CancellationToken,
) -> impl Future<Output = Result<Response<Body>, Infallible>> + Send + use<> {
    let head = Instant::now();
    let multiplexed = request.version() == Version::HTTP_2;
    let begun = activity.head_came(head, multiplexed);
    request.extensions_mut().insert(Arrival { begun, head, peer: Some(peer) });
    let in_hand = InHand(activity);
    let stop = stop.clone();
    async move {
        let _in_hand = in_hand;
        let mut response = router.call(request).await?;
        if !multiplexed && stop.is_cancelled() {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(response)
    }
}

/// Counts a request as answered even if its future is dropped.
struct InHand(Arc<Activity>);

impl Drop for InHand {
    fn drop(&mut self) {
        self.0.answered(Instant::now());
    }
}
