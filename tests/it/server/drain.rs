//! P9, the server's part of it: how connections end.

use tokio::net::TcpStream;
use tokio::sync::oneshot;

use super::support::*;

#[tokio::test]
async fn while_draining_readyz_is_503_and_webhooks_are_still_taken() {
    let server = start().await;
    server.state.drain();
    let answer = server.get("/readyz").await;
    assert_eq!((answer.status, &*answer.body), (503, "not ready: stopping\n"));
    assert_eq!(server.post(&message("01A")).await.status, 200);
    assert_eq!(server.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_request_begun_is_finished_with_connection_close_and_nobody_else_gets_in() {
    let server = start().await;
    let (commit, committed) = oneshot::channel();
    server.inbox.then(Does::Waits(committed));
    let mut idle = server.connect().await;
    idle.write(&signed("/callback", SECRET, EMPTY.as_bytes())).await;
    assert_eq!(idle.answer().await.status, 200);
    let mut busy = server.connect().await;
    busy.write(&signed("/callback", SECRET, message("01A").as_bytes())).await;
    server.inbox.called.notified().await;

    server.stop.cancel();
    idle.closed().await;
    commit.send(()).unwrap();
    let answer = busy.answer().await;
    assert_eq!((answer.status, answer.header("connection")), (200, Some("close")));
    busy.closed().await;
    server.done.await.unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn a_request_of_which_only_the_first_bytes_are_here_is_a_request_begun() {
    let server = start().await;
    let whole = signed("/callback", SECRET, message("01A").as_bytes());
    let mut wire = server.connect().await;
    // One whole request first, so that the connection is known to be served; then half a head on the same one.
    wire.write(&signed("/callback", SECRET, EMPTY.as_bytes())).await;
    assert_eq!(wire.answer().await.status, 200);
    wire.write(&whole[..30]).await;
    // The server has the bytes when a later connection has been answered: same thread, and they were sent before.
    assert_eq!(server.get("/healthz").await.status, 200);
    server.stop.cancel();
    wire.write(&whole[30..]).await;
    let answer = wire.answer().await;
    assert_eq!((answer.status, answer.header("connection")), (200, Some("close")));
    server.done.await.unwrap();
}

#[tokio::test]
async fn what_outlives_the_grace_is_cut() {
    let server = start().await;
    server.inbox.then(Does::Never);
    let mut wire = server.connect().await;
    wire.write(&signed("/callback", SECRET, message("01A").as_bytes())).await;
    server.inbox.called.notified().await;
    server.stop.cancel();
    server.cut.cancel();
    wire.closed().await;
    server.done.await.unwrap();
}

#[tokio::test]
async fn a_server_that_would_forget_refuses_webhooks_once_it_stops() {
    let server = start().await;
    server.state.refuse();
    let answer = server.post(&message("01A")).await;
    assert_eq!(answer.status, 503);
    assert!(answer.header("retry-after").is_some());
    assert_eq!(server.inbox.ids(), [""; 0]);
}

#[tokio::test]
async fn a_connection_that_never_said_anything_is_closed_at_once() {
    let server = start().await;
    let mut silent = server.connect().await;
    // The server has taken the connection when a later one has been answered.
    assert_eq!(server.get("/healthz").await.status, 200);
    server.stop.cancel();
    silent.closed().await;
    server.done.await.unwrap();
}
