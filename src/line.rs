//! LINE's vocabulary: pure data, no I/O, no tokio. One file per noun.

#[macro_use]
mod open;

pub mod account_link;
pub mod action;
pub mod aggregation;
pub mod audience;
pub mod content;
pub mod coupon;
pub mod date;
pub mod envelope;
mod epoch;
pub mod event;
mod fault;
mod hidden;
pub mod id;
pub mod insight;
mod invalid;
mod lenient;
pub mod liff;
pub mod membership;
pub mod message;
pub mod module;
pub mod narrowcast;
pub mod notification;
pub mod quick_reply;
pub mod response;
pub mod rich_menu;
pub mod sender;
pub mod signature;
pub mod text;
pub mod token;

pub use action::Action;
pub use aggregation::AggregationUnit;
pub use date::Date;
pub use envelope::{Envelope, EnvelopeError, RawEvent};
pub use epoch::EpochSeconds;
pub use event::{DecodeError, Event, MessageContent, Mode, Source};
pub use id::{
    BotUserId, Channel, ChatId, CouponId, GroupId, LiffId, LinkNonce, LinkToken, MarkAsReadToken, MessageId,
    QuoteToken, ReplyToken, RequestId, RetryKey, RichMenuAliasId, RichMenuId, RoomId, UserId, WebhookEventId,
};
pub use message::template::{
    ButtonsTemplate, CarouselColumn, CarouselTemplate, ConfirmTemplate, ImageCarouselColumn,
    ImageCarouselTemplate,
};
pub use message::{
    AudioMessage, ChatMessage, CouponMessage, FlexMessage, ImageMessage, ImagemapMessage, InvalidField,
    LocationMessage, Message, StickerMessage, TemplateMessage, TextMessage, TextMessageV2, UpToFive,
    VideoMessage, check_messages,
};
pub use quick_reply::{QuickReply, QuickReplyItem};
pub use sender::Sender;
pub use signature::{ChannelSecret, EmptySecret, Secrets};
pub use token::AccessToken;
