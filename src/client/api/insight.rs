//! `GET /v2/bot/insight/message/delivery`, `GET /v2/bot/insight/followers`, `GET /v2/bot/insight/demographic`,
//! `GET /v2/bot/insight/message/event`, `GET /v2/bot/insight/message/event/aggregation`,
//! `GET /v2/bot/insight/richmenu/{richMenuId}/summary`, `GET /v2/bot/insight/richmenu/{richMenuId}/daily`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#get-insight)). LINE allows each 60 times an hour.

use std::ops::RangeInclusive;

use serde::de::DeserializeOwned;

use crate::client::call::json;
use crate::client::{Call, Client, Endpoint, Rate};
use crate::line::date::check_period;
use crate::line::insight::{
    FollowerCounts, FriendDemographics, MessageDeliveries, MessageInteractions, RICH_MENU_DAILY_DAYS_MAX,
    RICH_MENU_SUMMARY_DAYS_MAX, RICH_MENU_YEARS, RichMenuDaily, RichMenuSummary, UNIT_DAYS_MAX,
    UnitInteractions,
};
use crate::line::{AggregationUnit, Date, InvalidField, RequestId, RichMenuId};

const HOURLY: Rate = Rate::per_hour(60);

static DELIVERIES: Endpoint =
    Endpoint::get("message_deliveries", "/v2/bot/insight/message/delivery").rate(HOURLY);
static FOLLOWERS: Endpoint = Endpoint::get("follower_counts", "/v2/bot/insight/followers").rate(HOURLY);
static DEMOGRAPHICS: Endpoint =
    Endpoint::get("friend_demographics", "/v2/bot/insight/demographic").rate(HOURLY);
static INTERACTIONS: Endpoint =
    Endpoint::get("message_interactions", "/v2/bot/insight/message/event").rate(HOURLY);
static UNIT: Endpoint =
    Endpoint::get("unit_interactions", "/v2/bot/insight/message/event/aggregation").rate(HOURLY);
static SUMMARY: Endpoint =
    Endpoint::get("rich_menu_summary", "/v2/bot/insight/richmenu/{richMenuId}/summary").rate(HOURLY);
static DAILY: Endpoint =
    Endpoint::get("rich_menu_daily", "/v2/bot/insight/richmenu/{richMenuId}/daily").rate(HOURLY);

impl Client {
    /// How many messages the account sent on a day, by the way they were sent
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-number-of-delivery-messages)).
    pub fn message_deliveries(&self, date: Date) -> Call<MessageDeliveries> {
        Call::new(self, &DELIVERIES, &[], json()).query("date", &date.to_string())
    }

    /// How many friends the account had on a day
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-number-of-followers)).
    pub fn follower_counts(&self, date: Date) -> Call<FollowerCounts> {
        Call::new(self, &FOLLOWERS, &[], json()).query("date", &date.to_string())
    }

    /// Who the friends are, in percent
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-demographic)).
    pub fn friend_demographics(&self) -> Call<FriendDemographics> {
        Call::new(self, &DEMOGRAPHICS, &[], json())
    }

    /// What people did with a broadcast or a narrowcast, by the id of the request that sent it
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-message-event)).
    pub fn message_interactions(&self, sent_by: &RequestId) -> Call<MessageInteractions> {
        Call::new(self, &INTERACTIONS, &[], json()).query("requestId", sent_by.as_str())
    }

    /// What people did with the pushes and multicasts of an aggregation unit that were sent on `days`; the last is up
    /// to [`UNIT_DAYS_MAX`] days after the first
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-statistics-per-unit)).
    pub fn unit_interactions(
        &self,
        unit: &AggregationUnit,
        days: RangeInclusive<Date>,
    ) -> Call<UnitInteractions> {
        let call = Call::new(self, &UNIT, &[], json()).query("customAggregationUnit", unit.as_str());
        during(call, &days, UNIT_DAYS_MAX)
    }

    /// How a rich menu that was made over the API was used on `days`, which begin within the last three years; the
    /// last is up to [`RICH_MENU_SUMMARY_DAYS_MAX`] days after the first. 404 if there is no such rich menu
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-rich-menu-insight-summary)).
    pub fn rich_menu_summary(
        &self,
        rich_menu: &RichMenuId,
        days: RangeInclusive<Date>,
    ) -> Call<RichMenuSummary> {
        self.rich_menu_insight(&SUMMARY, rich_menu, &days, RICH_MENU_SUMMARY_DAYS_MAX)
    }

    /// The same, day by day; the last is up to [`RICH_MENU_DAILY_DAYS_MAX`] days after the first
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-rich-menu-insight-daily)).
    pub fn rich_menu_daily(&self, rich_menu: &RichMenuId, days: RangeInclusive<Date>) -> Call<RichMenuDaily> {
        self.rich_menu_insight(&DAILY, rich_menu, &days, RICH_MENU_DAILY_DAYS_MAX)
    }

    fn rich_menu_insight<T: DeserializeOwned>(
        &self,
        endpoint: &'static Endpoint,
        id: &RichMenuId,
        days: &RangeInclusive<Date>,
        max: i32,
    ) -> Call<T> {
        let call = Call::new(self, endpoint, &[id.as_str()], json()).check(self.recent(*days.start()));
        during(call, days, max)
    }

    /// By this machine's clock: on the very first day LINE's may differ.
    fn recent(&self, from: Date) -> Result<(), InvalidField> {
        let oldest = Date::of(self.inner.clock.now().wall).minus_years(RICH_MENU_YEARS);
        if from >= oldest {
            return Ok(());
        }
        let problem =
            format!("{from} is more than {RICH_MENU_YEARS} years ago; {oldest} is the first day allowed");
        Err(InvalidField { field: "from".to_owned(), problem: problem.into() })
    }
}

fn during<T>(call: Call<T>, days: &RangeInclusive<Date>, max: i32) -> Call<T> {
    call.query("from", &days.start().to_string())
        .query("to", &days.end().to_string())
        .check(check_period(days, max))
}
