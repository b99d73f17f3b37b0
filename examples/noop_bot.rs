//! Handles every event by doing nothing: what is left is the server, for measuring it. `noop_bot hold` never gets done with
//! any: what is left then is accepting.

use std::process::ExitCode;

use line_bot_server::{Context, Event, Handler, HandlerError};

struct Noop {
    hold: bool,
}

impl Handler for Noop {
    async fn handle(&self, _cx: Context, _event: Event) -> Result<(), HandlerError> {
        if self.hold {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let hold = std::env::args().nth(1).is_some_and(|argument| argument == "hold");
    line_bot_server::run(Noop { hold }).await
}
