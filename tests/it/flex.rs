//! Tests: Flex Messages. What is sent is LINE's JSON; what LINE refuses, both the client and the simulator refuse.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod containers;
mod designed;
pub(crate) mod fixtures;
mod limits;
mod schemas;
mod simulator;

use crate::support::{fits, refused};
use line_bot_server::line::message::flex::{Bubble, Component, FlexBox, FlexMessage};
use line_bot_server::line::{ChatId, Message};
use line_bot_server::simulator::{Settings, Simulator};
use serde_json::{Value, json};

const URL: &str = "https://example.com/a.png";
/// What LINE says of what is not as it must be.
const INVALID: &str = "invalid property";

/// A simulator, and somebody to talk to.
struct Line {
    sim: Simulator,
    http: reqwest::Client,
    alice: ChatId,
}

/// What LINE said: nothing if it took the message, else each property with what is wrong.
type Said = Vec<(String, String)>;

impl Line {
    async fn new() -> Self {
        let sim = Simulator::start(Settings::default()).await.unwrap();
        let alice = ChatId::from(sim.user("Alice"));
        // An error means that another test was first.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { sim, http, alice }
    }

    /// Sends this container raw.
    async fn says(&self, contents: &Value) -> Said {
        self.says_message(&json!({"type": "flex", "altText": "alt", "contents": contents})).await
    }

    async fn says_message(&self, message: &Value) -> Said {
        let url = format!("{}/v2/bot/message/push", self.sim.base_url());
        let body = json!({"to": self.alice.as_str(), "messages": [message]}).to_string();
        let request = self.http.post(url).bearer_auth(self.sim.access_token());
        let answer = request.header("content-type", "application/json").body(body).send().await.unwrap();
        let status = answer.status();
        let answer: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        if status == 200 {
            return Said::new();
        }
        assert_eq!(status, 400, "{answer}");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let details = answer["details"].as_array().unwrap();
        details.iter().map(|it| (text(&it["property"]), text(&it["message"]))).collect()
    }
}

/// LINE named this property, below `messages[0].contents`, with these words.
#[track_caller]
fn faulty(said: &Said, property: &str, words: &str) {
    let property = format!("messages[0].contents{property}");
    assert!(said.contains(&(property.clone(), words.to_owned())), "{property} is not in {said:?}");
}

/// A bubble whose body is a vertical box of these.
fn body(contents: &[Value]) -> Value {
    json!({"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": contents}})
}

fn bubble(contents: FlexBox) -> Bubble {
    Bubble::new().body(contents)
}

fn message(bubble: Bubble) -> FlexMessage {
    FlexMessage::new("alt", bubble)
}

/// A message with this in its body.
fn with(item: impl Into<Component>) -> FlexMessage {
    message(bubble(FlexBox::vertical().item(item)))
}

/// Both take the message, which is the same for both.
async fn taken(line: &Line, message: FlexMessage) {
    fits(message.check());
    let json = serde_json::to_value(Message::from(message)).unwrap();
    assert_eq!(line.says_message(&json).await, [], "{json}");
}

/// The client refuses the message as told, and LINE, sent the same, in its own words.
async fn above(line: &Line, message: FlexMessage, told: &str, words: &str) {
    let (field, _) = told.split_once(": ").unwrap();
    refused(message.check(), told);
    let json = serde_json::to_value(Message::from(message)).unwrap();
    let said = line.says_message(&json).await;
    faulty(&said, field.strip_prefix("contents").unwrap(), words);
}
