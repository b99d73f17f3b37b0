//! The shape most calls have: built from LINE's path template, sent by awaiting, answered with a typed value.

use std::borrow::Cow;
use std::future::IntoFuture;
use std::ops::Deref;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::client::execute::{Answered, Read};
use crate::client::retry::Repeat;
use crate::client::transport::json_fault;
use crate::client::{Client, ClientError, Endpoint, ErrorKind, Payload, Request, Until};
use crate::line::{InvalidField, RequestId};

/// What may stand in a path segment or a query as it is (RFC 3986, `unreserved`).
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

/// A call that is ready: awaiting it sends it.
#[must_use = "awaiting it sends it"]
pub struct Call<T> {
    client: Client,
    request: Result<Request, ClientError>,
    until: Until,
    reading: Reading<T>,
}

/// How an answer becomes a value.
pub(crate) struct Reading<T> {
    read: Read,
    value: fn(Answered) -> Result<T, String>,
}

impl<T> Clone for Reading<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Reading<T> {}

impl<T> Reading<T> {
    /// From the whole body.
    pub(crate) const fn whole(value: fn(Answered) -> Result<T, String>) -> Self {
        Self { read: Read::Whole, value }
    }

    /// From the head, and a body that is still arriving.
    pub(crate) const fn stream(value: fn(Answered) -> Result<T, String>) -> Self {
        Self { read: Read::Stream, value }
    }
}

/// The answer is the JSON of a `T`.
pub(crate) const fn json<T: DeserializeOwned>() -> Reading<T> {
    Reading::whole(|answered| read_json(&answered.body))
}

/// The answer says nothing but its status.
pub(crate) const fn nothing() -> Reading<()> {
    Reading::whole(|_| Ok(()))
}

impl<T> Call<T> {
    /// A call to `endpoint` with `ids` in place of the `{…}` of its path.
    pub(crate) fn new(
        client: &Client,
        endpoint: &'static Endpoint,
        ids: &[&str],
        reading: Reading<T>,
    ) -> Self {
        Self::of(client, request(endpoint, ids), reading)
    }

    /// A call that was made up elsewhere.
    pub(crate) fn of(client: &Client, request: Result<Request, ClientError>, reading: Reading<T>) -> Self {
        Self { client: client.clone(), request, until: Until::default(), reading }
    }

    /// With `body` as its JSON.
    pub(crate) fn body(mut self, body: &impl Serialize) -> Self {
        self.request = self.request.and_then(|request| with_body(request, body));
        self
    }

    /// With any other body.
    pub(crate) fn payload(mut self, payload: Payload) -> Self {
        if let Ok(request) = &mut self.request {
            request.body = payload;
        }
        self
    }

    /// With one more parameter in its query.
    pub(crate) fn query(mut self, name: &str, value: &str) -> Self {
        if let Ok(request) = &mut self.request {
            add_query(request, name, value);
        }
        self
    }

    /// With one more header.
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        if let Ok(request) = &mut self.request {
            request.headers.insert(name, value);
        }
        self
    }

    /// Refused before it is sent, when `outcome` is an error.
    pub(crate) fn check(mut self, outcome: Result<(), InvalidField>) -> Self {
        if let (Err(problem), Ok(request)) = (outcome, &self.request) {
            self.request = Err(ClientError::invalid(request.endpoint.name, problem));
        }
        self
    }

    /// Limits in time; default: attempts within the client's settings. Where the answer is a stream they hold for its
    /// head; a stream that stands still for an attempt's time-out ends with an error.
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

    /// Sends it. It is repeated after failures that may pass; what would make something new a second time only if the
    /// first attempt certainly did not.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn send(self) -> Result<Answer<T>, ClientError> {
        let request = self.request?;
        let repeat = if request.endpoint.repeatable { Repeat::Freely } else { Repeat::Never };
        let answered = self.client.execute(&request, self.until, repeat, self.reading.read).await?;
        let request_id = answered.request_id.clone();
        match (self.reading.value)(answered) {
            Ok(value) => Ok(Answer { request_id, value }),
            Err(problem) => {
                let kind = ErrorKind::Answer(problem);
                Err(ClientError { endpoint: request.endpoint.name, kind, request_id })
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

pub(crate) fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| json_fault(&error))
}

/// A request without a body.
pub(crate) fn request(endpoint: &'static Endpoint, ids: &[&str]) -> Result<Request, ClientError> {
    let path = fill(endpoint.path, ids).map_err(|problem| ClientError::invalid(endpoint.name, problem))?;
    Ok(Request { endpoint, path, headers: HeaderMap::new(), body: Payload::Empty, retry_key: None })
}

/// The same value gives the same bytes each time: what was noted before a send can be compared with a repeat.
pub(crate) fn with_body(mut request: Request, body: &impl Serialize) -> Result<Request, ClientError> {
    let bytes = serde_json::to_vec(body).map(Bytes::from).map_err(|error| {
        let field = "the request's body".to_owned();
        let problem = format!("cannot be written as JSON: {error}").into();
        ClientError::invalid(request.endpoint.name, InvalidField { field, problem })
    })?;
    request.body = Payload::json(bytes);
    Ok(request)
}

pub(crate) fn add_query(request: &mut Request, name: &str, value: &str) {
    let path = request.path.to_mut();
    path.push(if path.contains('?') { '&' } else { '?' });
    path.extend(utf8_percent_encode(name, SEGMENT));
    path.push('=');
    path.extend(utf8_percent_encode(value, SEGMENT));
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

    #[test]
    fn a_query_is_percent_encoded_behind_the_path() {
        static LIST: Endpoint = Endpoint::get("list", "/v2/bot/list");
        let mut asked = request(&LIST, &[]).unwrap();
        add_query(&mut asked, "start", "a&b=c +");
        add_query(&mut asked, "limit", "5");
        assert_eq!(asked.path, "/v2/bot/list?start=a%26b%3Dc%20%2B&limit=5");
    }
}
