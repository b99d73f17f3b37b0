//! `coupon` messages ([reference](https://developers.line.biz/en/reference/messaging-api/#coupon-message)).

use super::{At, Count, Need};

const TAG_MAX: usize = 30;

/// LINE does not document what it says of a coupon it does not know, so any id is taken.
pub(super) fn check_coupon(at: &mut At<'_>) {
    at.string("couponId", Need::Required);
    let allowed = |c: char| c == '_' || c.is_ascii_alphanumeric();
    if let Some(tag) = at.text("deliveryTag", Need::Optional, TAG_MAX, Count::Utf16)
        && !tag.chars().all(allowed)
    {
        at.fault("deliveryTag", "Contains a character that is not allowed");
    }
}
