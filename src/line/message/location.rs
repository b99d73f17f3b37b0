//! `location`

use serde::Serialize;

use super::{InvalidField, QuickReply, Sender};
use crate::line::invalid::one_to;
use crate::line::text::Unit;

/// The most UTF-16 code units of `title`; at least one is needed
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#location-message)).
pub const TITLE_MAX: usize = 100;
/// The most UTF-16 code units of `address`; at least one is needed
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#location-message)).
pub const ADDRESS_MAX: usize = 100;

/// A place on the map
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#location-message)).
///
/// ```
/// use line_bot_server::line::LocationMessage;
///
/// let office = LocationMessage::new("my location", "1-3 Kioicho, Chiyoda-ku, Tokyo", 35.67966, 139.73669);
/// assert!(office.check().is_ok());
/// ```
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LocationMessage {
    /// One to [`TITLE_MAX`] UTF-16 code units.
    pub title: String,
    /// One to [`ADDRESS_MAX`] UTF-16 code units.
    pub address: String,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Buttons below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quick_reply: Option<QuickReply>,
    /// Another name and icon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender>,
}

impl LocationMessage {
    /// A place, in degrees north and east.
    pub fn new(title: impl Into<String>, address: impl Into<String>, latitude: f64, longitude: f64) -> Self {
        Self {
            title: title.into(),
            address: address.into(),
            latitude,
            longitude,
            quick_reply: None,
            sender: None,
        }
    }

    pub(super) fn check_own(&self) -> Result<(), InvalidField> {
        one_to("title", &self.title, TITLE_MAX, Unit::Utf16)?;
        one_to("address", &self.address, ADDRESS_MAX, Unit::Utf16)?;
        for (field, degrees) in [("latitude", self.latitude), ("longitude", self.longitude)] {
            // JSON has no way to write it.
            if !degrees.is_finite() {
                return Err(InvalidField::new(field, format!("{degrees}, a number is needed")));
            }
        }
        Ok(())
    }
}
