//! `GET /v2/bot/list`, `POST /v2/bot/channel/detach`, `POST /v2/bot/chat/{chatId}/control/acquire`,
//! `POST /v2/bot/chat/{chatId}/control/release`, `POST /module/auth/v1/token` on `manager.line.biz`
//! ([reference](https://developers.line.biz/en/reference/partner-docs/#module)).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use http::header::AUTHORIZATION;
use serde::{Deserialize, Serialize};

use crate::client::call::{Reading, json, nothing, read_json};
use crate::client::page::check_limit;
use crate::client::{Call, Client, Endpoint, Host, Page, Paged, Payload};
use crate::line::module::{ControlTime, ModuleAttached, ModuleAttachment, ModuleBot};
use crate::line::{BotUserId, ChannelSecret, ChatId, InvalidField};

/// The most bots on a page.
pub const MODULES_MAX: u16 = 100;

static LIST: Endpoint = Endpoint::get("modules", "/v2/bot/list");
static DETACH: Endpoint = Endpoint::post("detach_module", "/v2/bot/channel/detach");
static ACQUIRE: Endpoint = Endpoint::post("acquire_chat_control", "/v2/bot/chat/{chatId}/control/acquire");
static RELEASE: Endpoint = Endpoint::post("release_chat_control", "/v2/bot/chat/{chatId}/control/release");
/// The code works once: after an attempt of unknown outcome a repeat would only be told that it is spent.
static ATTACH: Endpoint =
    Endpoint::post("attach_module", "/module/auth/v1/token").on(Host::Manager).open().once();

#[derive(Deserialize)]
struct Bots {
    bots: Vec<ModuleBot>,
    next: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Detach<'a> {
    bot_id: &'a BotUserId,
}

impl Client {
    /// The bots whose accounts have attached this module channel, [`MODULES_MAX`] a page
    /// ([reference](https://developers.line.biz/en/reference/partner-docs/#get-multiple-bot-info-api)).
    pub fn modules(&self) -> Paged<ModuleBot> {
        self.modules_by(MODULES_MAX)
    }

    /// The same, up to `limit` a page: 1 to [`MODULES_MAX`].
    pub fn modules_by(&self, limit: u16) -> Paged<ModuleBot> {
        Paged::new(self, &LIST, &[], "start", bots())
            .query("limit", &limit.to_string())
            .check(check_limit(limit, MODULES_MAX))
    }

    /// Detaches this module channel from an account, by the account's bot
    /// ([reference](https://developers.line.biz/en/reference/partner-docs/#unlink-detach-module-channel-by-operation-mc-admin)).
    pub fn detach_module(&self, bot: &BotUserId) -> Call<()> {
        Call::new(self, &DETACH, &[], nothing()).body(&Detach { bot_id: bot })
    }

    /// Takes control of a chat: this channel becomes active in it, and whichever was becomes standby. 423: another
    /// channel took control within the last seconds, and LINE lets it; try again in a few. 404: the user is no friend of
    /// the account, or the bot is not in the chat
    /// ([reference](https://developers.line.biz/en/reference/partner-docs/#acquire-control-api)).
    pub fn acquire_chat_control(&self, chat: &ChatId, time: ControlTime) -> Call<()> {
        Call::new(self, &ACQUIRE, &[chat.as_str()], nothing()).body(&time)
    }

    /// Gives control of a chat back to the account's own channel
    /// ([reference](https://developers.line.biz/en/reference/partner-docs/#release-control-api)).
    pub fn release_chat_control(&self, chat: &ChatId) -> Call<()> {
        Call::new(self, &RELEASE, &[chat.as_str()], nothing())
    }

    /// Attaches a module channel to the account whose administrator agreed, with the module channel's ID and secret
    /// ([reference](https://developers.line.biz/en/reference/partner-docs/#link-attach-by-operation-module-channel-provider)).
    /// Not repeated when its outcome is unknown: [`modules`](Self::modules) tells whether it was done.
    pub fn attach_module(
        &self,
        channel_id: &str,
        channel_secret: &ChannelSecret,
        attachment: &ModuleAttachment,
    ) -> Call<ModuleAttached> {
        let call = Call::new(self, &ATTACH, &[], json());
        let (form, authorization) = match (form(attachment), basic(channel_id, channel_secret)) {
            (Ok(form), Ok(authorization)) => (form, authorization),
            (Err(problem), _) | (_, Err(problem)) => return call.check(Err(problem)),
        };
        call.payload(Payload::form(form)).header(AUTHORIZATION, authorization)
    }
}

fn bots() -> Reading<Page<ModuleBot>> {
    Reading::whole(|answered| read_json::<Bots>(&answered.body).map(|it| Page::new(it.bots, it.next)))
}

fn basic(id: &str, secret: &ChannelSecret) -> Result<HeaderValue, InvalidField> {
    let credentials = STANDARD.encode(format!("{id}:{}", secret.expose()));
    let mut value = HeaderValue::try_from(format!("Basic {credentials}"))
        .map_err(|_| invalid("Authorization", "no header can carry it"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// The fields that are set, in LINE's order.
fn form(attachment: &ModuleAttachment) -> Result<String, InvalidField> {
    let unreadable = |_| invalid("the request's body", "cannot be written as a form");
    let fields = serde_json::to_value(attachment).map_err(unreadable)?;
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields.as_object().into_iter().flatten() {
        form.append_pair(name, value.as_str().unwrap_or_default());
    }
    Ok(form.finish())
}

fn invalid(field: &str, problem: &'static str) -> InvalidField {
    InvalidField { field: field.to_owned(), problem: problem.into() }
}
