//! One of LINE's endpoints: what is the same for each call to it.

use std::fmt;
use std::time::Duration;

use http::Method;

use super::transport::Host;

/// How often LINE lets a channel call an endpoint
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#rate-limits)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rate {
    /// So many calls …
    pub calls: u32,
    /// … in this time.
    pub per: Duration,
}

impl Rate {
    /// So many calls a second.
    pub const fn per_second(calls: u32) -> Self {
        Self { calls, per: Duration::from_secs(1) }
    }

    /// So many calls a minute.
    pub const fn per_minute(calls: u32) -> Self {
        Self { calls, per: Duration::from_secs(60) }
    }

    /// So many calls an hour.
    pub const fn per_hour(calls: u32) -> Self {
        Self { calls, per: Duration::from_secs(3600) }
    }

    /// What LINE allows where its reference names no other rate.
    pub const OTHERS: Self = Self::per_second(2000);
}

/// `60 calls an hour`
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = self.calls;
        match self.per.as_secs() {
            1 => write!(f, "{calls} calls a second"),
            60 => write!(f, "{calls} calls a minute"),
            3600 => write!(f, "{calls} calls an hour"),
            _ => write!(f, "{calls} calls in {:?}", self.per),
        }
    }
}

/// An endpoint: its address, and how it may be called.
#[derive(Debug)]
#[non_exhaustive]
pub struct Endpoint {
    /// Its name in errors, logs and metrics: `push`.
    pub name: &'static str,
    /// The method.
    pub method: Method,
    /// Which host.
    pub host: Host,
    /// LINE's template: `/v2/bot/profile/{userId}`.
    pub path: &'static str,
    /// How often LINE allows it.
    pub rate: Rate,
    /// Whether it takes a channel access token; the endpoints that issue one do not.
    pub authorized: bool,
    /// Whether a call whose outcome is unknown may be made again without harm. `false` for what makes something new:
    /// a second attempt could make a second one.
    pub repeatable: bool,
    /// Where LINE is known to take longer: the least that an attempt is given.
    pub patience: Option<Duration>,
}

impl Endpoint {
    pub(crate) const fn get(name: &'static str, path: &'static str) -> Self {
        Self::new(name, Method::GET, path)
    }

    pub(crate) const fn post(name: &'static str, path: &'static str) -> Self {
        Self::new(name, Method::POST, path)
    }

    pub(crate) const fn put(name: &'static str, path: &'static str) -> Self {
        Self::new(name, Method::PUT, path)
    }

    pub(crate) const fn delete(name: &'static str, path: &'static str) -> Self {
        Self::new(name, Method::DELETE, path)
    }

    const fn new(name: &'static str, method: Method, path: &'static str) -> Self {
        Self {
            name,
            method,
            host: Host::Api,
            path,
            rate: Rate::OTHERS,
            authorized: true,
            repeatable: true,
            patience: None,
        }
    }

    /// On another host.
    pub(crate) const fn on(mut self, host: Host) -> Self {
        self.host = host;
        self
    }

    /// At another rate.
    pub(crate) const fn rate(mut self, rate: Rate) -> Self {
        self.rate = rate;
        self
    }

    /// Without a channel access token.
    pub(crate) const fn open(mut self) -> Self {
        self.authorized = false;
        self
    }

    /// Makes something new each time it is called.
    pub(crate) const fn once(mut self) -> Self {
        self.repeatable = false;
        self
    }

    /// Takes longer than others.
    pub(crate) const fn patience(mut self, least: Duration) -> Self {
        self.patience = Some(least);
        self
    }
}
