//! How a rich menu is used. When fewer than 20 people used it in the period, LINE tells its ID alone.

use serde::{Deserialize, Serialize};

use crate::line::response::null_is_empty;
use crate::line::{Date, RichMenuId};

/// How a rich menu was used over a whole period
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-rich-menu-insight-summary)).
pub type RichMenuSummary = RichMenuInsight<Metrics>;

/// How a rich menu was used, day by day
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-rich-menu-insight-daily)).
pub type RichMenuDaily = RichMenuInsight<Vec<DailyMetrics>>;

/// How a rich menu was used: `M` is what is told of it as a whole, and of each of its areas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "M: Deserialize<'de>"))]
#[non_exhaustive]
pub struct RichMenuInsight<M> {
    /// Which rich menu.
    pub rich_menu_id: RichMenuId,
    /// The first day that the figures cover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metrics_from: Option<Date>,
    /// The last day that the figures cover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metrics_to: Option<Date>,
    /// How often it was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impression: Option<Impression<M>>,
    /// How often each area was tapped.
    #[serde(default = "Vec::new", deserialize_with = "null_is_empty", skip_serializing_if = "Vec::is_empty")]
    pub clicks: Vec<AreaClicks<M>>,
}

/// How often a rich menu was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Impression<M> {
    /// The figures.
    pub metrics: M,
}

/// How often an area of a rich menu was tapped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AreaClicks<M> {
    /// The area.
    pub bounds: AreaBounds,
    /// The figures.
    pub metrics: M,
}

/// Where an area is, in pixels of the rich menu's image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AreaBounds {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
    /// How wide.
    pub width: i32,
    /// How high.
    pub height: i32,
}

/// Figures of a whole period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Metrics {
    /// How often.
    pub count: u64,
    /// By how many people, about.
    pub unique_users: u64,
}

/// Figures of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DailyMetrics {
    /// The day.
    pub date: Date,
    /// How often.
    pub count: u64,
    /// By how many people, about.
    pub unique_users: u64,
}
