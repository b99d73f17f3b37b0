//! Channel access tokens: issued, verified, revoked and counted as LINE does.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use super::kit::{Got, Kit};
use crate::support::keys;

const JWT: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

async fn kit() -> Kit {
    Kit::with(|settings| settings.assertion_key = Some(keys::registered())).await
}

async fn form(kit: &Kit, path: &str, fields: &[(&str, &str)]) -> Got {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let headers = [("authorization", ""), ("content-type", "application/x-www-form-urlencoded")];
    kit.raw(Method::POST, path, &headers, body.into_bytes()).await.unwrap()
}

async fn asked(kit: &Kit, path: &str, fields: &[(&str, &str)]) -> Got {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    kit.raw(Method::GET, &format!("{path}?{query}"), &[("authorization", "")], Vec::new()).await.unwrap()
}

async fn by_secret(kit: &Kit, path: &str, secret: &str) -> Got {
    let id = kit.sim.channel_id();
    let fields = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
    form(kit, path, &fields).await
}

async fn by_assertion(kit: &Kit, path: &str, assertion: &str) -> Got {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", JWT),
        ("client_assertion", assertion),
    ];
    form(kit, path, &fields).await
}

fn claims(kit: &Kit) -> Value {
    keys::claims(kit.sim.channel_id(), kit.sim.now().as_millis(), 600)
}

fn assertion(kit: &Kit) -> String {
    keys::signed(&keys::header(), &claims(kit))
}

async fn v2_1(kit: &Kit) -> Got {
    by_assertion(kit, "/oauth2/v2.1/token", &assertion(kit)).await
}

fn token(got: &Got) -> String {
    assert_eq!(got.status, 200, "{got:?}");
    got.json()["access_token"].as_str().unwrap().to_owned()
}

/// What a call with this token is answered.
async fn status(kit: &Kit, token: &str) -> u16 {
    let bearer = format!("Bearer {token}");
    kit.call(Method::GET, "/v2/bot/info", &[("authorization", &bearer)], None).await.unwrap().status
}

#[tokio::test]
async fn a_stateless_token_lives_a_quarter_of_an_hour_and_is_issued_for_either_proof() {
    let kit = kit().await;
    let wrong = by_secret(&kit, "/oauth2/v3/token", "wrong").await;
    assert_eq!((wrong.status, &wrong.json()["error"]), (400, &json!("invalid_client")));
    let got = by_secret(&kit, "/oauth2/v3/token", kit.sim.secret()).await;
    assert_eq!((&got.json()["expires_in"], &got.json()["token_type"]), (&json!(900), &json!("Bearer")));
    assert_eq!(got.json().get("key_id"), None);
    let other = token(&by_assertion(&kit, "/oauth2/v3/token", &assertion(&kit)).await);
    kit.clock.advance(Duration::from_secs(899));
    assert_eq!((status(&kit, &token(&got)).await, status(&kit, &other).await), (200, 200));
    kit.clock.advance(Duration::from_secs(1));
    assert_eq!((status(&kit, &token(&got)).await, status(&kit, &other).await), (401, 401));
}

#[tokio::test]
async fn a_token_v2_1_lives_as_long_as_its_assertion_says() {
    let kit = kit().await;
    let got = v2_1(&kit).await;
    let token = token(&got);
    assert_eq!(got.json()["expires_in"], 3600);
    let fields = [("access_token", &*token)];
    let verify = || asked(&kit, "/oauth2/v2.1/verify", &fields);
    kit.clock.advance(Duration::from_secs(3599));
    assert_eq!(status(&kit, &token).await, 200);
    let verified = verify().await.json();
    assert_eq!((&verified["client_id"], &verified["expires_in"]), (&json!(kit.sim.channel_id()), &json!(1)));
    kit.clock.advance(Duration::from_secs(1));
    assert_eq!((status(&kit, &token).await, verify().await.status), (401, 400));
}

#[tokio::test]
async fn the_thirty_first_token_v2_1_is_refused_until_one_has_ended_or_is_revoked() {
    let kit = kit().await;
    let first = token(&v2_1(&kit).await);
    for _ in 1..30 {
        token(&v2_1(&kit).await);
    }
    let refused = v2_1(&kit).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.message(), "The maximum number of access tokens has already been issued");
    let fields = [("client_assertion_type", JWT), ("client_assertion", &*assertion(&kit))];
    let kids = asked(&kit, "/oauth2/v2.1/tokens/kid", &fields).await.json();
    assert_eq!(kids["kids"].as_array().unwrap().len(), 30);

    let (id, secret) = (kit.sim.channel_id(), kit.sim.secret());
    let revoke = [("client_id", id), ("client_secret", secret), ("access_token", &*first)];
    let got = form(&kit, "/oauth2/v2.1/revoke", &revoke).await;
    assert_eq!((got.status, got.bytes.len()), (200, 0));
    assert_eq!(form(&kit, "/oauth2/v2.1/revoke", &revoke).await.status, 200, "unknown is no error");
    assert_eq!(status(&kit, &first).await, 401);
    token(&v2_1(&kit).await);
    assert_eq!(v2_1(&kit).await.status, 400);
    kit.clock.advance(Duration::from_secs(3600));
    token(&v2_1(&kit).await);
}

#[tokio::test]
async fn a_revocation_asks_for_the_secret_and_for_a_token() {
    let kit = kit().await;
    let issued = token(&v2_1(&kit).await);
    let id = kit.sim.channel_id();
    let wrong = [("client_id", id), ("client_secret", "wrong"), ("access_token", &*issued)];
    assert_eq!(form(&kit, "/oauth2/v2.1/revoke", &wrong).await.status, 400);
    let none = [("client_id", id), ("client_secret", kit.sim.secret())];
    assert_eq!(form(&kit, "/oauth2/v2.1/revoke", &none).await.status, 400);
    assert_eq!(form(&kit, "/v2/oauth/revoke", &[]).await.status, 400);
    assert_eq!(status(&kit, &issued).await, 200);
    // Each revokes its own kinds.
    assert_eq!(form(&kit, "/v2/oauth/revoke", &[("access_token", &*issued)]).await.status, 200);
    assert_eq!(status(&kit, &issued).await, 200);
}

#[tokio::test]
async fn an_assertion_proves_nothing_unless_every_part_of_it_is_right() {
    let kit = kit().await;
    let with = |name: &str, value: Value| {
        let mut claims = claims(&kit);
        claims[name] = value;
        keys::signed(&keys::header(), &claims)
    };
    let now = kit.sim.now().as_millis() / 1000;
    for (name, value, words) in [
        ("iss", json!("1"), "Invalid iss"),
        ("sub", json!("1"), "Invalid sub"),
        ("aud", json!("https://api.line.me"), "Invalid aud"),
        ("exp", json!(now), "Invalid exp"),
        ("exp", json!(now + 1801), "Invalid exp"),
        ("exp", json!("soon"), "Invalid exp"),
        ("token_exp", json!(0), "Invalid token_exp"),
        ("token_exp", json!(2_592_001), "Invalid token_exp"),
        ("token_exp", json!(null), "Invalid token_exp"),
    ] {
        let got = by_assertion(&kit, "/oauth2/v2.1/token", &with(name, value)).await;
        assert_eq!((got.status, &got.json()["error"]), (400, &json!("invalid_client")), "{name}");
        assert_eq!(got.json()["error_description"], words);
    }
    for (name, value) in
        [("exp", json!(now + 1)), ("exp", json!(now + 1800)), ("token_exp", json!(2_592_000))]
    {
        token(&by_assertion(&kit, "/oauth2/v2.1/token", &with(name, value)).await);
    }
}

#[tokio::test]
async fn an_assertion_of_another_key_is_refused() {
    let kit = kit().await;
    let other = json!({"alg": "RS256", "typ": "JWT", "kid": "another"});
    let got = by_assertion(&kit, "/oauth2/v2.1/token", &keys::signed(&other, &claims(&kit))).await;
    assert_eq!(
        (got.status, got.message()),
        (404, "Cannot find channel key that satisfies the conditions".into())
    );
    let hmac = json!({"alg": "HS256", "typ": "JWT", "kid": keys::KID});
    let got = by_assertion(&kit, "/oauth2/v2.1/token", &keys::signed(&hmac, &claims(&kit))).await;
    assert_eq!(got.status, 400);
    let right = assertion(&kit);
    let (signed, _) = right.rsplit_once('.').unwrap();
    for broken in
        [signed.to_owned(), format!("{signed}."), format!("{right}AA"), String::new(), "a.b.c".into()]
    {
        let got = by_assertion(&kit, "/oauth2/v2.1/token", &broken).await;
        assert_eq!((got.status, &got.json()["error"]), (400, &json!("invalid_client")), "{broken}");
    }
    let unregistered = Kit::new().await;
    let got = by_assertion(&unregistered, "/oauth2/v2.1/token", &assertion(&unregistered)).await;
    assert_eq!(got.status, 404);
}

#[tokio::test]
async fn the_thirty_first_short_lived_token_ends_the_oldest() {
    let kit = kit().await;
    let issue = || by_secret(&kit, "/v2/oauth/accessToken", kit.sim.secret());
    let first = issue().await;
    assert_eq!(first.json()["expires_in"], 2_592_000);
    let second = token(&issue().await);
    for _ in 2..30 {
        token(&issue().await);
    }
    assert_eq!(status(&kit, &token(&first)).await, 200);
    token(&issue().await);
    assert_eq!((status(&kit, &token(&first)).await, status(&kit, &second).await), (401, 200));
    let verified = form(&kit, "/v2/oauth/verify", &[("access_token", &*second)]).await.json();
    assert_eq!(verified["expires_in"], 2_592_000);
    form(&kit, "/v2/oauth/revoke", &[("access_token", &*second)]).await;
    assert_eq!(status(&kit, &second).await, 401);
    assert_eq!(form(&kit, "/v2/oauth/verify", &[("access_token", &*second)]).await.status, 400);
}

#[tokio::test]
async fn the_long_lived_token_can_be_verified_and_revoked() {
    let kit = kit().await;
    let long = kit.sim.access_token().to_owned();
    let verified = form(&kit, "/v2/oauth/verify", &[("access_token", &*long)]).await.json();
    assert!(verified["expires_in"].as_u64().unwrap() > 2_592_000, "{verified}");
    assert_eq!(form(&kit, "/v2/oauth/revoke", &[("access_token", &*long)]).await.status, 200);
    assert_eq!(status(&kit, &long).await, 401);
    assert_eq!(form(&kit, "/v2/oauth/verify", &[("access_token", &*long)]).await.status, 400);
}
