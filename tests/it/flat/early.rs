//! An answer that comes before the request's body has gone is that answer.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method};
use line_bot_server::client::api::audience::UserIdFile;
use line_bot_server::client::transport::{WireBody, WireRequest};
use line_bot_server::client::{ErrorKind, TransportError};
use line_bot_server::simulator::{Fault, Harm};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::audiences::kit::Kit;
use crate::client::scripted::http;

/// More than any buffer on the way holds.
fn endless() -> UserIdFile {
    UserIdFile::lines(|| std::iter::repeat_n(format!("U{:032x}", 7), 1_000_000))
}

/// Reads a request's head, answers it, and closes the connection with most of the body unread.
async fn hasty(status: &'static str) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = vec![0; 1024];
            let _ = stream.read(&mut head).await.unwrap();
            let body = r#"{"message":"too much"}"#;
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
            // What is still coming is read for a while, as proxies do, lest a reset overtake the answer.
            let mut rest = vec![0; 64 * 1024];
            for _ in 0..50 {
                if stream.read(&mut rest).await.unwrap_or(0) == 0 {
                    break;
                }
            }
        }
    });
    url
}

#[tokio::test]
async fn a_refusal_in_the_middle_of_an_upload_is_read() {
    for (status, code) in [("413 Payload Too Large", 413), ("400 Bad Request", 400)] {
        let url = hasty(status).await;
        let client = crate::audiences::kit::client(&url, "t", &line_bot_server::clock::Clock::system());
        let error = client.create_audience_by_file("Everybody", endless()).await.unwrap_err();
        assert_eq!(error.status(), Some(code), "{error}");
        assert!(error.to_string().contains("too much"), "{error}");
    }
}

#[tokio::test]
async fn a_call_that_is_refused_before_its_body_is_read_is_refused() {
    let kit = Kit::new().await;
    let stranger = crate::audiences::kit::client(&kit.sim.base_url(), "wrong", &kit.clock);
    let error = stranger.create_audience_by_file("Everybody", endless()).await.unwrap_err();
    assert_eq!(error.status(), Some(401), "{error}");
    kit.sim.fault(Fault::on("audience-upload-by-file", Harm::rate_limited()));
    let error = kit.client.create_audience_by_file("Everybody", endless()).await.unwrap_err();
    assert!(error.is_rate_limit(), "{error}");
}

#[tokio::test]
async fn a_connection_that_is_lost_in_the_middle_leaves_it_unknown_and_a_file_that_fails_does_not() {
    let kit = Kit::new().await;
    kit.sim.fault(Fault::on("audience-upload-by-file", Harm::HangUp));
    let error = kit.client.create_audience_by_file("Everybody", endless()).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");

    let pieces = futures_util::stream::iter([
        Ok(Bytes::from_static(b"half")),
        Err(std::io::Error::other("no such disk")),
    ]);
    let request = WireRequest {
        method: Method::POST,
        url: format!("{}/v2/bot/audienceGroup/upload/byFile", kit.sim.base_url()),
        headers: HeaderMap::new(),
        body: WireBody::Stream { length: Some(100), pieces: Box::pin(pieces) },
        timeout: Duration::from_secs(60),
    };
    let error = http().send(request).await.unwrap_err();
    assert_eq!(error, TransportError::Upload("no such disk".to_owned()));
}

#[tokio::test]
async fn an_upload_that_is_not_through_by_its_end_is_broken_off_and_makes_nothing() {
    let kit = Kit::new().await;
    let until = line_bot_server::client::Until {
        begin: None,
        end: Some(kit.clock.now().boot.after(Duration::from_millis(300))),
    };
    let slow = UserIdFile::lines(|| {
        std::iter::repeat_with(|| {
            std::thread::sleep(Duration::from_millis(50));
            "x".repeat(100_000)
        })
        .take(1000)
    });
    let error = kit.client.create_audience_by_file("Everybody", slow).until(until).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Upload(_)), "{error}");
    assert!(kit.client.audiences(&Default::default()).await.unwrap().items.is_empty());
}
