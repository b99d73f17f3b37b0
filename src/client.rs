//! LINE's Messaging API, typed: one builder per call, sent by awaiting it, visible unsent by `into_request()`.

pub mod api;
mod call;
mod endpoint;
pub mod error;
mod execute;
mod pace;
mod page;
mod payload;
mod request;
mod retry;
mod secrets;
pub mod token;
pub mod transport;
mod wait;
mod wire;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Boot, Clock};
use crate::line::Channel;
use pace::Pace;

pub use call::{Answer, Call};
pub use endpoint::{Endpoint, Rate};
pub use error::{ClientError, ErrorKind};
pub use page::{Page, Paged};
pub use payload::{Opened, Payload, Upload};
pub use request::Request;
pub use token::{
    Assertion, AssertionKey, CannotSign, Grant, IssuerSettings, KeyFault, Shared, SharedSecret, TokenFailure,
    TokenLife, TokenSource,
};
pub use transport::{Body, Host, HttpTransport, Response, Transport, TransportError};
pub use wait::{Patience, WaitError};

/// What the client needs to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The channel's name on this server; part of the retry keys made from names.
    pub channel: Channel,
    /// `https://api.line.me`
    pub api_base_url: String,
    /// `https://api-data.line.me`
    pub data_api_base_url: String,
    /// `https://manager.line.biz`
    pub manager_base_url: String,
    /// The longest one attempt may take.
    pub attempt_timeout: Duration,
    /// Attempts of one call, the first included.
    pub attempts: u32,
    /// The pause after the first failed attempt; doubled each time, with jitter.
    pub backoff: Duration,
    /// The longest a call waits for its turn under LINE's rate limits; one that would wait longer fails at once.
    pub pacing_wait: Duration,
}

/// One channel's way to LINE. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
    transport: Arc<dyn Transport>,
    tokens: TokenSource,
    clock: Clock,
    pace: Pace,
}

impl Client {
    /// A client over `transport`, with `tokens` for its authorization.
    pub fn new(settings: Settings, transport: Arc<dyn Transport>, tokens: TokenSource, clock: Clock) -> Self {
        let pace = Pace::new(settings.pacing_wait, settings.backoff);
        Self { inner: Arc::new(Inner { settings, transport, tokens, clock, pace }) }
    }

    /// The channel it calls LINE for.
    pub fn channel(&self) -> &Channel {
        &self.inner.settings.channel
    }

    /// Gives back the token that was issued for its calls, if it counts towards a limit; see
    /// [`TokenSource::give_back`].
    pub async fn give_back_token(&self) {
        self.inner.tokens.give_back().await;
    }

    fn settings(&self) -> &Settings {
        &self.inner.settings
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("channel", self.channel()).finish_non_exhaustive()
    }
}

/// When a call must be over and when its attempts may begin.
#[derive(Clone, Copy, Debug, Default)]
pub struct Until {
    /// No attempt begins at or after this time (a reply token is no longer fresh).
    pub begin: Option<Boot>,
    /// No attempt begins at or after this time and none is waited for longer (the lease ends).
    pub end: Option<Boot>,
}
