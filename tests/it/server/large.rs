//! Large bodies: how many at once, and that they hold up nobody else.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper_util::rt::{TokioExecutor, TokioIo};
use line_bot_server::server::Settings;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::support::*;

/// Bytes of a body that need no leave.
const FREE: usize = 64 * 1024;
/// Four bodies of this size are all that the memory for large ones holds.
const MAX: usize = 16 * 1024 * 1024;

fn large(id: &str, length: usize) -> String {
    message(id) + &" ".repeat(length)
}

/// Settings under which a large body gets its share at once or not at all.
fn impatient() -> Settings {
    Settings { max_body_bytes: MAX, accept_deadline: Duration::ZERO, ..settings() }
}

fn patient() -> Settings {
    Settings { max_body_bytes: MAX, ..settings() }
}

/// Starts a body of the largest size and sends a little more than what is free.
async fn begin(server: &Running) -> Wire {
    let head = format!(
        "POST /callback HTTP/1.1\r\nhost: bot\r\ncontent-length: {MAX}\r\nx-line-signature: {}\r\n\r\n",
        signature(SECRET, b"")
    );
    let mut wire = server.connect().await;
    wire.write(head.as_bytes()).await;
    wire.write(&vec![b' '; FREE * 2]).await;
    wire
}

/// The status that a large body gets which is not signed: 401 if there is room for it, 503 if not.
async fn probe(server: &Running) -> Answer {
    let body = large("probe", FREE);
    server.send(&signed("/callback", "another secret", body.as_bytes())).await
}

async fn until(server: &Running, status: u16) {
    while probe(server).await.status != status {}
}

#[tokio::test]
async fn large_bodies_beyond_the_shared_memory_are_503_and_small_ones_are_taken() {
    let server = start_with(impatient(), &[]).await;
    let mut holding = Vec::new();
    for _ in 0..4 {
        assert_eq!(probe(&server).await.status, 401, "there is room yet");
        holding.push(begin(&server).await);
    }
    // The last may have come while a probe was being read, and have found no room itself.
    while probe(&server).await.status != 503 {
        holding.push(begin(&server).await);
        assert!(holding.len() < 40, "large bodies are not bounded");
    }
    let answer = probe(&server).await;
    assert_eq!((answer.status, &*answer.body, answer.header("connection")), (503, "", Some("close")));
    assert!(answer.header("retry-after").is_some());
    assert_eq!(server.post(&message("01A")).await.status, 200);
    assert_eq!(server.post(&" ".repeat(FREE)).await.status, 400, "what is free is read");

    holding.clear();
    until(&server, 401).await;
    assert_eq!(server.post(&large("01B", FREE)).await.status, 200);
    assert_eq!(server.inbox.ids(), ["01A", "01B"]);
}

#[tokio::test]
async fn a_large_body_waits_for_room_and_is_taken_then() {
    let server = start_with(patient(), &[]).await;
    let mut holding = Vec::new();
    for _ in 0..4 {
        holding.push(begin(&server).await);
    }
    let mut late = server.connect().await;
    let sending = async {
        late.write(&signed("/callback", SECRET, large("01A", FREE * 4).as_bytes())).await;
        late.answer().await.status
    };
    let others = async {
        assert_eq!(server.post(&message("01B")).await.status, 200);
        drop(holding);
    };
    assert_eq!(tokio::join!(sending, others).0, 200);
}

#[tokio::test]
async fn many_half_read_bodies_do_not_keep_each_other_from_being_complete() {
    let server = start_with(patient(), &[]).await;
    let body = large("01A", MAX - 4096);
    let whole = Bytes::from(signed("/callback", SECRET, body.as_bytes()));
    let mut senders = Vec::new();
    // More than there is room for, all of them begun before the first is complete.
    let begun = std::sync::Arc::new(tokio::sync::Barrier::new(6));
    for _ in 0..6 {
        let (mut wire, whole) = (server.connect().await, whole.clone());
        let begun = std::sync::Arc::clone(&begun);
        senders.push(tokio::spawn(async move {
            wire.write(&whole[..FREE]).await;
            begun.wait().await;
            wire.write(&whole[FREE..]).await;
            wire.answer().await.status
        }));
    }
    for sender in senders {
        assert_eq!(sender.await.unwrap(), 200);
    }
}

#[tokio::test]
async fn a_body_keeps_its_share_until_the_inbox_has_it() {
    let server = start_with(impatient(), &[]).await;
    let mut commits = Vec::new();
    let body = large("01A", MAX - 4096);
    for _ in 0..4 {
        let (commit, committed) = tokio::sync::oneshot::channel();
        server.inbox.then(Does::Waits(committed));
        assert_eq!(server.post(&body).await.status, 503, "not committed in time, but in hand");
        commits.push(commit);
    }
    assert_eq!(probe(&server).await.status, 503);
    commits.pop().unwrap().send(()).unwrap();
    until(&server, 401).await;
}

#[tokio::test]
async fn a_large_body_over_http2_passes_its_windows() {
    let server = start_with(patient(), &[]).await;
    let stream = TcpStream::connect(server.address).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    let driver = tokio::spawn(connection);
    let body = large("01A", 1024 * 1024);
    let request = http::Request::post("http://bot/callback")
        .header("x-line-signature", signature(SECRET, body.as_bytes()))
        .body(Full::new(Bytes::from(body)))
        .unwrap();
    assert_eq!(sender.send_request(request).await.unwrap().status(), 200);
    server.stop.cancel();
    driver.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_http2_connection_gets_64_streams_of_64_kib() {
    let server = start().await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    let (settings, mut window) = (frame(&mut stream, 4).await, 65_535);
    let of = |wanted: u16| {
        let mut all = settings.chunks(6);
        let found = all.find(|one| one[..2] == wanted.to_be_bytes());
        found.map(|one| u32::from_be_bytes(one[2..].try_into().unwrap()))
    };
    assert_eq!(of(3), Some(64), "MAX_CONCURRENT_STREAMS");
    assert_eq!(of(4).unwrap_or(65_535), 65_535, "INITIAL_WINDOW_SIZE");
    window += u32::from_be_bytes(frame(&mut stream, 8).await.try_into().unwrap());
    assert_eq!(window, 64 * 65_535);
}

/// The payload of the next HTTP/2 frame of this type.
async fn frame(stream: &mut TcpStream, wanted: u8) -> Vec<u8> {
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await.unwrap();
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        stream.read_exact(&mut payload).await.unwrap();
        if head[3] == wanted {
            return payload;
        }
    }
}
