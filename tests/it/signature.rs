//! P1: only LINE is heard.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use line_bot_server::line::{ChannelSecret, EmptySecret, Secrets};
use proptest::prelude::*;

const SECRET: &str = "00112233445566778899aabbccddeeff";
const V1: &[u8] = include_bytes!("../fixtures/webhook/v1_empty.json");
const V2: &[u8] = include_bytes!("../fixtures/webhook/v2_ascii.json");
const V3: &[u8] = include_bytes!("../fixtures/webhook/v3_utf8.json");
const V4: &[u8] = include_bytes!("../fixtures/webhook/v4_escaped.json");
const OFFICIAL: &[u8] = include_bytes!("../fixtures/webhook/official.json");

const VECTORS: [(&str, &[u8], &str); 5] = [
    (SECRET, V1, "yUpa5d5hleosUdgmopg7e3/k1K+pG3uet+iWQ9W1qhE="),
    (SECRET, V2, "ZN6Pu5qZ4zoH9nwzBejkSEw9KxaLXFFJe1l58LnDYjc="),
    (SECRET, V3, "Bevtua0uqWhbbWFqwpolf88gCFNL1MEmf5gWzVXZ9p0="),
    (SECRET, V4, "/nwBUlwcEmoTQnBhUuKv5K5kKNlzz7eXJToBQXi0pGU="),
    ("8c570fa6dd201bb328f1c1eac23a96d8", OFFICIAL, "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="),
];

fn secret(text: &str) -> ChannelSecret {
    ChannelSecret::new(text).unwrap()
}

fn secrets(text: &str) -> Secrets {
    Secrets::new(secret(text), Vec::new())
}

#[test]
fn the_vectors_have_the_length_of_the_fact_sheet() {
    assert_eq!([V1, V2, V3, V4, OFFICIAL].map(<[u8]>::len), [63, 471, 485, 527, 63]);
}

#[test]
fn every_vector_is_signed_and_verified() {
    for (key, body, signature) in VECTORS {
        assert_eq!(secret(key).sign(body), signature);
        assert!(secrets(key).verify(body, signature.as_bytes()));
    }
}

#[test]
fn a_signature_is_good_for_its_own_body_and_secret_alone() {
    for (key, _, signature) in VECTORS {
        for (other_key, body, own) in VECTORS {
            let expected = (key, signature) == (other_key, own);
            assert_eq!(secrets(other_key).verify(body, signature.as_bytes()), expected);
        }
    }
}

#[test]
fn common_mistakes_are_refused() {
    let mistakes: [(&str, &[u8], &str); 4] = [
        ("line feed appended", V2, "mKIJmQusAUzDtgvw40BNQahRbeoGyy9/G9gOwnwo10g="),
        ("parsed and written again", V2, "duqCCHPWDAtscD//zNwumQX/uYV2zGo8McXjeXTXYEE="),
        ("secret decoded from hexadecimal", V2, "/ghEQm0AnwtfLY1PKVZwR/G3NDmXY3jNgdLWH7hfCAo="),
        ("converted to UTF-16LE", V3, "j8q0xLN42ocnOC9xMMWdtm3lSHyHCN8vOoQQYe3EcvE="),
    ];
    for (mistake, body, signature) in mistakes {
        assert!(!secrets(SECRET).verify(body, signature.as_bytes()), "{mistake}");
    }
}

#[test]
fn the_mistakes_are_the_ones_they_say_they_are() {
    let line_feed = [V2, b"\n"].concat();
    assert_eq!(secret(SECRET).sign(&line_feed), "mKIJmQusAUzDtgvw40BNQahRbeoGyy9/G9gOwnwo10g=");
    let utf16: Vec<u8> = std::str::from_utf8(V3).unwrap().encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(secret(SECRET).sign(&utf16), "j8q0xLN42ocnOC9xMMWdtm3lSHyHCN8vOoQQYe3EcvE=");
}

#[test]
fn what_is_not_base64_of_one_digest_is_refused() {
    let (_, body, good) = VECTORS[0];
    let malformed: [&[u8]; 12] = [
        b"",
        b"=",
        b"yUpa5d5hleosUdgmopg7e3/k1K+pG3uet+iWQ9W1qhE",
        b"yUpa5d5hleosUdgmopg7e3/k1K+pG3uet+iWQ9W1qhE==",
        b" yUpa5d5hleosUdgmopg7e3/k1K+pG3uet+iWQ9W1qhE=",
        b"yUpa5d5hleosUdgmopg7e3/k1K+pG3uet+iWQ9W1qhE=\n",
        b"yUpa5d5hleosUdgmopg7e3_k1K-pG3uet-iWQ9W1qhE=",
        b"yUpa5d5hleosUdgmopg7e3/k1K+pG3uet+iWQ9W1qhF=",
        b"yUpa5d5hleosUdgmopg7e3/k1K+pG3uet+iWQ9W1qg==",
        b"c94a5ae5de6195ea2c51d826a2983b7b7fe4d4afa91b7b9eb7e89643d5b5aa11",
        b"\xff\xfe\x00",
        &[b'A'; 100_000],
    ];
    for signature in malformed {
        assert!(!secrets(SECRET).verify(body, signature), "{:?}", signature.get(..50).unwrap_or(signature));
    }
    assert!(secrets(SECRET).verify(body, good.as_bytes()));
}

#[test]
fn any_of_several_secrets_will_do_and_the_first_is_the_main_one() {
    let several = Secrets::new(secret("new"), vec![secret("old"), secret("older")]);
    for key in ["new", "old", "older"] {
        assert!(several.verify(V2, secret(key).sign(V2).as_bytes()), "{key}");
    }
    assert!(!several.verify(V2, secret("oldest").sign(V2).as_bytes()));
    assert_eq!(several.first().expose(), "new");
}

#[test]
fn an_empty_secret_is_impossible() {
    assert_eq!(ChannelSecret::new("").unwrap_err(), EmptySecret);
}

#[test]
fn a_secret_cannot_be_printed() {
    let shown = format!("{:?} {:#?}", secret(SECRET), Secrets::new(secret(SECRET), vec![secret(SECRET)]));
    assert!(!shown.contains(SECRET), "{shown}");
    assert_eq!(format!("{:?}", secret(SECRET)), "ChannelSecret(…)");
}

proptest! {
    #[test]
    fn what_is_signed_is_verified(key in ".{1,100}", body in prop::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(secrets(&key).verify(&body, secret(&key).sign(&body).as_bytes()));
    }

    #[test]
    fn a_flipped_bit_of_the_body_is_refused(
        mut body in prop::collection::vec(any::<u8>(), 1..2000), at in any::<prop::sample::Index>(), bit in 0..8,
    ) {
        let signature = secret(SECRET).sign(&body);
        let at = at.index(body.len());
        body[at] ^= 1_u8 << bit;
        prop_assert!(!secrets(SECRET).verify(&body, signature.as_bytes()));
    }

    #[test]
    fn a_flipped_bit_of_the_signature_is_refused(
        body in prop::collection::vec(any::<u8>(), 0..2000), at in 0..44_usize, bit in 0..8,
    ) {
        let mut signature = secret(SECRET).sign(&body).into_bytes();
        signature[at] ^= 1_u8 << bit;
        prop_assert!(!secrets(SECRET).verify(&body, &signature));
    }
}
