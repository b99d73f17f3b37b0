//! A server on a free port, an inbox that does as it is told, and just enough HTTP to see every byte.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use line_bot_server::clock::{Clock, Now, Timestamp};
use line_bot_server::inbox::{
    Acceptance, Accepted, Claims, Counts, Delivery, Filter, Inbox, InboxError, Lease, Listed, Outcome,
    Retention, SendEntry, SendNote, SendResult, Settled, Shown, Swept,
};
use line_bot_server::line::{Channel, ChannelSecret, Secrets, WebhookEventId};
use line_bot_server::server::{self, Gate, Limits, ServerState, Settings};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) const SECRET: &str = "00112233445566778899aabbccddeeff";
/// Connections that a server takes at once.
pub(crate) const CONNECTIONS: usize = 210;
pub(crate) const EMPTY: &str = r#"{"destination":"U0f1e2d3c4b5a69788796a5b4c3d2e1f0","events":[]}"#;

/// What the inbox does with the next delivery.
pub(crate) enum Does {
    Answers(Result<Vec<Acceptance>, InboxError>),
    Never,
    Waits(oneshot::Receiver<()>),
}

#[derive(Default)]
pub(crate) struct Scripted {
    next: Mutex<VecDeque<Does>>,
    pub(crate) taken: Mutex<Vec<Delivery>>,
    pub(crate) broken: Mutex<Option<String>>,
    pub(crate) called: Notify,
}

impl Scripted {
    pub(crate) fn then(&self, does: Does) {
        self.next.lock().unwrap().push_back(does);
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        let taken = self.taken.lock().unwrap();
        taken.iter().flat_map(|delivery| &delivery.events).map(|event| event.id.to_string()).collect()
    }
}

#[async_trait]
impl Inbox for Scripted {
    async fn accept(&self, delivery: Delivery, _: Now) -> Result<Accepted, InboxError> {
        let events = vec![Acceptance::New; delivery.events.len()];
        let does = self.next.lock().unwrap().pop_front().unwrap_or(Does::Answers(Ok(events.clone())));
        self.called.notify_one();
        let events = match does {
            Does::Answers(answer) => answer?,
            Does::Never => std::future::pending().await,
            Does::Waits(until) => {
                until.await.unwrap();
                events
            }
        };
        self.taken.lock().unwrap().push(delivery);
        Ok(Accepted { events })
    }

    async fn ready(&self) -> Result<(), InboxError> {
        self.broken.lock().unwrap().clone().map_or(Ok(()), |why| Err(InboxError::Unavailable(why)))
    }

    async fn claim(&self, _: usize, _: Duration, _: Now) -> Result<Claims, InboxError> {
        unreachable!("the server does not claim")
    }
    async fn extend(&self, _: &[Lease], _: Duration, _: Now) -> Result<Vec<Lease>, InboxError> {
        unreachable!("the server holds nothing")
    }
    async fn settle(&self, _: &Lease, _: Outcome, _: Now) -> Result<Settled, InboxError> {
        unreachable!("the server settles nothing")
    }
    async fn note(&self, _: &Lease, _: Vec<SendNote>, _: Now) -> Result<(), InboxError> {
        unreachable!("the server sends nothing")
    }
    async fn result(&self, _: &Lease, _: SendEntry, _: SendResult) -> Result<(), InboxError> {
        unreachable!("the server sends nothing")
    }
    async fn counts(&self, _: Now) -> Result<Counts, InboxError> {
        unreachable!("the server does not count")
    }
    async fn list(&self, _: Filter) -> Result<Vec<Listed>, InboxError> {
        unreachable!("the server does not look")
    }
    async fn show(&self, _: &Channel, _: &WebhookEventId) -> Result<Option<Shown>, InboxError> {
        unreachable!("the server does not look")
    }
    async fn retry(&self, _: Filter, _: bool, _: Now) -> Result<u64, InboxError> {
        unreachable!("the server does not retry")
    }
    async fn discard(&self, _: Filter, _: Now) -> Result<u64, InboxError> {
        unreachable!("the server does not discard")
    }
    async fn sweep(&self, _: Retention, _: Now) -> Result<Swept, InboxError> {
        unreachable!("the server does not sweep")
    }
    async fn close(&self) -> Result<(), InboxError> {
        Ok(())
    }
}

/// A running server.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) inbox: Arc<Scripted>,
    pub(crate) wake: Arc<Notify>,
    pub(crate) state: ServerState,
    pub(crate) stop: CancellationToken,
    pub(crate) cut: CancellationToken,
    pub(crate) done: JoinHandle<()>,
}

pub(crate) fn settings() -> Settings {
    Settings {
        listen: "127.0.0.1:0".parse().unwrap(),
        webhook_path: "/callback".into(),
        max_body_bytes: 64 * 1024,
        read_timeout: Duration::from_secs(60),
        accept_deadline: Duration::from_secs(60),
        shutdown_delay: Duration::ZERO,
        shutdown_grace: Duration::ZERO,
        metrics: None,
    }
}

pub(crate) fn secrets(all: &[&str]) -> Secrets {
    let mut keys = all.iter().map(|secret| ChannelSecret::new(*secret).unwrap());
    let first = keys.next().unwrap();
    Secrets::new(first, keys.collect())
}

pub(crate) async fn start() -> Running {
    start_with(settings(), &[]).await
}

/// With `names`, several channels; the secret of each is its name.
pub(crate) async fn start_with(settings: Settings, names: &[&str]) -> Running {
    let inbox = Arc::new(Scripted::default());
    let wake = Arc::new(Notify::new());
    let clock = Clock::manual(Timestamp::from_millis(1_793_000_000_000));
    let (stop, cut) = (CancellationToken::new(), CancellationToken::new());
    let limits = Limits {
        read_timeout: settings.read_timeout,
        connections: CONNECTIONS,
        stop: stop.clone(),
        cut: cut.clone(),
    };
    let (shared, bell) = (Arc::<Scripted>::clone(&inbox), Arc::clone(&wake));
    let state = if names.is_empty() {
        let gate = Gate::new(Channel::from("default"), secrets(&[SECRET]));
        ServerState::one(settings, gate, shared, bell, clock)
    } else {
        let gates = names.iter().map(|name| Gate::new(Channel::from(*name), secrets(&[name])));
        ServerState::several(settings, gates, shared, bell, clock)
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let done = tokio::spawn(server::serve(listener, server::router(state.clone()), limits));
    Running { address, inbox, wake, state, stop, cut, done }
}

impl Running {
    pub(crate) async fn connect(&self) -> Wire {
        Wire(TcpStream::connect(self.address).await.unwrap())
    }

    /// One request on a connection of its own.
    pub(crate) async fn send(&self, request: &[u8]) -> Answer {
        let mut wire = self.connect().await;
        wire.write(request).await;
        wire.answer().await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(format!("GET {path} HTTP/1.1\r\nhost: bot\r\n\r\n").as_bytes()).await
    }

    /// A signed webhook.
    pub(crate) async fn post(&self, body: &str) -> Answer {
        self.send(&signed("/callback", SECRET, body.as_bytes())).await
    }
}

/// A request with these headers and this body.
pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: bot\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    [text.as_bytes(), b"\r\n", body].concat()
}

pub(crate) fn signature(secret: &str, body: &[u8]) -> String {
    ChannelSecret::new(secret).unwrap().sign(body)
}

pub(crate) fn signed(path: &str, secret: &str, body: &[u8]) -> Vec<u8> {
    request("POST", path, &[("x-line-signature", &signature(secret, body))], body)
}

pub(crate) fn message(id: &str) -> String {
    format!(
        r#"{{"destination":"U0f1e2d3c4b5a69788796a5b4c3d2e1f0","events":[{{"type":"message","message":{{"type":"text","id":"1","text":"hi"}},"webhookEventId":"{id}","deliveryContext":{{"isRedelivery":false}},"timestamp":1793000000123,"source":{{"type":"user","userId":"U00000000000000000000000000000a01"}},"replyToken":"0123456789abcdef0123456789abcdef","mode":"active"}}]}}"#
    )
}

/// A connection.
pub(crate) struct Wire(pub(crate) TcpStream);

/// What came back: the head in lower case, and the body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")))
    }
}

impl Wire {
    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    /// Reads one answer; panics if the connection ends before.
    pub(crate) async fn answer(&mut self) -> Answer {
        self.try_answer().await.expect("an answer before the connection ends")
    }

    /// Reads one answer, or `None` when the connection ends before.
    pub(crate) async fn try_answer(&mut self) -> Option<Answer> {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            bytes.push(self.0.read_u8().await.ok()?);
        };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let mut answer = Answer { status, head, body: String::new() };
        let length = answer.header("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await.ok()?;
        answer.body = String::from_utf8(body).ok()?;
        Some(answer)
    }

    /// Returns when the other side has closed; panics if it says anything more.
    pub(crate) async fn closed(&mut self) {
        let mut rest = Vec::new();
        // A reset is an end, too.
        let _ = self.0.read_to_end(&mut rest).await;
        assert_eq!(String::from_utf8_lossy(&rest), "");
    }
}
