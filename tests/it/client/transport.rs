//! What the transport says about a request that failed: "not sent" is a promise.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method};
use line_bot_server::client::transport::WireRequest;
use line_bot_server::client::{Body, HttpTransport, Transport, TransportError};
use tokio::io::AsyncWriteExt;

use super::scripted::{Server, Step, answer, http, nowhere, ok};

fn get(url: &str) -> WireRequest {
    let body = Bytes::from_static(b"hello").into();
    let timeout = Duration::from_secs(20);
    WireRequest { method: Method::POST, url: url.to_owned(), headers: HeaderMap::new(), body, timeout }
}

async fn fails(request: WireRequest) -> TransportError {
    http().send(request).await.expect_err("an error")
}

#[tokio::test]
async fn a_request_without_connection_or_time_or_sense_is_not_sent() {
    let server = Server::script([]).await;
    let no_time = WireRequest { timeout: Duration::ZERO, ..get(&server.url) };
    for request in [get(&nowhere().await), no_time, get("not a url"), get("ftp://127.0.0.1/")] {
        let error = fails(request).await;
        assert!(matches!(error, TransportError::NotSent(_)), "{error}");
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_peer_that_does_not_come_to_terms_over_tls_has_not_seen_the_request() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut plain, _) = listener.accept().await.unwrap();
        plain.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        let _silent = listener.accept().await.unwrap();
        std::future::pending::<()>().await;
    });
    let http = HttpTransport::new(Duration::from_millis(500)).unwrap();
    for peer in ["speaks no TLS", "says nothing"] {
        let error = http.send(get(&url)).await.expect_err(peer);
        assert!(matches!(error, TransportError::NotSent(_)), "{peer}: {error}");
    }
}

#[tokio::test]
async fn a_connection_lost_after_sending_is_no_answer() {
    let server = Server::script([Step::Hangup]).await;
    let error = fails(get(&server.url)).await;
    assert!(matches!(error, TransportError::NoAnswer(_)), "{error}");
    assert!(!error.to_string().contains("127.0.0.1"), "no address in it: {error}");
}

#[tokio::test]
async fn a_connection_lost_on_the_second_request_is_no_answer_and_not_sent_again() {
    let server = Server::script([ok("{}"), Step::Hangup, ok("{}")]).await;
    let http = http();
    http.send(get(&server.url)).await.unwrap().body.bytes(10).await.unwrap();
    let error = http.send(get(&server.url)).await.expect_err("hung up");
    assert!(matches!(error, TransportError::NoAnswer(_)), "{error}");
    assert_eq!(server.seen().len(), 2, "the transport repeated it by itself");
}

#[tokio::test]
async fn a_connection_closed_before_it_is_read_from_is_never_called_not_sent() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(stream);
        }
    });
    let error = fails(get(&url)).await;
    assert!(matches!(error, TransportError::NoAnswer(_)), "{error}");
}

#[tokio::test]
async fn a_head_that_does_not_come_is_no_answer() {
    let server = Server::script([Step::Silence]).await;
    let error = fails(WireRequest { timeout: Duration::from_millis(300), ..get(&server.url) }).await;
    assert!(matches!(error, TransportError::NoAnswer(_)), "{error}");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let server = Server::start(|_| answer(302, "").with("location", "/elsewhere")).await;
    assert_eq!(http().send(get(&server.url)).await.unwrap().status, 302);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_body_is_read_whole_within_its_limit() {
    let pieces = || {
        let pieces = ["ab", "", "cd"].map(|piece| Ok(Bytes::from_static(piece.as_bytes())));
        Body(Box::pin(futures_util::stream::iter(pieces)))
    };
    assert_eq!(pieces().bytes(4).await.unwrap(), "abcd");
    assert!(pieces().bytes(3).await.is_err());
    assert_eq!(Body::from(Bytes::from_static(b"[1,2]")).json::<Vec<u8>>(5).await.unwrap(), [1, 2]);
    assert_eq!(Body::from(Bytes::new()).bytes(0).await.unwrap(), "");
    let quoted = Body::from(Bytes::from_static(b"\"secret\"")).json::<u8>(100).await.unwrap_err();
    assert!(!quoted.to_string().contains("secret"), "{quoted}");
}
