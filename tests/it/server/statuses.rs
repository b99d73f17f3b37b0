//! The table of answers, row by row.

use line_bot_server::inbox::{Acceptance, InboxError};
use line_bot_server::line::Channel;
use line_bot_server::server::Settings;
use tokio::time::Duration;

use super::support::*;

#[tokio::test]
async fn an_accepted_webhook_is_200_with_an_empty_body_and_wakes_the_worker() {
    let server = start().await;
    let answer = server.post(&message("01A")).await;
    assert_eq!((answer.status, &*answer.body), (200, ""));
    assert_eq!(server.inbox.ids(), ["01A"]);
    server.wake.notified().await;
}

#[tokio::test]
async fn the_200_leaves_only_after_the_inbox_has_committed() {
    let server = start().await;
    let (commit, committed) = tokio::sync::oneshot::channel();
    server.inbox.then(Does::Waits(committed));
    let mut wire = server.connect().await;
    wire.write(&signed("/callback", SECRET, message("01A").as_bytes())).await;
    server.inbox.called.notified().await;
    // Other requests are answered meanwhile, this one is not.
    assert_eq!(server.get("/healthz").await.status, 200);
    assert_eq!(wire.0.try_read(&mut [0; 1]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    commit.send(()).unwrap();
    assert_eq!(wire.answer().await.status, 200);
}

#[tokio::test]
async fn a_duplicate_is_200_and_wakes_nobody() {
    let server = start().await;
    server.inbox.then(Does::Answers(Ok(vec![Acceptance::Duplicate])));
    assert_eq!(server.post(&message("01A")).await.status, 200);
    assert!(futures_util::FutureExt::now_or_never(server.wake.notified()).is_none());
}

#[tokio::test]
async fn lines_greeting_with_empty_events_is_200_and_never_reaches_the_inbox() {
    let server = start().await;
    server.inbox.then(Does::Answers(Err(InboxError::Unavailable("disk".into()))));
    assert_eq!(server.post(EMPTY).await.status, 200);
    assert_eq!(server.inbox.ids(), [""; 0]);
}

#[tokio::test]
async fn a_missing_malformed_or_wrong_signature_is_a_bare_401() {
    let server = start().await;
    let body = message("01A");
    let good = signature(SECRET, body.as_bytes());
    let other = signature("another secret", body.as_bytes());
    let cut = &good[..40];
    let stretched = format!("{good}AAAA");
    let cases: [&[(&str, &str)]; 6] = [
        &[],
        &[("x-line-signature", "")],
        &[("x-line-signature", cut)],
        &[("x-line-signature", &stretched)],
        &[("x-line-signature", &other)],
        &[("x-line-signature", &good), ("x-line-signature", &other)],
    ];
    for headers in cases {
        let answer = server.send(&request("POST", "/callback", headers, body.as_bytes())).await;
        assert_eq!((answer.status, &*answer.body), (401, ""), "{headers:?}");
    }
    assert_eq!(server.inbox.ids(), [""; 0]);
}

#[tokio::test]
async fn the_header_is_found_in_any_letter_case() {
    let server = start().await;
    let body = message("01A");
    let headers = [("X-LINE-Signature", &*signature(SECRET, body.as_bytes()))];
    assert_eq!(server.send(&request("POST", "/callback", &headers, body.as_bytes())).await.status, 200);
}

#[tokio::test]
async fn a_body_in_many_pieces_is_proved_as_one() {
    let server = start().await;
    let body = message("01A");
    let head = format!(
        "POST /callback HTTP/1.1\r\nhost: bot\r\ntransfer-encoding: chunked\r\nx-line-signature: {}\r\n\r\n",
        signature(SECRET, body.as_bytes())
    );
    let mut wire = server.connect().await;
    wire.write(head.as_bytes()).await;
    for piece in body.as_bytes().chunks(7) {
        wire.write(format!("{:x}\r\n", piece.len()).as_bytes()).await;
        wire.write(piece).await;
        wire.write(b"\r\n").await;
    }
    wire.write(b"0\r\n\r\n").await;
    assert_eq!(wire.answer().await.status, 200);
    assert_eq!(server.inbox.ids(), ["01A"]);
}

#[tokio::test]
async fn signed_but_not_an_envelope_is_400() {
    let server = start().await;
    for body in ["", "[]", "{}", r#"{"events":null}"#, r#"{"events":{}}"#, "{\"events\":[", "\u{0}"] {
        let answer = server.post(body).await;
        assert_eq!((answer.status, &*answer.body), (400, ""), "{body:?}");
    }
    let invalid_utf8 = b"{\"events\":[],\"destination\":\"\xff\"}";
    assert_eq!(server.send(&signed("/callback", SECRET, invalid_utf8)).await.status, 400);
}

#[tokio::test]
async fn an_unknown_path_or_channel_is_404() {
    let one = start().await;
    for path in ["/", "/callback/", "/callback/default", "/metrics", "/callbacks"] {
        let answer = one.send(&signed(path, SECRET, EMPTY.as_bytes())).await;
        assert_eq!((answer.status, &*answer.body), (404, ""), "{path}");
    }
    let several = start_with(settings(), &["shop", "support"]).await;
    for path in ["/callback", "/callback/", "/callback/default", "/callback/shop/x", "/callback/SHOP"] {
        assert_eq!(several.send(&signed(path, "shop", EMPTY.as_bytes())).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn each_channel_is_opened_by_its_own_secret_alone() {
    let server = start_with(settings(), &["shop", "support"]).await;
    let body = message("01A");
    assert_eq!(server.send(&signed("/callback/shop", "support", body.as_bytes())).await.status, 401);
    assert_eq!(server.send(&signed("/callback/shop", "shop", body.as_bytes())).await.status, 200);
    assert_eq!(server.inbox.taken.lock().unwrap()[0].channel, Channel::from("shop"));
}

#[tokio::test]
async fn anything_but_a_post_is_405_and_says_what_is_allowed() {
    let server = start().await;
    for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        let answer = server.send(&request(method, "/callback", &[], b"")).await;
        assert_eq!(
            (answer.status, &*answer.body, answer.header("allow")),
            (405, "", Some("post")),
            "{method}"
        );
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_413_whether_announced_or_not() {
    let server = start().await;
    let (exact, over) = (vec![b' '; 64 * 1024], vec![b' '; 64 * 1024 + 1]);
    assert_eq!(
        server.send(&signed("/callback", SECRET, &exact)).await.status,
        400,
        "the limit itself is read"
    );
    let answer = server.send(&signed("/callback", SECRET, &over)).await;
    assert_eq!((answer.status, &*answer.body), (413, ""));
    let head = format!(
        "POST /callback HTTP/1.1\r\nhost: bot\r\ntransfer-encoding: chunked\r\nx-line-signature: {}\r\n\r\n{:x}\r\n",
        signature(SECRET, &over),
        over.len()
    );
    let answer = server.send(&[head.as_bytes(), &over, b"\r\n0\r\n\r\n"].concat()).await;
    assert_eq!((answer.status, &*answer.body), (413, ""));
}

#[tokio::test]
async fn a_body_over_the_limit_is_413_even_if_the_rest_of_it_never_comes() {
    let server = start_with(Settings { read_timeout: Duration::from_millis(50), ..settings() }, &[]).await;
    let over = vec![b' '; 64 * 1024 + 1];
    let mut whole = signed("/callback", SECRET, &over);
    whole.truncate(whole.len() - over.len() + 10);
    let mut wire = server.connect().await;
    wire.write(&whole).await;
    assert_eq!(wire.answer().await.status, 413);
    wire.closed().await;
}

#[tokio::test]
async fn a_head_beyond_all_reason_is_431_and_the_end_of_the_connection() {
    let server = start().await;
    let mut wire = server.connect().await;
    let long = format!("GET /healthz HTTP/1.1\r\nhost: bot\r\nx-long: {}", "x".repeat(80 * 1024));
    // It may be cut off in the middle of what it says.
    let _ = tokio::io::AsyncWriteExt::write_all(&mut wire.0, long.as_bytes()).await;
    assert!(wire.try_answer().await.is_none_or(|answer| answer.status == 431));
    let _ = tokio::io::AsyncReadExt::read_to_end(&mut wire.0, &mut Vec::new()).await;
}

#[tokio::test]
async fn who_asks_first_with_expect_is_told_413_without_sending_the_body() {
    let server = start().await;
    let head = format!(
        "POST /callback HTTP/1.1\r\nhost: bot\r\ncontent-length: 999999\r\nexpect: 100-continue\r\nx-line-signature: {}\r\n\r\n",
        signature(SECRET, b"")
    );
    assert_eq!(server.send(head.as_bytes()).await.status, 413);
}

#[tokio::test]
async fn a_body_slower_than_the_read_timeout_is_408_and_the_end_of_the_connection() {
    let server = start_with(Settings { read_timeout: Duration::from_millis(50), ..settings() }, &[]).await;
    let whole = signed("/callback", SECRET, message("01A").as_bytes());
    let mut wire = server.connect().await;
    wire.write(&whole[..whole.len() - 1]).await;
    let answer = wire.answer().await;
    assert_eq!((answer.status, &*answer.body, answer.header("connection")), (408, "", Some("close")));
    wire.closed().await;
    assert_eq!(server.inbox.ids(), [""; 0]);
}

#[tokio::test]
async fn a_full_or_broken_inbox_is_503_with_retry_after() {
    let server = start().await;
    server.inbox.then(Does::Answers(Err(InboxError::Full { pending: 9, max: 9 })));
    server.inbox.then(Does::Answers(Err(InboxError::Unavailable("disk I/O error".into()))));
    for _ in 0..2 {
        let answer = server.post(&message("01A")).await;
        assert_eq!((answer.status, &*answer.body), (503, ""));
        assert!(answer.header("retry-after").unwrap().parse::<u32>().unwrap() > 0);
    }
    assert_eq!(server.post(&message("01A")).await.status, 200, "and it recovers");
}

#[tokio::test]
async fn an_inbox_that_misses_the_deadline_is_503_with_retry_after() {
    let server = start_with(Settings { accept_deadline: Duration::from_millis(20), ..settings() }, &[]).await;
    server.inbox.then(Does::Never);
    let answer = server.post(&message("01A")).await;
    assert_eq!((answer.status, &*answer.body), (503, ""));
    assert!(answer.header("retry-after").is_some());
}

#[tokio::test]
async fn what_is_stored_after_the_deadline_still_wakes_the_worker() {
    let server = start_with(Settings { accept_deadline: Duration::from_millis(20), ..settings() }, &[]).await;
    let (commit, committed) = tokio::sync::oneshot::channel();
    server.inbox.then(Does::Waits(committed));
    assert_eq!(server.post(&message("01A")).await.status, 503);
    commit.send(()).unwrap();
    server.wake.notified().await;
    assert_eq!(server.inbox.ids(), ["01A"]);
}

#[tokio::test]
async fn what_is_stored_after_the_caller_hung_up_still_wakes_the_worker() {
    let server = start().await;
    let (commit, committed) = tokio::sync::oneshot::channel();
    server.inbox.then(Does::Waits(committed));
    let mut wire = server.connect().await;
    wire.write(&signed("/callback", SECRET, message("01A").as_bytes())).await;
    server.inbox.called.notified().await;
    drop(wire);
    commit.send(()).unwrap();
    server.wake.notified().await;
    assert_eq!(server.inbox.ids(), ["01A"]);
}

#[tokio::test]
async fn the_process_is_alive_and_ready_until_its_inbox_is_not() {
    let server = start().await;
    assert_eq!(server.get("/healthz").await.status, 200);
    assert_eq!(server.get("/readyz").await.status, 200);
    *server.inbox.broken.lock().unwrap() = Some("no space left on device".into());
    let answer = server.get("/readyz").await;
    assert_eq!(
        (answer.status, &*answer.body),
        (503, "not ready: inbox unavailable\n"),
        "the reason is for the log"
    );
    assert_eq!(server.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn secrets_are_replaced_while_running() {
    let server = start().await;
    let body = message("01A");
    let channel = Channel::from("default");
    assert!(server.state.replace_secrets(&channel, secrets(&["new", SECRET])));
    for secret in ["new", SECRET] {
        assert_eq!(server.send(&signed("/callback", secret, body.as_bytes())).await.status, 200);
    }
    assert!(server.state.replace_secrets(&channel, secrets(&["new"])));
    assert_eq!(server.send(&signed("/callback", SECRET, body.as_bytes())).await.status, 401);
    assert!(!server.state.replace_secrets(&Channel::from("nobody"), secrets(&["new"])));
}
