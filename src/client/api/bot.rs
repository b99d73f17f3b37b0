//! `GET /v2/bot/info` ([reference](https://developers.line.biz/en/reference/messaging-api/#get-bot-info)).

use crate::client::call::json;
use crate::client::{Call, Client, Endpoint};
use crate::line::response::BotInfo;

static INFO: Endpoint = Endpoint::get("bot_info", "/v2/bot/info");

impl Client {
    /// Who the bot is. Also the simplest proof that the channel access token is good.
    pub fn bot_info(&self) -> Call<BotInfo> {
        Call::new(self, &INFO, &[], json())
    }
}
