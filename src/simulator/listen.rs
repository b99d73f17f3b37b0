//! The listening side: an accept loop that can also drop a connection without an answer, which a router cannot.

use std::convert::Infallible;
use std::io;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

use super::sim::Sim;

/// Marks a response that must not be sent: the connection is dropped instead.
#[derive(Clone, Copy, Debug)]
pub(super) struct HangUp;

/// Serves until the simulator stops.
pub(super) async fn accept(sim: Sim, listener: TcpListener, router: Router) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => sim.spawn(converse(stream, router.clone())),
            Err(error) => {
                tracing::warn!(%error, "the simulator could not take a connection");
                // Out of file descriptors, for one: others must end first.
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        }
    }
}

async fn converse(stream: TcpStream, router: Router) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
    let service = hyper::service::service_fn(move |request| answer(router.clone(), request));
    let served =
        auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection to the simulator broke");
    }
}

async fn answer(router: Router, request: Request<Incoming>) -> io::Result<Response> {
    let Ok(response): Result<Response, Infallible> = router.oneshot(request.map(Body::new)).await;
    match response.extensions().get::<HangUp>() {
        Some(HangUp) => Err(io::Error::other("dropped on demand")),
        None => Ok(response),
    }
}
