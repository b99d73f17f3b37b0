//! The events of a webhook, typed; decoded late, one at a time, from their raw JSON.
//!
//! One file per event type. Every set of values that LINE may enlarge has an `Unknown`, which keeps what was sent;
//! what LINE documents as always there but its own samples omit is optional. Reading and writing are each other's
//! inverse, so that the simulator writes events with the same types.

#[macro_use]
mod open;
#[macro_use]
mod common;

mod account_link;
mod activated;
mod beacon;
mod bot_resumed;
mod bot_suspended;
mod deactivated;
mod delivery;
mod follow;
mod join;
mod leave;
mod member_joined;
mod member_left;
mod membership;
mod message;
mod message_edited;
mod module;
mod postback;
mod source;
mod things;
mod unfollow;
mod unknown;
mod unsend;
mod video_play_complete;

use serde::Serialize;

pub use account_link::{AccountLinkEvent, Link, LinkResult};
pub use activated::{ActivatedEvent, ChatControl};
pub use beacon::{Beacon, BeaconEvent, BeaconType};
pub use bot_resumed::BotResumedEvent;
pub use bot_suspended::BotSuspendedEvent;
pub use common::{DeliveryContext, Mode};
pub use deactivated::DeactivatedEvent;
pub use delivery::{Delivery, DeliveryEvent};
pub use follow::{Follow, FollowEvent};
pub use join::JoinEvent;
pub use leave::LeaveEvent;
pub use member_joined::{Joined, MemberJoinedEvent};
pub use member_left::{Left, MemberLeftEvent};
pub use membership::{Membership, MembershipEvent, MembershipType};
pub use message::{
    AllMentionee, AudioMessageContent, ContentProvider, ContentProviderType, Emoji, FileMessageContent,
    ImageMessageContent, ImageSet, LocationMessageContent, Mention, Mentionee, MessageContent, MessageEvent,
    StickerMessageContent, StickerResourceType, TextMessageContent, UserMentionee, VideoMessageContent,
    utf16_slice,
};
pub use message_edited::MessageEditedEvent;
pub use module::{AttachedModule, DetachReason, DetachedModule, ModuleContent, ModuleEvent};
pub use open::UnknownObject;
pub use postback::{Postback, PostbackEvent, PostbackParams, RichMenuSwitchStatus};
pub use source::{GroupSource, RoomSource, Source, UserSource};
pub use things::{
    ActionResult, ActionResultType, ScenarioResult, ScenarioResultCode, ThingsContent, ThingsEvent,
    ThingsLink, ThingsScenarioResult, ThingsUnlink,
};
pub use unfollow::UnfollowEvent;
pub use unknown::Unknown;
pub use unsend::{Unsend, UnsendEvent};
pub use video_play_complete::{VideoPlayComplete, VideoPlayCompleteEvent};

use super::fault;
use crate::clock::Timestamp;
use crate::line::{ChatId, MarkAsReadToken, ReplyToken, UserId, WebhookEventId};
use common::Common;

/// A known type with a shape that cannot be read, or something that is no event at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot read the {kind}{space}event: {problem}", space = if kind.is_empty() { "" } else { " " })]
pub struct DecodeError {
    /// `type`; empty when it has none.
    pub kind: Box<str>,
    /// The field, what was expected there, and the position in the event; never what stands there.
    pub problem: String,
}

/// One line per event type: its variant, its struct, LINE's name for it.
macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident($event:ty) = $kind:literal,)*) => {
        /// An event ([reference](https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects)).
        #[derive(Debug, Serialize)]
        #[serde(untagged)]
        #[non_exhaustive]
        pub enum Event {
            $($(#[$doc])* $variant($event),)*
            /// A type this version does not know, with its JSON.
            Unknown(Unknown),
        }

        impl Event {
            /// Every `type` this version knows.
            pub const KINDS: &[&str] = &[$($kind),*];

            /// Reads an event. `kind` is its `type`, as the envelope found it.
            ///
            /// # Errors
            /// A known type has a shape that cannot be read, or `kind` is empty: what the envelope says of
            /// something that is not an event. An unknown type is [`Event::Unknown`].
            pub fn decode(kind: &str, json: &str) -> Result<Self, DecodeError> {
                let event = match kind {
                    // serde would read an array as the fields in order.
                    _ if !json.trim_ascii_start().starts_with('{') => Err("not an object".to_owned()),
                    "" => Err("no usable `type`".to_owned()),
                    $($kind => fault::read(json).map(Self::$variant),)*
                    _ => Unknown::read(kind, json).map(Self::Unknown),
                };
                event.map_err(|problem| DecodeError { kind: kind.into(), problem })
            }

            /// `type`.
            pub fn kind(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $kind,)*
                    Self::Unknown(event) => &event.kind,
                }
            }

            /// Takes the reply token out, to spend it; there is none the second time.
            pub fn take_reply_token(&mut self) -> Option<ReplyToken> {
                match self {
                    $(Self::$variant(event) => event.reply_token.take(),)*
                    Self::Unknown(event) => event.reply_token.take(),
                }
            }

            fn common(&self) -> Common<'_> {
                match self {
                    $(Self::$variant(event) => event.common(),)*
                    Self::Unknown(event) => event.common(),
                }
            }
        }
    };
}

events! {
    /// A user sent a message.
    Message(MessageEvent) = "message",
    /// A user edited a text message.
    MessageEdited(MessageEditedEvent) = "messageEdited",
    /// A user unsent a message.
    Unsend(UnsendEvent) = "unsend",
    /// The account was added as a friend, or unblocked.
    Follow(FollowEvent) = "follow",
    /// The account was blocked.
    Unfollow(UnfollowEvent) = "unfollow",
    /// The account joined a group chat or multi-person chat.
    Join(JoinEvent) = "join",
    /// The account left a group chat or multi-person chat, or was removed.
    Leave(LeaveEvent) = "leave",
    /// Users joined a group chat or multi-person chat.
    MemberJoined(MemberJoinedEvent) = "memberJoined",
    /// Users left a group chat or multi-person chat.
    MemberLeft(MemberLeftEvent) = "memberLeft",
    /// A user used a postback action.
    Postback(PostbackEvent) = "postback",
    /// A user watched a video to its end.
    VideoPlayComplete(VideoPlayCompleteEvent) = "videoPlayComplete",
    /// A user came into range of a beacon.
    Beacon(BeaconEvent) = "beacon",
    /// A user linked their LINE account with a service's.
    AccountLink(AccountLinkEvent) = "accountLink",
    /// A user joined, left or renewed a membership.
    Membership(MembershipEvent) = "membership",
    /// A module channel was attached or detached.
    Module(ModuleEvent) = "module",
    /// A module channel took chat control.
    Activated(ActivatedEvent) = "activated",
    /// A module channel lost chat control.
    Deactivated(DeactivatedEvent) = "deactivated",
    /// The account of a module channel was suspended.
    BotSuspended(BotSuspendedEvent) = "botSuspended",
    /// The account of a module channel is no longer suspended.
    BotResumed(BotResumedEvent) = "botResumed",
    /// A LINE notification message was delivered.
    Delivery(DeliveryEvent) = "delivery",
    /// A LINE Things device was linked, unlinked or ran a scenario (withdrawn by LINE).
    Things(ThingsEvent) = "things",
}

impl Event {
    /// `mode`, active when the event names none.
    pub fn mode(&self) -> Mode {
        self.common().mode.clone()
    }

    /// The reply token, if the event can be answered.
    pub fn reply_token(&self) -> Option<&ReplyToken> {
        self.common().reply_token
    }

    /// `source`: where it happened and, where LINE says it, who did it.
    pub fn source(&self) -> Option<&Source> {
        self.common().source
    }

    /// The chat it happened in, if its source names one.
    pub fn chat(&self) -> Option<ChatId> {
        self.source()?.chat()
    }

    /// Who did it, if LINE says so.
    pub fn user(&self) -> Option<&UserId> {
        self.source()?.user()
    }

    /// `timestamp`: when it happened, also on redelivery. `None` only in an unknown event without one.
    pub fn timestamp(&self) -> Option<Timestamp> {
        self.common().timestamp
    }

    /// `webhookEventId`, if LINE sent one.
    pub fn webhook_event_id(&self) -> Option<&WebhookEventId> {
        self.common().webhook_event_id
    }

    /// `deliveryContext`.
    pub fn delivery_context(&self) -> DeliveryContext {
        self.common().delivery_context
    }

    /// Marks everything up to this message as read, if it is a message that carries such a token.
    pub fn mark_as_read_token(&self) -> Option<MarkAsReadToken> {
        match self {
            Self::Message(event) => event.message.mark_as_read_token(),
            Self::MessageEdited(event) => event.message.mark_as_read_token(),
            _ => None,
        }
    }
}
