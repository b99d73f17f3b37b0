//! LINE's API, one file per chapter of its reference. All of it stands behind [`door`].
//!
//! A new endpoint: a handler in its chapter's file, one line in that file's `routes`.

mod answer;
mod bot;
mod chat;
mod content;
mod door;
mod harm;
mod message;
mod profile;
mod quota;
mod token;
mod webhook;

use axum::Router;
use axum::routing::{MethodRouter, any};

use super::sim::Sim;
use answer::Refusal;
use door::Endpoint;

/// Every route of LINE's API that is built; everything else is LINE's 404.
pub(super) fn routes(sim: &Sim) -> Router<Sim> {
    let at = |endpoint, methods: MethodRouter<Sim>| door::behind(sim, endpoint, methods);
    Router::new()
        .merge(message::routes(&at))
        .merge(chat::routes(&at))
        .merge(content::routes(&at))
        .merge(profile::routes(&at))
        .merge(bot::routes(&at))
        .merge(quota::routes(&at))
        .merge(webhook::routes(&at))
        .merge(token::routes(&at))
        .fallback_service(at(Endpoint::open("unknown"), any(nowhere)).with_state(sim.clone()))
}

async fn nowhere() -> Refusal {
    Refusal::not_found()
}
