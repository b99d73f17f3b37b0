//! Bot and simulator in one process, over real sockets: a throw-away secret, a temporary inbox, loopback only.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::{App, Summary};
use crate::config::{Strings, simulated};
use crate::dispatch::Handler;
use crate::simulator::{self, Redelivery, Simulator};
use crate::telemetry;

/// A webhook that did not get its 200 comes again so soon.
const REDELIVERY: Duration = Duration::from_secs(1);

pub(super) struct Stage {
    pub(super) simulator: Simulator,
    /// Where the bot listens.
    pub(super) bot: SocketAddr,
    stop: CancellationToken,
    running: JoinHandle<Summary>,
    /// Removed with everything in it when the stage is.
    _dir: TempDir,
}

impl Stage {
    /// Of `strings` it takes the port and how to log.
    pub(super) async fn set<H: Handler>(handler: H, strings: &dyn Strings) -> anyhow::Result<Self> {
        let dir = tempfile::Builder::new()
            .prefix("line-bot-demo-")
            .tempdir()
            .context("cannot make a temporary directory for the inbox (TMPDIR says where)")?;
        let redelivery = Redelivery::UntilAcked { every: REDELIVERY };
        let settings = simulator::Settings { redelivery, ..simulator::Settings::default() };
        let simulator = Simulator::start(settings).await?;
        let addresses = simulated::addresses(&simulator.base_url());
        let credentials = simulated::credentials(simulator.secret(), simulator.access_token());
        let config = simulated::demo(strings, addresses.into_iter().chain(credentials), dir.path())?;
        // Somebody else's log stays.
        let _ = telemetry::init(config.log.format, &config.log.filter);
        let path = config.server.webhook_path.clone();
        let app = App::build(config, handler).await?;
        let bot = app.local_addr();
        simulator.point_at(format!("http://{bot}{path}"));
        let stop = CancellationToken::new();
        let running = tokio::spawn(app.run_until(stop.clone().cancelled_owned()));
        Ok(Self { simulator, bot, stop, running, _dir: dir })
    }

    /// Stops the bot politely; the simulator stays, with what it knows.
    ///
    /// # Errors
    /// The bot had ended on its own.
    pub(super) async fn stop_bot(self) -> anyhow::Result<(Simulator, Summary)> {
        self.stop.cancel();
        let summary = self.running.await.context("the bot broke down")?;
        anyhow::ensure!(!summary.broken, "the bot has ended on its own; run with RUST_LOG=info to see why");
        Ok((self.simulator, summary))
    }

    /// Takes everything down.
    ///
    /// # Errors
    /// The bot had ended on its own.
    pub(super) async fn clear(self) -> anyhow::Result<()> {
        let (simulator, _) = self.stop_bot().await?;
        simulator.stop().await;
        Ok(())
    }
}
