//! Tests: limits. Every kind of message and every limit: a value at the limit passes here and is taken by LINE; one
//! above is refused here, with field, limit and actual, and sent all the same it is refused by LINE, for the same field.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod actions;
mod case;
mod coupons;
mod imagemaps;
mod media;
mod quick_replies;
mod requests;
mod templates;
mod texts;

use line_bot_server::line::{ChatId, UserId};
use line_bot_server::simulator::{Settings, Simulator};
use serde_json::{Value, json};

use case::Case;

/// Sends raw JSON to a simulated LINE.
struct Line {
    sim: Simulator,
    http: reqwest::Client,
}

impl Line {
    async fn start() -> Self {
        // An error means that another test was first.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { sim: Simulator::start(Settings::default()).await.unwrap(), http }
    }

    fn alice(&self) -> UserId {
        self.sim.user("Alice")
    }

    /// Pushes `messages`: the status, and the properties that are at fault. Mentions need a group, a video's tracking
    /// id needs a user.
    async fn push(&self, messages: &Value) -> (u16, Vec<String>) {
        let to = match messages[0]["type"].as_str() {
            Some("textV2") => ChatId::Group(self.sim.group("Team", &[self.alice()])),
            _ => ChatId::User(self.alice()),
        };
        let body = json!({"to": to.as_str(), "messages": messages}).to_string();
        let request = self
            .http
            .post(format!("{}/v2/bot/message/push", self.sim.base_url()))
            .bearer_auth(self.sim.access_token())
            .header("content-type", "application/json")
            .body(body);
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let answer: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        let details = answer["details"].as_array().into_iter().flatten();
        (status, details.map(|detail| detail["property"].as_str().unwrap().to_owned()).collect())
    }
    /// Holds every case against the library and against the simulator, and tells all that fail.
    async fn hold(&self, cases: Vec<Case>) {
        let mut wrong = Vec::new();
        for case in &cases {
            case.check_locally(&mut wrong);
            let taken = self.push(&json!([case.good()])).await;
            if taken != (200, vec![]) {
                wrong.push(format!("{}: at the limit LINE says {taken:?}", case.field()));
            }
            let refused = self.push(&json!([case.raw()])).await;
            if refused != (400, vec![format!("messages[0].{}", case.field())]) {
                wrong.push(format!("{}: beyond the limit LINE says {refused:?}", case.field()));
            }
        }
        assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    }
}

async fn hold(cases: Vec<Case>) {
    Line::start().await.hold(cases).await;
}
