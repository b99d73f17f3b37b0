//! A simulated LINE with a clock that is moved by hand, the client, and raw calls beside it.

use std::time::Duration;

use http::Method;
use line_bot_server::client::{Client, ClientError, HttpTransport, Settings, TokenSource};
use line_bot_server::clock::{Clock, Timestamp};
use line_bot_server::line::Channel;
use line_bot_server::simulator::Simulator;
use serde_json::Value;

pub(crate) const START: Timestamp = Timestamp::from_millis(1_793_000_000_000);

pub(crate) struct Called {
    pub(crate) sim: Simulator,
    pub(crate) client: Client,
    pub(crate) clock: Clock,
    http: reqwest::Client,
}

impl Called {
    pub(crate) async fn new() -> Self {
        // An error means that another test was first.
        drop(rustls::crypto::ring::default_provider().install_default());
        let clock = Clock::manual(START);
        let settings = line_bot_server::simulator::Settings { clock: clock.clone(), ..Default::default() };
        let sim = Simulator::start(settings).await.unwrap();
        let client = client(&sim, &clock);
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { sim, client, clock, http }
    }

    /// A client that has not used up any of LINE's rates.
    pub(crate) fn another_client(&self) -> Client {
        client(&self.sim, &self.clock)
    }

    /// Status and JSON of the answer to a call that the client would not make.
    pub(crate) async fn raw(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.raw_bytes(method, path, "application/json", body).await
    }

    pub(crate) async fn raw_bytes(
        &self,
        method: Method,
        path: &str,
        content_type: &str,
        body: Vec<u8>,
    ) -> (u16, Value) {
        let request = self
            .http
            .request(method, format!("{}{path}", self.sim.base_url()))
            .bearer_auth(self.sim.access_token())
            .header("content-type", content_type);
        let response = request.body(body).send().await.unwrap();
        let status = response.status().as_u16();
        (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default())
    }
}

fn client(sim: &Simulator, clock: &Clock) -> Client {
    let settings = Settings {
        channel: Channel::from("default"),
        api_base_url: sim.base_url(),
        data_api_base_url: sim.base_url(),
        manager_base_url: sim.base_url(),
        attempt_timeout: Duration::from_secs(60),
        attempts: 3,
        backoff: Duration::from_millis(1),
        pacing_wait: Duration::from_secs(60),
    };
    let transport = std::sync::Arc::new(HttpTransport::new(Duration::from_secs(10)).unwrap());
    let tokens = TokenSource::fixed(sim.access_token().to_owned().into());
    Client::new(settings, transport, tokens, clock.clone())
}

/// Where LINE found the faults of a request that it refused.
pub(crate) fn properties((status, body): &(u16, Value)) -> Vec<&str> {
    assert_eq!(*status, 400, "{body}");
    body["details"].as_array().unwrap().iter().map(|it| it["property"].as_str().unwrap()).collect()
}

/// A call that was refused here: what is wrong, without the name of the call.
#[track_caller]
pub(crate) fn invalid<T>(outcome: Result<T, ClientError>) -> String {
    let error = outcome.err().expect("it is beyond a limit");
    assert!(matches!(error.kind, line_bot_server::client::ErrorKind::Invalid(_)), "{error}");
    error.kind.to_string()
}

/// A call that LINE refused: status and message.
#[track_caller]
pub(crate) fn refused<T>(outcome: Result<T, ClientError>) -> (u16, String) {
    match outcome.err().expect("LINE refuses it").kind {
        line_bot_server::client::ErrorKind::Refused { status, message, .. } => (status, message),
        other => panic!("{other}"),
    }
}
