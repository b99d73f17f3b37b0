//! The server a LINE Official Account points its webhook URL at: no event it said 200 to is lost, a chat is handled in
//! order, and no message is sent twice.
//!
//! A bot is a [`Handler`]; [`run`] does the rest, configured by environment variables ([`config::knobs`]).
//!
//! # The way of one webhook
//! 1. [`app`] builds everything, binds, and runs until told to stop.
//! 2. [`server`] has the route, `POST /callback` or `POST /callback/{channel}`.
//! 3. [`server::signed`] proves the raw body and makes it a [`SignedBody`](server::SignedBody): the only door.
//! 4. [`line::envelope`](mod@line::envelope) cuts it into raw events; none at all is LINE's greeting.
//! 5. [`inbox`] stores them in one commit. **The 200 leaves here**, and the worker wakes.
//! 6. [`dispatch::worker`] claims chats, decodes, runs the handler, settles.
//! 7. [`dispatch::handler`] is the trait of the author's code.
//! 8. [`dispatch::context`] sends what it answers through [`client`]; LINE takes it; the worker settles.
//!
//! # Saying something
//! [`line::message`](mod@line::message) has what a bot may say, [`dispatch::Context`] the ways to say it to an event's
//! chat and others, kept single by the send journal, and [`client::api`] every call of LINE's, one file per chapter.
//!
//! # Floors
//! Imports go strictly downward and those on one floor do not know each other; a test sees to it.
//!
//! | Floor | |
//! |---|---|
//! | [`cli`] | the command line |
//! | [`app`], [`bot`] | the house put together · the ready-made bot |
//! | [`config`] | the only place that knows names of variables |
//! | [`server`], [`dispatch`], [`simulator`] | the front door · the handler's side · a LINE of one's own |
//! | [`inbox`], [`client`] | what is remembered · the way to LINE |
//! | [`line`](mod@line), [`telemetry`], [`clock`] | LINE's words · names of metrics, the log · the time |
//!
//! # Errors
//! Each module has one error enum of its own. [`server::ReceiveError`] alone knows HTTP statuses, `anyhow` lives in
//! [`cli`] alone, and there is no error of the whole crate.

#[cfg(panic = "abort")]
compile_error!(
    "line-bot-server needs panic = \"unwind\": a handler's panic must cost one attempt, not the process. \
     Remove `panic = \"abort\"` from the profile in Cargo.toml."
);

/// The README's code, compiled as its readers would.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;

/// The code of the page about sending.
#[cfg(doctest)]
#[doc = include_str!("../docs/sending.md")]
pub struct Sending;

pub mod app;
pub mod bot;
pub mod cli;
pub mod client;
pub mod clock;
pub mod config;
pub mod dispatch;
pub mod inbox;
pub mod line;
pub mod server;
pub mod simulator;
pub mod telemetry;

pub use app::{App, run};
pub use client::Client;
pub use config::Config;
pub use dispatch::{Context, Handler, HandlerError, handler_fn};
pub use line::{Event, MessageContent, TextMessage};
