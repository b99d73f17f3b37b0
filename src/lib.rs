//! The server a LINE Official Account points its webhook URL at: no event it said 200 to is lost, a chat is handled in
//! order, and no message is sent twice.

pub mod client;
pub mod clock;
pub mod dispatch;
pub mod inbox;
pub mod line;
pub mod simulator;
pub mod telemetry;

pub use client::Client;
pub use dispatch::{Context, Handler, HandlerError, handler_fn};
pub use line::{Event, MessageContent, TextMessage};
