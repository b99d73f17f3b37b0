//! Keys that protect nothing, and assertions that they sign, right and wrong.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use line_bot_server::client::AssertionKey;
use line_bot_server::simulator;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Value, json};

/// The `kid` of the RSA key.
pub(crate) const KID: &str = "throw-away-kid-1";

/// A file of `tests/fixtures/keys`.
pub(crate) fn key(file: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/keys").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn jwk() -> Value {
    serde_json::from_str(&key("rsa2048.jwk.json")).unwrap()
}

/// The RSA key, as a bot has it.
pub(crate) fn private() -> AssertionKey {
    AssertionKey::parse(&key("rsa2048.jwk.json"), None).unwrap()
}

/// Its public half, as LINE has it.
pub(crate) fn registered() -> simulator::AssertionKey {
    simulator::AssertionKey::from_jwk(KID, &jwk()).unwrap()
}

/// What an assertion of `channel_id` claims, to be good for `left` seconds from `now` on.
pub(crate) fn claims(channel_id: &str, now: i64, left: i64) -> Value {
    json!({
        "iss": channel_id, "sub": channel_id, "aud": "https://api.line.me/", "exp": now / 1000 + left,
        "token_exp": 3600,
    })
}

/// The RSA key's signature under whatever header and claims.
pub(crate) fn signed(header: &Value, claims: &Value) -> String {
    let der = PrivatePkcs8KeyDer::from_pem_slice(key("rsa2048.pkcs8.pem").as_bytes()).unwrap();
    let pair = RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).unwrap();
    let text = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

pub(crate) fn header() -> Value {
    json!({"alg": "RS256", "typ": "JWT", "kid": KID})
}
