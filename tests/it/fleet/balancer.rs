//! What stands between LINE and the replicas.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use bytes::Bytes;
use futures_util::future::join_all;
use tokio::net::TcpListener;
use tokio::sync::Barrier;
use tokio::task::JoinHandle;

/// How long a replica may take to answer. Less than LINE's two seconds, more than a replica may take to say 503.
const LIMIT: Duration = Duration::from_millis(1_800);

/// Who gets a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spread {
    /// One replica after the other; those that refuse the connection are passed over.
    RoundRobin,
    /// Every replica at the same instant. It is taken when all have taken it.
    All,
}

/// A balancer that runs. Ends with its owner.
pub(super) struct Balancer {
    address: SocketAddr,
    ways: Arc<Ways>,
    running: JoinHandle<()>,
}

struct Ways {
    http: reqwest::Client,
    replicas: Vec<Way>,
    spread: Spread,
    next: AtomicUsize,
}

struct Way {
    replica: SocketAddr,
    /// Requests that it has answered with 200.
    taken: AtomicUsize,
}

impl Balancer {
    pub(super) async fn start(replicas: Vec<SocketAddr>, spread: Spread) -> Self {
        // An error means that another test was first.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder().no_proxy().timeout(LIMIT).build().unwrap();
        let way = |replica| Way { replica, taken: AtomicUsize::new(0) };
        let replicas = replicas.into_iter().map(way).collect();
        let ways = Arc::new(Ways { http, replicas, spread, next: AtomicUsize::new(0) });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(forward).with_state(Arc::clone(&ways));
        let running = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, ways, running }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/callback", self.address)
    }

    /// How many requests each replica has answered with 200.
    pub(super) fn taken(&self) -> Vec<usize> {
        self.ways.replicas.iter().map(|way| way.taken.load(Ordering::Relaxed)).collect()
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.running.abort();
    }
}

async fn forward(State(ways): State<Arc<Ways>>, uri: Uri, headers: HeaderMap, body: Bytes) -> StatusCode {
    match ways.spread {
        Spread::RoundRobin => ways.to_one(&uri, &headers, &body).await,
        Spread::All => ways.to_all(&uri, &headers, &body).await,
    }
}

impl Ways {
    async fn to_one(&self, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> StatusCode {
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        for n in 0..self.replicas.len() {
            match self.send(&self.replicas[(first + n) % self.replicas.len()], uri, headers, body).await {
                Ok(status) => return status,
                Err(error) if error.is_connect() => {}
                Err(_) => break,
            }
        }
        StatusCode::BAD_GATEWAY
    }

    async fn to_all(&self, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> StatusCode {
        let start = Barrier::new(self.replicas.len());
        let sent = self.replicas.iter().map(|way| {
            let start = &start;
            async move {
                start.wait().await;
                self.send(way, uri, headers, body).await.unwrap_or(StatusCode::BAD_GATEWAY)
            }
        });
        let answers = join_all(sent).await;
        answers.into_iter().find(|status| *status != StatusCode::OK).unwrap_or(StatusCode::OK)
    }

    async fn send(
        &self,
        way: &Way,
        uri: &Uri,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> reqwest::Result<StatusCode> {
        let mut request = self.http.post(format!("http://{}{}", way.replica, uri.path())).body(body.clone());
        for name in ["content-type", "x-line-signature"] {
            if let Some(value) = headers.get(name) {
                request = request.header(name, value);
            }
        }
        let status = request.send().await?.status();
        if status == StatusCode::OK {
            way.taken.fetch_add(1, Ordering::Relaxed);
        }
        Ok(status)
    }
}
