//! `GET /v2/bot/message/quota`, `GET /v2/bot/message/quota/consumption`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#get-quota)).

use crate::client::call::json;
use crate::client::{Call, Client, Endpoint};
use crate::line::response::{MessageQuota, QuotaConsumption};

static QUOTA: Endpoint = Endpoint::get("quota", "/v2/bot/message/quota");
static CONSUMPTION: Endpoint = Endpoint::get("quota_consumption", "/v2/bot/message/quota/consumption");

impl Client {
    /// How many messages this month allows
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-quota)).
    pub fn quota(&self) -> Call<MessageQuota> {
        Call::new(self, &QUOTA, &[], json())
    }

    /// About how many of them are used
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-consumption)).
    pub fn quota_consumption(&self) -> Call<QuotaConsumption> {
        Call::new(self, &CONSUMPTION, &[], json())
    }
}
