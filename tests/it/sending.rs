//! Sending to many: multicast part by part, broadcast, and LINE's own verdict on messages.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod broadcast;
mod keys;
mod multicast;
mod units;
mod validate;
