//! One attempt at one event: decode, run the handler under its limits, judge what came of it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt;
use tokio::sync::OwnedSemaphorePermit;
use tracing::Instrument;

use super::settle::Ending;
use super::slots::{self, Slot};
use super::{Held, Inner, Shared};
use crate::client::Client;
use crate::clock::Now;
use crate::dispatch::context::Attempt;
use crate::dispatch::handler::{Verdict, shortened};
use crate::dispatch::hold::Cut;
use crate::dispatch::meters::{Kind, Run};
use crate::dispatch::{Context, Handler, HandlerError};
use crate::inbox::{Claimed, ParkReason, Parked, StoredEvent};
use crate::line::Event;

impl<H: Handler> Inner<H> {
    /// From claim to settlement.
    pub(super) async fn handle(&self, claimed: Claimed, claimed_at: Now, held: Held, slot: Option<Slot>) {
        let StoredEvent { channel, id, kind, .. } = &claimed.event;
        let span = tracing::info_span!(
            "event", %channel, %id, r#type = %kind, attempt = claimed.attempt
        );
        let kind = Kind::of(kind);
        let number = claimed.attempt;
        async {
            let (handler, in_hand) = slot.map(|slot| (slot.handler, slot.in_hand)).unzip();
            let (ending, turn) = match in_turn(handler, &held).await {
                Ok(turn) => (self.attempt(claimed, claimed_at, &held).await, turn),
                Err(cut) => (Ran::Cut(cut).ending(&held.shared), None),
            };
            held.hold.finish();
            drop(turn);
            held.shared.settle(&held.hold, kind, number, ending).await;
            drop(in_hand);
        }
        .instrument(span)
        .await;
        drop(held);
    }

    async fn attempt(&self, claimed: Claimed, claimed_at: Now, held: &Held) -> Ending {
        let shared = &held.shared;
        if let Some(died) = shared.died_too_often(&claimed) {
            return Ending::Park(died);
        }
        if claimed.event.json.is_empty() {
            return Ending::Wiped;
        }
        let event = match decode(&claimed) {
            Ok(event) => event,
            Err(ending) => return ending,
        };
        let client = match self.client_of(&claimed) {
            Ok(client) => client,
            Err(parked) => return Ending::Park(parked),
        };
        let (hold, common) = (Arc::clone(&held.hold), Arc::clone(&shared.common));
        let attempt = Arc::new(Attempt::new(claimed, &event, claimed_at, client, hold, common));
        let begun = Instant::now();
        let ran = self.run_handler(Context::new(Arc::clone(&attempt)), event, held).await;
        shared.common.meters.run(ran.run(), begun.elapsed());
        match attempt.fatal() {
            // The handler may have swallowed it, or not come to return it.
            Some(parked) if !matches!(ran, Ran::Cut(Cut::Lost)) => Ending::Park(parked.clone()),
            _ => ran.ending(shared),
        }
    }

    async fn run_handler(&self, cx: Context, event: Event, held: &Held) -> Ran {
        let handler = async { self.handler.handle(cx, event).await };
        let guarded = AssertUnwindSafe(handler).catch_unwind();
        let timed = tokio::time::timeout(held.shared.settings.timeout, guarded);
        tokio::select! {
            biased;
            ran = timed => match ran {
                Ok(Ok(Ok(()))) => Ran::Ok,
                Ok(Ok(Err(error))) => Ran::Error(error),
                Ok(Err(panic)) => Ran::Panic(text_of(&*panic)),
                Err(_) => Ran::Timeout,
            },
            cut = held.hold.cut() => Ran::Cut(cut),
        }
    }

    fn client_of(&self, claimed: &Claimed) -> Result<Client, Parked> {
        let channel = &claimed.event.channel;
        self.clients.get(channel).cloned().ok_or_else(|| Parked {
            reason: ParkReason::Permanent,
            detail: format!(
                "the channel {channel} is not configured on this server; add it again and use `inbox retry`"
            ),
        })
    }
}

/// Waits for the handler's turn, unless the attempt is cut before.
async fn in_turn(handler: Option<slots::Handler>, held: &Held) -> Result<Option<OwnedSemaphorePermit>, Cut> {
    let Some(handler) = handler else { return Ok(None) };
    tokio::select! {
        biased;
        // First: a stop frees slots, and nothing may begin in them.
        cut = held.hold.cut() => Err(cut),
        turn = handler.ready() => Ok(turn),
    }
}

/// How the handler's run ended.
enum Ran {
    Ok,
    Error(HandlerError),
    /// With the panic's text.
    Panic(String),
    Timeout,
    Cut(Cut),
}

impl Ran {
    fn run(&self) -> Run {
        match self {
            Self::Ok => Run::Ok,
            Self::Error(_) => Run::Error,
            Self::Panic(_) => Run::Panic,
            Self::Timeout => Run::Timeout,
            Self::Cut(_) => Run::Cut,
        }
    }

    fn ending(self, shared: &Shared) -> Ending {
        match self {
            Self::Ok => Ending::Done,
            Self::Error(error) => match error.verdict() {
                Verdict::Retry => Ending::Retry { kind: "error", error: error.text() },
                Verdict::Park(reason) => Ending::Park(Parked { reason, detail: error.text() }),
            },
            Self::Panic(text) => {
                Ending::Retry { kind: "panic", error: shortened(format!("the handler panicked: {text}")) }
            }
            Self::Timeout => {
                let limit = shared.settings.timeout;
                let error = format!("the handler did not end within {limit:?} (HANDLER_TIMEOUT)");
                Ending::Retry { kind: "timeout", error }
            }
            Self::Cut(Cut::Stopped) => Ending::Released,
            Self::Cut(Cut::Lost) => Ending::Lost,
        }
    }
}

impl Shared {
    /// An event that was in hand at so many crashes is not tried again.
    fn died_too_often(&self, claimed: &Claimed) -> Option<Parked> {
        if claimed.attempt <= self.settings.attempts {
            return None;
        }
        let ended = claimed.attempt - 1;
        let died = ended.saturating_sub(claimed.failures);
        Some(match (died, claimed.failures) {
            // The limit was lowered meanwhile.
            (0, failures) => Parked {
                reason: ParkReason::Attempts,
                detail: format!("the handler failed {failures} times"),
            },
            (died, 0) => Parked {
                reason: ParkReason::ProcessDied,
                detail: format!("the process died {died} times while handling it"),
            },
            (died, failures) => Parked {
                reason: ParkReason::ProcessDied,
                detail: format!(
                    "the process died {died} times while handling it; in other attempts the handler failed, \
                     {failures} times"
                ),
            },
        })
    }
}

/// The event, typed. A reader that panics is our bug, and hurts this event alone.
fn decode(claimed: &Claimed) -> Result<Event, Ending> {
    let undecodable = |detail: String| Ending::Park(Parked { reason: ParkReason::Undecodable, detail });
    let json = std::str::from_utf8(&claimed.event.json).map_err(|error| undecodable(error.to_string()))?;
    match catch_unwind(|| Event::decode(&claimed.event.kind, json)) {
        Ok(event) => event.map_err(|error| undecodable(error.to_string())),
        Err(panic) => Err(undecodable(format!("reading it panicked: {}", text_of(&*panic)))),
    }
}

fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text").to_owned()
}
