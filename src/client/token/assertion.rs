//! JWT client assertions: how a channel proves to LINE's token endpoints who it is
//! ([guide](https://developers.line.biz/en/docs/messaging-api/generate-json-web-token/)).
//!
//! The key is parsed, checked and used by ring, which TLS to LINE rests on already; a JWT around its signature is
//! three texts in base64.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair, PublicKeyComponents};
use ring::signature::RSA_PKCS1_SHA256;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::key::{self, KeyFault};
use crate::clock::Timestamp;

/// An assertion ends so soon. LINE takes 30 minutes at most; half of that lets this machine's clock be as much ahead
/// as behind.
const ASSERTION_LIFE: Duration = Duration::from_secs(15 * 60);
/// Who assertions are made out to, whatever the address they are sent to.
const AUDIENCE: &str = "https://api.line.me/";

/// The private key of a channel's Assertion Signing Key, and the `kid` that LINE gave to its public half. Cheap to
/// clone; its `Debug` shows the `kid` alone.
#[derive(Clone)]
pub struct AssertionKey {
    pair: Arc<KeyPair>,
    kid: Arc<str>,
}

/// A JWT that proves who asks, for a quarter of an hour. Never printed.
#[derive(Clone)]
pub struct Assertion(SecretString);

/// How long a channel access token v2.1 is to live: up to 30 days
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#issue-channel-access-token-v2-1)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenLife(Duration);

impl TokenLife {
    /// 30 days: the longest life there is.
    pub const MAX: Self = Self(Duration::from_secs(30 * 24 * 60 * 60));

    /// So long, in whole seconds; `None` if that is less than one, or more than [`MAX`](Self::MAX).
    pub const fn new(life: Duration) -> Option<Self> {
        let seconds = life.as_secs();
        if seconds >= 1 && seconds <= Self::MAX.0.as_secs() {
            Some(Self(Duration::from_secs(seconds)))
        } else {
            None
        }
    }

    /// As a duration.
    pub const fn get(self) -> Duration {
        self.0
    }
}

impl AssertionKey {
    /// Reads a private JWK, or a PEM (PKCS #8 or PKCS #1). `kid` is for a key that does not carry its own: every PEM.
    ///
    /// # Errors
    /// It is not a private RSA key of at least 2048 bits with a `kid`. The error quotes nothing of it.
    pub fn parse(text: &str, kid: Option<&str>) -> Result<Self, KeyFault> {
        let (pair, kid) = key::parse(text, kid)?;
        Ok(Self { pair: Arc::new(pair), kid: kid.into() })
    }

    /// What LINE calls it.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half: modulus and exponent, big-endian.
    pub fn public(&self) -> (Vec<u8>, Vec<u8>) {
        let PublicKeyComponents { n, e } = PublicKeyComponents::from(self.pair.public());
        (n, e)
    }

    /// An assertion of `channel_id`, good from `now` on. `life` is for tokens v2.1; stateless ones have their own.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub fn assertion(
        &self,
        channel_id: &str,
        now: Timestamp,
        life: Option<TokenLife>,
    ) -> Result<Assertion, CannotSign> {
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": &*self.kid});
        let exp = now.after(ASSERTION_LIFE).as_millis() / 1000;
        let mut payload = json!({"iss": channel_id, "sub": channel_id, "aud": AUDIENCE, "exp": exp});
        if let Some(TokenLife(life)) = life {
            payload["token_exp"] = json!(life.as_secs());
        }
        let mut jwt = [header, payload].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), jwt.as_bytes(), &mut signature)
            .map_err(|_| CannotSign)?;
        jwt.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut jwt);
        Ok(Assertion(jwt.into()))
    }
}

impl fmt::Debug for AssertionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssertionKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl Assertion {
    /// The JWT itself.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Assertion(…)")
    }
}

/// A signature takes random numbers, and the system gave none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the assertion could not be signed, for the system has no random numbers")]
pub struct CannotSign;
