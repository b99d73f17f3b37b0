//! Each channel's client, and what of it can be replaced while it runs.

use std::collections::HashMap;
use std::sync::Arc;

use secrecy::SecretString;

use crate::client::{Client, SharedSecret, StatelessSettings, TokenSource, Transport};
use crate::clock::Clock;
use crate::config::reload::Change;
use crate::config::{ChannelConfig, Token};
use crate::line::{Channel, Secrets};
use crate::server::{Gate, ServerState};

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
    /// What stateless tokens are issued with.
    secret: SharedSecret,
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
        }
    }
}

impl Line {
    fn new(channel: ChannelConfig, transport: &Arc<dyn Transport>, clock: &Clock) -> Self {
        let ChannelConfig { secrets, token, client: settings, .. } = channel;
        let secret = SharedSecret::new(main_secret(&secrets));
        let tokens = match token {
            Token::Fixed(token) => TokenSource::fixed(token),
            Token::Stateless { channel_id } => TokenSource::stateless(StatelessSettings {
                channel_id,
                channel_secret: secret.clone(),
                api_base_url: settings.api_base_url.clone(),
                transport: Arc::clone(transport),
                clock: clock.clone(),
                timeout: settings.attempt_timeout,
            }),
        };
        let client = Client::new(settings, Arc::clone(transport), tokens.clone(), clock.clone());
        Self { client, tokens, secret }
    }
}

fn main_secret(secrets: &Secrets) -> SecretString {
    secrets.first().expose().into()
}
