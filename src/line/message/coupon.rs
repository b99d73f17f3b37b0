//! `coupon`

use serde::Serialize;

use super::{InvalidField, QuickReply, Sender};
use crate::line::CouponId;
use crate::line::invalid::{at_most, needed};
use crate::line::text::Unit;

/// The most characters of `deliveryTag`
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#coupon-message)).
pub const DELIVERY_TAG_MAX: usize = 30;

/// A coupon of the account ([reference](https://developers.line.biz/en/reference/messaging-api/#coupon-message)).
///
/// ```
/// use line_bot_server::line::CouponMessage;
///
/// let tenth_off = CouponMessage::new("01JYNW8JMQVFBNWF1APF8Z3FS7").delivery_tag("chat_2026");
/// assert!(tenth_off.check().is_ok());
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CouponMessage {
    /// The coupon, as LINE called it when it was made.
    pub coupon_id: CouponId,
    /// By which way it came, for the analysis in LINE Official Account Manager: at most [`DELIVERY_TAG_MAX`] of
    /// `a-z`, `A-Z`, `0-9` and `_`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_tag: Option<String>,
    /// Buttons below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quick_reply: Option<QuickReply>,
    /// Another name and icon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender>,
}

impl CouponMessage {
    /// A coupon by its id.
    pub fn new(coupon_id: impl Into<CouponId>) -> Self {
        Self { coupon_id: coupon_id.into(), delivery_tag: None, quick_reply: None, sender: None }
    }

    /// By which way it came, for the analysis in LINE Official Account Manager.
    #[must_use]
    pub fn delivery_tag(mut self, tag: impl Into<String>) -> Self {
        self.delivery_tag = Some(tag.into());
        self
    }

    pub(super) fn check_own(&self) -> Result<(), InvalidField> {
        needed("couponId", self.coupon_id.as_str())?;
        self.delivery_tag.as_deref().map_or(Ok(()), check_delivery_tag)
    }
}

fn check_delivery_tag(tag: &str) -> Result<(), InvalidField> {
    if !tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        let problem = "other characters, a-z, A-Z, 0-9 and _ are allowed";
        return Err(InvalidField::new("deliveryTag", problem));
    }
    at_most("deliveryTag", tag, DELIVERY_TAG_MAX, Unit::Utf16)
}
