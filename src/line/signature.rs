//! `x-line-signature`: proof that a body comes from LINE
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#signature-validation)).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq as _};

/// Bytes of an HMAC-SHA256.
const DIGEST_LEN: usize = 32;

/// A key of HMAC-SHA256's block size; a shorter one is the same key with zeros behind it.
type GenericKey = hmac::digest::Key<Hmac<Sha256>>;

/// A channel secret; never empty, never printed.
#[derive(Clone)]
pub struct ChannelSecret {
    text: SecretString,
    // Keyed once: hashing the key again for each body would cost as much as a short body does.
    keyed: Hmac<Sha256>,
}

/// An empty channel secret: anyone could sign with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the channel secret is empty; copy it from the Basic settings tab of the LINE Developers Console")]
pub struct EmptySecret;

/// The secrets of one channel that are accepted now, at least one; the first is the one sent to LINE.
#[derive(Clone)]
pub struct Secrets {
    first: ChannelSecret,
    others: Vec<ChannelSecret>,
}

impl ChannelSecret {
    /// The secret as the console shows it. Its text is the key; it is not decoded from hexadecimal.
    ///
    /// # Errors
    /// The secret is empty.
    pub fn new(secret: impl Into<String>) -> Result<Self, EmptySecret> {
        let text: SecretString = secret.into().into();
        let key = text.expose_secret();
        if key.is_empty() {
            return Err(EmptySecret);
        }
        // A key of any length will do; the error type only exists for other algorithms.
        let keyed = Hmac::new_from_slice(key.as_bytes()).map_err(|_| EmptySecret)?;
        Ok(Self { text, keyed })
    }

    /// A random secret in the form of LINE's, for a simulated channel.
    pub fn throw_away() -> Self {
        let text = uuid::Uuid::new_v4().simple().to_string();
        let mut key = GenericKey::default();
        key[..text.len()].copy_from_slice(text.as_bytes());
        Self { keyed: Hmac::new(&key), text: text.into() }
    }

    /// `x-line-signature` of a body.
    pub fn sign(&self, body: &[u8]) -> String {
        STANDARD.encode(self.digest(body))
    }

    /// The secret itself, to be sent to LINE as `client_secret`.
    pub fn expose(&self) -> &str {
        self.text.expose_secret()
    }

    fn digest(&self, body: &[u8]) -> [u8; DIGEST_LEN] {
        let mut mac = self.keyed.clone();
        mac.update(body);
        mac.finalize().into_bytes().into()
    }
}

impl Secrets {
    /// One or several secrets; the first is the main one.
    pub fn new(first: ChannelSecret, others: Vec<ChannelSecret>) -> Self {
        Self { first, others }
    }

    /// Whether `signature` (base64, from the header) is that of `body` under one of the secrets, in constant time:
    /// all of them are tried, and digests are compared, not their texts.
    pub fn verify(&self, body: &[u8], signature: &[u8]) -> bool {
        let Some(claimed) = decode(signature) else { return false };
        let mut matches = Choice::from(0);
        for secret in std::iter::once(&self.first).chain(&self.others) {
            matches |= secret.digest(body).ct_eq(&claimed);
        }
        matches.into()
    }

    /// The secret that is sent to LINE as `client_secret`.
    pub fn first(&self) -> &ChannelSecret {
        &self.first
    }
}

/// Standard base64, padded, of exactly one digest.
fn decode(signature: &[u8]) -> Option<[u8; DIGEST_LEN]> {
    // The decoder wants room for what 44 characters could hold before it sees the padding.
    let mut digest = [0; DIGEST_LEN + 1];
    match STANDARD.decode_slice(signature, &mut digest) {
        Ok(DIGEST_LEN) => digest.first_chunk().copied(),
        _ => None,
    }
}

impl fmt::Debug for ChannelSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChannelSecret(…)")
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({} secrets)", 1 + self.others.len())
    }
}
