//! What LINE says of a channel's access tokens, beyond that they work: how long a fixed one lasts, how many are alive.

use secrecy::ExposeSecret as _;

use super::online::Line;
use crate::client::api::token::TOKENS_V2_1_MAX;
use crate::client::{AssertionKey, Client};
use crate::clock::Clock;
use crate::config::Token;
use crate::line::AccessToken;

/// A token that lasts longer than this is long-lived: short-lived ones live 30 days.
const SHORT_LIVED_DAYS: u64 = 31;

/// What there is to say; nothing, where LINE does not answer the question.
pub(super) async fn more(client: &Client, source: &Token) -> Option<Line> {
    match source {
        Token::Fixed(token) => lasting(client, &token.expose_secret().into()).await,
        Token::V21 { channel_id, key } => alive(client, channel_id, key).await,
        Token::Stateless { .. } => None,
    }
}

/// A short-lived token in the place of a long-lived one works well, until it does not.
async fn lasting(client: &Client, token: &AccessToken) -> Option<Line> {
    let verified = client.verify_token(token).await.ok()?;
    let days = verified.expires_in.div_ceil(24 * 60 * 60);
    (days < SHORT_LIVED_DAYS).then(|| {
        let text = format!(
            "the token ends in {days} days and is not renewed; set a long-lived one, or LINE_CHANNEL_ID in its place"
        );
        (false, text)
    })
}

async fn alive(client: &Client, channel_id: &str, key: &AssertionKey) -> Option<Line> {
    let assertion = key.assertion(channel_id, Clock::system().now().wall, None).ok()?;
    let alive = client.token_key_ids(&assertion).await.ok()?.kids.len();
    let text =
        format!("{alive} of {TOKENS_V2_1_MAX} tokens v2.1 of the channel are alive, this check's among them");
    Some((alive < TOKENS_V2_1_MAX, text))
}
