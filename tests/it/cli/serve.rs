//! `serve` as a process: it starts, takes a webhook, stops at SIGTERM with exit code 0 (P9).

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{ChildStderr, Stdio};

use line_bot_server::line::ChannelSecret;

use super::SECRET;
use crate::process::{Process, command};

const NOTHING_TO_DO: &str = r#"{"destination":"U0f1e2d3c4b5a69788796a5b4c3d2e1f0","events":[{"type":"unfollow","webhookEventId":"01KABCDEF0000000000000000A","deliveryContext":{"isRedelivery":false},"timestamp":1793000000123,"source":{"type":"user","userId":"U00000000000000000000000000000a01"},"mode":"active"}]}"#;
const A_TEXT: &str = r#"{"destination":"U0f1e2d3c4b5a69788796a5b4c3d2e1f0","events":[{"type":"message","message":{"type":"text","id":"1","quoteToken":"qu0te","text":"pr1vate words"},"webhookEventId":"01KABCDEF0000000000000000B","deliveryContext":{"isRedelivery":false},"timestamp":1793000000123,"source":{"type":"user","userId":"U00000000000000000000000000000a01"},"replyToken":"r3plytoken","mode":"active"}]}"#;

struct Serving {
    process: Process,
    address: SocketAddr,
    metrics: Option<SocketAddr>,
    log: BufReader<ChildStderr>,
    _dir: tempfile::TempDir,
}

fn serve(more: &[(&str, &str)]) -> Serving {
    let dir = tempfile::tempdir().unwrap();
    let mut set = vec![
        ("LINE_CHANNEL_SECRET", SECRET),
        ("LINE_CHANNEL_ACCESS_TOKEN", "t0ken"),
        ("HOST", "127.0.0.1"),
        ("PORT", "0"),
        ("METRICS_ADDR", "off"),
        ("LOG_FORMAT", "json"),
        ("LINE_API_BASE_URL", "http://127.0.0.1:9"),
        ("SHUTDOWN_GRACE", "5s"),
    ];
    // A file takes the place of the plain variable.
    set.retain(|(name, _)| !more.iter().any(|(other, _)| *other == format!("{name}_FILE")));
    set.extend(more);
    let mut command = command(dir.path(), &set, &["serve"]);
    let mut process =
        Process::start(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()));
    let mut log = BufReader::new(process.stderr.take().unwrap());
    let (address, metrics) = loop {
        let line = next_line(&mut log).expect("a line that says where it listens");
        if line["message"] == "listening" {
            let metrics = line["metrics"].as_str().map(|address| address.parse().unwrap());
            break (line["address"].as_str().unwrap().parse().unwrap(), metrics);
        }
    };
    Serving { process, address, metrics, log, _dir: dir }
}

fn next_line(log: &mut impl BufRead) -> Option<serde_json::Value> {
    let mut line = String::new();
    log.read_line(&mut line).unwrap();
    (!line.is_empty()).then(|| serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}")))
}

fn ask(address: SocketAddr, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(stream, "{head}host: bot\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

impl Serving {
    fn get(&self, path: &str) -> String {
        ask(self.address, &format!("GET {path} HTTP/1.1\r\n"), "")
    }

    fn post(&self, secret: &str, body: &str) -> String {
        let signature = ChannelSecret::new(secret).unwrap().sign(body.as_bytes());
        ask(self.address, &format!("POST /callback HTTP/1.1\r\nx-line-signature: {signature}\r\n"), body)
    }

    fn signal(&self, name: &str) {
        self.process.signal(name);
    }

    /// Its exit code and its last words.
    fn end(&mut self) -> (Option<i32>, Vec<serde_json::Value>) {
        let mut lines = Vec::new();
        while let Some(line) = next_line(&mut self.log) {
            lines.push(line);
        }
        (self.process.wait().unwrap().code(), lines)
    }
}

fn is_200(answer: &str) -> bool {
    answer.starts_with("HTTP/1.1 200")
}

#[test]
fn a_signal_stops_it_politely_with_exit_code_0_and_a_line_that_counts_what_is_left() {
    for (signal, inbox) in [("TERM", "sqlite://data/inbox.db"), ("INT", "memory://")] {
        let mut server = serve(&[("INBOX_URL", inbox)]);
        assert!(is_200(&server.get("/readyz")));
        assert!(is_200(&server.post(SECRET, NOTHING_TO_DO)));
        assert!(server.post("another", NOTHING_TO_DO).starts_with("HTTP/1.1 401"));
        server.signal(signal);
        let (code, log) = server.end();
        assert_eq!(code, Some(0), "{log:#?}");
        let last = log.last().unwrap();
        assert!(last["message"].as_str().unwrap().starts_with("stopped"), "{log:#?}");
    }
}

#[test]
fn healthcheck_finds_a_running_server() {
    let mut server = serve(&[("INBOX_URL", "memory://")]);
    let port = server.address.port().to_string();
    assert_eq!(super::code(&super::run(&[("PORT", &port)], &["healthcheck"])), 0);
    server.signal("TERM");
    assert_eq!(server.end().0, Some(0));
}

#[test]
fn a_secret_file_that_changed_is_in_use_after_sighup() {
    let dir = tempfile::tempdir().unwrap();
    let secret = dir.path().join("secret");
    std::fs::write(&secret, "one").unwrap();
    let file = secret.to_str().unwrap();
    let mut server = serve(&[("INBOX_URL", "memory://"), ("LINE_CHANNEL_SECRET_FILE", file)]);
    assert!(is_200(&server.post("one", NOTHING_TO_DO)));
    std::fs::write(&secret, "two").unwrap();
    server.signal("HUP");
    loop {
        let line = next_line(&mut server.log).expect("a line that says that the secret is in use");
        if line["message"] == "secrets are in use" {
            break;
        }
    }
    assert!(server.post("one", NOTHING_TO_DO).starts_with("HTTP/1.1 401"));
    assert!(is_200(&server.post("two", NOTHING_TO_DO)));
    server.signal("TERM");
    assert_eq!(server.end().0, Some(0));
}

#[test]
fn no_line_of_the_log_holds_a_secret_a_token_or_a_text() {
    let mut server = serve(&[("INBOX_URL", "memory://"), ("RUST_LOG", "debug")]);
    assert!(is_200(&server.post(SECRET, A_TEXT)));
    server.signal("TERM");
    let log = format!("{:?}", server.end().1);
    assert!(log.contains("01KABCDEF0000000000000000B"), "the event is named: {log}");
    for private in [SECRET, "t0ken", "qu0te", "pr1vate", "r3plytoken"] {
        assert!(!log.contains(private), "{private} in {log}");
    }
}

#[test]
fn a_port_that_is_taken_is_exit_code_1_and_says_so() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let set = [
        ("LINE_CHANNEL_SECRET", SECRET),
        ("LINE_CHANNEL_ACCESS_TOKEN", "t"),
        ("HOST", "127.0.0.1"),
        ("PORT", &port),
        ("METRICS_ADDR", "off"),
        ("INBOX_URL", "memory://"),
    ];
    let output = super::run(&set, &["serve"]);
    assert_eq!(super::code(&output), 1);
    assert!(super::stderr(&output).contains("cannot listen on 127.0.0.1"), "{}", super::stderr(&output));
}

#[test]
fn metrics_are_on_a_port_of_their_own() {
    let mut server = serve(&[("INBOX_URL", "memory://"), ("METRICS_ADDR", "127.0.0.1:0")]);
    let metrics = server.metrics.expect("the line that says where it listens names the metrics, too");
    assert!(is_200(&server.post(SECRET, NOTHING_TO_DO)));
    assert!(server.post("another", NOTHING_TO_DO).starts_with("HTTP/1.1 401"));
    assert!(server.get("/metrics").starts_with("HTTP/1.1 404"));
    let text = ask(metrics, "GET /metrics HTTP/1.1\r\n", "");
    for line in [
        "linebot_webhooks_total{status=\"200\"} 1",
        "linebot_webhooks_total{status=\"401\"} 1",
        "linebot_webhook_refusals_total{reason=\"signature-wrong\"} 1",
        "linebot_events_total{type=\"unfollow\",outcome=\"accepted\"} 1",
        "linebot_webhook_ack_seconds_count 1",
        "# TYPE linebot_webhook_ack_seconds histogram",
    ] {
        assert!(text.contains(line), "{line} is missing in {text}");
    }
    server.signal("TERM");
    assert_eq!(server.end().0, Some(0));
}
