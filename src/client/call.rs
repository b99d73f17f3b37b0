//! The shape most calls have: built from LINE's path template, sent by awaiting, answered with a typed value.

use std::borrow::Cow;
use std::future::IntoFuture;
use std::ops::Deref;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::client::execute::{Answered, Read};
use crate::client::retry::Repeat;
use crate::client::transport::json_fault;
use crate::client::{Client, ClientError, ErrorKind, Host, Request, Until};
use crate::line::{InvalidField, RequestId};

/// What may stand in a path segment as it is (RFC 3986, `unreserved`).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What LINE answered, and the id of the call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Answer<T> {
    /// `X-Line-Request-Id`.
    pub request_id: Option<RequestId>,
    /// The answer.
    pub value: T,
}

impl<T> Deref for Answer<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// A call that is ready: awaiting it sends it. For calls that can be repeated without harm.
#[must_use = "awaiting it sends it"]
pub struct Call<T> {
    client: Client,
    request: Result<Request, ClientError>,
    until: Until,
    read: fn(&[u8]) -> Result<T, String>,
}

impl<T> Call<T> {
    /// A call to `path`, LINE's template, with `ids` in place of its `{…}`. `read` is [`json`] or [`nothing`].
    pub(crate) fn new(
        client: &Client,
        endpoint: &'static str,
        method: Method,
        path: &'static str,
        ids: &[&str],
        read: fn(&[u8]) -> Result<T, String>,
    ) -> Self {
        let request = request(endpoint, method, Host::Api, path, ids);
        Self { client: client.clone(), request, until: Until::default(), read }
    }

    /// With `body` as its JSON.
    pub(crate) fn body(mut self, body: &impl Serialize) -> Self {
        self.request = self.request.and_then(|request| with_body(request, body));
        self
    }

    /// Refused before it is sent, when `problem` is one.
    pub(crate) fn check(mut self, problem: Option<InvalidField>) -> Self {
        if let (Some(problem), Ok(request)) = (problem, &self.request) {
            self.request = Err(ClientError::invalid(request.endpoint, problem));
        }
        self
    }

    /// Limits in time; default: attempts within the client's settings.
    pub fn until(mut self, until: Until) -> Self {
        self.until = until;
        self
    }

    /// The request, checked and unsent.
    ///
    /// # Errors
    /// LINE would refuse it.
    pub fn into_request(self) -> Result<Request, ClientError> {
        self.request
    }

    /// Sends it; repeated after failures that may pass.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn send(self) -> Result<Answer<T>, ClientError> {
        let request = self.request?;
        let answered = self.client.execute(&request, self.until, Repeat::Freely, Read::Whole).await?;
        let Answered { request_id, body, .. } = answered;
        match (self.read)(&body) {
            Ok(value) => Ok(Answer { request_id, value }),
            Err(problem) => {
                Err(ClientError { endpoint: request.endpoint, kind: ErrorKind::Answer(problem), request_id })
            }
        }
    }
}

impl<T: Send + 'static> IntoFuture for Call<T> {
    type Output = Result<Answer<T>, ClientError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// The answer is the JSON of a `T`.
pub(crate) fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| json_fault(&error))
}

/// The answer says nothing but its status.
pub(crate) fn nothing(_body: &[u8]) -> Result<(), String> {
    Ok(())
}

/// A request without a body.
pub(crate) fn request(
    endpoint: &'static str,
    method: Method,
    host: Host,
    path: &'static str,
    ids: &[&str],
) -> Result<Request, ClientError> {
    let path = fill(path, ids).map_err(|problem| ClientError::invalid(endpoint, problem))?;
    Ok(Request { endpoint, method, host, path, body: Bytes::new(), retry_key: None })
}

/// The same value gives the same bytes each time: what was noted before a send can be compared with a repeat.
pub(crate) fn with_body(mut request: Request, body: &impl Serialize) -> Result<Request, ClientError> {
    request.body = serde_json::to_vec(body).map(Bytes::from).map_err(|error| {
        let field = "the request's body".to_owned();
        let problem = format!("cannot be written as JSON: {error}").into();
        ClientError::invalid(request.endpoint, InvalidField { field, problem })
    })?;
    Ok(request)
}

/// Puts `ids`, percent-encoded, in place of the template's `{…}`.
fn fill(template: &'static str, ids: &[&str]) -> Result<Cow<'static, str>, InvalidField> {
    if ids.is_empty() {
        return Ok(template.into());
    }
    let mut path = String::with_capacity(template.len() + 40 * ids.len());
    let mut rest = template;
    for id in ids {
        let Some((before, (name, after))) =
            rest.split_once('{').and_then(|(before, tail)| Some((before, tail.split_once('}')?)))
        else {
            break;
        };
        // An empty or dotted segment would be resolved away, and another endpoint called.
        if matches!(*id, "" | "." | "..") {
            let problem = if id.is_empty() { "is empty" } else { "is not an ID" };
            return Err(InvalidField { field: name.to_owned(), problem: problem.into() });
        }
        path.push_str(before);
        path.extend(utf8_percent_encode(id, SEGMENT));
        rest = after;
    }
    path.push_str(rest);
    Ok(path.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_percent_encoded_into_the_path() {
        let path = fill("/v2/bot/group/{groupId}/member/{userId}", &["C/1?", "U é"]).unwrap();
        assert_eq!(path, "/v2/bot/group/C%2F1%3F/member/U%20%C3%A9");
    }

    #[test]
    fn an_id_that_would_lead_to_another_endpoint_is_refused_by_name() {
        for id in ["", ".", ".."] {
            assert_eq!(fill("/v2/bot/profile/{userId}", &[id]).unwrap_err().field, "userId");
        }
    }
}
