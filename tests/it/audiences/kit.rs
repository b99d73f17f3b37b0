//! A simulated LINE whose clock stands still, a client on it, and raw calls past the client.

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use line_bot_server::client::{Client, ClientError, HttpTransport, Settings, TokenSource};
use line_bot_server::clock::{Clock, Timestamp};
use line_bot_server::line::audience::AudienceProblem;
use line_bot_server::line::{Channel, UserId};
use line_bot_server::simulator::{self, Simulator};
use secrecy::SecretString;
use serde_json::Value;

pub(crate) const START: Timestamp = Timestamp::from_millis(1_793_000_000_000);

pub(crate) struct Kit {
    pub(crate) sim: Simulator,
    pub(crate) client: Client,
    pub(crate) clock: Clock,
}

impl Kit {
    pub(crate) async fn new() -> Self {
        let clock = Clock::manual(START);
        let settings = simulator::Settings { clock: clock.clone(), ..Default::default() };
        let sim = Simulator::start(settings).await.unwrap();
        let client = client(&sim.base_url(), sim.access_token(), &clock);
        Self { sim, client, clock }
    }

    /// So many friends.
    pub(crate) fn friends(&self, count: usize) -> Vec<UserId> {
        (0..count).map(|n| self.sim.user(&format!("Friend {n}"))).collect()
    }

    /// A call past the client: status, and body if it is JSON.
    pub(crate) async fn raw(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let url = format!("{}/v2/bot/audienceGroup/{path}", self.sim.base_url());
        let mut request = web().request(method, url).bearer_auth(self.sim.access_token());
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        answer(request).await
    }

    /// A form past the client.
    pub(crate) async fn form(&self, method: Method, form: reqwest::multipart::Form) -> (u16, Value) {
        let url = format!("{}/v2/bot/audienceGroup/upload/byFile", self.sim.base_url());
        answer(web().request(method, url).bearer_auth(self.sim.access_token()).multipart(form)).await
    }
}

fn web() -> reqwest::Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().build().unwrap()
}

async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default())
}

/// A client with one attempt.
pub(crate) fn client(url: &str, token: &str, clock: &Clock) -> Client {
    let settings = Settings {
        channel: Channel::from("default"),
        api_base_url: url.to_owned(),
        data_api_base_url: url.to_owned(),
        manager_base_url: url.to_owned(),
        attempt_timeout: Duration::from_secs(60),
        attempts: 1,
        backoff: Duration::from_millis(1),
        pacing_wait: Duration::from_secs(600),
    };
    let transport = Arc::new(HttpTransport::new(Duration::from_secs(20)).unwrap());
    Client::new(settings, transport, TokenSource::fixed(SecretString::from(token)), clock.clone())
}

/// LINE's code in an answer past the client.
pub(crate) fn code(body: &Value) -> &str {
    body["details"][0]["message"].as_str().unwrap_or_default()
}

#[track_caller]
pub(crate) fn problem<T>(outcome: Result<T, ClientError>) -> AudienceProblem {
    let Err(error) = outcome else { panic!("it was taken") };
    assert_eq!(error.status(), Some(400), "{error}");
    error.audience_problem().unwrap_or_else(|| panic!("{error}"))
}
