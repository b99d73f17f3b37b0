//! One attempt at one event: what every clone of its [`Context`](super::Context) shares.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::SendError;
use super::journal::Journal;
use crate::client::Client;
use crate::clock::{Boot, Clock, Now};
use crate::dispatch::Fallback;
use crate::dispatch::hold::Hold;
use crate::dispatch::meters::Meters;
use crate::inbox::{Claimed, Inbox, Parked, StoredEvent};
use crate::line::event::Mode;
use crate::line::{Event, ReplyToken, UserId};

/// How long after its delivery a reply token is used: LINE gives a minute from the webhook on
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-reply-message-reply-token)), and the
/// request needs some of it.
pub(super) const FRESH: Duration = Duration::from_secs(50);

/// What the attempts of a worker have in common.
pub(crate) struct Common {
    pub(crate) inbox: Arc<dyn Inbox>,
    pub(crate) clock: Clock,
    pub(crate) fallback: Fallback,
    pub(crate) meters: Meters,
}

/// One attempt at one event.
pub(crate) struct Attempt {
    pub(crate) event: StoredEvent,
    pub(super) number: u32,
    pub(super) mode: Mode,
    pub(super) token: Option<Box<str>>,
    /// Who did it, if LINE says so.
    pub(super) user: Option<UserId>,
    /// When the reply token stops being fresh.
    pub(super) fresh_until: Boot,
    pub(super) journal: Journal,
    pub(super) client: Client,
    pub(super) hold: Arc<Hold>,
    pub(super) common: Arc<Common>,
    ordinals: AtomicU32,
    fatal: OnceLock<Parked>,
}

impl Attempt {
    /// The attempt that `claimed` allows; `claimed_at` was read before the claim was sent.
    pub(crate) fn new(
        claimed: Claimed,
        event: &Event,
        claimed_at: Now,
        client: Client,
        hold: Arc<Hold>,
        common: Arc<Common>,
    ) -> Self {
        let Claimed { event: stored, attempt, journal, .. } = claimed;
        Self {
            number: attempt,
            mode: event.mode(),
            token: event.reply_token().map(ReplyToken::as_str).map(Box::from),
            user: event.user().cloned(),
            fresh_until: claimed_at.boot.after(freshness_left(&stored, claimed_at)),
            event: stored,
            journal: Journal::new(journal),
            client,
            hold,
            common,
            ordinals: AtomicU32::new(0),
            fatal: OnceLock::new(),
        }
    }

    /// Whether another channel holds the chat.
    pub(super) fn is_standby(&self) -> bool {
        self.mode == Mode::Standby
    }

    pub(super) fn next_ordinal(&self) -> u32 {
        self.ordinals.fetch_add(1, Ordering::Relaxed)
    }

    /// # Errors
    /// The attempt has ended, or its lease.
    pub(super) fn check_live(&self) -> Result<(), SendError> {
        if self.hold.live(self.common.clock.now().boot) { Ok(()) } else { Err(SendError::AttemptOver) }
    }

    /// # Errors
    /// The event is to be given up, whatever the handler does now: a push after a reply that may have arrived would
    /// be the answer a second time.
    pub(super) fn check_not_given_up(&self) -> Result<(), SendError> {
        if self.fatal.get().is_none() { Ok(()) } else { Err(SendError::AttemptOver) }
    }

    /// # Errors
    /// Another channel holds the chat.
    pub(super) fn check_active(&self) -> Result<(), SendError> {
        if self.is_standby() { Err(SendError::Standby) } else { Ok(()) }
    }

    /// Whether the reply token may be used by a request that begins now.
    pub(super) fn is_fresh(&self) -> bool {
        self.common.clock.now().boot < self.fresh_until
    }

    /// Remembers an error for which the event is given up whatever the handler says.
    pub(super) fn remember(&self, error: &SendError) {
        if error.is_fatal()
            && let Some(reason) = error.park_reason()
        {
            let _ = self.fatal.set(Parked { reason, detail: error.to_string() });
        }
    }

    /// Why the event must be given up whatever the handler says.
    pub(crate) fn fatal(&self) -> Option<&Parked> {
        self.fatal.get()
    }
}

/// What is left of the token's freshness at the claim. Wall clocks may have been set, or differ between machines, in
/// between: an arrival that lies ahead is taken to be as long ago, because using a token too late can cost a false
/// success while leaving it costs a push.
fn freshness_left(event: &StoredEvent, now: Now) -> Duration {
    let age = now.wall.since(event.arrived).max(event.arrived.since(now.wall));
    FRESH.saturating_sub(age)
}
