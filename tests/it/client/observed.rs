//! Each request to LINE is one log line and one count, and neither holds anything private.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use line_bot_server::client::Client;
use line_bot_server::line::UserId;
use metrics_exporter_prometheus::PrometheusBuilder;
use tracing_subscriber::fmt::MakeWriter;

use super::scripted::{Server, Step, TOKEN, answer, clock, http, ok};
use super::tokens::{SECRET, stateless};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Log {
    fn lines_of(&self, module: &str) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().filter(|line| line.contains(module)).map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn every_request_is_one_log_line_without_anything_private() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let server =
        Server::script([answer(500, "").with("x-line-request-id", "r1"), Step::Hangup, ok("{}")]).await;
    server.client().push(UserId::from("U1"), "private words").await.unwrap();
    let server = Server::script([
        ok(r#"{"access_token":"issued-token","expires_in":900}"#),
        ok(r#"{"totalUsage":1}"#),
    ])
    .await;
    Client::new(server.settings(), http(), stateless(&server, &clock()), clock())
        .quota_consumption()
        .await
        .unwrap();

    let lines = log.lines_of("line_bot_server");
    assert_eq!(lines.len(), 5, "{lines:#?}");
    for part in ["POST", "push", "500", "r1", "took_ms"] {
        assert!(lines[0].contains(part), "{part} in {}", lines[0]);
    }
    let whole = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for private in [TOKEN, SECRET, "issued-token", "private words"] {
        assert!(!whole.contains(private), "{private:?} in the log:\n{whole}");
    }
}

#[tokio::test]
async fn every_request_is_counted_by_endpoint_and_status() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let server = Server::script([answer(500, ""), Step::Hangup, ok("{}")]).await;
    server.client().push(UserId::from("U1"), "hi").await.unwrap();
    let text = metrics.render();
    for status in ["500", "no-answer", "200"] {
        let line = format!("linebot_api_calls_total{{endpoint=\"push\",status=\"{status}\"}} 1");
        assert!(text.contains(&line), "{line} in\n{text}");
    }
    assert!(text.contains("linebot_api_call_seconds_count{endpoint=\"push\"} 3"), "{text}");
}
