//! One call: its attempts, each with authorization, retry key and time-out, until LINE has answered or time is up.

use std::future::Future;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::client::error::Words;
use crate::client::payload::broken_off_after;
use crate::client::retry::{Course, Fault, Next, Refusal, Repeat};
use crate::client::token::{TokenFailure, token_of};
use crate::client::transport::{Body, Response, TransportError, WireBody, WireRequest};
use crate::client::wire::{self, Whole};
use crate::client::{Client, ClientError, Host, Opened, Payload, Request, Until, secrets};
use crate::clock::Boot;
use crate::line::RequestId;

const RETRY_KEY: HeaderName = HeaderName::from_static("x-line-retry-key");

/// What LINE answered to a call that was done.
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    /// The request that was accepted; `None` when that is known only from its consequences.
    pub(crate) request_id: Option<RequestId>,
    pub(crate) headers: HeaderMap,
    /// The whole body, unless it was to be streamed.
    pub(crate) body: Bytes,
    /// The body, if it was to be streamed.
    pub(crate) stream: Option<Body>,
}

impl Answered {
    fn done_before() -> Self {
        Self {
            status: StatusCode::OK,
            request_id: None,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            stream: None,
        }
    }
}

/// How the body of a success is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Read {
    Whole,
    Stream,
}

impl Client {
    /// Sends `request` until it is known to be done or refused, or until attempts or time run out.
    pub(crate) async fn execute(
        &self,
        request: &Request,
        until: Until,
        repeat: Repeat,
        read: Read,
    ) -> Result<Answered, ClientError> {
        let mut course = Course::new(request.endpoint, self.settings(), until, repeat);
        let mut renewed = false;
        loop {
            let fault = match self.attempt(&mut course, request, until, read, &mut renewed).await {
                Ok(answered) => {
                    self.inner.pace.taken(request.endpoint);
                    return Ok(answered);
                }
                Err(fault) => fault,
            };
            if let Some(retry_after) = fault.as_rate_limit() {
                self.inner.pace.refused(request.endpoint, retry_after);
            }
            match course.after(fault, self.boot()) {
                Next::Again(pause) => tokio::time::sleep(pause).await,
                Next::DoneBefore => return Ok(Answered::done_before()),
                Next::Failed(error) => return Err(error),
            }
        }
    }

    /// One attempt, and once in a call another with a new token when LINE refuses the first one's.
    async fn attempt(
        &self,
        course: &mut Course,
        request: &Request,
        until: Until,
        read: Read,
        renewed: &mut bool,
    ) -> Result<Answered, Fault> {
        loop {
            course.attempt_time(self.boot()).ok_or(Fault::NoTime)?;
            if !request.endpoint.authorized {
                return self.once(course, request, until, None, read).await;
            }
            let tokens = &self.inner.tokens;
            let bearer = self.in_time(until, tokens.current()).await?;
            let outcome = self.once(course, request, until, Some(&bearer), read).await;
            let unauthorized = outcome.as_ref().is_err_and(Fault::is_unauthorized);
            if !unauthorized || std::mem::replace(renewed, true) {
                return outcome;
            }
            if !self.in_time(until, tokens.renew_after(&bearer)).await? {
                return outcome;
            }
        }
    }

    /// Waits for a token, but not beyond the time at which an attempt could still begin.
    async fn in_time<T>(
        &self,
        until: Until,
        token: impl Future<Output = Result<T, TokenFailure>>,
    ) -> Result<T, Fault> {
        let Some(last) = [until.begin, until.end].into_iter().flatten().min() else {
            return token.await.map_err(Fault::Token);
        };
        let left = self.boot().until(last);
        match tokio::time::timeout(left, token).await {
            Ok(token) => token.map_err(Fault::Token),
            Err(_) => Err(Fault::NoTime),
        }
    }

    /// Waits for the call's turn under LINE's rate limit, but not beyond the time at which it could still begin.
    async fn turn(&self, request: &Request, until: Until) -> Result<(), Fault> {
        let last = [until.begin, until.end].into_iter().flatten().min();
        let within = last.map_or(Duration::MAX, |last| self.boot().until(last));
        self.inner.pace.turn(request.endpoint, within).await.map_err(Fault::Paced)
    }

    async fn once(
        &self,
        course: &mut Course,
        request: &Request,
        until: Until,
        bearer: Option<&HeaderValue>,
        read: Read,
    ) -> Result<Answered, Fault> {
        self.turn(request, until).await?;
        let timeout = course.attempt_time(self.boot()).ok_or(Fault::NoTime)?;
        let wire = self.wire_request(request, bearer, timeout, until).await?;
        let (transport, clock) = (&*self.inner.transport, &self.inner.clock);
        let whole = if read == Read::Stream {
            let answer = wire::send(transport, clock, request.endpoint.name, wire).await.map_err(fault)?;
            course.request_id = wire::request_id(&answer.headers);
            if answer.status.is_success() {
                return Ok(streamed(answer));
            }
            let body = tokio::time::timeout(timeout, answer.body.bytes(ERROR_LIMIT)).await;
            let body = body.unwrap_or_else(|_| Ok(Bytes::new()));
            Whole { status: answer.status, headers: answer.headers, body }
        } else {
            let whole = wire::send_and_read(transport, clock, request.endpoint.name, wire, timeout).await;
            let whole = whole.map_err(fault)?;
            course.request_id = wire::request_id(&whole.headers);
            whole
        };
        judge(whole, request, course, bearer)
    }

    async fn wire_request(
        &self,
        request: &Request,
        bearer: Option<&HeaderValue>,
        timeout: Duration,
        until: Until,
    ) -> Result<WireRequest, Fault> {
        let mut headers = request.headers.clone();
        headers.extend([wire::user_agent()]);
        headers.extend(bearer.map(|bearer| (AUTHORIZATION, bearer.clone())));
        let body = match &request.body {
            Payload::Empty => Bytes::new().into(),
            Payload::Whole(whole) => {
                headers.insert(CONTENT_TYPE, whole.content_type.clone());
                whole.bytes.clone().into()
            }
            Payload::Upload(upload) => {
                let unreadable = |error: io::Error| Fault::Upload(error.to_string());
                let Opened { content_type, length, pieces } = upload.open().await.map_err(unreadable)?;
                headers.insert(CONTENT_TYPE, content_type);
                // It may take longer than the time-out of an attempt, but no longer than all attempts may.
                let pieces = match until.end {
                    Some(end) => broken_off_after(self.boot().until(end), pieces),
                    None => pieces,
                };
                WireBody::Stream { length, pieces }
            }
        };
        if let Some(key) = request.retry_key {
            // Without its key a repeat could double it, so rather not at all.
            let key =
                HeaderValue::try_from(key.to_string()).map_err(|error| Fault::NotSent(error.to_string()))?;
            headers.insert(RETRY_KEY, key);
        }
        let url = wire::url(self.base_url(request.endpoint.host), &request.path);
        Ok(WireRequest { method: request.endpoint.method.clone(), url, headers, body, timeout })
    }

    fn base_url(&self, host: Host) -> &str {
        let settings = self.settings();
        match host {
            Host::Api => &settings.api_base_url,
            Host::Data => &settings.data_api_base_url,
            Host::Manager => &settings.manager_base_url,
        }
    }

    fn boot(&self) -> Boot {
        self.inner.clock.now().boot
    }
}

/// As much of an error's body as is read.
const ERROR_LIMIT: usize = 64 * 1024;

fn fault(error: TransportError) -> Fault {
    match error {
        TransportError::NotSent(why) => Fault::NotSent(why),
        TransportError::NoAnswer(why) => Fault::NoAnswer(why),
        TransportError::Upload(why) => Fault::Upload(why),
    }
}

fn streamed(answer: Response) -> Answered {
    let Response { status, headers, body } = answer;
    let request_id = wire::request_id(&headers);
    Answered { status, request_id, headers, body: Bytes::new(), stream: Some(body) }
}

/// Success, or what kind of failure. The head decides: a send that LINE took is done even if its body broke off.
fn judge(
    whole: Whole,
    request: &Request,
    course: &Course,
    bearer: Option<&HeaderValue>,
) -> Result<Answered, Fault> {
    let Whole { status, headers, body } = whole;
    let accepted_before = status == StatusCode::CONFLICT && request.retry_key.is_some();
    if !status.is_success() && !accepted_before {
        let secrets = secrets::of(request);
        let hide: Vec<_> = secrets.iter().map(String::as_str).chain(bearer.map(token_of)).collect();
        let words = Words::read(status, &body.unwrap_or_default(), &hide);
        return Err(Fault::Status(Refusal {
            status: status.as_u16(),
            words,
            retry_after: retry_after(&headers),
        }));
    }
    let body = match body {
        Ok(body) => body,
        Err(error) if course.repeats_freely() => return Err(fault(error)),
        Err(_) => Bytes::new(),
    };
    let request_id =
        if accepted_before { wire::accepted_request_id(&headers) } else { wire::request_id(&headers) };
    Ok(Answered { status, request_id, headers, body, stream: None })
}

/// `Retry-After` in seconds; LINE documents none, but a proxy may send it.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}
