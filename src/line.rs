//! LINE's vocabulary: pure data, no I/O, no tokio. One file per noun.

pub mod action;
pub mod envelope;
pub mod event;
mod fault;
mod hidden;
pub mod id;
mod invalid;
mod lenient;
pub mod message;
pub mod quick_reply;
pub mod response;
pub mod sender;
pub mod signature;
pub mod text;

pub use action::Action;
pub use envelope::{Envelope, EnvelopeError, RawEvent};
pub use event::{DecodeError, Event, MessageContent, Mode, Source};
pub use id::{
    BotUserId, Channel, ChatId, GroupId, LinkNonce, MarkAsReadToken, MessageId, QuoteToken, ReplyToken,
    RequestId, RetryKey, RoomId, UserId, WebhookEventId,
};
pub use message::{
    AudioMessage, ChatMessage, ImageMessage, InvalidField, LocationMessage, Message, StickerMessage,
    TextMessage, TextMessageV2, UpToFive, VideoMessage, check_messages,
};
pub use quick_reply::{QuickReply, QuickReplyItem};
pub use sender::Sender;
pub use signature::{ChannelSecret, EmptySecret, Secrets};
