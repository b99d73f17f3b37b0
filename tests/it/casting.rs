//! The simulator sends to many under LINE's rules. All requests are raw: its answers are compared with LINE's words.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod broadcast;
mod client;
mod conditions;
mod controls;
mod kit;
mod minimums;
mod multicast;
mod progress;
mod quota;
mod redelivery;
mod requests;
mod validate;
