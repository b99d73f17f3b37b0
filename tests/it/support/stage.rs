//! What outlives one run of the server: LINE, the variables, the inbox's file.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use line_bot_server::client::HttpTransport;
use line_bot_server::clock::Clock;
use line_bot_server::inbox::{self, Counts, Filter, Listed, Operator, State};
use line_bot_server::simulator::{Redelivery, Settings, Simulator};
use line_bot_server::{App, Config, Handler};

use super::{PATIENCE, TestApp, until};

/// The time to reach a loopback address, on a busy machine.
const CONNECT: Duration = Duration::from_secs(10);

/// LINE, the configuration, and a directory for the inbox.
pub(crate) struct Stage {
    pub(crate) sim: Simulator,
    pub(crate) dir: tempfile::TempDir,
    clock: Clock,
    variables: BTreeMap<String, String>,
}

impl Stage {
    /// One channel, an inbox in a file, nothing redelivered.
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// LINE redelivers until a 2xx.
    pub(crate) async fn redelivering() -> Self {
        let every = Duration::from_millis(20);
        Self::with(|settings| settings.redelivery = Redelivery::UntilAcked { every }).await
    }

    /// LINE and the server go by a clock that stands still.
    pub(crate) async fn at(clock: &Clock) -> Self {
        Self::with(|settings| settings.clock = clock.clone()).await
    }

    pub(crate) async fn with(adjust: impl FnOnce(&mut Settings)) -> Self {
        // Many tests share two cores: LINE's two seconds are not what they are about.
        let mut settings = Settings { webhook_timeout: PATIENCE, ..Settings::default() };
        adjust(&mut settings);
        let clock = settings.clock.clone();
        let sim = Simulator::start(settings).await.unwrap();
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("inbox.db");
        let variables = [
            ("LINE_CHANNEL_SECRET", sim.secret()),
            ("LINE_CHANNEL_ACCESS_TOKEN", sim.access_token()),
            ("LINE_API_BASE_URL", &*sim.base_url()),
            ("LINE_DATA_API_BASE_URL", &*sim.base_url()),
            ("INBOX_URL", &*format!("sqlite://{}", file.display())),
            ("HOST", "127.0.0.1"),
            ("PORT", "0"),
            ("METRICS_ADDR", "off"),
            ("READ_TIMEOUT", "180s"),
            ("HANDLER_BACKOFF", "10ms"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        Self { sim, dir, clock, variables }
    }

    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn unset(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }

    /// Starts the server and points LINE at it.
    pub(crate) async fn start(&self, handler: impl Handler) -> TestApp {
        self.start_with(handler, |_| {}).await
    }

    /// The same, with settings that no variable reaches.
    pub(crate) async fn start_with(
        &self,
        handler: impl Handler,
        adjust: impl FnOnce(&mut Config),
    ) -> TestApp {
        let mut config = Config::load(&self.variables).unwrap();
        config.server.accept_deadline = PATIENCE;
        adjust(&mut config);
        let transport = HttpTransport::new(CONNECT).unwrap();
        let app = App::build_with(config, handler, Arc::new(transport), self.clock.clone()).await.unwrap();
        let app = TestApp::run(app, self.operator());
        self.sim.point_at(app.url("/callback"));
        app
    }

    pub(crate) fn inbox_url(&self) -> &str {
        &self.variables["INBOX_URL"]
    }

    /// The inbox as the command line sees it; none for one in memory.
    pub(crate) fn operator(&self) -> Option<Operator> {
        self.inbox_url()
            .starts_with("sqlite:")
            .then(|| inbox::operator(&inbox::Settings::new(self.inbox_url(), 1)).unwrap())
    }

    pub(crate) fn counts(&self) -> Counts {
        self.operator().unwrap().counts(self.clock.now()).unwrap()
    }

    pub(crate) fn list(&self, filter: &Filter) -> Vec<Listed> {
        self.operator().unwrap().list(filter).unwrap()
    }

    /// Waits until the server has said 200 to so many events.
    pub(crate) async fn acked(&self, count: usize) {
        self.sim.wait_for(PATIENCE, |ledger| ledger.acked().len() >= count).await.unwrap();
    }

    /// Waits until so many events are parked, and lists them.
    pub(crate) async fn parked(&self, count: u64) -> Vec<Listed> {
        until("events parked", || self.counts().parked.values().sum::<u64>() >= count).await;
        self.list(&Filter { state: Some(State::Parked), ..Filter::default() })
    }

    /// Whether a file of the inbox holds `text`.
    pub(crate) fn on_disk(&self, text: &str) -> bool {
        std::fs::read_dir(self.dir.path()).unwrap().any(|file| holds(&file.unwrap().path(), text.as_bytes()))
    }
}

fn holds(file: &Path, text: &[u8]) -> bool {
    std::fs::read(file).is_ok_and(|bytes| bytes.windows(text.len()).any(|window| window == text))
}
