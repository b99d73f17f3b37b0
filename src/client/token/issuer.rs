//! Asks LINE for channel access tokens, and gives back those that count.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};

use super::{AssertionKey, Shared, SharedSecret, TokenFailure, TokenLife, bearer, form, token_of};
use crate::client::Endpoint;
use crate::client::api::token::{ISSUE, ISSUE_STATELESS, REVOKE};
use crate::client::error::Words;
use crate::client::transport::{Transport, TransportError, WireRequest, json_fault};
use crate::client::wire;
use crate::clock::Clock;
use crate::line::token::TokenIssued;

/// What it takes to have tokens issued.
pub struct IssuerSettings {
    /// `LINE_CHANNEL_ID`
    pub channel_id: String,
    /// Which tokens, and what proves that they are this channel's to have.
    pub grant: Grant,
    /// `https://api.line.me`
    pub api_base_url: String,
    /// The way there.
    pub transport: Arc<dyn Transport>,
    /// Tells when a token ends, by its boot time, and dates assertions, by its wall time.
    pub clock: Clock,
    /// The longest that asking for a token may take.
    pub timeout: Duration,
}

/// Which tokens are issued, and for what proof. Its `Debug` shows no secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Grant {
    /// Stateless tokens, of 15 minutes, for the channel secret: the first of `LINE_CHANNEL_SECRET`
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#issue-stateless-channel-access-token)).
    /// As many as one likes; they cannot be revoked.
    Stateless(SharedSecret),
    /// The same for a signed assertion.
    StatelessAssertion(Shared<AssertionKey>),
    /// Tokens v2.1 for a signed assertion
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#issue-channel-access-token-v2-1)). A
    /// channel has 30 of them at most; the secret serves to revoke them.
    V21 {
        /// Signs the assertions.
        key: Shared<AssertionKey>,
        /// Proves whose tokens are revoked.
        secret: SharedSecret,
        /// How long each is to live.
        life: TokenLife,
    },
}

impl fmt::Debug for IssuerSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuerSettings")
            .field("channel_id", &self.channel_id)
            .field("grant", &self.grant)
            .finish_non_exhaustive()
    }
}

pub(super) struct Issuer(pub(super) IssuerSettings);

impl Issuer {
    /// A new token and its life.
    pub(super) async fn issue(&self) -> Result<(HeaderValue, Duration), TokenFailure> {
        let (endpoint, form, secret) = self.form()?;
        let (status, body) = self.ask(endpoint, form).await?;
        if status.is_success() {
            return read(&body.map_err(unavailable)?);
        }
        let words = Words::read(status, &body.unwrap_or_default(), &[secret.expose_secret()]);
        Err(self.refused(status.as_u16(), words.message))
    }

    /// Where to ask with which form, and what of it must not be seen again.
    fn form(&self) -> Result<(&'static Endpoint, String, SecretString), TokenFailure> {
        let id = &self.0.channel_id;
        let (endpoint, key, life) = match &self.0.grant {
            Grant::Stateless(secret) => {
                let secret = secret.get();
                return Ok((&ISSUE_STATELESS, form::by_secret(id, secret.expose_secret()), secret));
            }
            Grant::StatelessAssertion(key) => (&ISSUE_STATELESS, key.get(), None),
            Grant::V21 { key, life, .. } => (&ISSUE, key.get(), Some(*life)),
        };
        let assertion = key
            .assertion(id, self.0.clock.now().wall, life)
            .map_err(|error| TokenFailure::Unavailable(error.to_string()))?;
        Ok((endpoint, form::by_assertion(&assertion), assertion.expose().into()))
    }

    /// Revokes a token that counts towards the 30; the others end soon, or cannot be revoked.
    pub(super) async fn give_back(&self, bearer: &HeaderValue) -> Result<(), TokenFailure> {
        let Grant::V21 { secret, .. } = &self.0.grant else { return Ok(()) };
        let (secret, token) = (secret.get(), token_of(bearer));
        let form = form::token_by_secret(&self.0.channel_id, secret.expose_secret(), token);
        let (status, body) = self.ask(&REVOKE, form).await?;
        if status.is_success() {
            return Ok(());
        }
        let words = Words::read(status, &body.unwrap_or_default(), &[secret.expose_secret(), token]);
        Err(TokenFailure::Unavailable(format!("LINE answered {}: {}", status.as_u16(), words.message)))
    }

    async fn ask(
        &self,
        endpoint: &'static Endpoint,
        form: String,
    ) -> Result<(StatusCode, Result<bytes::Bytes, TransportError>), TokenFailure> {
        let IssuerSettings { api_base_url, transport, clock, timeout, .. } = &self.0;
        let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
        let request = WireRequest {
            method: endpoint.method.clone(),
            url: wire::url(api_base_url, endpoint.path),
            headers: HeaderMap::from_iter([(CONTENT_TYPE, form_type), wire::user_agent()]),
            body: bytes::Bytes::from(form).into(),
            timeout: *timeout,
        };
        let answer = wire::send_and_read(&**transport, clock, endpoint.name, request, *timeout).await;
        let answer = answer.map_err(unavailable)?;
        Ok((answer.status, answer.body))
    }

    fn refused(&self, status: u16, message: String) -> TokenFailure {
        if status == 408 || status == 429 || status >= 500 {
            return TokenFailure::Unavailable(format!("LINE answered {status}: {message}"));
        }
        let advice = self.advice(status, &message.to_ascii_lowercase());
        TokenFailure::Refused { status, message, advice }
    }

    /// What to do about a refusal. LINE's words are not promised, so that what they do not tell has the general advice.
    fn advice(&self, status: u16, words: &str) -> &'static str {
        match &self.0.grant {
            Grant::Stateless(_) => {
                "check LINE_CHANNEL_ID and LINE_CHANNEL_SECRET against the channel's Basic settings in the LINE \
                 Developers Console"
            }
            _ if words.contains("maximum number") => {
                "30 tokens v2.1 of the channel are alive, one or two of each process; those of processes that were \
                 killed end within the hour. If so many processes are meant to run, leave LINE_ASSERTION_KEY out: \
                 stateless tokens have no such limit"
            }
            _ if words.contains("exp") => {
                "the assertion's times do not suit LINE: set this machine's clock right"
            }
            _ if status == 404 => {
                "LINE knows no such key of this channel: register the public half of LINE_ASSERTION_KEY in the LINE \
                 Developers Console (Basic settings, Assertion Signing Key), use the kid it shows, and check \
                 LINE_CHANNEL_ID"
            }
            _ => {
                "check LINE_CHANNEL_ID, and that LINE_ASSERTION_KEY is the private half of the key that is registered \
                 under its kid in the LINE Developers Console (Basic settings, Assertion Signing Key)"
            }
        }
    }
}

fn unavailable(error: TransportError) -> TokenFailure {
    let (TransportError::NotSent(why) | TransportError::NoAnswer(why) | TransportError::Upload(why)) = error;
    TokenFailure::Unavailable(why)
}

fn read(body: &[u8]) -> Result<(HeaderValue, Duration), TokenFailure> {
    let issued: TokenIssued =
        serde_json::from_slice(body).map_err(|error| TokenFailure::Unreadable(json_fault(&error)))?;
    let unsendable = |_| TokenFailure::Unreadable("the token cannot be sent in a header".to_owned());
    let bearer = bearer(issued.access_token.expose()).map_err(unsendable)?;
    Ok((bearer, Duration::from_secs(issued.expires_in)))
}
