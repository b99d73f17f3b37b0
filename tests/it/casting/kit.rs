//! A simulator on a clock that is moved by hand, and raw requests to it.

use std::time::Duration;

use http::{HeaderMap, Method};
use line_bot_server::clock::{Clock, Timestamp};
use line_bot_server::line::UserId;
use line_bot_server::simulator::{NarrowcastRules, Settings, Simulator};
use serde_json::{Value, json};

/// 2026-10-26T07:33:20.000Z
pub(super) const START: Timestamp = Timestamp::from_millis(1_793_000_000_000);
/// How long a narrowcast waits, and how long it is sent.
pub(super) const STEP: Duration = Duration::from_secs(10);
pub(super) const DAY: Duration = Duration::from_secs(86_400);
pub(super) const KEY: &str = "123e4567-e89b-12d3-a456-426614174000";
pub(super) const OVER_QUOTA: &str = "You have reached your monthly limit.";

pub(super) struct Line {
    pub(super) sim: Simulator,
    pub(super) clock: Clock,
    http: reqwest::Client,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Got {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) json: Value,
}

impl Got {
    pub(super) fn message(&self) -> &str {
        self.json["message"].as_str().unwrap_or_default()
    }

    pub(super) fn refusal(&self) -> (u16, &str) {
        (self.status, self.message())
    }

    /// `details[].property`
    pub(super) fn properties(&self) -> Vec<&str> {
        let details = self.json["details"].as_array().map(Vec::as_slice).unwrap_or_default();
        details.iter().map(|detail| detail["property"].as_str().unwrap()).collect()
    }

    pub(super) fn request_id(&self) -> String {
        self.headers["x-line-request-id"].to_str().unwrap().to_owned()
    }

    pub(super) fn accepted_request_id(&self) -> String {
        self.headers["x-line-accepted-request-id"].to_str().unwrap().to_owned()
    }
}

impl Line {
    /// With LINE's minimums.
    pub(super) async fn new() -> Self {
        Self::with(NarrowcastRules::default()).await
    }

    /// Without any, for a few people.
    pub(super) async fn for_few() -> Self {
        Self::with(NarrowcastRules::default().without_minimums()).await
    }

    async fn with(rules: NarrowcastRules) -> Self {
        let clock = Clock::manual(START);
        let narrowcast = NarrowcastRules { waiting: STEP, sending: STEP, ..rules };
        let settings = Settings { clock: clock.clone(), narrowcast, ..Settings::default() };
        let sim = Simulator::start(settings).await.unwrap();
        // An error means that another test was first.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { sim, clock, http }
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Got {
        self.call(Method::POST, path, None, Some(body)).await
    }

    pub(super) async fn post_with_key(&self, path: &str, key: &str, body: Value) -> Got {
        self.call(Method::POST, path, Some(key), Some(body)).await
    }

    pub(super) async fn get(&self, path: &str) -> Got {
        self.call(Method::GET, path, None, None).await
    }

    async fn call(&self, method: Method, path: &str, key: Option<&str>, body: Option<Value>) -> Got {
        let url = format!("{}{path}", self.sim.base_url());
        let mut request = self.http.request(method, url).bearer_auth(self.sim.access_token());
        if let Some(key) = key {
            request = request.header("x-line-retry-key", key);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.unwrap();
        Got { status, headers, json: serde_json::from_slice(&bytes).unwrap() }
    }

    /// `extra` on top of one message.
    pub(super) async fn narrowcast(&self, extra: Value) -> Got {
        self.post("/v2/bot/message/narrowcast", saying("hi", extra)).await
    }

    pub(super) async fn broadcast(&self) -> Got {
        self.post("/v2/bot/message/broadcast", saying("hi", json!({}))).await
    }

    pub(super) async fn multicast(&self, to: &[UserId]) -> Got {
        self.post("/v2/bot/message/multicast", saying("hi", json!({"to": to}))).await
    }

    pub(super) async fn progress(&self, request_id: &str) -> Got {
        self.get(&format!("/v2/bot/message/progress/narrowcast?requestId={request_id}")).await
    }

    /// What came of a narrowcast in the end.
    pub(super) async fn outcome(&self, extra: Value) -> Value {
        let accepted = self.narrowcast(extra).await;
        assert_eq!((accepted.status, &accepted.json), (202, &json!({})));
        self.clock.advance(2 * STEP);
        self.progress(&accepted.request_id()).await.json
    }

    /// How many a narrowcast reached; its `errorCode` if it failed.
    pub(super) async fn reached(&self, extra: Value) -> Result<u64, u64> {
        let outcome = self.outcome(extra).await;
        match outcome["phase"].as_str().unwrap() {
            "succeeded" => Ok(outcome["successCount"].as_u64().unwrap()),
            "failed" => Err(outcome["errorCode"].as_u64().unwrap()),
            other => panic!("it is {other}"),
        }
    }

    /// The names of those who heard something since `before`, each as often as they did, in order.
    pub(super) fn heard_since(&self, before: usize) -> Vec<String> {
        let chats: Vec<_> =
            self.sim.ledger(|ledger| ledger.all_heard()[before..].iter().map(|it| it.chat.clone()).collect());
        let mut names: Vec<_> =
            self.sim.people(|people| chats.iter().map(|chat| people.title(chat)).collect());
        names.sort();
        names
    }

    pub(super) fn heard(&self) -> Vec<String> {
        self.heard_since(0)
    }

    pub(super) fn count_heard(&self) -> usize {
        self.sim.ledger(|ledger| ledger.all_heard().len())
    }

    /// What of the quota is used.
    pub(super) async fn used(&self) -> u64 {
        self.get("/v2/bot/message/quota/consumption").await.json["totalUsage"].as_u64().unwrap()
    }
}

/// A request with one text; `extra` comes on top, and replaces.
pub(super) fn saying(text: &str, extra: Value) -> Value {
    let mut body = json!({"messages": [{"type": "text", "text": text}]});
    let Value::Object(extra) = extra else { panic!("not an object: {extra}") };
    body.as_object_mut().unwrap().extend(extra);
    body
}

pub(super) fn audience(id: u64) -> Value {
    json!({"type": "audience", "audienceGroupId": id})
}

pub(super) fn redelivery(request_id: &str) -> Value {
    json!({"type": "redelivery", "requestId": request_id})
}

pub(super) fn and(branches: &[Value]) -> Value {
    json!({"type": "operator", "and": branches})
}

pub(super) fn or(branches: &[Value]) -> Value {
    json!({"type": "operator", "or": branches})
}

pub(super) fn not(branch: &Value) -> Value {
    json!({"type": "operator", "not": branch})
}

pub(super) fn filter(filter: &Value) -> Value {
    json!({"filter": {"demographic": filter}})
}

pub(super) fn gender(gender: &str) -> Value {
    json!({"type": "gender", "oneOf": [gender]})
}
