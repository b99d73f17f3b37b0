//! The whole house in a test: the real server on a free port, a simulated LINE, an inbox in a directory of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod app;
pub(crate) mod called;
mod gate;
pub(crate) mod keys;
mod logged;
pub(crate) mod postgres;
mod seen;
mod stage;
mod values;

pub(crate) use app::TestApp;
pub(crate) use called::Called;
pub(crate) use gate::Gate;
pub(crate) use logged::Logged;
pub(crate) use seen::Seen;
pub(crate) use stage::Stage;
pub(crate) use values::{fits, read, refused, round_trip};

use std::time::Duration;

use line_bot_server::line::ChatId;
use line_bot_server::simulator::{Heard, Simulator, Via};

/// Only ever reached by a test that fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(180);

/// Waits until `chat` has heard `count` messages, and returns all it has heard: text and route.
pub(crate) async fn heard(sim: &Simulator, chat: impl Into<ChatId>, count: usize) -> Vec<(String, Via)> {
    heard_whole(sim, chat, count).await.iter().map(|heard| (heard.text().to_owned(), heard.via)).collect()
}

/// As [`heard`], but whole messages.
pub(crate) async fn heard_whole(sim: &Simulator, chat: impl Into<ChatId>, count: usize) -> Vec<Heard> {
    let chat = chat.into();
    let enough = sim.wait_for(PATIENCE, |ledger| ledger.count_heard(&chat) >= count).await;
    let heard = sim.heard(chat);
    if let Err(error) = enough {
        panic!("{error}; heard here: {heard:#?}");
    }
    heard
}

/// Looks again and again at what cannot call back: a file, a database, a socket.
pub(crate) async fn until(what: &str, mut met: impl FnMut() -> bool) {
    let waiting = async {
        while !met() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "not in time: {what}");
}
