//! What becomes of an event between inbox and handler: order, attempts, leases, panics, stops (P4, P5, P6, P9, P10).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod attempts;
mod context;
mod lanes;
mod leases;
mod stop;
pub(crate) mod support;
mod trouble;
