//! What all parts of a running simulator share: settings, clock, one lock around the state, and who to tell.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use secrecy::SecretString;
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::{Clock, Timestamp};
use crate::line::ChannelSecret;

use super::assertion::AssertionKey;
use super::courier::{Courier, Redelivery};
use super::fault::Faults;
use super::happening::Happening;
use super::ledger::Ledger;
use super::narrowcast::Narrowcasts;
use super::world::World;

/// A running simulator, as its parts see it.
pub(super) type Sim = Arc<Shared>;

pub(super) struct Shared {
    pub(super) secret: ChannelSecret,
    pub(super) access_token: SecretString,
    pub(super) channel_id: String,
    pub(super) assertion_key: Option<AssertionKey>,
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
        let super::Settings {
            secret,
            access_token,
            channel_id,
            assertion_key,
            bot_name,
            clock,
            redelivery,
            quota,
            narrowcast,
            ..
        } = settings;
        let state = State {
            world: World::new(bot, quota, Narrowcasts::new(narrowcast)),
            ledger: Ledger::default(),
            faults: Faults::default(),
            redelivery,
        };
        Self {
            secret,
            access_token,
            channel_id,
            assertion_key,
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
    ///
    /// Whoever looks finds everything done that is due by the clock: nothing else moves a manual one's narrowcasts.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.world.narrowcasts.any_under_way() {
            for happening in state.catch_up(self.now()) {
                self.tell(happening);
                self.ring();
            }
        }
        state
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
