//! What all parts of a running simulator share: settings, clock, one lock around the state, and who to tell.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use secrecy::SecretString;
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::{Clock, Timestamp};
use crate::line::ChannelSecret;

use super::courier::{Courier, Redelivery};
use super::fault::Faults;
use super::happening::Happening;
use super::ledger::Ledger;
use super::world::World;

/// A running simulator, as its parts see it.
pub(super) type Sim = Arc<Shared>;

pub(super) struct Shared {
    pub(super) secret: ChannelSecret,
    pub(super) access_token: SecretString,
    pub(super) channel_id: String,
    pub(super) bot_name: String,
    /// Others may reach it, by whatever name.
    pub(super) allow_remote: bool,
    pub(super) clock: Clock,
    pub(super) courier: Courier,
    pub(super) stop: CancellationToken,
    pub(super) tasks: TaskTracker,
    pub(super) happenings: broadcast::Sender<Happening>,
    /// Rung after each change of the ledger.
    pub(super) changed: Notify,
    state: Mutex<State>,
}

/// What changes.
#[derive(Debug)]
pub(super) struct State {
    pub(super) world: World,
    pub(super) ledger: Ledger,
    pub(super) faults: Faults,
    pub(super) redelivery: Redelivery,
}

impl Shared {
    pub(super) fn new(settings: super::Settings, bot: String, courier: Courier) -> Self {
        let allow_remote = settings.allow_remote;
        let super::Settings { secret, access_token, channel_id, bot_name, clock, redelivery, quota, .. } =
            settings;
        let state = State {
            world: World::new(bot, quota),
            ledger: Ledger::default(),
            faults: Faults::default(),
            redelivery,
        };
        Self {
            secret,
            access_token,
            channel_id,
            bot_name,
            allow_remote,
            clock,
            courier,
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            happenings: broadcast::channel(1024).0,
            changed: Notify::new(),
            state: Mutex::new(state),
        }
    }

    /// The state, locked. Held for a few lines only, never over an `await`.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now().wall
    }

    pub(super) fn tell(&self, happening: Happening) {
        // An error means that nobody listens.
        drop(self.happenings.send(happening));
    }

    /// Lets those look again who wait for something in the ledger.
    pub(super) fn ring(&self) {
        self.changed.notify_waiters();
    }

    /// Runs `work` until it ends or the simulator stops.
    pub(super) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            stop.run_until_cancelled(work).await;
        });
    }

    /// `x-line-signature` of `body`.
    pub(super) fn sign(&self, body: &[u8]) -> String {
        self.secret.sign(body)
    }
}
