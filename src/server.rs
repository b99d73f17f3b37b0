//! The house's front door: proves a webhook, hands it to the inbox, answers LINE. Knows nothing of handlers.
//!
//! | Case | Answer |
//! |---|---|
//! | accepted, duplicate, or empty `events` | 200 |
//! | signature missing, malformed or wrong | 401 |
//! | signed, but not an envelope | 400 |
//! | unknown path or channel · wrong method · body too large · request too slow | 404 · 405 · 413 · 408 |
//! | the inbox cannot commit in time, is full, or the process stops and would forget | 503 with `Retry-After` |
//! | too many large bodies at once | 503 with `Retry-After` |

mod activity;
mod budget;
mod connection;
pub mod error;
mod health;
mod meters;
pub mod metrics;
mod quiet;
pub mod signed;
pub mod state;
mod webhook;

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};

pub use connection::{Limits, serve};
pub use error::ReceiveError;
pub use signed::SignedBody;
pub use state::{Gate, ServerState};

/// LINE gives a webhook two seconds; what has not been committed by then is answered 503 while LINE still listens.
pub const ACCEPT_DEADLINE: Duration = Duration::from_millis(1500);

/// What the server needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Where it listens; port 0 picks a free one.
    pub listen: SocketAddr,
    /// The webhook's path: `/callback`. With several channels each is one segment below it.
    pub webhook_path: String,
    /// The largest body that is read, in bytes.
    pub max_body_bytes: usize,
    /// How long a whole request may take to arrive, its head included.
    pub read_timeout: Duration,
    /// How long after its head a webhook is answered 503 unless the inbox has committed.
    pub accept_deadline: Duration,
    /// How long the listener stays open after `/readyz` has turned 503.
    pub shutdown_delay: Duration,
    /// How long handlers and requests in hand may take to finish.
    pub shutdown_grace: Duration,
    /// Where `/metrics` is served; `None` for nowhere.
    pub metrics: Option<SocketAddr>,
}

/// The routes of the public port.
pub fn router(state: ServerState) -> Router {
    let path = state.webhook_path();
    let route = if state.has_one_channel() { path.to_owned() } else { format!("{path}/{{channel}}") };
    Router::new()
        .route(&route, post(webhook::receive).fallback(webhook::wrong_method))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(webhook::unknown_path)
        .with_state(state)
}
