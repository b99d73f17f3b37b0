//! `GET /healthz`: the process is alive. `GET /readyz`: webhooks may be sent here.

use std::time::Duration;

use axum::extract::State;
use http::StatusCode;
use tokio::time::Instant;

use super::ServerState;

/// A probe that takes longer is a no.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) async fn alive() -> &'static str {
    "alive\n"
}

pub(super) async fn ready(State(state): State<ServerState>) -> (StatusCode, &'static str) {
    if state.is_draining() {
        return (StatusCode::SERVICE_UNAVAILABLE, "not ready: stopping\n");
    }
    if is_inbox_ready(&state).await {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready: inbox unavailable\n")
    }
}

/// Why it is not goes to the log: the port is public, and the reason may name files and hosts.
async fn is_inbox_ready(state: &ServerState) -> bool {
    let reason = match tokio::time::timeout(PATIENCE, state.inbox().ready()).await {
        Ok(Ok(())) => return true,
        Ok(Err(error)) => error.to_string(),
        Err(_) => "the inbox does not answer".to_owned(),
    };
    if let Some(kept_back) = state.meters().unready.speak(Instant::now()) {
        tracing::error!(reason, kept_back, "/readyz answers 503: the inbox cannot take webhooks");
    }
    false
}
