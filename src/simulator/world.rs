//! What LINE knows: people, messages, tokens, quota; and how an [`Act`] becomes a webhook event.
//!
//! Pure state behind one short-held lock; no I/O.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::clock::Timestamp;
use crate::line::{ChatId, MessageId, UserId};

use super::account::Account;
use super::act::{Act, Content, Media, Text, What};
use super::audience::Audiences;
use super::coupon::Coupons;
use super::event::{self, WebhookEvent};
use super::liff::LiffApps;
use super::membership::Memberships;
use super::message::{File, Kept, Stuff};
use super::mint::{self, MessageIds};
use super::modules::Modules;
use super::narrowcast::Narrowcasts;
use super::people::{People, Standing};
use super::rich_menu::RichMenus;
use super::send::AcceptedKey;
use super::statistics::Statistics;
use super::token::{AccessTokens, ReplyTokens};

/// Everything LINE remembers about one channel.
#[derive(Debug)]
pub(super) struct World {
    pub(super) bot: String,
    pub(super) people: People,
    pub(super) messages: HashMap<MessageId, Kept>,
    pub(super) replies: ReplyTokens,
    /// Quote tokens, and the chat each is bound to.
    pub(super) quotes: HashMap<String, ChatId>,
    /// Read tokens, and the message each marks.
    pub(super) reads: HashMap<String, MessageId>,
    /// Up to which message each chat was marked as read.
    pub(super) read: HashMap<ChatId, MessageId>,
    pub(super) retry_keys: HashMap<String, AcceptedKey>,
    pub(super) access: AccessTokens,
    pub(super) quota: Option<u64>,
    pub(super) used: u64,
    pub(super) webhook: Option<String>,
    pub(super) ids: MessageIds,
    pub(super) account: Account,
    pub(super) audiences: Audiences,
    pub(super) coupons: Coupons,
    pub(super) liff: LiffApps,
    pub(super) memberships: Memberships,
    pub(super) modules: Modules,
    pub(super) narrowcasts: Narrowcasts,
    pub(super) rich_menus: RichMenus,
    pub(super) statistics: Statistics,
}

/// Why an act is not possible on LINE.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotHappen {
    /// Nobody has this id.
    #[error("there is no person {0}: make them with `user`")]
    UnknownPerson(String),
    /// No chat has this id.
    #[error("there is no chat {0}: make it with `group` or `room`")]
    UnknownChat(String),
    /// Only members act in a group or room.
    #[error("{0} is not a member of {1}: add them with `members_join`")]
    NotAMember(String, String),
    /// The bot sees nothing of chats it is not in.
    #[error("the bot is not in {0}: let it `join` first")]
    BotOutside(String),
    /// Who blocks the bot cannot write to it.
    #[error("{0} has blocked the bot: let them `follow` first")]
    Blocked(String),
    /// No such message of a person, or it is unsent.
    #[error("there is no message {0} that its author could still touch")]
    UnknownMessage(String),
    /// Quotes stay within their chat.
    #[error("message {0} cannot be quoted in {1}: it was not sent there")]
    ForeignQuote(String, String),
    /// The act belongs to another kind of chat.
    #[error("{0} does not happen in this kind of chat")]
    WrongChat(&'static str),
    /// The act needs somebody to do it.
    #[error("nobody is named who does it")]
    NoActor,
    /// LINE sends no event then.
    #[error("the link token is unknown, used or expired: issue another")]
    LinkVoid,
    /// A raw event without `webhookEventId`, or not an object.
    #[error("an event must be an object with a `webhookEventId`")]
    NotAnEvent,
}

/// An event's own part, before the common fields are put around it.
struct Draft {
    kind: String,
    fields: Map<String, Value>,
    answerable: bool,
    message_id: Option<MessageId>,
}

impl Draft {
    fn new(kind: &str, answerable: bool) -> Self {
        Self { kind: kind.to_owned(), fields: Map::new(), answerable, message_id: None }
    }

    fn with(mut self, field: &str, value: Value) -> Self {
        self.fields.insert(field.to_owned(), value);
        self
    }

    fn about(mut self, message: MessageId) -> Self {
        self.message_id = Some(message);
        self
    }
}

impl World {
    pub(super) fn new(bot: String, quota: Option<u64>, narrowcasts: Narrowcasts) -> Self {
        Self {
            bot,
            people: People::default(),
            messages: HashMap::new(),
            replies: ReplyTokens::default(),
            quotes: HashMap::new(),
            reads: HashMap::new(),
            read: HashMap::new(),
            retry_keys: HashMap::new(),
            access: AccessTokens::default(),
            quota,
            used: 0,
            webhook: None,
            ids: MessageIds::new(),
            account: Account::default(),
            audiences: Audiences::default(),
            coupons: Coupons::default(),
            liff: LiffApps::default(),
            memberships: Memberships::default(),
            modules: Modules::default(),
            narrowcasts,
            rich_menus: RichMenus::default(),
            statistics: Statistics::default(),
        }
    }

    /// Lets `act` happen and makes the event that tells of it.
    pub(super) fn happen(&mut self, act: Act, now: Timestamp) -> Result<WebhookEvent, CannotHappen> {
        let Act { what, by, chat, quoting, standby } = act;
        let (by, chat) = self.who_and_where(&what, by, chat)?;
        let draft = match what {
            What::Say(content) => self.say(content, by.as_ref(), chat.as_ref(), quoting.as_ref(), now)?,
            What::Edit { message, text } => self.edit(&message, text)?,
            What::Unsend { message } => self.unsend(&message)?,
            What::Follow => self.follow(by.as_ref(), now)?,
            What::Unfollow => self.unfollow(by.as_ref())?,
            What::Join => self.bot_moves(chat.as_ref(), true)?,
            What::Leave => self.bot_moves(chat.as_ref(), false)?,
            What::MembersJoin(members) => self.members_join(chat.as_ref(), &members)?,
            What::MembersLeave(members) => self.members_leave(chat.as_ref(), &members)?,
            What::Postback { data, params } => postback(&data, params),
            What::Other { kind, payload, answerable } => other(&kind, payload, answerable),
        };
        Ok(self.finish(draft, by.as_ref(), chat, standby, now))
    }

    /// Takes a ready-made event as if it had happened: its tokens, people and message are known from now on.
    pub(super) fn adopt(&mut self, json: Value, now: Timestamp) -> Result<WebhookEvent, CannotHappen> {
        let id = json["webhookEventId"].as_str().ok_or(CannotHappen::NotAnEvent)?.into();
        let chat = event::chat_of(&json["source"]);
        let reply_token = json["replyToken"].as_str().map(str::to_owned);
        let at = json["timestamp"].as_i64().map_or(now, Timestamp::from_millis);
        let message_id = json["message"]["id"].as_str().map(MessageId::from);
        if let Some(chat) = &chat {
            self.settle_in(chat, &json["source"]);
            if let Some(token) = &reply_token {
                self.replies.know(token.clone(), chat.clone(), at);
            }
            if let Some(id) = &message_id {
                self.adopt_message(id, chat, &json);
            }
        }
        Ok(WebhookEvent { id, chat, message_id, reply_token, json })
    }

    fn settle_in(&mut self, chat: &ChatId, source: &Value) {
        let members: Vec<UserId> = source["userId"].as_str().map(UserId::from).into_iter().collect();
        for member in &members {
            self.people.adopt(member);
        }
        self.people.adopt_gathering(chat, &members);
    }

    fn adopt_message(&mut self, id: &MessageId, chat: &ChatId, json: &Value) {
        if let Some(token) = json["message"]["quoteToken"].as_str() {
            self.quotes.insert(token.to_owned(), chat.clone());
        }
        if let Some(token) = json["message"]["markAsReadToken"].as_str() {
            self.reads.insert(token.to_owned(), id.clone());
        }
        let author = json["source"]["userId"].as_str().map(UserId::from);
        self.messages.entry(id.clone()).or_insert_with(|| Kept::new(chat.clone(), author, None));
    }

    /// Who acts in which chat; refuses what LINE would never report.
    fn who_and_where(
        &self,
        what: &What,
        by: Option<UserId>,
        chat: Option<ChatId>,
    ) -> Result<(Option<UserId>, Option<ChatId>), CannotHappen> {
        if let What::Edit { message, .. } | What::Unsend { message } = what {
            return self.author_and_chat(message);
        }
        if let Some(by) = &by
            && self.people.person(by).is_none()
        {
            return Err(CannotHappen::UnknownPerson(by.to_string()));
        }
        let chat = chat.or_else(|| by.clone().map(ChatId::User));
        if let Some(chat @ (ChatId::Group(_) | ChatId::Room(_))) = &chat {
            let gathering =
                self.people.gathering(chat).ok_or_else(|| CannotHappen::UnknownChat(chat.to_string()))?;
            if !gathering.bot_inside && !matches!(what, What::Join) {
                return Err(CannotHappen::BotOutside(chat.to_string()));
            }
            if let Some(by) = by.as_ref().filter(|by| !gathering.members.contains(by)) {
                return Err(CannotHappen::NotAMember(by.to_string(), chat.to_string()));
            }
        }
        Ok((by, chat))
    }

    fn author_and_chat(&self, message: &MessageId) -> Result<(Option<UserId>, Option<ChatId>), CannotHappen> {
        self.messages
            .get(message)
            .filter(|kept| kept.author.is_some() && !kept.unsent)
            .map(|kept| (kept.author.clone(), Some(kept.chat.clone())))
            .ok_or_else(|| CannotHappen::UnknownMessage(message.to_string()))
    }

    fn say(
        &mut self,
        content: Content,
        by: Option<&UserId>,
        chat: Option<&ChatId>,
        quoting: Option<&MessageId>,
        now: Timestamp,
    ) -> Result<Draft, CannotHappen> {
        let (Some(by), Some(chat)) = (by, chat) else { return Err(CannotHappen::NoActor) };
        self.may_write(by, chat, now)?;
        if let Some(quoted) = quoting
            && self.messages.get(quoted).is_none_or(|kept| kept.chat != *chat)
        {
            return Err(CannotHappen::ForeignQuote(quoted.to_string(), chat.to_string()));
        }
        let id = self.ids.next();
        let (mut message, file) = self.message(content);
        message["id"] = json!(id);
        if super::message::quotable(message["type"].as_str().unwrap_or_default()) {
            message["quoteToken"] = json!(self.quote_token(chat));
        }
        message["markAsReadToken"] = json!(self.read_token(&id));
        if let Some(quoted) = quoting {
            message["quotedMessageId"] = json!(quoted);
        }
        self.messages.insert(id.clone(), Kept::new(chat.clone(), Some(by.clone()), file));
        Ok(Draft::new("message", true).with("message", message).about(id))
    }

    fn may_write(&mut self, by: &UserId, chat: &ChatId, now: Timestamp) -> Result<(), CannotHappen> {
        let person = self.people.person_mut(by).ok_or_else(|| CannotHappen::UnknownPerson(by.to_string()))?;
        if matches!(chat, ChatId::User(_)) {
            if person.standing == Standing::Blocked {
                return Err(CannotHappen::Blocked(person.name.clone()));
            }
            person.last_wrote = Some(now);
        }
        Ok(())
    }

    fn message(&self, content: Content) -> (Value, Option<File>) {
        match content {
            Content::Text(text) => (self.text(text), None),
            Content::Sticker(sticker) => {
                let mut json = json!({
                    "type": "sticker",
                    "packageId": sticker.package_id,
                    "stickerId": sticker.sticker_id,
                    "stickerResourceType": sticker.resource_type,
                });
                if !sticker.keywords.is_empty() {
                    json["keywords"] = json!(sticker.keywords);
                }
                if let Some(text) = sticker.text {
                    json["text"] = json!(text);
                }
                (json, None)
            }
            Content::Image(media) => self::media("image", media),
            Content::Video(media) => self::media("video", media),
            Content::Audio(media) => self::media("audio", media),
            Content::File { name, bytes } => {
                let json = json!({"type": "file", "fileName": name, "fileSize": bytes.len()});
                (json, Some(File::new("file", "application/octet-stream", Stuff::Bytes(bytes))))
            }
            Content::Location(place) => {
                let mut json =
                    json!({"type": "location", "latitude": place.latitude, "longitude": place.longitude});
                if let Some(title) = place.title {
                    json["title"] = json!(title);
                }
                if let Some(address) = place.address {
                    json["address"] = json!(address);
                }
                (json, None)
            }
        }
    }

    fn text(&self, text: Text) -> Value {
        let Text { text, emojis, mut mentionees, mentions_bot } = text;
        for place in mentions_bot {
            if let Some(mentionee) = mentionees.get_mut(place) {
                mentionee["userId"] = json!(self.bot);
                mentionee["isSelf"] = json!(true);
            }
        }
        let mut json = json!({"type": "text", "text": text});
        if !emojis.is_empty() {
            json["emojis"] = json!(emojis);
        }
        if !mentionees.is_empty() {
            json["mention"] = json!({"mentionees": mentionees});
        }
        json
    }

    fn edit(&mut self, message: &MessageId, text: Text) -> Result<Draft, CannotHappen> {
        let unknown = || CannotHappen::UnknownMessage(message.to_string());
        let chat = self.messages.get(message).map(|kept| kept.chat.clone()).ok_or_else(unknown)?;
        if !matches!(chat, ChatId::Group(_)) {
            return Err(CannotHappen::WrongChat("messageEdited"));
        }
        let mut json = self.text(text);
        json["id"] = json!(message);
        json["quoteToken"] = json!(self.quote_token(&chat));
        Ok(Draft::new("messageEdited", true).with("message", json).about(message.clone()))
    }

    fn unsend(&mut self, message: &MessageId) -> Result<Draft, CannotHappen> {
        let unknown = || CannotHappen::UnknownMessage(message.to_string());
        let kept = self.messages.get_mut(message).ok_or_else(unknown)?;
        kept.unsent = true;
        kept.file = None;
        Ok(Draft::new("unsend", false).with("unsend", json!({"messageId": message})))
    }

    fn follow(&mut self, by: Option<&UserId>, now: Timestamp) -> Result<Draft, CannotHappen> {
        let person = by.and_then(|by| self.people.person_mut(by)).ok_or(CannotHappen::NoActor)?;
        let unblocked = person.standing == Standing::Blocked;
        if person.standing != Standing::Friend || person.attributes.friend_since.is_none() {
            person.attributes.friend_since = Some(now);
        }
        person.standing = Standing::Friend;
        Ok(Draft::new("follow", true).with("follow", json!({"isUnblocked": unblocked})))
    }

    fn unfollow(&mut self, by: Option<&UserId>) -> Result<Draft, CannotHappen> {
        let person = by.and_then(|by| self.people.person_mut(by)).ok_or(CannotHappen::NoActor)?;
        person.standing = Standing::Blocked;
        Ok(Draft::new("unfollow", false))
    }

    fn bot_moves(&mut self, chat: Option<&ChatId>, inside: bool) -> Result<Draft, CannotHappen> {
        let kind = if inside { "join" } else { "leave" };
        let gathering =
            chat.and_then(|chat| self.people.gathering_mut(chat)).ok_or(CannotHappen::WrongChat(kind))?;
        gathering.bot_inside = inside;
        Ok(Draft::new(kind, inside))
    }

    fn members_join(&mut self, chat: Option<&ChatId>, members: &[UserId]) -> Result<Draft, CannotHappen> {
        if let Some(nobody) = members.iter().find(|id| self.people.person(id).is_none()) {
            return Err(CannotHappen::UnknownPerson(nobody.to_string()));
        }
        let gathering = chat
            .and_then(|chat| self.people.gathering_mut(chat))
            .ok_or(CannotHappen::WrongChat("memberJoined"))?;
        for member in members {
            if !gathering.members.contains(member) {
                gathering.members.push(member.clone());
            }
        }
        Ok(Draft::new("memberJoined", true).with("joined", json!({"members": sources(members)})))
    }

    fn members_leave(&mut self, chat: Option<&ChatId>, members: &[UserId]) -> Result<Draft, CannotHappen> {
        let gathering = chat
            .and_then(|chat| self.people.gathering_mut(chat))
            .ok_or(CannotHappen::WrongChat("memberLeft"))?;
        gathering.members.retain(|member| !members.contains(member));
        Ok(Draft::new("memberLeft", false).with("left", json!({"members": sources(members)})))
    }

    /// Puts the fields around a draft that every event has.
    fn finish(
        &mut self,
        draft: Draft,
        by: Option<&UserId>,
        chat: Option<ChatId>,
        standby: bool,
        now: Timestamp,
    ) -> WebhookEvent {
        let id = mint::event_id(now);
        let Draft { kind, mut fields, answerable, message_id } = draft;
        fields.insert("type".to_owned(), json!(kind));
        fields.insert("mode".to_owned(), json!(if standby { "standby" } else { "active" }));
        fields.insert("timestamp".to_owned(), json!(now.as_millis()));
        fields.insert("webhookEventId".to_owned(), json!(id));
        fields.insert("deliveryContext".to_owned(), json!({"isRedelivery": false}));
        let mut reply_token = None;
        if let Some(chat) = &chat {
            fields.insert("source".to_owned(), event::source(chat, by.map(UserId::as_str)));
            if answerable && !standby {
                let token = mint::token();
                self.replies.know(token.clone(), chat.clone(), now);
                fields.insert("replyToken".to_owned(), json!(token));
                reply_token = Some(token);
            }
        }
        WebhookEvent { id, chat, message_id, reply_token, json: Value::Object(fields) }
    }

    /// Whether what the bot says to `chat` is seen by anybody.
    pub(super) fn audible(&self, chat: &ChatId, now: Timestamp) -> bool {
        match chat {
            ChatId::User(_) => self.people.reach(chat, now) > 0,
            ChatId::Group(_) | ChatId::Room(_) => self.people.bot_is_in(chat),
        }
    }

    /// Marks everything in the chat up to `message` as read.
    pub(super) fn mark_read(&mut self, message: &MessageId) {
        let Some(chat) = self.messages.get(message).map(|kept| kept.chat.clone()) else { return };
        let upto = self.read.entry(chat).or_insert_with(|| message.clone());
        // Ids are decimal digits of one length, so their order is that of their texts.
        if *upto < *message {
            *upto = message.clone();
        }
    }

    /// Marks everything that people sent in the chat as read.
    pub(super) fn mark_all_read(&mut self, chat: &ChatId) {
        let theirs = self.messages.iter().filter(|(_, kept)| kept.chat == *chat && kept.author.is_some());
        if let Some(last) = theirs.map(|(id, _)| id).max().cloned() {
            self.mark_read(&last);
        }
    }

    /// A new quote token, bound to `chat`.
    pub(super) fn quote_token(&mut self, chat: &ChatId) -> String {
        let token = format!("q{}", mint::token());
        self.quotes.insert(token.clone(), chat.clone());
        token
    }

    fn read_token(&mut self, message: &MessageId) -> String {
        let token = format!("r{}", mint::token());
        self.reads.insert(token.clone(), message.clone());
        token
    }
}

fn media(kind: &'static str, media: Media) -> (Value, Option<File>) {
    let mut json = json!({"type": kind, "contentProvider": media.provider});
    if let Some(duration) = media.duration {
        json["duration"] = json!(duration);
    }
    if let Some(set) = media.image_set {
        json["imageSet"] = set;
    }
    (json, media.stuff.map(|stuff| File::new(kind, &media.mime, stuff)))
}

fn postback(data: &str, params: Option<Value>) -> Draft {
    let mut json = json!({"data": data});
    if let Some(params) = params {
        json["params"] = params;
    }
    Draft::new("postback", true).with("postback", json)
}

fn other(kind: &str, payload: Value, answerable: bool) -> Draft {
    let mut draft = Draft::new(kind, answerable);
    if let Value::Object(fields) = payload {
        draft.fields = fields;
    }
    draft
}

fn sources(members: &[UserId]) -> Vec<Value> {
    members.iter().map(|id| json!({"type": "user", "userId": id})).collect()
}
