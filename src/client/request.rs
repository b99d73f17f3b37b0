//! A call before it is sent.

use std::borrow::Cow;
use std::fmt;

use http::HeaderMap;

use super::{Endpoint, Payload, secrets};
use crate::line::RetryKey;

/// A call before it is sent: what `into_request()` shows. `Debug` prints neither the body nor secret headers
/// nor secret parameters.
#[derive(Clone)]
#[non_exhaustive]
pub struct Request {
    /// Where it goes.
    pub endpoint: &'static Endpoint,
    /// Path and query.
    pub path: Cow<'static, str>,
    /// Headers of this call alone, beside those that every call has.
    pub headers: HeaderMap,
    /// The body.
    pub body: Payload,
    /// `X-Line-Retry-Key`, for the calls that take one.
    pub retry_key: Option<RetryKey>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("endpoint", &self.endpoint.name)
            .field("method", &self.endpoint.method)
            .field("path", &secrets::shown(&self.path))
            .field("headers", &self.headers)
            .field("body", &self.body)
            .field("retry_key", &self.retry_key)
            .finish()
    }
}
