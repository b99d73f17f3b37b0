//! What people did with messages. A figure below 20 is not told (`None`), nor is one that fewer than 20 people caused.
//! Figures go on for 14 days after the message was sent.

use serde::{Deserialize, Serialize};

use crate::line::response::null_is_empty;
use crate::line::{EpochSeconds, RequestId};

/// What people did with one broadcast or narrowcast
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-message-event)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MessageInteractions {
    /// Of the message as a whole.
    pub overview: InteractionOverview,
    /// Of each of its bubbles; empty when there is nothing to tell.
    #[serde(deserialize_with = "null_is_empty")]
    pub messages: Vec<BubbleInteractions>,
    /// Of each URL in it; empty when there is none, or nothing to tell.
    #[serde(deserialize_with = "null_is_empty")]
    pub clicks: Vec<UrlClicks>,
}

/// Of a message as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct InteractionOverview {
    /// The call that sent it.
    pub request_id: Option<RequestId>,
    /// When it was delivered.
    pub timestamp: Option<EpochSeconds>,
    /// How many messages were delivered, told below 20 too; `None` while some are still to be sent.
    pub delivered: Option<u64>,
    /// People who saw at least one bubble.
    pub unique_impression: Option<u64>,
    /// People who opened a URL.
    pub unique_click: Option<u64>,
    /// People who began to play a video or an audio.
    pub unique_media_played: Option<u64>,
    /// People who played one to its end.
    #[serde(rename = "uniqueMediaPlayed100Percent")]
    pub unique_media_played_100_percent: Option<u64>,
}

/// What people did with all pushes and multicasts of one aggregation unit
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-statistics-per-unit)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct UnitInteractions {
    /// Of the messages as a whole.
    pub overview: UnitOverview,
    /// Of each bubble, counted by its place in the request; empty when there is nothing to tell.
    #[serde(deserialize_with = "null_is_empty")]
    pub messages: Vec<BubbleInteractions>,
    /// Of each URL; empty when there is none, or nothing to tell.
    #[serde(deserialize_with = "null_is_empty")]
    pub clicks: Vec<UrlClicks>,
}

/// Of all messages of a unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct UnitOverview {
    /// People who saw at least one bubble.
    pub unique_impression: Option<u64>,
    /// People who opened a URL.
    pub unique_click: Option<u64>,
    /// People who began to play a video or an audio.
    pub unique_media_played: Option<u64>,
    /// People who played one to its end.
    #[serde(rename = "uniqueMediaPlayed100Percent")]
    pub unique_media_played_100_percent: Option<u64>,
}

/// Of one bubble.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct BubbleInteractions {
    /// The bubble's number, from 1.
    pub seq: u32,
    /// Times it was seen.
    pub impression: Option<u64>,
    /// People who saw it; told for aggregation units alone.
    pub unique_impression: Option<u64>,
    /// Times its video or audio began to play, by itself too.
    pub media_played: Option<u64>,
    /// Times it was played to a quarter.
    #[serde(rename = "mediaPlayed25Percent")]
    pub media_played_25_percent: Option<u64>,
    /// Times it was played to the half.
    #[serde(rename = "mediaPlayed50Percent")]
    pub media_played_50_percent: Option<u64>,
    /// Times it was played to three quarters.
    #[serde(rename = "mediaPlayed75Percent")]
    pub media_played_75_percent: Option<u64>,
    /// Times it was played to its end.
    #[serde(rename = "mediaPlayed100Percent")]
    pub media_played_100_percent: Option<u64>,
    /// People who began to play it.
    pub unique_media_played: Option<u64>,
    /// People who played it to a quarter.
    #[serde(rename = "uniqueMediaPlayed25Percent")]
    pub unique_media_played_25_percent: Option<u64>,
    /// People who played it to the half.
    #[serde(rename = "uniqueMediaPlayed50Percent")]
    pub unique_media_played_50_percent: Option<u64>,
    /// People who played it to three quarters.
    #[serde(rename = "uniqueMediaPlayed75Percent")]
    pub unique_media_played_75_percent: Option<u64>,
    /// People who played it to its end.
    #[serde(rename = "uniqueMediaPlayed100Percent")]
    pub unique_media_played_100_percent: Option<u64>,
}

/// Of one URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct UrlClicks {
    /// The URL's number, from 1.
    pub seq: u32,
    /// The URL.
    pub url: String,
    /// Times it was opened.
    pub click: Option<u64>,
    /// People who opened it.
    pub unique_click: Option<u64>,
    /// People who opened it by any of the message's links to it.
    pub unique_click_of_request: Option<u64>,
}
