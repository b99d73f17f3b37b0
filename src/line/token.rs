//! Channel access tokens as LINE issues and describes them
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#channel-access-token)).

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A channel access token: opaque, and never printed.
#[derive(Clone)]
pub struct AccessToken(SecretString);

impl AccessToken {
    /// The token itself, for the header or the form that carries it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl<T: Into<String>> From<T> for AccessToken {
    fn from(token: T) -> Self {
        Self(token.into().into())
    }
}

impl PartialEq for AccessToken {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for AccessToken {}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(…)")
    }
}

/// Written out, for that is how LINE answers.
impl Serialize for AccessToken {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for AccessToken {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d).map(Self::from)
    }
}

/// A channel access token that was issued
/// ([stateless](https://developers.line.biz/en/reference/messaging-api/#issue-stateless-channel-access-token),
/// [v2.1](https://developers.line.biz/en/reference/messaging-api/#issue-channel-access-token-v2-1),
/// [short-lived](https://developers.line.biz/en/reference/messaging-api/#issue-shortlived-channel-access-token)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TokenIssued {
    /// The token.
    pub access_token: AccessToken,
    /// How long it is valid, in seconds.
    pub expires_in: u64,
    /// `Bearer`
    #[serde(default = "bearer")]
    pub token_type: String,
    /// Identifies it among the key IDs; v2.1 only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
}

fn bearer() -> String {
    "Bearer".to_owned()
}

/// A channel access token that is valid
/// ([v2.1](https://developers.line.biz/en/reference/messaging-api/#verify-channel-access-token-v2-1),
/// [others](https://developers.line.biz/en/reference/messaging-api/#verify-channel-access-token)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TokenVerified {
    /// The channel it was issued for.
    pub client_id: String,
    /// How long it is valid yet, in seconds.
    pub expires_in: u64,
    /// What it permits: `profile chat_message.write`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// The key IDs of the channel's valid tokens v2.1
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-all-valid-channel-access-token-key-ids-v2-1)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TokenKeyIds {
    /// One for each token, [`TokenIssued::key_id`] of its answer.
    pub kids: Vec<String>,
}

/// Why a token endpoint refused; some answers have a `message` and nothing else
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#issue-channel-access-token-v2-1)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TokenError {
    /// The kind: `invalid_client`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
    /// What is wrong, in the other form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}
