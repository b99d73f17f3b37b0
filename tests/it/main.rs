//! Every promise, seen from outside. One binary.

mod client;
mod envelope;
mod events;
mod inbox;
mod messages;
mod signature;
