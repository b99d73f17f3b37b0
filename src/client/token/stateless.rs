//! `POST /oauth2/v3/token`: short tokens, kept and renewed
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#issue-stateless-channel-access-token)).

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method};
use secrecy::ExposeSecret;
use tokio::sync::OwnedMutexGuard;

use super::{SharedSecret, TokenFailure, bearer};
use crate::client::error::Words;
use crate::client::transport::{Transport, TransportError, WireRequest, json_fault};
use crate::client::wire;
use crate::clock::{Boot, Clock};
use crate::line::token::TokenIssued;

/// After a renewal ahead has failed, the next one is not started before this.
const RENEWAL_PAUSE: Duration = Duration::from_secs(10);

/// What it takes to issue stateless tokens.
pub struct StatelessSettings {
    /// `LINE_CHANNEL_ID`
    pub channel_id: String,
    /// The channel secret that is sent to LINE: the first of `LINE_CHANNEL_SECRET`.
    pub channel_secret: SharedSecret,
    /// `https://api.line.me`
    pub api_base_url: String,
    /// The way there.
    pub transport: Arc<dyn Transport>,
    /// Tells when a token ends, by its boot time.
    pub clock: Clock,
    /// The longest that asking for a token may take.
    pub timeout: Duration,
}

impl fmt::Debug for StatelessSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatelessSettings").field("channel_id", &self.channel_id).finish_non_exhaustive()
    }
}

pub(super) struct Stateless {
    settings: StatelessSettings,
    state: Mutex<State>,
    /// Held by whoever is asking LINE.
    flight: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Default)]
struct State {
    token: Option<Issued>,
    /// Requests that have ended, and how the last one failed: those who waited for it share its outcome.
    ended: u64,
    failure: Option<TokenFailure>,
    /// No renewal ahead before this.
    renew_from: Boot,
}

struct Issued {
    bearer: HeaderValue,
    /// From here on it is renewed ahead.
    renew: Boot,
    /// From here on it is not used.
    end: Boot,
}

impl Issued {
    /// `asked` is from before the request left, so a token is never believed to live longer than it does. A tenth
    /// of its life is left unused, for calls under way and clocks that differ; the jitter keeps replicas apart.
    fn new(bearer: HeaderValue, asked: Boot, life: Duration) -> Self {
        let jitter = (life / 20).mul_f64(fastrand::f64());
        // LINE's figure: whatever it is, it must not overflow.
        let part = |times: u32, of: u32| (life / of).saturating_mul(times).saturating_sub(jitter);
        Self { bearer, renew: asked.after(part(2, 3)), end: asked.after(part(9, 10)) }
    }
}

impl Stateless {
    pub(super) fn new(settings: StatelessSettings) -> Self {
        Self { settings, state: Mutex::default(), flight: Arc::default() }
    }

    pub(super) async fn current(self: &Arc<Self>) -> Result<HeaderValue, TokenFailure> {
        let now = self.now();
        let (usable, due, seen) = self.look(now);
        match usable {
            Some(bearer) if due => {
                self.renew_ahead();
                Ok(bearer)
            }
            Some(bearer) => Ok(bearer),
            None => self.wait_for_new(seen).await,
        }
    }

    pub(super) async fn renew_after(self: &Arc<Self>, used: &HeaderValue) -> Result<bool, TokenFailure> {
        {
            let mut state = self.state();
            if state.token.as_ref().is_some_and(|token| token.bearer == used) {
                state.token = None;
            }
        }
        Ok(self.current().await? != used)
    }

    /// The token if it is usable, whether it is to be renewed ahead, and how many requests have ended.
    fn look(&self, now: Boot) -> (Option<HeaderValue>, bool, u64) {
        let state = self.state();
        let usable = state.token.as_ref().filter(|token| now < token.end);
        let due = usable.is_some_and(|token| now >= token.renew) && now >= state.renew_from;
        (usable.map(|token| token.bearer.clone()), due, state.ended)
    }

    /// Starts a renewal that no call waits for, unless one is under way.
    fn renew_ahead(self: &Arc<Self>) {
        let Ok(flight) = Arc::clone(&self.flight).try_lock_owned() else { return };
        let (_, still_due, _) = self.look(self.now());
        if !still_due {
            return;
        }
        let this = Arc::clone(self);
        drop(tokio::spawn(async move {
            if let Err(failure) = this.issue(flight).await {
                tracing::warn!(%failure, "channel access token not renewed; the old one is used while it lives");
            }
        }));
    }

    /// Waits for the request under way, or makes one. `seen` is how many had ended when the token was found missing.
    async fn wait_for_new(&self, seen: u64) -> Result<HeaderValue, TokenFailure> {
        let flight = Arc::clone(&self.flight).lock_owned().await;
        let (usable, _, ended) = self.look(self.now());
        match usable {
            Some(bearer) => Ok(bearer),
            None if ended != seen => match self.last_failure() {
                Some(failure) => Err(failure),
                None => self.issue(flight).await,
            },
            None => self.issue(flight).await,
        }
    }

    fn last_failure(&self) -> Option<TokenFailure> {
        self.state().failure.clone()
    }

    async fn issue(&self, flight: OwnedMutexGuard<()>) -> Result<HeaderValue, TokenFailure> {
        let asked = self.now();
        let outcome = self.ask().await;
        let ended = self.now();
        let mut state = self.state();
        state.ended += 1;
        let outcome = match outcome {
            Ok((bearer, life)) => {
                state.token = Some(Issued::new(bearer.clone(), asked, life));
                state.failure = None;
                Ok(bearer)
            }
            Err(failure) => {
                state.renew_from = ended.after(RENEWAL_PAUSE);
                state.failure = Some(failure.clone());
                Err(failure)
            }
        };
        drop(state);
        drop(flight);
        outcome
    }

    async fn ask(&self) -> Result<(HeaderValue, Duration), TokenFailure> {
        let secret = self.settings.channel_secret.get();
        let request = self.request(secret.expose_secret());
        let limit = self.settings.timeout;
        let answer =
            wire::send_and_read(&*self.settings.transport, &self.settings.clock, "token", request, limit);
        let answer = answer.await.map_err(unavailable)?;
        if answer.status.is_success() {
            return read(&answer.body.map_err(unavailable)?);
        }
        let words = answer.body.unwrap_or_default();
        let message = Words::read(answer.status, &words, secret.expose_secret()).message;
        let status = answer.status.as_u16();
        let passing = status == 408 || status == 429 || status >= 500;
        if passing {
            return Err(TokenFailure::Unavailable(format!("LINE answered {status}: {message}")));
        }
        Err(TokenFailure::Refused { status, message })
    }

    fn request(&self, secret: &str) -> WireRequest {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &self.settings.channel_id)
            .append_pair("client_secret", secret)
            .finish();
        let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
        WireRequest {
            method: Method::POST,
            url: wire::url(&self.settings.api_base_url, "/oauth2/v3/token"),
            headers: HeaderMap::from_iter([(CONTENT_TYPE, form_type), wire::user_agent()]),
            body: form.into(),
            timeout: self.settings.timeout,
        }
    }

    fn now(&self) -> Boot {
        self.settings.clock.now().boot
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unavailable(error: TransportError) -> TokenFailure {
    let (TransportError::NotSent(why) | TransportError::NoAnswer(why)) = error;
    TokenFailure::Unavailable(why)
}

fn read(body: &[u8]) -> Result<(HeaderValue, Duration), TokenFailure> {
    let issued: TokenIssued =
        serde_json::from_slice(body).map_err(|error| TokenFailure::Unreadable(json_fault(&error)))?;
    let unsendable = |_| TokenFailure::Unreadable("the token cannot be sent in a header".to_owned());
    let bearer = bearer(issued.access_token.expose()).map_err(unsendable)?;
    Ok((bearer, Duration::from_secs(issued.expires_in)))
}
