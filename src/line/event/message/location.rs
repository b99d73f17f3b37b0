//! `message` of type `location` ([reference](https://developers.line.biz/en/reference/messaging-api/#wh-location)).

use serde::{Deserialize, Serialize};

use crate::line::hidden::hide_fields;
use crate::line::{MarkAsReadToken, MessageId};

/// A place. It cannot be quoted.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "location", rename_all = "camelCase")]
#[non_exhaustive]
pub struct LocationMessageContent {
    /// The message's id.
    pub id: MessageId,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Its latitude, in degrees.
    pub latitude: f64,
    /// Its longitude, in degrees.
    pub longitude: f64,
    /// Marks everything up to this message as read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark_as_read_token: Option<MarkAsReadToken>,
}

hide_fields!(LocationMessageContent { id, mark_as_read_token } hidden { title, address, latitude, longitude });
