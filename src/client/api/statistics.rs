//! `GET /v2/bot/message/delivery/reply`, `GET /v2/bot/message/delivery/push`,
//! `GET /v2/bot/message/delivery/multicast`, `GET /v2/bot/message/delivery/broadcast`,
//! `GET /v2/bot/message/aggregation/info`, `GET /v2/bot/message/aggregation/list`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#get-number-of-reply-messages)).

use serde::Deserialize;

use crate::client::call::{Reading, json, read_json};
use crate::client::page::check_limit;
use crate::client::{Call, Client, Endpoint, Page, Paged};
use crate::line::Date;
use crate::line::response::{AggregationUnitsUsed, SentCount};

/// The most names of aggregation units on a page.
pub const AGGREGATION_UNITS_MAX: u16 = 100;

static REPLIES: Endpoint = Endpoint::get("sent_replies", "/v2/bot/message/delivery/reply");
static PUSHES: Endpoint = Endpoint::get("sent_pushes", "/v2/bot/message/delivery/push");
static MULTICASTS: Endpoint = Endpoint::get("sent_multicasts", "/v2/bot/message/delivery/multicast");
static BROADCASTS: Endpoint = Endpoint::get("sent_broadcasts", "/v2/bot/message/delivery/broadcast");
static USED: Endpoint = Endpoint::get("aggregation_units_used", "/v2/bot/message/aggregation/info");
static UNITS: Endpoint = Endpoint::get("aggregation_units", "/v2/bot/message/aggregation/list");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UnitNames {
    custom_aggregation_units: Vec<String>,
    next: Option<String>,
}

impl Client {
    /// How many messages were sent as replies on a day
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-number-of-reply-messages)).
    pub fn sent_replies(&self, date: Date) -> Call<SentCount> {
        self.sent(&REPLIES, date)
    }

    /// How many messages were pushed on a day
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-number-of-push-messages)).
    pub fn sent_pushes(&self, date: Date) -> Call<SentCount> {
        self.sent(&PUSHES, date)
    }

    /// How many messages were multicast on a day
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-number-of-multicast-messages)).
    pub fn sent_multicasts(&self, date: Date) -> Call<SentCount> {
        self.sent(&MULTICASTS, date)
    }

    /// How many messages were broadcast on a day
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-number-of-broadcast-messages)).
    pub fn sent_broadcasts(&self, date: Date) -> Call<SentCount> {
        self.sent(&BROADCASTS, date)
    }

    pub(super) fn sent(&self, endpoint: &'static Endpoint, date: Date) -> Call<SentCount> {
        Call::new(self, endpoint, &[], json()).query("date", &date.to_string())
    }

    /// How many names of aggregation units were used this month
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-the-number-of-unit-name-types-assigned-during-this-month)).
    pub fn aggregation_units_used(&self) -> Call<AggregationUnitsUsed> {
        Call::new(self, &USED, &[], json())
    }

    /// The names of aggregation units that were used this month, [`AGGREGATION_UNITS_MAX`] a page
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-a-list-of-unit-names-assigned-during-this-month)).
    pub fn aggregation_units(&self) -> Paged<String> {
        self.aggregation_units_by(AGGREGATION_UNITS_MAX)
    }

    /// The same, up to `limit` a page: 1 to [`AGGREGATION_UNITS_MAX`].
    pub fn aggregation_units_by(&self, limit: u16) -> Paged<String> {
        Paged::new(self, &UNITS, &[], "start", units())
            .query("limit", &limit.to_string())
            .check(check_limit(limit, AGGREGATION_UNITS_MAX))
    }
}

fn units() -> Reading<Page<String>> {
    Reading::whole(|answered| {
        let page = read_json::<UnitNames>(&answered.body)?;
        Ok(Page::new(page.custom_aggregation_units, page.next))
    })
}
