//! `beacon` ([reference](https://developers.line.biz/en/reference/messaging-api/#beacon-event)).

use serde::{Deserialize, Serialize};

event! {
    /// A friend came into range of a beacon that is linked with the account.
    pub struct BeaconEvent = "beacon" {
        /// Which beacon, and how.
        pub beacon: Beacon,
    }
}

/// `beacon`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Beacon {
    /// The beacon's hardware ID.
    pub hwid: String,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: BeaconType,
    /// The beacon's device message, hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dm: Option<String>,
}

open_words! {
    /// What happened at a beacon.
    pub enum BeaconType {
        /// The user came into range.
        Enter = "enter",
        /// The user tapped the beacon's banner.
        Banner = "banner",
        /// The user is still in range; repeated every 10 s or more.
        Stay = "stay",
    }
}
