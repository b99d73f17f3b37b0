//! `flex`: a message laid out by its author, in bubbles of boxes of texts, images and buttons
//! ([guide](https://developers.line.biz/en/docs/messaging-api/using-flex-messages/)).
//!
//! ```
//! use line_bot_server::line::action::UriAction;
//! use line_bot_server::line::message::flex::{Align, Bubble, Button, FlexBox, FlexMessage, Separator, Spacing, Text};
//!
//! let row = |what: &str, price: &str| {
//!     FlexBox::horizontal().item(what).item(Text::new(price).align(Align::End))
//! };
//! let body = FlexBox::vertical()
//!     .spacing(Spacing::Md)
//!     .item(Text::new("Brown Store").bold())
//!     .item(row("Energy Drink", "¥ 250"))
//!     .item(Separator::new())
//!     .item(row("Total", "¥ 250"));
//! let pay = Button::new(UriAction::new("Pay", "https://example.com/pay/17"));
//! let receipt = FlexMessage::new(
//!     "Your receipt: ¥ 250",
//!     Bubble::new().body(body).footer(FlexBox::vertical().item(pay)),
//! );
//! assert!(receipt.check().is_ok());
//! ```
//!
//! What was designed in the [Flex Message Simulator](https://developers.line.biz/flex-simulator/) is taken as it is:
//! [`FlexMessage::from_json`].

mod background;
mod boxes;
mod bubble;
mod button;
mod carousel;
mod color;
mod component;
mod icon;
mod image;
mod json;
mod placement;
mod ratio;
mod separator;
mod set;
mod size;
mod text;
mod video;
mod words;

use serde::Serialize;

use super::{ALT_TEXT_MAX, InvalidField, QuickReply, Sender};
use crate::line::hidden::hide_content;
use crate::line::invalid::one_to;
use crate::line::text::Unit;

pub use background::{ANGLE_END, Background, LinearGradient};
pub use boxes::FlexBox;
pub use bubble::{BUBBLE_BYTES_MAX, BlockStyle, Bubble, BubbleStyles};
pub use button::Button;
pub use carousel::{BUBBLES_MAX, CAROUSEL_BYTES_MAX, Carousel};
pub use color::Color;
pub use component::{AltContent, BaselineComponent, Block, Component, Hero};
pub use icon::Icon;
pub use image::Image;
pub use json::FlexJson;
pub use placement::{Font, Placement};
pub use ratio::{AspectRatio, RATIO_HEIGHT_MAX, RATIO_MAX};
pub use separator::{Filler, Separator};
pub use size::{
    BorderWidth, FontSize, ImageSize, Length, Offset, Padding, Percent, Px, Spacing, percent, px,
};
pub use text::{Span, Text};
pub use video::Video;
pub use words::{
    AdjustMode, Align, AlignItems, AspectMode, BubbleSize, ButtonHeight, ButtonStyle, Decoration, Direction,
    FontStyle, Gravity, JustifyContent, Layout, Position, Weight,
};

/// The most images of a message that play
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#f-image)).
pub const ANIMATED_MAX: usize = 10;

/// A message laid out by its author
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#flex-message)).
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FlexMessage {
    /// What stands for it in notifications, lists of chats and quotes: 1 to [`ALT_TEXT_MAX`] UTF-16 code units.
    pub alt_text: String,
    /// What it shows.
    pub contents: Container,
    /// Buttons below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quick_reply: Option<QuickReply>,
    /// Another name and icon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender>,
}

/// What a Flex Message shows.
#[derive(Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Container {
    /// One bubble.
    Bubble(Box<Bubble>),
    /// Bubbles side by side.
    Carousel(Carousel),
    /// Either of them, as JSON.
    Json(FlexJson),
}

hide_content!(Container, Bubble, Carousel, FlexJson, Button, Image, Video, Icon, Text, Span);

impl FlexMessage {
    /// What it shows, and the text that stands for it in notifications and lists of chats.
    pub fn new(alt_text: impl Into<String>, contents: impl Into<Container>) -> Self {
        Self { alt_text: alt_text.into(), contents: contents.into(), quick_reply: None, sender: None }
    }

    /// What was designed in the [Flex Message Simulator](https://developers.line.biz/flex-simulator/): the JSON of a
    /// bubble or a carousel, as a text or as a [`RawValue`](serde_json::value::RawValue). It is sent as it is, to the
    /// byte.
    ///
    /// ```
    /// use line_bot_server::line::message::flex::FlexMessage;
    ///
    /// let json = r#"{"type": "bubble", "body": {"type": "box", "layout": "vertical",
    ///     "contents": [{"type": "text", "text": "Hello"}]}}"#;
    /// let hello = FlexMessage::from_json("Hello", json)?;
    /// # Ok::<(), line_bot_server::line::InvalidField>(())
    /// ```
    ///
    /// # Errors
    /// It is no JSON, or no object of type `bubble` or `carousel`. Its limits are checked before it is sent.
    pub fn from_json(
        alt_text: impl Into<String>,
        json: impl TryInto<FlexJson, Error = InvalidField>,
    ) -> Result<Self, InvalidField> {
        Ok(Self::new(alt_text, json.try_into()?))
    }

    pub(super) fn check_own(&self) -> Result<(), InvalidField> {
        one_to("altText", &self.alt_text, ALT_TEXT_MAX, Unit::Utf16)?;
        let playing = match &self.contents {
            Container::Json(json) => return json.check(),
            Container::Bubble(bubble) => {
                bubble.check().map_err(|e| e.within("contents"))?;
                bubble.check_len("contents")?;
                bubble.playing()
            }
            Container::Carousel(carousel) => {
                carousel.check().map_err(|e| e.within("contents"))?;
                carousel.check_len("contents")?;
                carousel.playing()
            }
        };
        if playing > ANIMATED_MAX {
            let problem = format!("{playing} images that play, {ANIMATED_MAX} are allowed");
            return Err(InvalidField::new("contents", problem));
        }
        Ok(())
    }
}

impl From<Bubble> for Container {
    fn from(bubble: Bubble) -> Self {
        Self::Bubble(Box::new(bubble))
    }
}

impl From<Carousel> for Container {
    fn from(carousel: Carousel) -> Self {
        Self::Carousel(carousel)
    }
}

impl From<FlexJson> for Container {
    fn from(json: FlexJson) -> Self {
        Self::Json(json)
    }
}

/// How many bytes its JSON has; what has no JSON has none.
fn json_len(value: &impl Serialize) -> usize {
    serde_json::to_vec(value).map_or(0, |json| json.len())
}
