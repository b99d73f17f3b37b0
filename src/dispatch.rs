//! From the inbox to the handler and back: claims chats, runs the handler, settles, and guards every send.
//!
//! [`worker`] holds chats and runs attempts, [`handler`] is the bot, [`context`] is what the bot holds while it
//! handles one event. Keeps promises P5 to P8, P10 and P12 on this side of the inbox; knows nothing of HTTP.

pub mod context;
pub mod handler;
pub mod worker;

mod hold;
mod meters;

use std::time::Duration;

pub use context::{
    Broadcasting, Context, Keyed, Messages, Multicasting, Narrowcasting, Pushing, Respond, SendError, Sending,
};
pub use handler::{Handler, HandlerError, HandlerFn, handler_fn};
pub use worker::{Step, Worker};

/// What the dispatch needs to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Handlers that run at once.
    pub concurrency: usize,
    /// The longest one attempt may take.
    pub timeout: Duration,
    /// Attempts before an event is parked.
    pub attempts: u32,
    /// The pause after the first failed attempt; doubled each time, at most 30 s, with jitter.
    pub backoff: Duration,
    /// How long a claim lasts unless it is renewed, which happens at a third of it.
    pub lease: Duration,
    /// What `respond` does when the free way is closed.
    pub fallback: Fallback,
}

/// What `respond` does when it cannot reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// It pushes, which counts towards the quota.
    Push,
    /// It fails.
    Error,
}
