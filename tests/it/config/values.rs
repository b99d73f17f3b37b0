//! How values are written, and the defaults.

use std::time::Duration;

use line_bot_server::dispatch::Fallback;
use line_bot_server::telemetry::Format;

use super::{good, load, one_fault};

#[test]
fn the_defaults_are_those_of_the_documentation() {
    let config = load(&good(&[]));
    assert_eq!(config.server.listen, "0.0.0.0:8080".parse().unwrap());
    assert_eq!(config.server.webhook_path, "/callback");
    assert_eq!(config.server.max_body_bytes, 4 << 20);
    assert_eq!(config.server.read_timeout, Duration::from_secs(10));
    assert_eq!(config.server.accept_deadline, Duration::from_millis(1500));
    assert_eq!(config.server.shutdown_delay, Duration::ZERO);
    assert_eq!(config.server.shutdown_grace, Duration::from_secs(25));
    assert_eq!(config.server.metrics, Some("127.0.0.1:9090".parse().unwrap()));
    assert_eq!(config.inbox.url, "sqlite://data/inbox.db");
    assert_eq!(config.inbox.max_pending, 100_000);
    assert_eq!(config.retention.dedupe, Duration::from_secs(7 * 86_400));
    assert_eq!(config.retention.parked, Duration::from_secs(30 * 86_400));
    assert_eq!(config.dispatch.concurrency, 64);
    assert_eq!(config.dispatch.timeout, Duration::from_secs(60));
    assert_eq!(config.dispatch.attempts, 6);
    assert_eq!(config.dispatch.backoff, Duration::from_secs(1));
    assert_eq!(config.dispatch.lease, Duration::from_secs(30));
    assert_eq!(config.dispatch.fallback, Fallback::Push);
    assert_eq!(config.channels[0].client.api_base_url, "https://api.line.me");
    assert_eq!(config.channels[0].client.data_api_base_url, "https://api-data.line.me");
    assert_eq!(config.channels[0].client.manager_base_url, "https://manager.line.biz");
    assert_eq!((config.log.format, &*config.log.filter), (Format::Pretty, "info"));
    assert_eq!(config.warnings, [""; 0]);
}

#[test]
fn every_variable_reaches_its_setting() {
    let config = load(&good(&[
        ("HOST", "[::1]"),
        ("PORT", "0"),
        ("WEBHOOK_PATH", "/line/webhook"),
        ("MAX_BODY_BYTES", "1MiB"),
        ("READ_TIMEOUT", "500ms"),
        ("SHUTDOWN_DELAY", "5s"),
        ("SHUTDOWN_GRACE", "0s"),
        ("METRICS_ADDR", "off"),
        ("INBOX_URL", "memory://"),
        ("MAX_PENDING_EVENTS", "5"),
        ("DEDUPE_RETENTION", "12h"),
        ("PARKED_RETENTION", "5m"),
        ("HANDLER_CONCURRENCY", "3"),
        ("HANDLER_TIMEOUT", "9s"),
        ("HANDLER_ATTEMPTS", "2"),
        ("HANDLER_BACKOFF", "250ms"),
        ("LEASE", "45s"),
        ("RESPOND_FALLBACK", "error"),
        ("LINE_API_BASE_URL", "http://127.0.0.1:1/"),
        ("LINE_DATA_API_BASE_URL", "http://127.0.0.1:2"),
        ("LINE_MANAGER_BASE_URL", "http://127.0.0.1:3"),
        ("LOG_FORMAT", "json"),
        ("RUST_LOG", "line_bot_server=debug"),
    ]));
    assert_eq!(config.server.listen, "[::1]:0".parse().unwrap());
    assert_eq!(config.server.webhook_path, "/line/webhook");
    assert_eq!(config.server.max_body_bytes, 1 << 20);
    assert_eq!(config.server.read_timeout, Duration::from_millis(500));
    assert_eq!(config.server.shutdown_delay, Duration::from_secs(5));
    assert_eq!(config.server.shutdown_grace, Duration::ZERO);
    assert_eq!(config.server.metrics, None);
    assert_eq!((&*config.inbox.url, config.inbox.max_pending), ("memory://", 5));
    assert_eq!(config.retention.dedupe, Duration::from_secs(12 * 3600));
    assert_eq!(config.retention.parked, Duration::from_secs(300));
    assert_eq!((config.dispatch.concurrency, config.dispatch.attempts), (3, 2));
    assert_eq!(config.dispatch.timeout, Duration::from_secs(9));
    assert_eq!(config.dispatch.backoff, Duration::from_millis(250));
    assert_eq!(config.dispatch.lease, Duration::from_secs(45));
    assert_eq!(config.dispatch.fallback, Fallback::Error);
    assert_eq!(config.channels[0].client.api_base_url, "http://127.0.0.1:1");
    assert_eq!(config.channels[0].client.data_api_base_url, "http://127.0.0.1:2");
    assert_eq!(config.channels[0].client.manager_base_url, "http://127.0.0.1:3");
    assert_eq!((config.log.format, &*config.log.filter), (Format::Json, "line_bot_server=debug"));
}

#[test]
fn what_is_written_wrongly_is_a_fault_that_names_its_variable() {
    for (name, values) in [
        (
            "HANDLER_TIMEOUT",
            &["10", "10 s", "-1s", "1.5s", "s", "0s", "1h30m", "99999999999999999999s", "36501d"][..],
        ),
        ("SHUTDOWN_DELAY", &["0", "now"]),
        ("LEASE", &["2999ms", "0s"]),
        ("MAX_BODY_BYTES", &["0", "4MB", "4 MiB", "-1", "99999999999999GiB"]),
        ("MAX_PENDING_EVENTS", &["0", "many", "1e6"]),
        ("HANDLER_ATTEMPTS", &["0", "4294967296"]),
        ("PORT", &["65536", "-1", "http"]),
        ("HOST", &["localhost", "256.0.0.1"]),
        ("METRICS_ADDR", &["9090", "on", "localhost:9090"]),
        (
            "WEBHOOK_PATH",
            &["callback", "/", "/callback/", "//x", "/{x}", "/*x", "/a?b", "/healthz", "/readyz"],
        ),
        ("INBOX_URL", &["data/inbox.db", "sqlite://", "sqlite:data", "memory", "memory://x", "redis://x"]),
        ("LINE_API_BASE_URL", &["api.line.me", "ftp://api.line.me", "https://", "https://a?b=c"]),
        ("RESPOND_FALLBACK", &["Push", "none"]),
        ("LOG_FORMAT", &["text"]),
        ("RUST_LOG", &["line_bot_server=loud"]),
    ] {
        for value in values {
            one_fault(&good(&[(name, value)]), name);
        }
    }
}
