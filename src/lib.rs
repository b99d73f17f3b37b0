//! The server a LINE Official Account points its webhook URL at: no event it said 200 to is lost, a chat is handled in
//! order, and no message is sent twice.

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
