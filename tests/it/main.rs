//! Every promise, seen from outside. One binary.

mod envelope;
mod events;
mod messages;
mod signature;
