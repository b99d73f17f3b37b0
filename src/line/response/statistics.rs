//! What was sent, as LINE counts it.

use serde::{Deserialize, Serialize};

open_words! {
    /// Whether LINE has counted a day yet.
    pub enum CountStatus {
        /// It has: the numbers are there.
        Ready = "ready",
        /// Not yet: usually the next day.
        Unready = "unready",
        /// Too few for LINE to tell how many, to protect the users' privacy.
        UnavailableForPrivacy = "unavailable_for_privacy",
        /// LINE did not count so early.
        OutOfService = "out_of_service",
    }
}

/// How many messages were sent in one way on one day
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-number-of-reply-messages)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SentCount {
    /// Whether `success` is there. Days before 31 March 2018 are [`CountStatus::OutOfService`].
    pub status: CountStatus,
    /// Messages sent over the API, one for each person a request reached; only when ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success: Option<u64>,
}

/// How many names of aggregation units were used this month
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-the-number-of-unit-name-types-assigned-during-this-month)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AggregationUnitsUsed {
    /// Different names. LINE takes 1,000 a month, and drops the names beyond.
    pub num_of_custom_aggregation_units: u64,
}
