//! `POST /shop/v3/mission`
//! ([reference](https://developers.line.biz/en/reference/partner-docs/#send-mission-stickers-v3)).

use serde::Serialize;

use crate::client::call::nothing;
use crate::client::{Call, Client, Endpoint};
use crate::line::UserId;

/// The reference has it repeated after a 500 or a 502: a right that was granted is not granted twice.
static SEND: Endpoint = Endpoint::post("send_mission_sticker", "/shop/v3/mission");

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MissionSticker<'a> {
    to: &'a UserId,
    product_id: &'a str,
    product_type: &'static str,
    send_present_message: bool,
}

impl Client {
    /// Grants a user the right to download a set of stickers, by its package ID. For corporate users with this option,
    /// else 403; 404 if there is no such set; 400 if the user cannot get it, or not now.
    pub fn send_mission_sticker(&self, user: &UserId, package_id: &str) -> Call<()> {
        // LINE takes no other values of the last two.
        let body = MissionSticker {
            to: user,
            product_id: package_id,
            product_type: "STICKER",
            send_present_message: false,
        };
        Call::new(self, &SEND, &[], nothing()).body(&body)
    }
}
