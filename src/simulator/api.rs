//! LINE's API, one file per chapter of its reference. All of it stands behind [`door`].
//!
//! A new endpoint: a handler in its chapter's file, one line in that file's `routes`.

mod account_link;
mod answer;
mod audience;
mod bot;
mod broadcast;
mod chat;
mod content;
mod coupon;
mod door;
mod follower;
mod group;
mod harm;
mod insight;
mod liff;
mod membership;
mod message;
mod mission_sticker;
mod module;
mod multicast;
mod narrowcast;
mod notification;
mod page;
mod profile;
mod quota;
mod rich_menu;
mod sending;
mod statistics;
mod token;
mod validate;
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
        .merge(multicast::routes(&at))
        .merge(narrowcast::routes(&at))
        .merge(broadcast::routes(&at))
        .merge(validate::routes(&at))
        .merge(chat::routes(&at))
        .merge(content::routes(&at))
        .merge(audience::routes(&at))
        .merge(profile::routes(&at))
        .merge(bot::routes(&at))
        .merge(quota::routes(&at))
        .merge(webhook::routes(&at))
        .merge(token::routes(&at))
        .merge(rich_menu::routes(&at))
        .merge(coupon::routes(&at))
        .merge(membership::routes(&at))
        .merge(account_link::routes(&at))
        .merge(follower::routes(&at))
        .merge(group::routes(&at))
        .merge(insight::routes(&at))
        .merge(liff::routes(&at))
        .merge(mission_sticker::routes(&at))
        .merge(module::routes(&at))
        .merge(notification::routes(&at))
        .merge(statistics::routes(&at))
        .fallback_service(at(Endpoint::open("unknown"), any(nowhere)).with_state(sim.clone()))
}

async fn nowhere() -> Refusal {
    Refusal::not_found()
}
