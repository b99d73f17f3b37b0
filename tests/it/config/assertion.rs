//! `LINE_ASSERTION_KEY`: read from every form, refused with what to do, and never shown.

use std::collections::BTreeMap;

use line_bot_server::config::reload::{Change, Reloader};
use line_bot_server::config::{Config, Token};
use serde_json::{Value, json};

use super::{SECRET, good, load, one_fault, vars};
use crate::support::keys::{KID, jwk, key};

/// A channel whose tokens are issued for `key`.
fn with_key(key: &str, more: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut all = vars(&[
        ("LINE_CHANNEL_SECRET", SECRET),
        ("LINE_CHANNEL_ID", "1234567890"),
        ("LINE_ASSERTION_KEY", key),
    ]);
    all.extend(vars(more));
    all
}

fn kid(config: &Config) -> &str {
    match &config.channels[0].token {
        Token::V21 { channel_id, key } if channel_id == "1234567890" => key.kid(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_jwk_carries_its_kid() {
    assert_eq!(kid(&load(&with_key(&key("rsa2048.jwk.json"), &[]))), KID);
    let one_line = jwk().to_string();
    assert_eq!(kid(&load(&with_key(&one_line, &[("LINE_ASSERTION_KEY_ID", KID)]))), KID);
}

#[test]
fn a_pem_of_either_form_takes_its_kid_from_a_variable() {
    for file in ["rsa2048.pkcs8.pem", "rsa2048.pkcs1.pem"] {
        assert_eq!(kid(&load(&with_key(&key(file), &[("LINE_ASSERTION_KEY_ID", "k-2")]))), "k-2", "{file}");
    }
    let one_line = key("rsa2048.pkcs8.pem").replace('\n', "\\n");
    assert_eq!(kid(&load(&with_key(&one_line, &[("LINE_ASSERTION_KEY_ID", "k-2")]))), "k-2");
}

#[test]
fn a_key_can_come_from_a_file_and_belong_to_one_of_several_channels() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key.json");
    std::fs::write(&path, key("rsa2048.jwk.json")).unwrap();
    let config = load(&vars(&[
        ("LINE_CHANNELS", "shop"),
        ("LINE_CHANNEL_SECRET__SHOP", SECRET),
        ("LINE_CHANNEL_ID__SHOP", "1234567890"),
        ("LINE_ASSERTION_KEY__SHOP_FILE", path.to_str().unwrap()),
    ]));
    assert_eq!(kid(&config), KID);
}

/// The JWK with one member changed, or gone.
fn changed(member: &str, value: Value) -> String {
    let mut jwk = jwk();
    if value.is_null() {
        jwk.as_object_mut().unwrap().remove(member);
    } else {
        jwk[member] = value;
    }
    jwk.to_string()
}

#[test]
fn what_is_wrong_with_a_key_is_said_without_showing_it() {
    let twisted = jwk()["n"].as_str().unwrap().replace(['A', 'b'], "C");
    let public = json!({"kty": "RSA", "kid": KID, "n": jwk()["n"], "e": "AQAB"}).to_string();
    for (text, problem) in [
        ("s0me-passw0rd".to_owned(), "is no private key: give its JWK"),
        ("{".to_owned(), "is not a JWK: it cannot be read at line 1, column 1"),
        (r#"{"kty":17}"#.to_owned(), "is not a JWK: it cannot be read at line 1"),
        (r#"{"kid":"k"}"#.to_owned(), "has no readable \"kty\""),
        (public, "is the public key"),
        (key("rsa2048.public.pem"), "is the public key"),
        (changed("kty", json!("EC")), "is a key for EC; LINE takes RSA"),
        (changed("alg", json!("RS512")), "is a key for RS512; LINE takes RSA"),
        (changed("kty", json!("an 0dd s3cret")), "is a key for something else;"),
        (key("ec.pkcs8.pem"), "is a key for another algorithm; LINE takes RSA"),
        (key("ec.sec1.pem"), "is a key for elliptic curves; LINE takes RSA"),
        (changed("kid", Value::Null), "has no kid: add the ID"),
        (changed("kid", json!("")), "has no kid: add the ID"),
        (key("rsa2048.pkcs8.pem"), "has no kid: add the ID"),
        (changed("qi", Value::Null), "has no readable \"qi\""),
        (changed("p", json!("+/+")), "has no readable \"p\""),
        (changed("n", json!(twisted)), "is no RSA key that can be used"),
        (key("rsa1024.pkcs8.pem"), "is too small; LINE takes RSA keys of 2048 bits"),
        (key("rsa2048.encrypted.pem"), "is encrypted; decrypt it first"),
        (key("rsa2048.pkcs8.pem").replace("MII", "MIX"), "is no RSA key that can be used"),
    ] {
        let all = with_key(&text, &[]);
        one_fault(&all, &format!("LINE_ASSERTION_KEY {problem}"));
        let report = Config::load(&all).unwrap_err().to_string();
        for piece in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|piece| piece.len() >= 12) {
            assert!(!report.contains(piece), "{piece} in {report}");
        }
    }
    let two = with_key(&key("rsa2048.jwk.json"), &[("LINE_ASSERTION_KEY_ID", "another")]);
    one_fault(&two, "LINE_ASSERTION_KEY has another kid than LINE_ASSERTION_KEY_ID");
    one_fault(&with_key("", &[]), "LINE_ASSERTION_KEY is empty");
}

#[test]
fn a_key_needs_a_channel_id_and_is_of_no_use_beside_a_token() {
    let mut alone = with_key(&key("rsa2048.jwk.json"), &[]);
    alone.remove("LINE_CHANNEL_ID");
    one_fault(&alone, "LINE_CHANNEL_ID is not set, and LINE_ASSERTION_KEY needs it");
    let beside = load(&good(&[("LINE_ASSERTION_KEY", "whatever"), ("LINE_ASSERTION_KEY_ID", "k")]));
    assert_eq!(beside.warnings.len(), 2, "{:?}", beside.warnings);
    assert!(beside.warnings[0].starts_with("LINE_ASSERTION_KEY is not used"), "{:?}", beside.warnings);
    let unused = load(&vars(&[
        ("LINE_CHANNEL_SECRET", SECRET),
        ("LINE_CHANNEL_ID", "1234567890"),
        ("LINE_ASSERTION_KEY_ID", "k"),
    ]));
    assert!(unused.warnings[0].starts_with("LINE_ASSERTION_KEY_ID is not used"), "{:?}", unused.warnings);
}

#[test]
fn a_jwk_in_a_file_is_read_again_and_a_pem_whose_id_is_elsewhere_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key");
    let from_file = |kid: Option<&str>| {
        let mut all = with_key("", &[("LINE_ASSERTION_KEY_FILE", path.to_str().unwrap())]);
        all.remove("LINE_ASSERTION_KEY");
        all.extend(kid.map(|kid| ("LINE_ASSERTION_KEY_ID".to_owned(), kid.to_owned())));
        load(&all)
    };
    std::fs::write(&path, key("rsa2048.jwk.json")).unwrap();
    let mut files = Reloader::new(from_file(None).files);
    for wrong in ["", "{}", &key("rsa2048.pkcs8.pem")] {
        std::fs::write(&path, wrong).unwrap();
        assert!(files.poll().is_empty(), "{wrong:?}");
    }
    std::fs::write(&path, changed("kid", json!("throw-away-kid-2"))).unwrap();
    let changes = files.poll();
    let [Change::AssertionKey(channel, key_now)] = &changes[..] else { panic!("one change of a key") };
    assert_eq!((channel.as_str(), key_now.kid()), ("default", "throw-away-kid-2"));

    std::fs::write(&path, key("rsa2048.pkcs8.pem")).unwrap();
    assert!(Reloader::new(from_file(Some("k")).files).is_empty());
}

#[test]
fn neither_key_nor_assertion_is_printed() {
    let config = load(&with_key(&key("rsa2048.jwk.json"), &[]));
    let Token::V21 { key, .. } = &config.channels[0].token else { panic!("{config:?}") };
    let now = line_bot_server::clock::Timestamp::from_millis(0);
    let assertion = key.assertion("1234567890", now, None).unwrap();
    let printed = format!("{config:?} {key:?} {assertion:?}");
    let d = jwk()["d"].as_str().unwrap().to_owned();
    for secret in [&*d, &d[..20], assertion.expose(), assertion.expose().rsplit('.').next().unwrap()] {
        assert!(!printed.contains(secret), "{printed}");
    }
    assert!(printed.contains(KID), "{printed}");
}
