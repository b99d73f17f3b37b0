//! What every request shares: the channels with their secrets, the inbox, the worker's wake-up.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwap;
use tokio::sync::Notify;

use super::Settings;
use super::budget::Budget;
use super::meters::Meters;
use crate::clock::Clock;
use crate::inbox::Inbox;
use crate::line::{Channel, Secrets};

/// What every request shares. Cheap to clone.
#[derive(Clone)]
pub struct ServerState(Arc<Inner>);

struct Inner {
    settings: Settings,
    gates: Gates,
    inbox: Arc<dyn Inbox>,
    wake: Arc<Notify>,
    clock: Clock,
    draining: AtomicBool,
    refusing: AtomicBool,
    budget: Budget,
    meters: Meters,
}

enum Gates {
    /// Served at the webhook path itself.
    One(Gate),
    /// Each served one segment below it.
    Several(HashMap<Box<str>, Gate>),
}

/// One channel's gate: who it is, and the secrets that open it now.
pub struct Gate {
    channel: Channel,
    secrets: ArcSwap<Secrets>,
}

impl Gate {
    /// A gate that `secrets` open.
    pub fn new(channel: Channel, secrets: Secrets) -> Self {
        Self { channel, secrets: ArcSwap::from_pointee(secrets) }
    }

    /// Which channel.
    pub fn channel(&self) -> &Channel {
        &self.channel
    }

    pub(super) fn opens(&self, body: &[u8], signature: &[u8]) -> bool {
        self.secrets.load().verify(body, signature)
    }
}

impl ServerState {
    /// A server with one channel, at the webhook path.
    pub fn one(
        settings: Settings,
        gate: Gate,
        inbox: Arc<dyn Inbox>,
        wake: Arc<Notify>,
        clock: Clock,
    ) -> Self {
        Self::with(settings, Gates::One(gate), inbox, wake, clock)
    }

    /// A server with several channels, each at `{webhook path}/{its name}`.
    pub fn several(
        settings: Settings,
        gates: impl IntoIterator<Item = Gate>,
        inbox: Arc<dyn Inbox>,
        wake: Arc<Notify>,
        clock: Clock,
    ) -> Self {
        let gates = gates.into_iter().map(|gate| (gate.channel.as_str().into(), gate)).collect();
        Self::with(settings, Gates::Several(gates), inbox, wake, clock)
    }

    fn with(
        settings: Settings,
        gates: Gates,
        inbox: Arc<dyn Inbox>,
        wake: Arc<Notify>,
        clock: Clock,
    ) -> Self {
        Self(Arc::new(Inner {
            budget: Budget::new(settings.max_body_bytes),
            settings,
            gates,
            inbox,
            wake,
            clock,
            draining: AtomicBool::new(false),
            refusing: AtomicBool::new(false),
            meters: Meters::default(),
        }))
    }

    /// From now on `channel` is opened by `secrets` alone; requests being proved right now may still use the old.
    /// `false` when there is no such channel.
    pub fn replace_secrets(&self, channel: &Channel, secrets: Secrets) -> bool {
        let Some(gate) = self.gate_of(channel) else { return false };
        gate.secrets.store(Arc::new(secrets));
        true
    }

    /// From now on `/readyz` answers 503.
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::Release);
    }

    /// From now on webhooks are answered 503: what is stored now would be forgotten.
    pub fn refuse(&self) {
        self.0.refusing.store(true, Ordering::Release);
    }

    fn gate_of(&self, channel: &Channel) -> Option<&Gate> {
        match &self.0.gates {
            Gates::One(gate) => Some(gate).filter(|gate| gate.channel == *channel),
            Gates::Several(gates) => gates.get(channel.as_str()),
        }
    }

    /// The gate of a request's path. Names are `[a-z0-9]+`, so nothing needs to be percent-decoded.
    pub(super) fn gate_at(&self, path: &str) -> Option<&Gate> {
        match &self.0.gates {
            Gates::One(gate) => Some(gate),
            Gates::Several(gates) => gates.get(path.rsplit('/').next()?),
        }
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(super) fn webhook_path(&self) -> &str {
        &self.0.settings.webhook_path
    }

    pub(super) fn has_one_channel(&self) -> bool {
        matches!(self.0.gates, Gates::One(_))
    }

    pub(super) fn inbox(&self) -> &Arc<dyn Inbox> {
        &self.0.inbox
    }

    pub(super) fn wake(&self) -> &Notify {
        &self.0.wake
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(super) fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Acquire)
    }

    pub(super) fn is_refusing(&self) -> bool {
        self.0.refusing.load(Ordering::Acquire)
    }

    pub(super) fn budget(&self) -> &Budget {
        &self.0.budget
    }

    pub(super) fn meters(&self) -> &Meters {
        &self.0.meters
    }
}
