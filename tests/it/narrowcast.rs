//! Narrowcasts: the expression that says whom they go to, and what becomes of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod expression;
mod progress;
mod request;
