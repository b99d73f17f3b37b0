//! Messages: what is sent is LINE's JSON, what LINE would refuse is refused here, and nothing else is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod actions;
mod counting;
mod json;
mod limits;
mod quick_replies;
mod responses;
mod text_v2;

use line_bot_server::line::InvalidField;

/// The value is fine.
#[track_caller]
fn fits(result: Result<(), InvalidField>) {
    result.expect("refused what LINE takes");
}

/// The value is refused, and the error says exactly this.
#[track_caller]
fn refused(result: Result<(), InvalidField>, text: &str) {
    assert_eq!(result.expect_err("nothing was refused").to_string(), text);
}
