//! The simulator keeps LINE's rules. The bot of these tests is a few lines of axum, and reqwest.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod checks;
mod common;
mod controls;
mod faults;
mod kit;
mod reading;
mod sending;
mod tokens;
mod webhooks;
