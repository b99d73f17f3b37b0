//! Handles every event by doing nothing: what is left is the server, for measuring it.

use std::process::ExitCode;

use line_bot_server::{Context, Event, Handler, HandlerError};

struct Noop;

impl Handler for Noop {
    async fn handle(&self, _cx: Context, _event: Event) -> Result<(), HandlerError> {
        Ok(())
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    line_bot_server::run(Noop).await
}
