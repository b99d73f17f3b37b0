//! A simulated LINE with a clock that is moved by hand, the client, raw calls beside it, and a bot that hears events.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use http::Method;
use line_bot_server::client::{Client, ClientError, ErrorKind, HttpTransport, Settings, TokenSource};
use line_bot_server::clock::{Clock, Timestamp};
use line_bot_server::line::{Channel, Date};
use line_bot_server::simulator::Simulator;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// 26 October 2026, in Japan and elsewhere.
pub(super) const START: Timestamp = Timestamp::from_millis(1_793_000_000_000);
/// Only ever reached by a test that fails.
const PATIENCE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);

pub(super) struct Line {
    pub(super) sim: Simulator,
    pub(super) client: Client,
    pub(super) clock: Clock,
    http: reqwest::Client,
    events: Mutex<UnboundedReceiver<Value>>,
}

impl Line {
    pub(super) async fn new() -> Self {
        let clock = Clock::manual(START);
        let settings = line_bot_server::simulator::Settings { clock: clock.clone(), ..Default::default() };
        let sim = Simulator::start(settings).await.unwrap();
        let (url, events) = bot().await;
        sim.point_at(url);
        let transport = Arc::new(HttpTransport::new(Duration::from_secs(10)).unwrap());
        let tokens = TokenSource::fixed(sim.access_token().to_owned().into());
        let client = Client::new(settings_of(&sim.base_url()), transport, tokens, clock.clone());
        // An error means that another test was first.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { sim, client, clock, http, events: Mutex::new(events) }
    }

    /// Today, and so many days before.
    pub(super) fn days_ago(&self, days: i32) -> Date {
        Date::of(self.clock.now().wall).plus_days(-days)
    }

    pub(super) fn next_day(&self) {
        self.clock.advance(DAY);
    }

    /// The next webhook event.
    pub(super) async fn event(&self) -> Value {
        let mut events = self.events.lock().await;
        tokio::time::timeout(PATIENCE, events.recv()).await.expect("an event in time").unwrap()
    }

    pub(super) async fn get(&self, path: &str) -> (u16, Value) {
        self.raw(Method::GET, path, Value::Null).await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.raw(Method::POST, path, body).await
    }

    /// Status and JSON of the answer to a call that the client would not make.
    pub(super) async fn raw(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        self.with(method, path, body, &[]).await
    }

    pub(super) async fn with(
        &self,
        method: Method,
        path: &str,
        body: Value,
        headers: &[(&str, &str)],
    ) -> (u16, Value) {
        let url = format!("{}{path}", self.sim.base_url());
        let mut request = self.http.request(method, url).bearer_auth(self.sim.access_token());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_null() {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        answered(request).await
    }

    pub(super) async fn form(&self, path: &str, body: &str, authorization: &str) -> (u16, Value) {
        let request = self
            .http
            .post(format!("{}{path}", self.sim.base_url()))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.to_owned());
        answered(if authorization.is_empty() {
            request
        } else {
            request.header("authorization", authorization)
        })
        .await
    }
}

async fn answered(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default())
}

fn settings_of(url: &str) -> Settings {
    Settings {
        channel: Channel::from("default"),
        api_base_url: url.to_owned(),
        data_api_base_url: url.to_owned(),
        manager_base_url: url.to_owned(),
        attempt_timeout: PATIENCE,
        attempts: 3,
        backoff: Duration::from_millis(1),
        pacing_wait: PATIENCE,
    }
}

/// A bot that hears every event: its URL, and what it hears.
async fn bot() -> (String, UnboundedReceiver<Value>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/callback", listener.local_addr().unwrap());
    let (heard, events) = unbounded_channel();
    let router = Router::new().fallback(hear).with_state(heard);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, events)
}

async fn hear(State(heard): State<UnboundedSender<Value>>, body: Bytes) {
    let body: Value = serde_json::from_slice(&body).unwrap();
    for event in body["events"].as_array().unwrap() {
        heard.send(event.clone()).unwrap();
    }
}

/// A call that was refused here: what is wrong, without the name of the call.
#[track_caller]
pub(super) fn invalid<T>(outcome: Result<T, ClientError>) -> String {
    let error = outcome.err().expect("it is beyond a limit");
    assert!(matches!(error.kind, ErrorKind::Invalid(_)), "{error}");
    error.kind.to_string()
}

/// A call that LINE refused: status and message.
#[track_caller]
pub(super) fn refused<T>(outcome: Result<T, ClientError>) -> (u16, String) {
    match outcome.err().expect("LINE refuses it").kind {
        ErrorKind::Refused { status, message, .. } => (status, message),
        other => panic!("{other}"),
    }
}

/// What LINE said of a raw request: status, message, and the properties at fault.
pub(super) fn told((status, body): &(u16, Value)) -> (u16, &str, Vec<&str>) {
    let details = body["details"].as_array().map(Vec::as_slice).unwrap_or_default();
    let at = details.iter().map(|it| it["property"].as_str().unwrap()).collect();
    (*status, body["message"].as_str().unwrap_or_default(), at)
}

pub(super) fn said(status: u16, message: &str) -> (u16, String) {
    (status, message.to_owned())
}
