//! The forms that LINE's token endpoints take
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#channel-access-token)).

use crate::client::token::Assertion;
use crate::line::AccessToken;

const GRANT: (&str, &str) = ("grant_type", "client_credentials");
/// `client_assertion_type`: the assertion is a JWT.
pub(crate) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Proves who asks by the channel secret.
pub(crate) fn by_secret(channel_id: &str, secret: &str) -> String {
    written(&[GRANT, ("client_id", channel_id), ("client_secret", secret)])
}

/// Proves who asks by an assertion.
pub(crate) fn by_assertion(assertion: &Assertion) -> String {
    written(&[GRANT, ("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion.expose())])
}

/// Names a token.
pub(crate) fn token(token: &AccessToken) -> String {
    written(&[("access_token", token.expose())])
}

/// Names a token, and proves who asks by the channel secret.
pub(crate) fn token_by_secret(channel_id: &str, secret: &str, token: &str) -> String {
    written(&[("client_id", channel_id), ("client_secret", secret), ("access_token", token)])
}

fn written(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
