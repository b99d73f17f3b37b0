//! Messages: what is sent is LINE's JSON, what LINE would refuse is refused here, and nothing else is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod actions;
mod counting;
mod json;
mod layouts;
mod limits;
mod quick_replies;
mod responses;
mod text_v2;

use crate::support::{fits, refused};
