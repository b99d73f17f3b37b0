//! Tests: server. Real HTTP on port 0, a scripted inbox behind it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod app;
mod drain;
mod labels;
mod large;
mod slow;
mod statuses;
mod support;
