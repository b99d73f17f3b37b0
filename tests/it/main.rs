//! Every promise, seen from outside. One binary.

mod client;
mod dispatch;
mod envelope;
mod events;
mod inbox;
mod journal;
mod messages;
mod signature;
mod simulator;
