//! The bot of the demonstration: greets, quotes back what it gets, and follows a text up with a push.

use crate::dispatch::{Context, Handler, HandlerError};
use crate::line::event::MessageContent;
use crate::line::{Event, StickerMessage, TextMessage};

/// What a new friend is told.
pub(super) const GREETING: &str = "Hello! Send me a text and I will quote it back.";
/// What follows every text.
pub(super) const FOLLOW_UP: &str = "…and here is a follow-up.";
/// Moon, of a package that every bot may send from.
pub(super) const STICKER: (&str, &str) = ("446", "1988");

/// The bot of the demonstration.
#[derive(Clone, Copy, Debug, Default)]
pub struct DemoBot;

impl Handler for DemoBot {
    async fn handle(&self, cx: Context, event: Event) -> Result<(), HandlerError> {
        match event {
            Event::Follow(_) => {
                cx.respond(GREETING).await?;
            }
            Event::Message(event) => match event.message {
                MessageContent::Text(text) => {
                    cx.respond(TextMessage::new(text.text).quote(text.quote_token)).await?;
                    cx.push(FOLLOW_UP).await?;
                }
                MessageContent::Sticker(sticker) => {
                    let (package, id) = STICKER;
                    cx.respond(StickerMessage::new(package, id).quote(sticker.quote_token)).await?;
                }
                _ => {}
            },
            _ => {}
        }
        Ok(())
    }
}
