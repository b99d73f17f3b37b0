//! LINE under its real rules, as far as sends go: a reply token works once, a retry key is accepted once.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt;
use http::{HeaderMap, HeaderValue, StatusCode};
use line_bot_server::client::transport::WireRequest;
use line_bot_server::client::{Body, Response, Transport, TransportError};
use serde_json::{Value, json};
use tokio::sync::Notify;

/// What goes wrong with the next call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No connection.
    NotSent,
    /// The connection is lost before LINE has seen the request.
    LostBefore,
    /// The connection is lost after LINE has done it.
    LostAfter,
    /// LINE does it and the answer never comes.
    HangsAfter,
    /// LINE refuses, and does nothing.
    Status(u16, &'static str),
}

/// What a user sees, and what it cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Delivered {
    Reply(Vec<String>),
    Push(String, Vec<String>),
    /// To so many users, the first and the last of whom are these.
    Multicast(usize, [String; 2], Vec<String>),
    Narrowcast(Vec<String>),
    Broadcast(Vec<String>),
}

#[derive(Default)]
pub(crate) struct Line {
    state: Mutex<State>,
    /// A call hangs.
    pub(crate) hung: Notify,
}

/// What LINE knows of a retry key.
struct Accepted {
    body: Value,
    sent: Vec<Value>,
    request_id: String,
}

/// What LINE answers.
struct Answer {
    status: u16,
    body: Value,
    /// With a 409.
    accepted: Option<String>,
}

impl From<(u16, Value)> for Answer {
    fn from((status, body): (u16, Value)) -> Self {
        Self { status, body, accepted: None }
    }
}

#[derive(Default)]
struct State {
    faults: VecDeque<Fault>,
    spent: HashSet<String>,
    accepted: HashMap<String, Accepted>,
    delivered: Vec<Delivered>,
    /// Path and retry key of each request that LINE saw.
    calls: Vec<(String, Option<String>)>,
    messages: u32,
}

impl Line {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn fault(&self, fault: Fault) {
        self.lock().faults.push_back(fault);
    }

    pub(crate) fn faults(&self, fault: &Fault, times: usize) {
        (0..times).for_each(|_| self.fault(fault.clone()));
    }

    /// The network works again.
    pub(crate) fn mend(&self) {
        self.lock().faults.clear();
    }

    /// Somebody else has used this reply token, or its minute is over.
    pub(crate) fn spend(&self, token: &str) {
        self.lock().spent.insert(token.to_owned());
    }

    pub(crate) fn delivered(&self) -> Vec<Delivered> {
        self.lock().delivered.clone()
    }

    /// The texts that were delivered, by whatever way.
    pub(crate) fn texts(&self) -> Vec<String> {
        let texts = |one| match one {
            Delivered::Reply(texts) | Delivered::Push(_, texts) | Delivered::Multicast(_, _, texts) => texts,
            Delivered::Narrowcast(texts) | Delivered::Broadcast(texts) => texts,
        };
        self.delivered().into_iter().flat_map(texts).collect()
    }

    pub(crate) fn calls(&self) -> Vec<String> {
        self.lock().calls.iter().map(|(path, _)| path.clone()).collect()
    }

    pub(crate) fn keys(&self) -> Vec<String> {
        self.lock().calls.iter().filter_map(|(_, key)| key.clone()).collect()
    }
}

impl State {
    fn answer(&mut self, path: &str, key: Option<&str>, body: &Value) -> Answer {
        let done = match path {
            "/v2/bot/message/reply" => self.reply(body),
            "/v2/bot/chat/loading/start" => (202, json!({})),
            "/v2/bot/chat/markAsRead" => (200, json!({})),
            "/v2/bot/message/push"
            | "/v2/bot/message/multicast"
            | "/v2/bot/message/narrowcast"
            | "/v2/bot/message/broadcast" => {
                return self.keyed(path, key.expect("a send without a retry key"), body);
            }
            _ if path.contains("/profile/") || path.contains("/member/") => {
                (200, json!({ "displayName": "Mika", "userId": path.rsplit('/').next() }))
            }
            _ => (200, json!({ "content": path })),
        };
        done.into()
    }

    fn reply(&mut self, body: &Value) -> (u16, Value) {
        if !self.spent.insert(body["replyToken"].as_str().unwrap().to_owned()) {
            return (400, json!({ "message": "Invalid reply token" }));
        }
        self.delivered.push(Delivered::Reply(texts(body)));
        (200, json!({ "sentMessages": self.sent(body) }))
    }

    fn keyed(&mut self, path: &str, key: &str, body: &Value) -> Answer {
        if let Some(before) = self.accepted.get(key) {
            assert_eq!(before.body, *body, "one retry key, two requests");
            let message = "The retry key is already accepted";
            let body = json!({ "message": message, "sentMessages": before.sent });
            return Answer { status: 409, body, accepted: Some(before.request_id.clone()) };
        }
        let users = |n: usize| body["to"][n].as_str().unwrap().to_owned();
        let (delivered, sent) = match path.rsplit('/').next().unwrap() {
            "push" => {
                (Delivered::Push(body["to"].as_str().unwrap().to_owned(), texts(body)), self.sent(body))
            }
            "multicast" => {
                let n = body["to"].as_array().unwrap().len();
                (Delivered::Multicast(n, [users(0), users(n - 1)], texts(body)), vec![])
            }
            "narrowcast" => (Delivered::Narrowcast(texts(body)), vec![]),
            "broadcast" => (Delivered::Broadcast(texts(body)), vec![]),
            other => panic!("{other}"),
        };
        self.delivered.push(delivered);
        let answer = if sent.is_empty() { json!({}) } else { json!({ "sentMessages": sent }) };
        let accepted = Accepted { body: body.clone(), sent, request_id: self.request_id() };
        self.accepted.insert(key.to_owned(), accepted);
        (200, answer).into()
    }

    /// Of the call that is being answered.
    fn request_id(&self) -> String {
        format!("request-{}", self.calls.len())
    }

    fn sent(&mut self, body: &Value) -> Vec<Value> {
        texts(body)
            .iter()
            .map(|_| {
                self.messages += 1;
                json!({ "id": self.messages.to_string() })
            })
            .collect()
    }
}

fn texts(body: &Value) -> Vec<String> {
    let messages = body["messages"].as_array().unwrap().iter();
    messages.map(|message| message["text"].as_str().unwrap().to_owned()).collect()
}

#[async_trait]
impl Transport for Line {
    async fn send(&self, request: WireRequest) -> Result<Response, TransportError> {
        let fault = self.lock().faults.pop_front();
        if fault == Some(Fault::NotSent) {
            return Err(TransportError::NotSent("no connection".to_owned()));
        }
        let path = request.url.splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap();
        let key = request.headers.get("x-line-retry-key").map(|key| key.to_str().unwrap().to_owned());
        if fault == Some(Fault::LostBefore) {
            return Err(TransportError::NoAnswer("connection lost".to_owned()));
        }
        let (answer, request_id) = {
            let mut state = self.lock();
            state.calls.push((path.clone(), key.clone()));
            let answer = match fault {
                Some(Fault::Status(status, message)) => (status, json!({ "message": message })).into(),
                _ => {
                    let body = serde_json::from_slice(request.body.bytes()).unwrap_or_default();
                    state.answer(&path, key.as_deref(), &body)
                }
            };
            (answer, state.request_id())
        };
        match fault {
            Some(Fault::LostAfter) => return Err(TransportError::NoAnswer("connection lost".to_owned())),
            Some(Fault::HangsAfter) => {
                self.hung.notify_one();
                std::future::pending::<()>().await;
            }
            _ => {}
        }
        let Answer { status, body, accepted } = answer;
        let mut headers = HeaderMap::new();
        headers.insert("x-line-request-id", HeaderValue::try_from(request_id).unwrap());
        if let Some(accepted) = accepted {
            headers.insert("x-line-accepted-request-id", HeaderValue::try_from(accepted).unwrap());
        }
        let body = Bytes::from(body.to_string());
        let body = Body(futures_util::stream::iter([Ok(body)]).boxed());
        Ok(Response { status: StatusCode::from_u16(status).unwrap(), headers, body })
    }
}
