//! What became of messages, friends and rich menus, as LINE counts it
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#get-insight)). Days are days in Japan.

mod demographic;
mod interaction;
mod rich_menu;

use serde::{Deserialize, Serialize};

use super::response::CountStatus;

pub use demographic::{
    AgeRange, AgeShare, AppType, AppTypeShare, AreaShare, FriendDemographics, FriendshipDuration,
    FriendshipShare, Gender, GenderShare,
};
pub use interaction::{
    BubbleInteractions, InteractionOverview, MessageInteractions, UnitInteractions, UnitOverview, UrlClicks,
};
pub use rich_menu::{
    AreaBounds, AreaClicks, DailyMetrics, Impression, Metrics, RichMenuDaily, RichMenuInsight,
    RichMenuSummary,
};

/// The last day of [`UnitInteractions`] is up to so many days after the first
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-statistics-per-unit)).
pub const UNIT_DAYS_MAX: i32 = 30;
/// The last day of a [`RichMenuSummary`] is up to so many days after the first
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-rich-menu-insight-summary)).
pub const RICH_MENU_SUMMARY_DAYS_MAX: i32 = 396;
/// The last day of a [`RichMenuDaily`] is up to so many days after the first
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-rich-menu-insight-daily)).
pub const RICH_MENU_DAILY_DAYS_MAX: i32 = 99;
/// So many years back a rich menu's figures reach
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-rich-menu-insight-summary)).
pub const RICH_MENU_YEARS: u16 = 3;

/// How many messages the account sent on a day, by the way they were sent; one for each person. What is absent LINE did
/// not count ([reference](https://developers.line.biz/en/reference/messaging-api/#get-number-of-delivery-messages)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct MessageDeliveries {
    /// Whether the numbers are there. Days before 1 March 2017 are [`CountStatus::OutOfService`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<CountStatus>,
    /// From LINE Official Account Manager, to all friends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broadcast: Option<u64>,
    /// From LINE Official Account Manager, to friends picked by their attributes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub targeting: Option<u64>,
    /// From LINE Official Account Manager, step by step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_message: Option<u64>,
    /// Automatic answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_response: Option<u64>,
    /// Greetings of new friends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub welcome_response: Option<u64>,
    /// From the chat page of LINE Official Account Manager.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat: Option<u64>,
    /// Broadcast over the API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_broadcast: Option<u64>,
    /// Pushed over the API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_push: Option<u64>,
    /// Multicast over the API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_multicast: Option<u64>,
    /// Narrowcast over the API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_narrowcast: Option<u64>,
    /// Replied over the API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_reply: Option<u64>,
    /// Automatic answers of LINE Chat Plus.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cc_auto_reply: Option<u64>,
    /// Answers of people with LINE Chat Plus.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cc_manual_reply: Option<u64>,
    /// LINE notification messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pnp_notice_message: Option<u64>,
    /// Call to LINE.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pnp_call_to_line: Option<u64>,
    /// From chat tools of others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub third_party_chat_tool: Option<u64>,
}

/// How many friends the account had on a day; the numbers are there only when ready
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-number-of-followers)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct FollowerCounts {
    /// Whether the numbers are there. Days before 1 November 2016 are [`CountStatus::OutOfService`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<CountStatus>,
    /// People who ever added the account, those who block it now or left LINE among them.
    pub followers: Option<u64>,
    /// People that messages picked by gender, age or area can reach.
    pub targeted_reaches: Option<u64>,
    /// People who block the account.
    pub blocks: Option<u64>,
}
