//! LINE's Messaging API, typed: one builder per call, sent by awaiting it, visible unsent by `into_request()`.

pub mod api;
mod call;
pub mod error;
mod execute;
mod retry;
pub mod token;
pub mod transport;
mod wire;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Boot, Clock};
use crate::line::Channel;

pub use call::{Answer, Call};
pub use error::{ClientError, ErrorKind};
pub use token::{SharedSecret, StatelessSettings, TokenFailure, TokenSource};
pub use transport::{Body, Host, HttpTransport, Request, Response, Transport, TransportError};

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
}

impl Client {
    /// A client over `transport`, with `tokens` for its authorization.
    pub fn new(settings: Settings, transport: Arc<dyn Transport>, tokens: TokenSource, clock: Clock) -> Self {
        Self { inner: Arc::new(Inner { settings, transport, tokens, clock }) }
    }

    /// The channel it calls LINE for.
    pub fn channel(&self) -> &Channel {
        &self.inner.settings.channel
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
