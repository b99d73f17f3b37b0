//! Private keys as they are written: JWK and PEM. What is wrong with one is said without quoting it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::error::KeyRejected;
use ring::rsa::{KeyPair, KeyPairComponents, PublicKeyComponents};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde::Deserialize;

/// What is wrong with an assertion's key, worded to follow the name of what holds it. Quotes nothing of the key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFault {
    /// Neither form.
    #[error(
        "is no private key: give its JWK ({{\"kty\":\"RSA\",…}}) or its PEM (-----BEGIN PRIVATE KEY-----), whole"
    )]
    NoKey,
    /// JSON, but no JWK.
    #[error("is not a JWK: it cannot be read at line {line}, column {column}")]
    NoJwk {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// The public half, which LINE has.
    #[error("is the public key, which is for the LINE Developers Console; the private one belongs here")]
    Public,
    /// Another kind of key.
    #[error("is a key for {0}; LINE takes RSA keys of 2048 bits, for RS256")]
    Kind(String),
    /// A member of the JWK is missing or no base64url.
    #[error("has no readable \"{0}\"; a private JWK for RSA has n, e, d, p, q, dp, dq and qi in base64url")]
    Member(&'static str),
    /// A PEM that wants a passphrase.
    #[error("is encrypted; decrypt it first (openssl pkey -in key.pem -out plain.pem)")]
    Encrypted,
    /// RSA, and too short.
    #[error("is too small; LINE takes RSA keys of 2048 bits")]
    TooSmall,
    /// ring does not take it.
    #[error("is no RSA key that can be used ({0})")]
    Unusable(String),
    /// Nothing names it.
    #[error(
        "has no kid: add the ID that the LINE Developers Console showed for the public key, as \"kid\" in the JWK or \
         in LINE_ASSERTION_KEY_ID"
    )]
    NoKid,
    /// Two names.
    #[error("has another kid than LINE_ASSERTION_KEY_ID; remove one of them")]
    TwoKids,
}

pub(super) fn parse(text: &str, kid: Option<&str>) -> Result<(KeyPair, String), KeyFault> {
    let text = text.trim();
    let (pair, own) = if text.starts_with('{') { jwk(text)? } else { (pem(text)?, None) };
    let kid = match (own, kid) {
        (Some(own), Some(kid)) if own != kid => return Err(KeyFault::TwoKids),
        (Some(own), _) => own,
        (None, Some(kid)) => kid.to_owned(),
        (None, None) => return Err(KeyFault::NoKid),
    };
    Ok((pair, kid))
}

/// A JWK ([RFC 7517](https://www.rfc-editor.org/rfc/rfc7517), [RFC 7518](https://www.rfc-editor.org/rfc/rfc7518#section-6.3)).
#[derive(Deserialize)]
struct Jwk {
    kty: Option<String>,
    alg: Option<String>,
    kid: Option<String>,
    n: Option<String>,
    e: Option<String>,
    d: Option<String>,
    p: Option<String>,
    q: Option<String>,
    dp: Option<String>,
    dq: Option<String>,
    qi: Option<String>,
}

fn jwk(text: &str) -> Result<(KeyPair, Option<String>), KeyFault> {
    let jwk: Jwk = serde_json::from_str(text)
        .map_err(|error| KeyFault::NoJwk { line: error.line(), column: error.column() })?;
    if let Some(kind) = [(&jwk.kty, "RSA"), (&jwk.alg, "RS256")].into_iter().find_map(other_than) {
        return Err(KeyFault::Kind(kind));
    }
    if jwk.kty.is_none() {
        return Err(KeyFault::Member("kty"));
    }
    if jwk.n.is_some() && jwk.d.is_none() {
        return Err(KeyFault::Public);
    }
    let public_key =
        PublicKeyComponents { n: member(jwk.n.as_deref(), "n")?, e: member(jwk.e.as_deref(), "e")? };
    let components = KeyPairComponents {
        public_key,
        d: member(jwk.d.as_deref(), "d")?,
        p: member(jwk.p.as_deref(), "p")?,
        q: member(jwk.q.as_deref(), "q")?,
        dP: member(jwk.dp.as_deref(), "dp")?,
        dQ: member(jwk.dq.as_deref(), "dq")?,
        qInv: member(jwk.qi.as_deref(), "qi")?,
    };
    let pair = KeyPair::from_components(&components).map_err(rejected)?;
    Ok((pair, jwk.kid.filter(|kid| !kid.is_empty())))
}

/// What stands where another word is needed: the name of an algorithm at most, so that it may be shown.
fn other_than((found, wanted): (&Option<String>, &str)) -> Option<String> {
    let found = found.as_deref().filter(|found| *found != wanted)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let shown = found.len() <= 16 && found.chars().all(plain);
    Some(if shown { found.to_owned() } else { "something else".to_owned() })
}

fn member(text: Option<&str>, name: &'static str) -> Result<Vec<u8>, KeyFault> {
    let bytes = text.and_then(|text| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok());
    bytes.filter(|bytes| !bytes.is_empty()).ok_or(KeyFault::Member(name))
}

fn pem(text: &str) -> Result<KeyPair, KeyFault> {
    // Where a variable holds one line only, its line breaks are often written `\n`.
    let text = text.replace("\\n", "\n");
    let has = |label: &str| text.contains(label);
    match PrivateKeyDer::from_pem_slice(text.as_bytes()) {
        Ok(PrivateKeyDer::Pkcs8(der)) => KeyPair::from_pkcs8(der.secret_pkcs8_der()).map_err(rejected),
        Ok(PrivateKeyDer::Pkcs1(der)) => KeyPair::from_der(der.secret_pkcs1_der()).map_err(rejected),
        Ok(_) => Err(KeyFault::Kind("elliptic curves".to_owned())),
        Err(_) if has("BEGIN ENCRYPTED") || has("ENCRYPTED\n") => Err(KeyFault::Encrypted),
        Err(_) if has("BEGIN PUBLIC KEY") || has("BEGIN RSA PUBLIC KEY") => Err(KeyFault::Public),
        Err(_) => Err(KeyFault::NoKey),
    }
}

/// ring's word for it is one of a few and holds nothing of the key.
fn rejected(error: KeyRejected) -> KeyFault {
    match error.to_string().as_str() {
        "TooSmall" => KeyFault::TooSmall,
        "WrongAlgorithm" => KeyFault::Kind("another algorithm".to_owned()),
        why => KeyFault::Unusable(why.to_owned()),
    }
}
