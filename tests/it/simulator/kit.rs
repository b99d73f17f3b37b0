//! A simulator, a tiny bot behind it, and a client for the bot's calls.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use http::{HeaderMap, Method, StatusCode};
use line_bot_server::clock::{Clock, Timestamp};
use line_bot_server::line::ChatId;
use line_bot_server::simulator::{Parcel, Redelivery, Settings, Simulator, WebhookEvent};
use serde_json::{Value, json};

pub(super) const START: Timestamp = Timestamp::from_millis(1_793_000_000_000);
/// Only ever reached by a test that fails.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

pub(super) struct Kit {
    pub(super) sim: Simulator,
    pub(super) bot: Bot,
    pub(super) clock: Clock,
    pub(super) http: reqwest::Client,
}

/// An answer of the simulator.
#[derive(Debug)]
pub(super) struct Got {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) bytes: Vec<u8>,
}

impl Got {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    pub(super) fn message(&self) -> String {
        self.json()["message"].as_str().unwrap_or_default().to_owned()
    }

    pub(super) fn request_id(&self) -> String {
        self.headers["x-line-request-id"].to_str().unwrap().to_owned()
    }
}

impl Kit {
    pub(super) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(super) async fn with(adjust: impl FnOnce(&mut Settings)) -> Self {
        let clock = Clock::manual(START);
        let mut settings = Settings { clock: clock.clone(), ..Settings::default() };
        adjust(&mut settings);
        let sim = Simulator::start(settings).await.unwrap();
        let bot = Bot::start().await;
        sim.point_at(&bot.url);
        Self { sim, bot, clock, http: http_client() }
    }

    pub(super) async fn until_acked(every: Duration) -> Self {
        Self::with(|settings| settings.redelivery = Redelivery::UntilAcked { every }).await
    }

    /// Waits until the bot was sent `count` bodies.
    pub(super) async fn deliveries(&self, count: usize) {
        self.sim.wait_for(PATIENCE, |ledger| ledger.deliveries().len() >= count).await.unwrap();
    }

    /// Delivers `event` and waits until it is.
    pub(super) async fn deliver(&self, parcel: Parcel) {
        let before = self.sim.deliveries().len();
        self.sim.deliver(parcel);
        self.deliveries(before + 1).await;
    }

    /// Alice says `hi`, and the bot has heard it.
    pub(super) async fn greeted(&self) -> WebhookEvent {
        let alice = self.sim.user("Alice");
        let before = self.sim.deliveries().len();
        let event = self.sim.say(&alice, "hi").unwrap();
        self.deliveries(before + 1).await;
        event
    }

    pub(super) fn alice(&self) -> ChatId {
        self.sim.user("Alice").into()
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Got {
        self.call(Method::POST, path, &[], Some(body)).await.unwrap()
    }

    pub(super) async fn get(&self, path: &str) -> Got {
        self.call(Method::GET, path, &[], None).await.unwrap()
    }

    pub(super) async fn reply(&self, token: &str, messages: Value) -> Got {
        self.post("/v2/bot/message/reply", json!({"replyToken": token, "messages": messages})).await
    }

    pub(super) async fn push(&self, to: &ChatId, messages: Value) -> Got {
        self.post("/v2/bot/message/push", json!({"to": to.as_str(), "messages": messages})).await
    }

    pub(super) async fn push_with_key(&self, to: &ChatId, key: &str, messages: Value) -> Got {
        let body = json!({"to": to.as_str(), "messages": messages});
        let headers = [("x-line-retry-key", key)];
        self.call(Method::POST, "/v2/bot/message/push", &headers, Some(body)).await.unwrap()
    }

    /// A call with the right token; `headers` come on top, and replace.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> reqwest::Result<Got> {
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        self.raw(method, path, headers, body).await
    }

    pub(super) async fn raw(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> reqwest::Result<Got> {
        let mut all = HeaderMap::new();
        let bearer = format!("Bearer {}", self.sim.access_token());
        all.insert("authorization", bearer.parse().unwrap());
        all.insert("content-type", "application/json".parse().unwrap());
        for (name, value) in headers {
            let name: http::HeaderName = name.parse().unwrap();
            if value.is_empty() {
                all.remove(name);
            } else {
                all.insert(name, value.parse().unwrap());
            }
        }
        let url = format!("{}{path}", self.sim.base_url());
        let response = self.http.request(method, url).headers(all).body(body).send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await?.to_vec();
        Ok(Got { status, headers, bytes })
    }
}

pub(super) fn text(text: &str) -> Value {
    json!([{"type": "text", "text": text}])
}

fn http_client() -> reqwest::Client {
    // An error means that another test was first.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// What the bot was sent.
#[derive(Clone, Debug)]
pub(super) struct Received {
    pub(super) headers: HeaderMap,
    pub(super) raw: Bytes,
}

impl Received {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.raw).unwrap()
    }

    pub(super) fn signature(&self) -> &str {
        self.headers.get("x-line-signature").map(|it| it.to_str().unwrap()).unwrap_or_default()
    }
}

/// Answers 200, or what it was told to answer next.
pub(super) struct Bot {
    pub(super) url: String,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    received: Vec<Received>,
    answers: VecDeque<Reaction>,
}

/// What the bot does with a webhook.
#[derive(Clone, Copy)]
pub(super) enum Reaction {
    Status(u16),
    Silence,
}

impl Bot {
    pub(super) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener)
    }

    pub(super) fn on(listener: tokio::net::TcpListener) -> Self {
        let url = format!("http://{}/callback", listener.local_addr().unwrap());
        let inner = Arc::<Mutex<Inner>>::default();
        let router = Router::new().fallback(receive).with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, inner }
    }

    pub(super) fn will(&self, reactions: impl IntoIterator<Item = Reaction>) {
        self.inner.lock().unwrap().answers.extend(reactions);
    }

    pub(super) fn received(&self) -> Vec<Received> {
        self.inner.lock().unwrap().received.clone()
    }

    /// Every event of every body, in order.
    pub(super) fn events(&self) -> Vec<Value> {
        let bodies = self.received();
        bodies.iter().flat_map(|body| body.json()["events"].as_array().unwrap().clone()).collect()
    }

    pub(super) fn texts(&self) -> Vec<String> {
        self.events().iter().map(|event| event["message"]["text"].as_str().unwrap().to_owned()).collect()
    }
}

async fn receive(State(inner): State<Arc<Mutex<Inner>>>, headers: HeaderMap, raw: Bytes) -> StatusCode {
    let reaction = {
        let mut inner = inner.lock().unwrap();
        inner.received.push(Received { headers, raw });
        inner.answers.pop_front().unwrap_or(Reaction::Status(200))
    };
    match reaction {
        Reaction::Status(status) => StatusCode::from_u16(status).unwrap(),
        Reaction::Silence => std::future::pending().await,
    }
}
