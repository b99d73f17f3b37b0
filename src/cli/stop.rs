//! When a verb that runs on is to stop: SIGTERM, SIGINT, or the terminal is gone. Heard from the start on.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

pub(super) struct Stop([Signal; 3]);

impl Stop {
    pub(super) fn listen() -> io::Result<Self> {
        let kinds = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()];
        let [term, int, hangup] = kinds.map(signal);
        Ok(Self([term?, int?, hangup?]))
    }

    /// Returns when it is time. A signal that came before is not missed.
    pub(super) async fn wait(&mut self) {
        let [term, int, hangup] = &mut self.0;
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}
