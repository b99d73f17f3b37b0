//! `POST /v2/bot/message/validate/{reply,push,multicast,narrowcast,broadcast}`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#validate-message-objects-of-reply-message)).
//!
//! Only `messages` is looked at, and not what depends on where they go.

use axum::Router;
use axum::routing::{MethodRouter, post};
use serde_json::json;

use super::answer::{Answer, Refusal, ok};
use super::door::{Asked, Endpoint};
use crate::simulator::check::{self, Report};
use crate::simulator::sim::Sim;

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    let validate = |name| at(Endpoint::new(name), post(validate));
    Router::new()
        .route("/v2/bot/message/validate/reply", validate("validate-reply"))
        .route("/v2/bot/message/validate/push", validate("validate-push"))
        .route("/v2/bot/message/validate/multicast", validate("validate-multicast"))
        .route("/v2/bot/message/validate/narrowcast", validate("validate-narrowcast"))
        .route("/v2/bot/message/validate/broadcast", validate("validate-broadcast"))
}

async fn validate(asked: Asked) -> Answer {
    let body = asked.json()?;
    let mut report = Report::default();
    check::check_messages(body.get("messages"), &mut report);
    Refusal::unless_clean(report)?;
    ok(json!({}))
}
