//! What a bot may say: message objects, and quoting as a type. Each kind of message is a file of its own, with its
//! limits beside their check.
//!
//! A new kind is one file below, one variant of [`Message`] and one line in `each_message!`.

mod audio;
mod coupon;
pub mod flex;
mod image;
pub mod imagemap;
mod location;
mod sticker;
pub mod template;
mod text;
mod text_v2;
mod up_to_five;
mod video;

use serde::Serialize;

use super::QuoteToken;
use super::hidden::hide_content;
use super::quick_reply::QuickReply;
use super::sender::Sender;

pub use super::invalid::{InvalidField, URL_MAX};
pub use audio::AudioMessage;
pub use coupon::{CouponMessage, DELIVERY_TAG_MAX};
pub use flex::FlexMessage;
pub use image::ImageMessage;
pub use imagemap::ImagemapMessage;
pub use location::{ADDRESS_MAX, LocationMessage, TITLE_MAX};
pub use sticker::StickerMessage;
pub use template::TemplateMessage;
pub use text::{EMOJIS_MAX, Emoji, TEXT_MAX, TextMessage};
pub use text_v2::{
    MENTIONS_MAX, Mentionee, SUBSTITUTION_KEY_MAX, SUBSTITUTION_MAX, Substitution, TextMessageV2,
    escape_braces,
};
pub use up_to_five::UpToFive;
pub use video::{TRACKING_ID_MAX, TRACKING_ID_SYMBOLS, VideoMessage};

/// The most messages of one request
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-reply-message)).
pub const MESSAGES_MAX: usize = 5;
/// The most UTF-16 code units of the `altText` of an imagemap, a template or a Flex Message; at least one is needed
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#template-messages)).
pub const ALT_TEXT_MAX: usize = 1500;

/// A message object ([reference](https://developers.line.biz/en/reference/messaging-api/#message-objects)).
///
/// ```
/// use line_bot_server::line::{Message, StickerMessage};
///
/// let hello = Message::from("Hello, world");
/// let wave = Message::from(StickerMessage::new("446", "1988"));
/// assert!(hello.check("messages[0]").is_ok() && wave.check("messages[1]").is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type")]
#[non_exhaustive]
pub enum Message {
    /// `text`: a text, with LINE emojis.
    #[serde(rename = "text")]
    Text(TextMessage),
    /// `textV2`: a text with placeholders for mentions and LINE emojis.
    #[serde(rename = "textV2")]
    TextV2(TextMessageV2),
    /// `sticker`
    #[serde(rename = "sticker")]
    Sticker(StickerMessage),
    /// `image`
    #[serde(rename = "image")]
    Image(ImageMessage),
    /// `video`
    #[serde(rename = "video")]
    Video(VideoMessage),
    /// `audio`
    #[serde(rename = "audio")]
    Audio(AudioMessage),
    /// `location`
    #[serde(rename = "location")]
    Location(LocationMessage),
    /// `imagemap`: an image with areas to tap.
    #[serde(rename = "imagemap")]
    Imagemap(ImagemapMessage),
    /// `template`: buttons, confirm, carousel, image carousel.
    #[serde(rename = "template")]
    Template(TemplateMessage),
    /// `coupon`
    #[serde(rename = "coupon")]
    Coupon(CouponMessage),
    /// `flex`: a layout of its author's.
    #[serde(rename = "flex")]
    Flex(FlexMessage),
}

/// Gives each kind of message what all of them have: quick reply, sender, a whole check, and the ways into
/// [`Message`] and [`ChatMessage`].
macro_rules! each_message {
    ($($variant:ident($name:ident)),+ $(,)?) => {
        $(
            impl $name {
                /// Buttons below the message.
                #[must_use]
                pub fn quick_reply(mut self, quick_reply: impl Into<QuickReply>) -> Self {
                    self.quick_reply = Some(quick_reply.into());
                    self
                }

                /// Another name and icon for this message.
                #[must_use]
                pub fn sender(mut self, sender: Sender) -> Self {
                    self.sender = Some(sender);
                    self
                }

                /// Checks every documented limit of the message, its quick reply and its sender.
                ///
                /// # Errors
                /// Names the first field beyond its limit, seen from this object: `text`.
                pub fn check(&self) -> Result<(), InvalidField> {
                    self.check_own()?;
                    if let Some(quick_reply) = &self.quick_reply {
                        quick_reply.check().map_err(|e| e.within("quickReply"))?;
                    }
                    if let Some(sender) = &self.sender {
                        sender.check().map_err(|e| e.within("sender"))?;
                    }
                    Ok(())
                }
            }

            impl From<$name> for Message {
                fn from(message: $name) -> Self {
                    Self::$variant(message)
                }
            }

            impl From<$name> for ChatMessage {
                fn from(message: $name) -> Self {
                    Message::from(message).into()
                }
            }
        )+

        hide_content!($($name),+);

        impl Message {
            /// Buttons below the message.
            #[must_use]
            pub fn quick_reply(self, quick_reply: impl Into<QuickReply>) -> Self {
                match self {
                    $(Self::$variant(message) => Self::$variant(message.quick_reply(quick_reply)),)+
                }
            }

            /// Another name and icon for this message.
            #[must_use]
            pub fn sender(self, sender: Sender) -> Self {
                match self {
                    $(Self::$variant(message) => Self::$variant(message.sender(sender)),)+
                }
            }

            fn check_inside(&self) -> Result<(), InvalidField> {
                match self {
                    $(Self::$variant(message) => message.check(),)+
                }
            }
        }
    };
}

each_message! {
    Text(TextMessage),
    TextV2(TextMessageV2),
    Sticker(StickerMessage),
    Image(ImageMessage),
    Video(VideoMessage),
    Audio(AudioMessage),
    Location(LocationMessage),
    Imagemap(ImagemapMessage),
    Template(TemplateMessage),
    Coupon(CouponMessage),
    Flex(FlexMessage),
}

impl Message {
    /// Checks every documented limit. `path` is where the message stands in the request: `messages[0]`.
    ///
    /// # Errors
    /// Names the first field beyond its limit.
    pub fn check(&self, path: &str) -> Result<(), InvalidField> {
        self.check_inside().map_err(|e| e.within(path))
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        TextMessage::new(text).into()
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        TextMessage::new(text).into()
    }
}

/// A message for one chat: any message, or one that quotes. Accepted by reply and push alone.
///
/// ```
/// use line_bot_server::line::{ChatMessage, QuoteToken, TextMessage};
///
/// let token = QuoteToken::new("yHAz4Ua2wx7...");
/// let answer: ChatMessage = TextMessage::new("Yes, you can.").quote(token);
/// assert!(answer.check("messages[0]").is_ok());
/// ```
///
/// A quote means something in its own chat only, so what goes to many chats takes a [`Message`], and a quoting
/// message is none:
///
/// ```compile_fail,E0308
/// use line_bot_server::line::{ChatMessage, Message, QuoteToken, TextMessage};
///
/// fn broadcast(message: Message) {}
///
/// broadcast(TextMessage::new("Yes, you can.").quote(QuoteToken::new("yHAz4Ua2wx7...")));
/// ```
///
/// Nor does it become one:
///
/// ```compile_fail,E0277
/// use line_bot_server::line::{ChatMessage, Message, QuoteToken, TextMessage};
///
/// fn broadcast(message: impl Into<Message>) {}
///
/// broadcast(TextMessage::new("Yes, you can."));
/// broadcast(TextMessage::new("Yes, you can.").quote(QuoteToken::new("yHAz4Ua2wx7...")));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatMessage {
    #[serde(flatten)]
    message: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    quote_token: Option<QuoteToken>,
}

impl ChatMessage {
    /// The one way to quote; only the kinds of message that can quote have a method that comes here.
    fn quoting(message: impl Into<Message>, quoted: impl Into<Option<QuoteToken>>) -> Self {
        Self { message: message.into(), quote_token: quoted.into() }
    }

    /// What is said, without the quote.
    pub fn message(&self) -> &Message {
        &self.message
    }

    /// What is quoted.
    pub fn quote_token(&self) -> Option<&QuoteToken> {
        self.quote_token.as_ref()
    }

    /// Buttons below the message.
    #[must_use]
    pub fn quick_reply(mut self, quick_reply: impl Into<QuickReply>) -> Self {
        self.message = self.message.quick_reply(quick_reply);
        self
    }

    /// Another name and icon for this message.
    #[must_use]
    pub fn sender(mut self, sender: Sender) -> Self {
        self.message = self.message.sender(sender);
        self
    }

    /// Checks every documented limit. `path` is where the message stands in the request: `messages[0]`.
    ///
    /// # Errors
    /// Names the first field beyond its limit.
    pub fn check(&self, path: &str) -> Result<(), InvalidField> {
        self.message.check(path)
    }
}

impl From<Message> for ChatMessage {
    fn from(message: Message) -> Self {
        Self { message, quote_token: None }
    }
}

impl From<&str> for ChatMessage {
    fn from(text: &str) -> Self {
        TextMessage::new(text).into()
    }
}

impl From<String> for ChatMessage {
    fn from(text: String) -> Self {
        TextMessage::new(text).into()
    }
}

/// Checks the `messages` of one request: their number, one to [`MESSAGES_MAX`], and every documented limit of each.
///
/// # Errors
/// Names the first field beyond its limit: `messages[1].text`.
pub fn check_messages(messages: &[ChatMessage]) -> Result<(), InvalidField> {
    let actual = messages.len();
    if !(1..=MESSAGES_MAX).contains(&actual) {
        let problem = format!("{actual} messages, 1 to {MESSAGES_MAX} are allowed");
        return Err(InvalidField::new("messages", problem));
    }
    for (i, message) in messages.iter().enumerate() {
        message.message.check_inside().map_err(|e| e.within(format_args!("messages[{i}]")))?;
    }
    Ok(())
}
