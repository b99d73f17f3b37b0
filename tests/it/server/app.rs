//! P9: the whole house stops politely.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use line_bot_server::app::Summary;
use line_bot_server::client::transport::WireRequest;
use line_bot_server::client::{Response, Transport, TransportError};
use line_bot_server::clock::Clock;
use line_bot_server::{App, Config, Handler, handler_fn};
use tokio::net::TcpStream;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

use super::support::{Answer, SECRET, Wire, message, request, signed};

/// Nobody is to be called in these tests.
struct NoLine;

#[async_trait]
impl Transport for NoLine {
    async fn send(&self, _: WireRequest) -> Result<Response, TransportError> {
        Err(TransportError::NotSent("there is no LINE here".into()))
    }
}

fn config(more: &[(&str, &str)]) -> Config {
    let least = [
        ("LINE_CHANNEL_SECRET", SECRET),
        ("LINE_CHANNEL_ACCESS_TOKEN", "token"),
        ("HOST", "127.0.0.1"),
        ("PORT", "0"),
        ("METRICS_ADDR", "off"),
        ("INBOX_URL", "memory://"),
        ("SHUTDOWN_GRACE", "60s"),
    ];
    let all = least.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(&all.collect::<BTreeMap<_, _>>()).unwrap()
}

async fn build<H: Handler>(config: Config, handler: H) -> App<H> {
    App::build_with(config, handler, Arc::new(NoLine), Clock::system()).await.unwrap()
}

/// The app in the background: where it listens, what stops it, how it ended.
async fn start<H: Handler>(
    config: Config,
    handler: H,
) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<Summary>) {
    let app = build(config, handler).await;
    let (address, (stop, stopped)) = (app.local_addr(), oneshot::channel());
    let running = tokio::spawn(app.run_until(async {
        let _ = stopped.await;
    }));
    (address, stop, running)
}

async fn send(address: SocketAddr, bytes: &[u8]) -> Answer {
    let mut wire = Wire(TcpStream::connect(address).await.unwrap());
    wire.write(bytes).await;
    wire.answer().await
}

#[tokio::test]
async fn a_handler_in_hand_finishes_within_the_grace() {
    let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let handler = {
        let (begun, go) = (Arc::clone(&begun), Arc::clone(&go));
        handler_fn(move |_, _| {
            let (begun, go) = (Arc::clone(&begun), Arc::clone(&go));
            async move {
                begun.notify_one();
                go.notified().await;
                Ok(())
            }
        })
    };
    let (address, stop, running) = start(config(&[]), handler).await;
    assert_eq!(send(address, &signed("/callback", SECRET, message("01A").as_bytes())).await.status, 200);
    begun.notified().await;
    stop.send(()).unwrap();
    go.notify_one();
    assert_eq!(running.await.unwrap(), Summary { cut: 0, pending: Some(0), broken: false });
}

#[tokio::test]
async fn a_handler_that_outlives_the_grace_is_cut_and_its_event_counted() {
    let begun = Arc::new(Notify::new());
    let handler = {
        let begun = Arc::clone(&begun);
        handler_fn(move |_, _| {
            begun.notify_one();
            std::future::pending()
        })
    };
    let (address, stop, running) = start(config(&[("SHUTDOWN_GRACE", "20ms")]), handler).await;
    assert_eq!(send(address, &signed("/callback", SECRET, message("01A").as_bytes())).await.status, 200);
    begun.notified().await;
    stop.send(()).unwrap();
    assert_eq!(running.await.unwrap(), Summary { cut: 1, pending: Some(1), broken: false });
}

#[tokio::test]
async fn during_the_delay_readyz_is_503_and_webhooks_are_taken() {
    let (address, stop, running) =
        start(config(&[("SHUTDOWN_DELAY", "1h")]), handler_fn(|_, _| async { Ok(()) })).await;
    // Open before the stop, so that it is known to be served.
    let mut wire = Wire(TcpStream::connect(address).await.unwrap());
    wire.write(&request("GET", "/readyz", &[], b"")).await;
    assert_eq!(wire.answer().await.status, 200);
    stop.send(()).unwrap();
    loop {
        wire.write(&request("GET", "/readyz", &[], b"")).await;
        if wire.answer().await.status == 503 {
            break;
        }
    }
    assert_eq!(send(address, &signed("/callback", SECRET, message("01A").as_bytes())).await.status, 200);
    assert!(!running.is_finished());
    running.abort();
}

#[tokio::test]
async fn a_client_is_known_by_its_channels_name() {
    let app = build(config(&[]), handler_fn(|_, _| async { Ok(()) })).await;
    assert!(app.client("default").is_ok());
    let error = app.client("shop").err().unwrap();
    assert_eq!(error.to_string(), "no channel is called \"shop\"; there are: default (LINE_CHANNELS)");
}
