//! The ready-made bot: quotes every text back with the same text, greets on follow and join, ignores the rest.

use crate::dispatch::{Context, Handler, HandlerError};
use crate::line::event::MessageContent;
use crate::line::{Event, TextMessage};

const TO_A_FRIEND: &str = "Hello! Send me a text and I will quote it back.";
const TO_A_GROUP: &str = "Hello, everyone! Send a text and I will quote it back.";

/// What the binary runs before anyone has written a line of Rust.
#[derive(Clone, Copy, Debug, Default)]
pub struct QuoteBot;

impl Handler for QuoteBot {
    async fn handle(&self, cx: Context, event: Event) -> Result<(), HandlerError> {
        // Another channel holds the chat: nothing may be sent.
        if cx.is_standby() {
            return Ok(());
        }
        match event {
            Event::Message(event) => {
                if let MessageContent::Text(text) = event.message {
                    cx.respond(TextMessage::new(text.text).quote(text.quote_token)).await?;
                }
            }
            Event::Follow(_) => {
                cx.respond(TO_A_FRIEND).await?;
            }
            Event::Join(_) => {
                cx.respond(TO_A_GROUP).await?;
            }
            _ => {}
        }
        Ok(())
    }
}
