//! Audiences: the client's calls on the simulator, LINE's rules on both sides, and waiting.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod calls;
mod files;
pub(crate) mod kit;
mod limits;
mod lists;
mod rules;
mod waiting;
mod words;
