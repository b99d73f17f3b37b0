//! Each channel's client, and what of it can be replaced while it runs.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use secrecy::SecretString;

use crate::client::{
    AssertionKey, Client, Grant, IssuerSettings, Shared, SharedSecret, TokenLife, TokenSource, Transport,
};
use crate::clock::Clock;
use crate::config::reload::Change;
use crate::config::{ChannelConfig, Token};
use crate::line::{Channel, Secrets};
use crate::server::{Gate, ServerState};

/// How long a token v2.1 lives. A channel has 30 of them: a process that is killed leaves its token behind for an hour
/// at most, and one that is started over and over every five minutes leaves twelve. Renewed at two thirds, it bridges
/// a quarter of an hour in which LINE issues none.
const TOKEN_LIFE: Duration = Duration::from_secs(60 * 60);
/// Giving tokens back may take so long; nobody waits for more at the end.
const GIVE_BACK: Duration = Duration::from_secs(3);

/// No channel has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no channel is called {name:?}; there are: {known} (LINE_CHANNELS)")]
pub struct UnknownChannel {
    /// The name asked for.
    pub name: String,
    /// The names there are.
    pub known: String,
}

/// Every channel's way to LINE. Cheap to clone.
#[derive(Clone)]
pub(super) struct Channels(Arc<HashMap<Channel, Line>>);

struct Line {
    client: Client,
    tokens: TokenSource,
    /// What stateless tokens are issued with, and tokens v2.1 revoked.
    secret: SharedSecret,
    /// What tokens v2.1 are issued with.
    key: Option<Shared<AssertionKey>>,
}

/// The gate through which a channel's webhooks come in.
pub(super) fn gate(channel: &ChannelConfig) -> Gate {
    Gate::new(channel.name.clone(), channel.secrets.clone())
}

impl Channels {
    pub(super) fn new(channels: Vec<ChannelConfig>, transport: &Arc<dyn Transport>, clock: &Clock) -> Self {
        let lines =
            channels.into_iter().map(|channel| (channel.name.clone(), Line::new(channel, transport, clock)));
        Self(Arc::new(lines.collect()))
    }

    pub(super) fn clients(&self) -> HashMap<Channel, Client> {
        self.0.iter().map(|(name, line)| (name.clone(), line.client.clone())).collect()
    }

    pub(super) fn client(&self, name: &str) -> Result<Client, UnknownChannel> {
        self.0.get(&Channel::from(name)).map(|line| line.client.clone()).ok_or_else(|| {
            let mut known: Vec<_> = self.0.keys().map(Channel::as_str).collect();
            known.sort_unstable();
            UnknownChannel { name: name.to_owned(), known: known.join(", ") }
        })
    }

    /// Gives back the tokens that count, when the last call was made.
    pub(super) async fn give_back(&self) {
        let given_back = join_all(self.0.values().map(|line| line.client.give_back_token()));
        if tokio::time::timeout(GIVE_BACK, given_back).await.is_err() {
            tracing::warn!("channel access tokens not revoked in time; they count until they end");
        }
    }

    /// Puts a changed secret to use, at the door and on the way to LINE.
    pub(super) fn apply(&self, change: Change, state: &ServerState) {
        match change {
            Change::Secrets(channel, secrets) => {
                if let Some(line) = self.0.get(&channel) {
                    line.secret.replace(main_secret(&secrets));
                }
                state.replace_secrets(&channel, secrets);
                tracing::info!(%channel, "secrets are in use");
            }
            Change::Token(channel, token) => {
                if let Some(line) = self.0.get(&channel) {
                    line.tokens.replace(&token);
                }
                tracing::info!(%channel, "the channel access token is in use");
            }
            Change::AssertionKey(channel, key) => {
                let kid = key.kid().to_owned();
                if let Some(shared) = self.0.get(&channel).and_then(|line| line.key.as_ref()) {
                    shared.replace(key);
                }
                tracing::info!(%channel, kid, "the assertion key is in use from the next token on");
            }
        }
    }
}

impl Line {
    fn new(channel: ChannelConfig, transport: &Arc<dyn Transport>, clock: &Clock) -> Self {
        let ChannelConfig { secrets, token, client: settings, .. } = channel;
        let secret = SharedSecret::new(main_secret(&secrets));
        let issued = |channel_id, grant| {
            TokenSource::issued(IssuerSettings {
                channel_id,
                grant,
                api_base_url: settings.api_base_url.clone(),
                transport: Arc::clone(transport),
                clock: clock.clone(),
                timeout: settings.attempt_timeout,
            })
        };
        let mut key = None;
        let tokens = match token {
            Token::Fixed(token) => TokenSource::fixed(token),
            Token::Stateless { channel_id } => issued(channel_id, Grant::Stateless(secret.clone())),
            Token::V21 { channel_id, key: first } => {
                let key = key.insert(Shared::new(first)).clone();
                let life = TokenLife::new(TOKEN_LIFE).unwrap_or(TokenLife::MAX);
                issued(channel_id, Grant::V21 { key, secret: secret.clone(), life })
            }
        };
        let client = Client::new(settings, Arc::clone(transport), tokens.clone(), clock.clone());
        Self { client, tokens, secret, key }
    }
}

fn main_secret(secrets: &Secrets) -> SecretString {
    secrets.first().expose().into()
}
