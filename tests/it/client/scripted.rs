//! A server on a free port that answers each request as a script says, and remembers what it was asked.

use std::collections::VecDeque;
use std::io::Result;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use line_bot_server::client::{Client, HttpTransport, Settings, TokenSource, Transport};
use line_bot_server::clock::{Clock, Timestamp};
use line_bot_server::line::Channel;
use secrecy::SecretString;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

pub(crate) const TOKEN: &str = "long-lived-token-0123456789";

/// What the server does with one request.
#[derive(Clone)]
pub(crate) enum Step {
    /// Answers.
    Answer(Answer),
    /// Reads it and closes the connection.
    Hangup,
    /// Reads it and never answers.
    Silence,
    /// Sends a head that promises more than comes, then closes.
    BreakOff(&'static str),
    /// Sends a head and a piece of the body, then nothing more.
    Stall(&'static str),
    /// Does something first.
    First(Arc<dyn Fn() + Send + Sync>, Box<Step>),
    /// Waits for the notification first.
    Held(Arc<Notify>, Box<Step>),
}

#[derive(Clone)]
pub(crate) struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

pub(crate) fn answer(status: u16, body: &str) -> Step {
    Step::Answer(Answer { status, headers: Vec::new(), body: body.as_bytes().to_vec() })
}

pub(crate) fn ok(body: &str) -> Step {
    answer(200, body)
}

impl Step {
    pub(crate) fn with(self, name: &'static str, value: &str) -> Self {
        let Self::Answer(mut answer) = self else { panic!("only an answer has headers") };
        answer.headers.push((name, value.to_owned()));
        Self::Answer(answer)
    }

    /// Moves the clock on before it happens.
    pub(crate) fn after(self, clock: &Clock, by: Duration) -> Self {
        let clock = clock.clone();
        Self::First(Arc::new(move || clock.advance(by)), Box::new(self))
    }
}

/// A request as the server read it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

type Script = Arc<Mutex<dyn FnMut(&Seen) -> Step + Send>>;

pub(crate) struct Server {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Answers with `steps`, one after the other, and then with 418.
    pub(crate) async fn script(steps: impl IntoIterator<Item = Step>) -> Self {
        let mut steps: VecDeque<_> = steps.into_iter().collect();
        Self::start(move |_| steps.pop_front().unwrap_or_else(|| answer(418, r#"{"message":"unscripted"}"#)))
            .await
    }

    /// Answers as `script` says.
    pub(crate) async fn start(script: impl FnMut(&Seen) -> Step + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let script: Script = Arc::new(Mutex::new(script));
        let log = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&script), Arc::clone(&log)));
            }
        });
        Self { url, seen }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn seen_at(&self, path: &str) -> Vec<Seen> {
        self.seen().into_iter().filter(|seen| seen.path == path).collect()
    }

    pub(crate) fn settings(&self) -> Settings {
        settings(&self.url)
    }

    /// A client with three attempts, a fixed token and a clock that stands still.
    pub(crate) fn client(&self) -> Client {
        self.client_at(&clock())
    }

    pub(crate) fn client_at(&self, clock: &Clock) -> Client {
        Client::new(self.settings(), http(), TokenSource::fixed(SecretString::from(TOKEN)), clock.clone())
    }

    pub(crate) fn client_with(&self, change: impl FnOnce(&mut Settings)) -> Client {
        let mut settings = self.settings();
        change(&mut settings);
        Client::new(settings, http(), TokenSource::fixed(SecretString::from(TOKEN)), clock())
    }
}

pub(crate) fn settings(url: &str) -> Settings {
    Settings {
        channel: Channel::from("default"),
        api_base_url: url.to_owned(),
        data_api_base_url: url.to_owned(),
        manager_base_url: url.to_owned(),
        attempt_timeout: Duration::from_secs(20),
        attempts: 3,
        backoff: Duration::from_millis(1),
        pacing_wait: Duration::from_secs(20),
    }
}

pub(crate) fn clock() -> Clock {
    Clock::manual(Timestamp::from_millis(1_793_000_000_000))
}

pub(crate) fn http() -> Arc<dyn Transport> {
    Arc::new(HttpTransport::new(Duration::from_secs(10)).unwrap())
}

/// An address where nobody listens.
pub(crate) async fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

async fn serve(mut stream: TcpStream, script: Script, log: Arc<Mutex<Vec<Seen>>>) {
    let mut buffer = Vec::new();
    while let Ok(Some(seen)) = read_request(&mut stream, &mut buffer).await {
        log.lock().unwrap().push(seen.clone());
        let step = script.lock().unwrap()(&seen);
        if !perform(&mut stream, step).await.unwrap_or(false) {
            return;
        }
    }
}

/// Returns whether the connection may be used again.
async fn perform(stream: &mut TcpStream, mut step: Step) -> Result<bool> {
    loop {
        match step {
            Step::First(act, next) => {
                act();
                step = *next;
            }
            Step::Held(go, next) => {
                go.notified().await;
                step = *next;
            }
            Step::Answer(answer) => return write_answer(stream, answer).await.map(|()| true),
            Step::Hangup => return Ok(false),
            Step::Silence => return std::future::pending().await,
            Step::BreakOff(part) => {
                write_head_and(stream, part).await?;
                return Ok(false);
            }
            Step::Stall(part) => {
                write_head_and(stream, part).await?;
                return std::future::pending().await;
            }
        }
    }
}

async fn write_head_and(stream: &mut TcpStream, part: &str) -> Result<()> {
    let length = part.len() + 1000;
    let head =
        format!("HTTP/1.1 200 OK\r\nx-line-request-id: broken\r\ncontent-length: {length}\r\n\r\n{part}");
    stream.write_all(head.as_bytes()).await?;
    stream.flush().await
}

async fn write_answer(stream: &mut TcpStream, answer: Answer) -> Result<()> {
    let mut head = format!("HTTP/1.1 {} Status\r\ncontent-length: {}\r\n", answer.status, answer.body.len());
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(&[head.as_bytes(), &answer.body].concat()).await
}

async fn read_request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<Option<Seen>> {
    let end = loop {
        if let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8(buffer.drain(..end).collect()).unwrap();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap().split(' ');
    let (method, path) = (first.next().unwrap().to_owned(), first.next().unwrap().to_owned());
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let mut seen = Seen { method, path, headers, body: String::new() };
    let length = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
    while buffer.len() < length {
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
    seen.body = String::from_utf8(buffer.drain(..length).collect()).unwrap();
    Ok(Some(seen))
}
