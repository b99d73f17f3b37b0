//! JWT client assertions, as LINE checks them
//! ([guide](https://developers.line.biz/en/docs/messaging-api/generate-json-web-token/)).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::Value;

use crate::clock::Timestamp;

/// An assertion ends at most this far ahead.
const EXP_MAX: Duration = Duration::from_secs(30 * 60);
const AUDIENCE: &str = "https://api.line.me/";

/// The public half of a channel's Assertion Signing Key, and the `kid` it is registered under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssertionKey {
    kid: String,
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

impl AssertionKey {
    /// From modulus and exponent, big-endian without zeros in front.
    pub fn new(kid: impl Into<String>, modulus: Vec<u8>, exponent: Vec<u8>) -> Self {
        Self { kid: kid.into(), modulus, exponent }
    }

    /// From `n` and `e` of a JWK, registered under `kid`; none if it has not both.
    pub fn from_jwk(kid: impl Into<String>, jwk: &Value) -> Option<Self> {
        Some(Self::new(kid, decoded(jwk["n"].as_str()?)?, decoded(jwk["e"].as_str()?)?))
    }
}

/// What is wrong with an assertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unproven {
    /// No key of this `kid` is registered.
    NoKey,
    /// 400 `invalid_client`, with these words.
    Invalid(&'static str),
}

/// The claims of an assertion that proves itself to be the channel's.
pub(super) fn check(
    jwt: &str,
    key: Option<&AssertionKey>,
    channel_id: &str,
    now: Timestamp,
) -> Result<Value, Unproven> {
    // Only the words about `exp` are documented.
    let invalid = Unproven::Invalid;
    let (signed, signature) = jwt.rsplit_once('.').ok_or(invalid("Invalid client assertion"))?;
    let (header, claims) = signed.split_once('.').ok_or(invalid("Invalid client assertion"))?;
    let header = json(header).ok_or(invalid("Invalid client assertion"))?;
    let claims = json(claims).ok_or(invalid("Invalid client assertion"))?;
    if header["alg"] != "RS256" {
        return Err(invalid("Invalid alg"));
    }
    let key = key.filter(|key| header["kid"] == *key.kid).ok_or(Unproven::NoKey)?;
    let public = RsaPublicKeyComponents { n: &key.modulus, e: &key.exponent };
    let signature = decoded(signature).ok_or(invalid("Invalid signature"))?;
    public
        .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
        .map_err(|_| invalid("Invalid signature"))?;
    if claims["iss"] != channel_id {
        return Err(invalid("Invalid iss"));
    }
    if claims["sub"] != channel_id {
        return Err(invalid("Invalid sub"));
    }
    if claims["aud"] != AUDIENCE {
        return Err(invalid("Invalid aud"));
    }
    let ends = claims["exp"].as_i64().and_then(|exp| exp.checked_mul(1000)).map(Timestamp::from_millis);
    match ends {
        Some(ends) if ends > now && ends <= now.after(EXP_MAX) => Ok(claims),
        _ => Err(invalid("Invalid exp")),
    }
}

fn json(part: &str) -> Option<Value> {
    serde_json::from_slice(&decoded(part)?).ok()
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
