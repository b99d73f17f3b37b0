//! What people do: the acts that become webhook events. Pure data; [`world`](super::world) makes events of them.

use bytes::Bytes;
use serde_json::{Value, json};

use super::message::Stuff;
use crate::line::{ChatId, MessageId, UserId};

/// Something a person does. Made by one of the constructors, refined by the other methods.
#[derive(Clone, Debug)]
pub struct Act {
    pub(super) what: What,
    pub(super) by: Option<UserId>,
    pub(super) chat: Option<ChatId>,
    pub(super) quoting: Option<MessageId>,
    pub(super) standby: bool,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    Say(Content),
    Edit { message: MessageId, text: Text },
    Unsend { message: MessageId },
    Follow,
    Unfollow,
    Join,
    Leave,
    MembersJoin(Vec<UserId>),
    MembersLeave(Vec<UserId>),
    Postback { data: String, params: Option<Value> },
    Other { kind: String, payload: Value, answerable: bool },
}

impl Act {
    fn new(what: What, by: Option<UserId>, chat: Option<ChatId>) -> Self {
        Self { what, by, chat, quoting: None, standby: false }
    }

    /// `by` sends a message; in the 1:1 chat unless [`in_chat`](Self::in_chat) says otherwise.
    pub fn say(by: &UserId, content: impl Into<Content>) -> Self {
        Self::new(What::Say(content.into()), Some(by.clone()), None)
    }

    /// The author edits a text message (group chats only, as on LINE).
    pub fn edit(message: &MessageId, text: impl Into<Text>) -> Self {
        Self::new(What::Edit { message: message.clone(), text: text.into() }, None, None)
    }

    /// The author unsends a message; its content is gone from now on.
    pub fn unsend(message: &MessageId) -> Self {
        Self::new(What::Unsend { message: message.clone() }, None, None)
    }

    /// `by` adds the bot as a friend, or unblocks it.
    pub fn follow(by: &UserId) -> Self {
        Self::new(What::Follow, Some(by.clone()), None)
    }

    /// `by` blocks the bot.
    pub fn unfollow(by: &UserId) -> Self {
        Self::new(What::Unfollow, Some(by.clone()), None)
    }

    /// The bot is invited into a group or room.
    pub fn join(chat: impl Into<ChatId>) -> Self {
        Self::new(What::Join, None, Some(chat.into()))
    }

    /// The bot is removed from a group or room.
    pub fn leave(chat: impl Into<ChatId>) -> Self {
        Self::new(What::Leave, None, Some(chat.into()))
    }

    /// People join a group or room the bot is in.
    pub fn members_join(chat: impl Into<ChatId>, members: &[UserId]) -> Self {
        Self::new(What::MembersJoin(members.to_vec()), None, Some(chat.into()))
    }

    /// People leave a group or room the bot is in.
    pub fn members_leave(chat: impl Into<ChatId>, members: &[UserId]) -> Self {
        Self::new(What::MembersLeave(members.to_vec()), None, Some(chat.into()))
    }

    /// `by` uses a postback action.
    pub fn postback(by: &UserId, data: impl Into<String>) -> Self {
        Self::new(What::Postback { data: data.into(), params: None }, Some(by.clone()), None)
    }

    /// `by` uses a postback action that comes with `params` (date picker, rich menu switch).
    pub fn postback_with(by: &UserId, data: impl Into<String>, params: Value) -> Self {
        Self::new(What::Postback { data: data.into(), params: Some(params) }, Some(by.clone()), None)
    }

    /// `by` watches a video with a `trackingId` to its end.
    pub fn video_play_complete(by: &UserId, tracking_id: &str) -> Self {
        Self::other("videoPlayComplete", json!({"videoPlayComplete": {"trackingId": tracking_id}}))
            .by(by)
            .answerable()
    }

    /// `by` comes into the range of a beacon; `kind` is `enter`, `banner` or `stay`.
    pub fn beacon(by: &UserId, hwid: &str, kind: &str) -> Self {
        Self::other("beacon", json!({"beacon": {"hwid": hwid, "type": kind}})).by(by).answerable()
    }

    /// Account linking finished well.
    pub fn account_link(by: &UserId, nonce: &str) -> Self {
        Self::other("accountLink", json!({"link": {"result": "ok", "nonce": nonce}})).by(by).answerable()
    }

    /// Account linking failed: no source, no reply token.
    pub fn account_link_failed(nonce: &str) -> Self {
        Self::other("accountLink", json!({"link": {"result": "failed", "nonce": nonce}}))
    }

    /// A membership is `joined`, `left` or `renewed`.
    pub fn membership(by: &UserId, kind: &str, membership_id: u64) -> Self {
        let payload = json!({"membership": {"type": kind, "membershipId": membership_id}});
        Self::other("membership", payload).by(by).answerable()
    }

    /// Any other event: its `type`, and its own fields as an object.
    pub fn other(kind: &str, payload: Value) -> Self {
        Self::new(What::Other { kind: kind.to_owned(), payload, answerable: false }, None, None)
    }

    /// Who does it.
    #[must_use]
    pub fn by(mut self, by: &UserId) -> Self {
        self.by = Some(by.clone());
        self
    }

    /// Gives an [`other`](Self::other) event a reply token.
    #[must_use]
    pub fn answerable(mut self) -> Self {
        if let What::Other { answerable, .. } = &mut self.what {
            *answerable = true;
        }
        self
    }

    /// Where it is done.
    #[must_use]
    pub fn in_chat(mut self, chat: impl Into<ChatId>) -> Self {
        self.chat = Some(chat.into());
        self
    }

    /// The message that is quoted (text and stickers).
    #[must_use]
    pub fn quoting(mut self, message: &MessageId) -> Self {
        self.quoting = Some(message.clone());
        self
    }

    /// As seen by a channel in `mode: standby`: no reply token.
    #[must_use]
    pub fn standby(mut self) -> Self {
        self.standby = true;
        self
    }
}

/// What a message holds.
#[derive(Clone, Debug)]
pub enum Content {
    /// `text`
    Text(Text),
    /// `sticker`
    Sticker(Sticker),
    /// `image`
    Image(Media),
    /// `video`
    Video(Media),
    /// `audio`
    Audio(Media),
    /// `file`
    File {
        /// `fileName`
        name: String,
        /// What is in it.
        bytes: Bytes,
    },
    /// `location`
    Location(Location),
}

/// A text as a person writes it.
#[derive(Clone, Debug)]
pub struct Text {
    pub(super) text: String,
    pub(super) emojis: Vec<Value>,
    pub(super) mentionees: Vec<Value>,
    pub(super) mentions_bot: Vec<usize>,
}

/// Who is mentioned.
#[derive(Clone, Debug)]
pub enum Mentioned {
    /// Everybody.
    All,
    /// A person.
    User(UserId),
    /// The bot itself.
    Bot,
}

impl Text {
    /// A plain text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), emojis: Vec::new(), mentionees: Vec::new(), mentions_bot: Vec::new() }
    }

    /// Makes the first place of `needle` (`@Mika`) a mention; nothing if it is not in the text.
    #[must_use]
    pub fn mention(mut self, needle: &str, who: &Mentioned) -> Self {
        let Some((index, length)) = self.place_of(needle) else { return self };
        let mut mentionee = json!({"index": index, "length": length, "type": "user"});
        match who {
            Mentioned::All => mentionee["type"] = json!("all"),
            Mentioned::User(id) => {
                mentionee["userId"] = json!(id);
                mentionee["isSelf"] = json!(false);
            }
            Mentioned::Bot => self.mentions_bot.push(self.mentionees.len()),
        }
        self.mentionees.push(mentionee);
        self
    }

    /// Makes the first place of `needle` (`(love)`) a LINE emoji; nothing if it is not in the text.
    #[must_use]
    pub fn emoji(mut self, needle: &str, product_id: &str, emoji_id: &str) -> Self {
        if let Some((index, length)) = self.place_of(needle) {
            let emoji =
                json!({"index": index, "length": length, "productId": product_id, "emojiId": emoji_id});
            self.emojis.push(emoji);
        }
        self
    }

    /// Index and length in UTF-16 code units.
    fn place_of(&self, needle: &str) -> Option<(usize, usize)> {
        let at = self.text.find(needle)?;
        Some((self.text[..at].encode_utf16().count(), needle.encode_utf16().count()))
    }
}

/// A sticker.
#[derive(Clone, Debug)]
pub struct Sticker {
    /// `packageId`
    pub package_id: String,
    /// `stickerId`
    pub sticker_id: String,
    /// `stickerResourceType`
    pub resource_type: String,
    /// `keywords`
    pub keywords: Vec<String>,
    /// `text` of a message sticker.
    pub text: Option<String>,
}

impl Sticker {
    /// A still sticker.
    pub fn new(package_id: &str, sticker_id: &str) -> Self {
        Self {
            package_id: package_id.to_owned(),
            sticker_id: sticker_id.to_owned(),
            resource_type: "STATIC".to_owned(),
            keywords: Vec::new(),
            text: None,
        }
    }
}

/// An image, a video or an audio.
#[derive(Clone, Debug)]
pub struct Media {
    /// What the content endpoint gives out; `None` for an external provider.
    pub stuff: Option<Stuff>,
    /// Its `Content-Type`.
    pub mime: String,
    /// Milliseconds, for video and audio.
    pub duration: Option<u64>,
    /// `contentProvider` as it stands in the event.
    pub provider: Value,
    /// `imageSet` as it stands in the event.
    pub image_set: Option<Value>,
}

impl Media {
    /// Media kept by LINE, of type `mime`.
    pub fn new(bytes: impl Into<Bytes>, mime: &str) -> Self {
        Self { stuff: Some(Stuff::Bytes(bytes.into())), ..Self::made(0, mime) }
    }

    /// As many bytes as are wanted, for what must not be kept in memory: 0 to 255 again and again.
    pub fn made(bytes: u64, mime: &str) -> Self {
        Self {
            stuff: Some(Stuff::Made(bytes)),
            mime: mime.to_owned(),
            duration: None,
            provider: json!({"type": "line"}),
            image_set: None,
        }
    }

    /// Media kept elsewhere; the content endpoint does not have it.
    pub fn external(original: &str, preview: Option<&str>) -> Self {
        let mut provider = json!({"type": "external", "originalContentUrl": original});
        if let Some(preview) = preview {
            provider["previewImageUrl"] = json!(preview);
        }
        Self { stuff: None, mime: String::new(), duration: None, provider, image_set: None }
    }

    /// How long it plays, in milliseconds.
    #[must_use]
    pub fn lasting(mut self, millis: u64) -> Self {
        self.duration = Some(millis);
        self
    }

    /// One of several images sent at once; `index` starts at 1.
    #[must_use]
    pub fn of_set(mut self, id: &str, index: u32, total: u32) -> Self {
        self.image_set = Some(json!({"id": id, "index": index, "total": total}));
        self
    }
}

/// A place.
#[derive(Clone, Debug)]
pub struct Location {
    /// `title`
    pub title: Option<String>,
    /// `address`
    pub address: Option<String>,
    /// `latitude` in degrees.
    pub latitude: f64,
    /// `longitude` in degrees.
    pub longitude: f64,
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Text> for Content {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<Sticker> for Content {
    fn from(sticker: Sticker) -> Self {
        Self::Sticker(sticker)
    }
}

impl From<Location> for Content {
    fn from(location: Location) -> Self {
        Self::Location(location)
    }
}
