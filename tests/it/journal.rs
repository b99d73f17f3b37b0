//! The send journal: no message twice, whatever dies when (P7, P8).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod crashes;
mod identity;
mod parts;
mod routes;
