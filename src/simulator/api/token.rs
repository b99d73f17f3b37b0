//! `POST /oauth2/v2.1/token`, `GET /oauth2/v2.1/verify`, `POST /oauth2/v2.1/revoke`, `GET /oauth2/v2.1/tokens/kid`,
//! `POST /oauth2/v3/token`, `POST /v2/oauth/accessToken`, `POST /v2/oauth/verify`, `POST /v2/oauth/revoke`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#channel-access-token)).

use std::time::Duration;

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::{MethodRouter, get, post};
use http::StatusCode;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::answer::{Answer, Refusal, ok};
use super::door::{Asked, Endpoint};
use crate::simulator::assertion::{self, Unproven};
use crate::simulator::sim::{Shared, Sim};
use crate::simulator::token::{SHORT_LIVED_TOKEN_LIFE, STATELESS_TOKEN_LIFE, TokenKind};

/// What is said of the long-lived token, which has no end: 99 years.
const NO_END_SECONDS: u64 = 99 * 365 * 24 * 60 * 60;
/// The longest life of a token v2.1, in seconds.
const V21_LIFE_MAX: u64 = 30 * 24 * 60 * 60;
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

type Fields = Vec<(String, String)>;

pub(super) fn routes(at: &impl Fn(Endpoint, MethodRouter<Sim>) -> MethodRouter<Sim>) -> Router<Sim> {
    let open = |name, methods| at(Endpoint::open(name), methods);
    Router::new()
        .route("/oauth2/v2.1/token", open("issue-token-v2-1", post(issue_v2_1)))
        .route("/oauth2/v2.1/verify", open("verify-token-v2-1", get(verify_v2_1)))
        .route("/oauth2/v2.1/revoke", open("revoke-token-v2-1", post(revoke_v2_1)))
        .route("/oauth2/v2.1/tokens/kid", open("token-key-ids", get(key_ids)))
        .route("/oauth2/v3/token", open("issue-stateless-token", post(issue_stateless)))
        .route("/v2/oauth/accessToken", open("issue-short-lived-token", post(issue_short_lived)))
        .route("/v2/oauth/verify", open("verify-token", post(verify)))
        .route("/v2/oauth/revoke", open("revoke-token", post(revoke)))
}

async fn issue_v2_1(State(sim): State<Sim>, asked: Asked) -> Answer {
    let form = asked.form();
    check_grant(&form)?;
    let claims = prove_by_assertion(&sim, &form)?;
    let life = claims["token_exp"].as_u64().filter(|life| (1..=V21_LIFE_MAX).contains(life));
    let life = life.ok_or_else(|| Refusal::oauth("invalid_client", "Invalid token_exp"))?;
    let issued = sim.state().world.access.issue_v2_1(Duration::from_secs(life), sim.now());
    let Some((token, key_id)) = issued else {
        let message = "The maximum number of access tokens has already been issued";
        return Err(Refusal::bad_request(message));
    };
    let mut answer = told(&token, Duration::from_secs(life));
    answer["key_id"] = json!(key_id);
    ok(answer)
}

async fn issue_stateless(State(sim): State<Sim>, asked: Asked) -> Answer {
    let form = asked.form();
    check_grant(&form)?;
    // Which of the two forms it is.
    if field(&form, "client_assertion").is_empty() {
        prove_by_secret(&sim, &form)?;
    } else {
        prove_by_assertion(&sim, &form)?;
    }
    let token = sim.state().world.access.issue_stateless(sim.now());
    ok(told(&token, STATELESS_TOKEN_LIFE))
}

async fn issue_short_lived(State(sim): State<Sim>, asked: Asked) -> Answer {
    let form = asked.form();
    check_grant(&form)?;
    prove_by_secret(&sim, &form)?;
    let token = sim.state().world.access.issue_short_lived(sim.now());
    ok(told(&token, SHORT_LIVED_TOKEN_LIFE))
}

async fn verify_v2_1(State(sim): State<Sim>, Query(query): Query<Fields>) -> Answer {
    let state = sim.state();
    match state.world.access.find(field(&query, "access_token"), sim.now()) {
        Some((TokenKind::V21(_), left)) => ok(json!({
            "client_id": sim.channel_id, "expires_in": left.as_secs(), "scope": "profile chat_message.write",
        })),
        _ => Err(expired()),
    }
}

/// Short-lived and long-lived tokens. Of stateless ones LINE does not say which call verifies them; here none does.
async fn verify(State(sim): State<Sim>, asked: Asked) -> Answer {
    let form = asked.form();
    let token = field(&form, "access_token");
    let state = sim.state();
    let access = &state.world.access;
    let seconds = match access.find(token, sim.now()) {
        Some((TokenKind::ShortLived, left)) => left.as_secs(),
        None if is_long_lived(&sim, token) && !access.long_lived_void => NO_END_SECONDS,
        _ => return Err(expired()),
    };
    ok(json!({"client_id": sim.channel_id, "expires_in": seconds, "scope": "P CM"}))
}

async fn revoke_v2_1(State(sim): State<Sim>, asked: Asked) -> Result<(), Refusal> {
    let form = asked.form();
    prove_by_secret(&sim, &form)?;
    let token = named(&form)?;
    sim.state().world.access.revoke(token, |kind| matches!(kind, TokenKind::V21(_)));
    Ok(())
}

async fn revoke(State(sim): State<Sim>, asked: Asked) -> Result<(), Refusal> {
    let form = asked.form();
    let token = named(&form)?;
    let access = &mut sim.state().world.access;
    access.revoke(token, |kind| *kind == TokenKind::ShortLived);
    access.long_lived_void |= is_long_lived(&sim, token);
    Ok(())
}

async fn key_ids(State(sim): State<Sim>, Query(query): Query<Fields>) -> Answer {
    prove_by_assertion(&sim, &query)?;
    ok(json!({"kids": sim.state().world.access.key_ids(sim.now())}))
}

fn told(token: &str, life: Duration) -> Value {
    json!({"token_type": "Bearer", "access_token": token, "expires_in": life.as_secs()})
}

fn check_grant(form: &Fields) -> Result<(), Refusal> {
    if field(form, "grant_type") == "client_credentials" {
        return Ok(());
    }
    Err(Refusal::oauth("unsupported_grant_type", "grant_type must be client_credentials"))
}

fn prove_by_secret(sim: &Shared, form: &Fields) -> Result<(), Refusal> {
    if field(form, "client_id") == sim.channel_id && field(form, "client_secret") == sim.secret.expose() {
        return Ok(());
    }
    Err(Refusal::oauth("invalid_client", "invalid client_id or client_secret"))
}

fn prove_by_assertion(sim: &Shared, fields: &Fields) -> Result<Value, Refusal> {
    if field(fields, "client_assertion_type") != ASSERTION_TYPE {
        return Err(Refusal::oauth("invalid_client", "Invalid client_assertion_type"));
    }
    let jwt = field(fields, "client_assertion");
    let checked = assertion::check(jwt, sim.assertion_key.as_ref(), &sim.channel_id, sim.now());
    checked.map_err(|unproven| match unproven {
        Unproven::Invalid(why) => Refusal::oauth("invalid_client", why),
        Unproven::NoKey => {
            Refusal::new(StatusCode::NOT_FOUND, "Cannot find channel key that satisfies the conditions")
        }
    })
}

/// The token that is to be revoked.
fn named(form: &Fields) -> Result<&str, Refusal> {
    let token = field(form, "access_token");
    if token.is_empty() {
        return Err(Refusal::oauth("invalid_request", "some parameters missed or invalid"));
    }
    Ok(token)
}

fn is_long_lived(sim: &Shared, token: &str) -> bool {
    let long_lived = sim.access_token.expose_secret();
    !long_lived.is_empty() && token == long_lived
}

fn expired() -> Refusal {
    Refusal::oauth("invalid_request", "access token expired")
}

fn field<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
}
