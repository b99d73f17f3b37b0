//! `POST /oauth2/v2.1/token`, `GET /oauth2/v2.1/verify`, `POST /oauth2/v2.1/revoke`, `GET /oauth2/v2.1/tokens/kid`,
//! `POST /oauth2/v3/token`, `POST /v2/oauth/accessToken`, `POST /v2/oauth/verify`, `POST /v2/oauth/revoke`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#channel-access-token)).
//!
//! The tokens that the server itself sends with its calls come from a [`TokenSource`](crate::client::TokenSource),
//! which needs none of these. They are for looking after others: a token that leaked, the tokens of another process.

use crate::client::call::{json, nothing};
use crate::client::token::form;
use crate::client::{Assertion, Call, Client, Endpoint, Payload, Rate};
use crate::line::token::{TokenIssued, TokenKeyIds, TokenVerified};
use crate::line::{AccessToken, ChannelSecret};

/// So many tokens v2.1 of a channel may be alive at once
/// ([guide](https://developers.line.biz/en/docs/basics/channel-access-token/)).
pub const TOKENS_V2_1_MAX: usize = 30;
/// So many short-lived tokens of a channel may be alive at once.
pub const SHORT_LIVED_TOKENS_MAX: usize = 30;

pub(in crate::client) static ISSUE: Endpoint =
    Endpoint::post("issue_token_v2_1", "/oauth2/v2.1/token").open().once();
pub(in crate::client) static REVOKE: Endpoint =
    Endpoint::post("revoke_token_v2_1", "/oauth2/v2.1/revoke").open();
pub(in crate::client) static ISSUE_STATELESS: Endpoint =
    Endpoint::post("issue_stateless_token", "/oauth2/v3/token").open();
static VERIFY: Endpoint = Endpoint::get("verify_token_v2_1", "/oauth2/v2.1/verify").open();
static KEY_IDS: Endpoint = Endpoint::get("token_key_ids", "/oauth2/v2.1/tokens/kid").open();
static ISSUE_SHORT_LIVED: Endpoint = Endpoint::post("issue_short_lived_token", "/v2/oauth/accessToken")
    .rate(Rate::per_second(370))
    .open()
    .once();
static VERIFY_OTHER: Endpoint = Endpoint::post("verify_token", "/v2/oauth/verify").open();
static REVOKE_OTHER: Endpoint = Endpoint::post("revoke_token", "/v2/oauth/revoke").open();

impl Client {
    /// A token v2.1, which lives as long as the assertion says, up to 30 days
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#issue-channel-access-token-v2-1)). A
    /// channel has [`TOKENS_V2_1_MAX`] of them at most; one more is refused (400).
    pub fn issue_token_v2_1(&self, assertion: &Assertion) -> Call<TokenIssued> {
        Call::new(self, &ISSUE, &[], json()).payload(Payload::form(form::by_assertion(assertion)))
    }

    /// Whose a token v2.1 is, and how long it is valid yet; an invalid one is a 400
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#verify-channel-access-token-v2-1)).
    pub fn verify_token_v2_1(&self, token: &AccessToken) -> Call<TokenVerified> {
        Call::new(self, &VERIFY, &[], json()).query("access_token", token.expose())
    }

    /// Makes a token v2.1 void; one that LINE does not know is no error
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#revoke-channel-access-token-v2-1)).
    pub fn revoke_token_v2_1(
        &self,
        channel_id: &str,
        secret: &ChannelSecret,
        token: &AccessToken,
    ) -> Call<()> {
        let form = form::token_by_secret(channel_id, secret.expose(), token.expose());
        Call::new(self, &REVOKE, &[], nothing()).payload(Payload::form(form))
    }

    /// The key IDs of all valid tokens v2.1 of the channel
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-all-valid-channel-access-token-key-ids-v2-1)).
    pub fn token_key_ids(&self, assertion: &Assertion) -> Call<TokenKeyIds> {
        Call::new(self, &KEY_IDS, &[], json())
            .query("client_assertion_type", form::ASSERTION_TYPE)
            .query("client_assertion", assertion.expose())
    }

    /// A stateless token, of 15 minutes, for the channel secret
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#issue-stateless-channel-access-token)). As
    /// many as one likes; they cannot be revoked.
    pub fn issue_stateless_token(&self, channel_id: &str, secret: &ChannelSecret) -> Call<TokenIssued> {
        let form = form::by_secret(channel_id, secret.expose());
        Call::new(self, &ISSUE_STATELESS, &[], json()).payload(Payload::form(form))
    }

    /// The same for an assertion.
    pub fn issue_stateless_token_with(&self, assertion: &Assertion) -> Call<TokenIssued> {
        Call::new(self, &ISSUE_STATELESS, &[], json()).payload(Payload::form(form::by_assertion(assertion)))
    }

    /// A short-lived token, of 30 days
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#issue-shortlived-channel-access-token)).
    /// Beyond [`SHORT_LIVED_TOKENS_MAX`] the oldest becomes void without a word. LINE allows 370 calls a second.
    pub fn issue_short_lived_token(&self, channel_id: &str, secret: &ChannelSecret) -> Call<TokenIssued> {
        let form = form::by_secret(channel_id, secret.expose());
        Call::new(self, &ISSUE_SHORT_LIVED, &[], json()).payload(Payload::form(form))
    }

    /// Whose a short-lived or long-lived token is, and how long it is valid yet; an invalid one is a 400
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#verify-channel-access-token)).
    pub fn verify_token(&self, token: &AccessToken) -> Call<TokenVerified> {
        Call::new(self, &VERIFY_OTHER, &[], json()).payload(Payload::form(form::token(token)))
    }

    /// Makes a short-lived or long-lived token void; one that LINE does not know is no error
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#revoke-longlived-or-shortlived-channel-access-token)).
    pub fn revoke_token(&self, token: &AccessToken) -> Call<()> {
        Call::new(self, &REVOKE_OTHER, &[], nothing()).payload(Payload::form(form::token(token)))
    }
}
