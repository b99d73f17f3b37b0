//! Quotes every text back and pushes a follow-up. `cargo run --example echo_bot`, configured like the server.

use std::process::ExitCode;

use line_bot_server::{Context, Event, Handler, HandlerError, MessageContent, TextMessage};

struct Echo;

impl Handler for Echo {
    async fn handle(&self, cx: Context, event: Event) -> Result<(), HandlerError> {
        if let Event::Message(m) = &event
            && let MessageContent::Text(text) = &m.message
        {
            cx.respond(TextMessage::new(&text.text).quote(text.quote_token.clone())).await?;
            cx.push("…and here is a follow-up").await?;
        }
        Ok(())
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    line_bot_server::run(Echo).await
}
