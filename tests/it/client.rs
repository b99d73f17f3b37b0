//! The client against a server that answers by script, over real sockets: what is sent, how often, and what the
//! caller is told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod attempts;
mod calls;
mod faults;
mod issued;
mod observed;
mod pacing;
mod reply;
pub(crate) mod scripted;
mod secrets;
mod tokens;
mod transport;
