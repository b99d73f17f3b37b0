//! `delivery`
//! ([guide](https://developers.line.biz/en/docs/partner-docs/line-notification-messages/message-sending-complete-webhook-event/)).

use serde::{Deserialize, Serialize};

use crate::line::hidden::hide_content;

event! {
    /// A LINE notification message was delivered.
    pub struct DeliveryEvent = "delivery" {
        /// Which one.
        pub delivery: Delivery,
    }
}

/// `delivery`
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Delivery {
    /// The `X-Line-Delivery-Tag` of the request, else the hashed phone number.
    pub data: String,
}

hide_content!(Delivery);
