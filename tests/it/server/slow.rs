//! Slow and idle connections, keep-alive, HTTP/2.

use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use line_bot_server::server::Settings;

use super::support::*;

#[tokio::test]
async fn two_hundred_slow_connections_do_not_keep_a_good_one_waiting_and_end() {
    let server = start_with(Settings { read_timeout: Duration::from_millis(300), ..settings() }, &[]).await;
    let mut slow = Vec::new();
    for n in 0..200 {
        let mut wire = server.connect().await;
        // Nothing at all, half a head, or a head without its body.
        let whole = signed("/callback", SECRET, message("01B").as_bytes());
        let part = [0, 20, whole.len() - 5][n % 3];
        wire.write(&whole[..part]).await;
        slow.push(wire);
    }
    assert_eq!(server.post(&message("01A")).await.status, 200);
    for (n, wire) in slow.iter_mut().enumerate() {
        let answer = wire.try_answer().await.map(|answer| answer.status);
        assert_eq!(answer, if n % 3 == 2 { Some(408) } else { None }, "connection {n}");
        wire.closed().await;
    }
    assert_eq!(server.inbox.ids(), ["01A"]);
}

#[tokio::test]
async fn a_connection_beyond_the_bound_waits_until_another_ends() {
    let server = start().await;
    let mut open = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut wire = server.connect().await;
        wire.write(&request("GET", "/healthz", &[], b"")).await;
        assert_eq!(wire.answer().await.status, 200);
        open.push(wire);
    }
    let mut late = server.connect().await;
    late.write(&signed("/callback", SECRET, message("01A").as_bytes())).await;
    // The server is awake and answers another meanwhile, but not this one.
    open[0].write(&request("GET", "/healthz", &[], b"")).await;
    assert_eq!(open[0].answer().await.status, 200);
    assert_eq!(server.inbox.ids(), [""; 0]);
    open.pop();
    assert_eq!(late.answer().await.status, 200);
}

#[tokio::test]
async fn connections_that_rest_make_room_for_one_that_waits() {
    let server = start_with(Settings { read_timeout: Duration::from_millis(200), ..settings() }, &[]).await;
    let mut resting = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut wire = server.connect().await;
        wire.write(&request("GET", "/healthz", &[], b"")).await;
        assert_eq!(wire.answer().await.status, 200);
        resting.push(wire);
    }
    assert_eq!(server.post(&message("01A")).await.status, 200);
}

#[tokio::test]
async fn a_head_that_drips_is_cut_when_the_whole_request_has_had_its_time() {
    let server = start_with(Settings { read_timeout: Duration::from_millis(100), ..settings() }, &[]).await;
    let mut wire = server.connect().await;
    // Every byte is progress; that must not help.
    let dripping = async {
        loop {
            if tokio::io::AsyncWriteExt::write_all(&mut wire.0, b"P").await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    dripping.await;
}

#[tokio::test]
async fn a_connection_takes_one_webhook_after_another_even_after_a_pause() {
    let server = start_with(Settings { read_timeout: Duration::from_millis(400), ..settings() }, &[]).await;
    let mut wire = server.connect().await;
    wire.write(&signed("/callback", SECRET, message("01A").as_bytes())).await;
    assert_eq!(wire.answer().await.status, 200);
    // Longer than a request may take: an idle connection is not a slow one.
    tokio::time::sleep(Duration::from_millis(600)).await;
    wire.write(&signed("/callback", SECRET, message("01B").as_bytes())).await;
    assert_eq!(wire.answer().await.status, 200);
    assert_eq!(server.inbox.ids(), ["01A", "01B"]);
}

#[tokio::test]
async fn pipelined_webhooks_are_answered_in_order() {
    let server = start().await;
    let mut wire = server.connect().await;
    let both =
        [signed("/callback", SECRET, message("01A").as_bytes()), signed("/callback", "x", b"{}")].concat();
    wire.write(&both).await;
    assert_eq!(wire.answer().await.status, 200);
    assert_eq!(wire.answer().await.status, 401);
}

#[tokio::test]
async fn http2_by_prior_knowledge_is_served_and_drained() {
    let server = start().await;
    let stream = tokio::net::TcpStream::connect(server.address).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    let driver = tokio::spawn(connection);
    for (id, status) in [("01A", 200), ("01B", 200)] {
        let body = message(id);
        let request = http::Request::post("http://bot/callback")
            .header("x-line-signature", signature(SECRET, body.as_bytes()))
            .body(Full::new(bytes::Bytes::from(body)))
            .unwrap();
        let response = sender.send_request(request).await.unwrap();
        assert_eq!(response.status(), status);
        assert!(response.into_body().collect().await.unwrap().to_bytes().is_empty());
    }
    server.stop.cancel();
    driver.await.unwrap().unwrap();
    server.done.await.unwrap();
    assert_eq!(server.inbox.ids(), ["01A", "01B"]);
}
