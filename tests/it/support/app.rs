//! One run of the server.

use std::net::SocketAddr;

use line_bot_server::app::Summary;
use line_bot_server::clock::Clock;
use line_bot_server::inbox::Operator;
use line_bot_server::line::ChannelSecret;
use line_bot_server::{App, Handler};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::until;

/// A server that runs.
pub(crate) struct TestApp {
    pub(crate) address: SocketAddr,
    pub(crate) metrics: Option<SocketAddr>,
    pub(crate) http: reqwest::Client,
    operator: Option<Operator>,
    shutdown: oneshot::Sender<()>,
    running: JoinHandle<Summary>,
}

impl TestApp {
    pub(super) fn run(app: App<impl Handler>, operator: Option<Operator>) -> Self {
        let (address, metrics) = (app.local_addr(), app.metrics_addr());
        let (shutdown, told) = oneshot::channel::<()>();
        let running = tokio::spawn(app.run_until(async {
            // A test that fails drops the other end.
            let _ = told.await;
        }));
        // An error means that another test was first.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { address, metrics, http, operator, shutdown, running }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) async fn get(&self, path: &str) -> reqwest::Result<u16> {
        Ok(self.http.get(self.url(path)).send().await?.status().as_u16())
    }

    /// POSTs `body` to `path`, signed with `secret` if there is one.
    pub(crate) async fn post(
        &self,
        path: &str,
        secret: Option<&str>,
        body: impl Into<Vec<u8>>,
    ) -> reqwest::Response {
        let body = body.into();
        let mut request = self.http.post(self.url(path));
        if let Some(secret) = secret {
            request = request.header("x-line-signature", ChannelSecret::new(secret).unwrap().sign(&body));
        }
        request.body(body).send().await.unwrap()
    }

    /// Waits until nothing is left to do.
    pub(crate) async fn idle(&self) {
        if let Some(operator) = &self.operator {
            // A moment in which the database is locked is no answer.
            let idle = || operator.counts(Clock::system().now()).is_ok_and(|counts| counts.pending == 0);
            until("nothing pending", idle).await;
        }
    }

    /// Stops politely when everything is done, and everything is.
    pub(crate) async fn stop(self) {
        self.idle().await;
        let summary = self.stop_now().await;
        assert_eq!(summary, Summary { cut: 0, pending: Some(0), broken: false });
    }

    /// Stops politely as things are.
    pub(crate) async fn stop_now(self) -> Summary {
        self.shut_down().await.unwrap()
    }

    /// Tells it to stop; the summary comes when it has.
    pub(crate) fn shut_down(self) -> JoinHandle<Summary> {
        self.shutdown.send(()).unwrap();
        self.running
    }
}
