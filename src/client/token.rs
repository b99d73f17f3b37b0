//! Where the channel access token comes from: fixed, or issued and renewed ahead of its end.

mod assertion;
pub(crate) mod form;
mod issuer;
mod key;
mod renewing;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

pub use self::assertion::{Assertion, AssertionKey, CannotSign, TokenLife};
pub use self::issuer::{Grant, IssuerSettings};
pub use self::key::KeyFault;

/// A source of channel access tokens. Cheap to clone; clones share the token.
#[derive(Clone)]
pub struct TokenSource(Arc<Kind>);

enum Kind {
    Fixed(RwLock<Result<HeaderValue, TokenFailure>>),
    Issued(Arc<renewing::Renewing>),
}

/// Something secret that may be replaced while it is in use: secret files are read again at run time. Cheap to clone;
/// clones share it. Never printed.
pub struct Shared<T>(Arc<RwLock<T>>);

/// A secret text that may be replaced.
pub type SharedSecret = Shared<SecretString>;

/// Why there is no channel access token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenFailure {
    /// LINE does not know this channel ID with this secret or key, or has issued as many as it will.
    #[error("LINE refused to issue one ({status}, {message}): {advice}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// LINE's words.
        message: String,
        /// What to do about it.
        advice: &'static str,
    },
    /// LINE could not be asked, or failed.
    #[error("LINE could not be asked for one: {0}")]
    Unavailable(String),
    /// LINE's answer holds none.
    #[error("LINE's answer cannot be read: {0}")]
    Unreadable(String),
    /// It cannot be sent.
    #[error(
        "it holds characters that no HTTP header can carry, a line break perhaps: check LINE_CHANNEL_ACCESS_TOKEN"
    )]
    Malformed,
}

impl TokenFailure {
    /// Whether asking again in a moment may help.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl TokenSource {
    /// A long-lived token.
    #[expect(clippy::needless_pass_by_value, reason = "the caller's copy ends here")]
    pub fn fixed(token: SecretString) -> Self {
        Self(Arc::new(Kind::Fixed(RwLock::new(bearer(token.expose_secret())))))
    }

    /// Tokens that LINE issues, renewed ahead: the first call after two thirds of a token's life starts the renewal,
    /// and calls go on with the old token until the new one is here. One request is in flight at a time.
    pub fn issued(settings: IssuerSettings) -> Self {
        Self(Arc::new(Kind::Issued(Arc::new(renewing::Renewing::new(settings)))))
    }

    /// Replaces a fixed token, for every call that begins from now on. Returns whether there is one to replace.
    pub fn replace(&self, token: &SecretString) -> bool {
        let Kind::Fixed(fixed) = &*self.0 else { return false };
        *fixed.write().unwrap_or_else(PoisonError::into_inner) = bearer(token.expose_secret());
        true
    }

    /// Gives back what was issued and counts towards a limit: a token v2.1 is revoked, so that the next start finds
    /// its place free. For the end; a call after it has a new one issued.
    pub async fn give_back(&self) {
        if let Kind::Issued(tokens) = &*self.0 {
            tokens.give_back().await;
        }
    }

    /// The `authorization` header of a call that begins now.
    ///
    /// # Errors
    /// There is no token.
    pub(crate) async fn current(&self) -> Result<HeaderValue, TokenFailure> {
        match &*self.0 {
            Kind::Fixed(fixed) => fixed.read().unwrap_or_else(PoisonError::into_inner).clone(),
            Kind::Issued(tokens) => tokens.current().await,
        }
    }

    /// LINE refused `used`: returns whether there is another token now.
    ///
    /// # Errors
    /// A new one could not be had.
    pub(crate) async fn renew_after(&self, used: &HeaderValue) -> Result<bool, TokenFailure> {
        match &*self.0 {
            Kind::Fixed(_) => Ok(self.current().await? != used),
            Kind::Issued(tokens) => tokens.renew_after(used).await,
        }
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &*self.0 {
            Kind::Fixed(_) => "TokenSource::fixed(…)",
            Kind::Issued(_) => "TokenSource::issued(…)",
        })
    }
}

impl<T: Clone> Shared<T> {
    /// Holds `secret`.
    pub fn new(secret: T) -> Self {
        Self(Arc::new(RwLock::new(secret)))
    }

    /// Replaces it, for all who share it.
    pub fn replace(&self, secret: T) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = secret;
    }

    pub(crate) fn get(&self) -> T {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shared(…)")
    }
}

/// The header, ready to be cloned into each request, and never printed.
fn bearer(token: &str) -> Result<HeaderValue, TokenFailure> {
    let mut header = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| TokenFailure::Malformed)?;
    header.set_sensitive(true);
    Ok(header)
}

/// The token within its header, to be hidden wherever LINE echoes it.
pub(crate) fn token_of(bearer: &HeaderValue) -> &str {
    bearer.to_str().ok().and_then(|header| header.strip_prefix("Bearer ")).unwrap_or_default()
}
