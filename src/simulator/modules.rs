//! Which accounts the module channel is attached to, and which chats it controls.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Simulator, mint};
use crate::clock::Timestamp;
use crate::line::{BotUserId, ChatId};

/// For so long after a channel took control of a chat no other can. LINE says "seconds" and no number.
const TAKEN: Duration = Duration::from_secs(3);
/// What the administrators of accounts allow.
const SCOPES: [&str; 2] = ["message:send", "message:receive"];

/// Which accounts the module channel is attached to, and which chats it controls.
#[derive(Debug, Default)]
pub(super) struct Modules {
    attached: Vec<Bot>,
    /// What administrators agreed to, by authorization code.
    offers: HashMap<String, Offer>,
    /// The chats this channel controls, and until when; none is for ever.
    controlled: HashMap<ChatId, Option<Timestamp>>,
    /// When another channel last took control of a chat.
    taken: HashMap<ChatId, Timestamp>,
}

/// The bot of an account.
#[derive(Clone, Debug)]
pub(super) struct Bot {
    id: String,
    name: String,
}

#[derive(Debug)]
struct Offer {
    bot: Bot,
    redirect_uri: String,
}

/// Another channel took control of the chat just now.
#[derive(Debug)]
pub(super) struct JustTaken;

impl Bot {
    fn named(name: &str) -> Self {
        Self { id: mint::lasting('U', &format!("bot of {name}")), name: name.to_owned() }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// As LINE lists it.
    pub(super) fn json(&self) -> Value {
        let basic_id = format!("@{}", &self.id[1..8]);
        json!({"userId": self.id, "basicId": basic_id, "displayName": self.name})
    }

    /// As LINE answers when it is attached.
    pub(super) fn attached(&self) -> Value {
        json!({"bot_id": self.id, "scopes": SCOPES})
    }

    /// `module` of the event that tells of it.
    pub(super) fn event(&self, kind: &str) -> Value {
        let mut module = json!({"type": kind, "botId": self.id});
        if kind == "attached" {
            module["scopes"] = json!(SCOPES);
        }
        json!({"module": module})
    }
}

impl Modules {
    /// The bots it is attached to, in that order.
    pub(super) fn attached(&self) -> &[Bot] {
        &self.attached
    }

    fn attach(&mut self, bot: Bot) {
        if self.attached.iter().all(|attached| attached.id != bot.id) {
            self.attached.push(bot);
        }
    }

    /// Attaches what the code stands for, which is spent; none if code and URI do not belong together.
    pub(super) fn redeem(&mut self, code: &str, redirect_uri: &str) -> Option<Bot> {
        self.offers.get(code).filter(|offer| offer.redirect_uri == redirect_uri)?;
        let bot = self.offers.remove(code)?.bot;
        self.attach(bot.clone());
        Some(bot)
    }

    /// Detaches it from the bot with this id, if it is attached.
    pub(super) fn detach(&mut self, id: &str) -> Option<Bot> {
        let place = self.attached.iter().position(|bot| bot.id == id)?;
        Some(self.attached.remove(place))
    }

    /// Takes control of a chat until `end`; none is for ever.
    pub(super) fn acquire(
        &mut self,
        chat: &ChatId,
        end: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), JustTaken> {
        if self.taken.get(chat).is_some_and(|at| now.since(*at) < TAKEN) {
            return Err(JustTaken);
        }
        self.controlled.insert(chat.clone(), end);
        Ok(())
    }

    /// Gives control of a chat back; whether it had it.
    pub(super) fn release(&mut self, chat: &ChatId, now: Timestamp) -> bool {
        let had = self.controls(chat, now);
        self.controlled.remove(chat);
        had
    }

    fn controls(&self, chat: &ChatId, now: Timestamp) -> bool {
        self.controlled.get(chat).is_some_and(|end| end.is_none_or(|end| now < end))
    }
}

/// Module channels: the bot as the extension of other accounts' bots.
impl Simulator {
    /// The account called `name` has attached the module channel, quietly; returns its bot.
    pub fn module_attached(&self, name: &str) -> BotUserId {
        let bot = Bot::named(name);
        let id = bot.id.as_str().into();
        self.sim.state().world.modules.attach(bot);
        id
    }

    /// The administrator of the account called `name` agrees to attach the module channel; returns the authorization
    /// code that LINE sends to `redirect_uri`.
    pub fn module_offered(&self, name: &str, redirect_uri: &str) -> String {
        let code = mint::token();
        let offer = Offer { bot: Bot::named(name), redirect_uri: redirect_uri.to_owned() };
        self.sim.state().world.modules.offers.insert(code.clone(), offer);
        code
    }

    /// Whether the module channel controls `chat` now.
    pub fn controls(&self, chat: impl Into<ChatId>) -> bool {
        let now = self.sim.now();
        self.sim.state().world.modules.controls(&chat.into(), now)
    }

    /// Another channel takes control of `chat` now.
    pub fn control_taken(&self, chat: impl Into<ChatId>) {
        let (chat, now) = (chat.into(), self.sim.now());
        let modules = &mut self.sim.state().world.modules;
        modules.controlled.remove(&chat);
        modules.taken.insert(chat, now);
    }
}
