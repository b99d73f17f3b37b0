//! Tokens that end: kept, renewed ahead of their end, asked for one request at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::HeaderValue;
use tokio::sync::OwnedMutexGuard;

use super::TokenFailure;
use super::issuer::{Issuer, IssuerSettings};
use crate::clock::Boot;

/// After a renewal ahead has failed, or LINE has refused to issue a token, it is not asked again before this. Nor does
/// a 401 renew the token of a moment ago once more: whatever LINE does not like, it is not the token.
const RENEWAL_PAUSE: Duration = Duration::from_secs(10);

pub(super) struct Renewing {
    issuer: Issuer,
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
    /// A 401 makes no other token before this.
    force_from: Boot,
    /// The one LINE did not take any more.
    refused: Option<HeaderValue>,
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

impl Renewing {
    pub(super) fn new(settings: IssuerSettings) -> Self {
        Self { issuer: Issuer(settings), state: Mutex::default(), flight: Arc::default() }
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

    /// LINE did not take `used`: whether there is another one now.
    pub(super) async fn renew_after(self: &Arc<Self>, used: &HeaderValue) -> Result<bool, TokenFailure> {
        self.drop_refused(used, self.now());
        Ok(self.current().await? != used)
    }

    fn drop_refused(&self, used: &HeaderValue, now: Boot) {
        let mut state = self.state();
        if now >= state.force_from && state.token.as_ref().is_some_and(|token| token.bearer == used) {
            state.token = None;
            state.refused = Some(used.clone());
            state.force_from = now.after(RENEWAL_PAUSE);
        }
    }

    /// The token is no longer needed; nor is the one that is being issued.
    pub(super) async fn give_back(&self) {
        let flight = self.flight.lock().await;
        let token = self.state().token.take();
        drop(flight);
        if let Some(token) = token {
            self.revoke(&token.bearer).await;
        }
    }

    async fn revoke(&self, bearer: &HeaderValue) {
        if let Err(failure) = self.issuer.give_back(bearer).await {
            tracing::warn!(%failure, "channel access token not revoked; it counts until it ends");
        }
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
        let asking = self.issue(flight);
        drop(tokio::spawn(async move {
            if let Err(failure) = asking.await {
                tracing::warn!(%failure, "channel access token not renewed; the old one is used while it lives");
            }
        }));
    }

    /// Waits for the request under way, or makes one. `seen` is how many had ended when the token was found missing.
    async fn wait_for_new(self: &Arc<Self>, seen: u64) -> Result<HeaderValue, TokenFailure> {
        let flight = Arc::clone(&self.flight).lock_owned().await;
        let (usable, _, ended) = self.look(self.now());
        match usable {
            Some(bearer) => Ok(bearer),
            None => match self.last_failure(ended != seen) {
                Some(failure) => Err(failure),
                None => self.issue_uncut(flight).await,
            },
        }
    }

    /// Goes on when the caller is cut: a token that LINE issued and nobody took would count until it ends, and calls in
    /// a hurry would soon use up all that a channel may have.
    async fn issue_uncut(self: &Arc<Self>, flight: OwnedMutexGuard<()>) -> Result<HeaderValue, TokenFailure> {
        let asking = tokio::spawn(self.issue(flight));
        asking.await.unwrap_or_else(|error| Err(TokenFailure::Unavailable(error.to_string())))
    }

    /// How the last request failed, if that holds yet: `shared` with those who waited for it, or a refusal of a moment
    /// ago.
    fn last_failure(&self, shared: bool) -> Option<TokenFailure> {
        let now = self.now();
        let state = self.state();
        let failure = state.failure.clone()?;
        let holds = shared || (matches!(failure, TokenFailure::Refused { .. }) && now < state.renew_from);
        holds.then_some(failure)
    }

    fn issue(
        self: &Arc<Self>,
        flight: OwnedMutexGuard<()>,
    ) -> impl Future<Output = Result<HeaderValue, TokenFailure>> + Send + use<> {
        let this = Arc::clone(self);
        async move {
            let asked = this.now();
            let issued = this.issuer.issue().await;
            let outcome = this.take_down(asked, issued);
            drop(flight);
            outcome
        }
    }

    fn take_down(
        self: &Arc<Self>,
        asked: Boot,
        issued: Result<(HeaderValue, Duration), TokenFailure>,
    ) -> Result<HeaderValue, TokenFailure> {
        let ended = self.now();
        let mut state = self.state();
        state.ended += 1;
        match issued {
            Ok((bearer, life)) => {
                state.token = Some(Issued::new(bearer.clone(), asked, life));
                state.failure = None;
                if let Some(refused) = state.refused.take() {
                    let this = Arc::clone(self);
                    drop(tokio::spawn(async move { this.revoke(&refused).await }));
                }
                Ok(bearer)
            }
            Err(failure) => {
                state.renew_from = ended.after(RENEWAL_PAUSE);
                state.failure = Some(failure.clone());
                Err(failure)
            }
        }
    }

    fn now(&self) -> Boot {
        self.issuer.0.clock.now().boot
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
