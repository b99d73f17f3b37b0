//! `GET /v2/bot/info` ([reference](https://developers.line.biz/en/reference/messaging-api/#get-bot-info)).

use http::Method;

use crate::client::call::json;
use crate::client::{Call, Client};
use crate::line::response::BotInfo;

impl Client {
    /// Who the bot is. Also the simplest proof that the channel access token is good.
    pub fn bot_info(&self) -> Call<BotInfo> {
        Call::new(self, "bot_info", Method::GET, "/v2/bot/info", &[], json)
    }
}
