//! The coupons of the channel: each runs until its time is over or it is closed.

use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::line::CouponId;

use super::mint;

/// Valid coupons of one account
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-coupon)).
const VALID_MAX: usize = 5000;

/// The coupons of the channel, in the order they were created in.
#[derive(Debug, Default)]
pub(super) struct Coupons(Vec<Coupon>);

/// A coupon.
#[derive(Debug)]
pub(super) struct Coupon {
    pub(super) id: CouponId,
    /// As it was created.
    object: Value,
    created: Timestamp,
    draft: bool,
    pub(super) closed: bool,
}

impl Coupons {
    /// Creates a coupon; none if there are too many.
    pub(super) fn create(&mut self, object: Value, draft: bool, now: Timestamp) -> Option<&Coupon> {
        if self.0.iter().filter(|coupon| coupon.status(now) == "RUNNING").count() >= VALID_MAX {
            return None;
        }
        let id = CouponId::from(mint::event_id(now).as_str());
        self.0.push(Coupon { id, object, created: now, draft, closed: false });
        self.0.last()
    }

    pub(super) fn get(&self, id: &str) -> Option<&Coupon> {
        self.0.iter().find(|coupon| coupon.id.as_str() == id)
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut Coupon> {
        self.0.iter_mut().find(|coupon| coupon.id.as_str() == id)
    }

    /// The newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Coupon> {
        self.0.iter().rev()
    }
}

impl Coupon {
    /// `DRAFT`, `RUNNING` (also before its time) or `CLOSED` (also after it).
    pub(super) fn status(&self, now: Timestamp) -> &'static str {
        let end = self.object["endTimestamp"].as_i64().unwrap_or(i64::MAX);
        if self.draft {
            "DRAFT"
        } else if self.closed || now.as_millis().div_euclid(1000) > end {
            "CLOSED"
        } else {
            "RUNNING"
        }
    }

    pub(super) fn title(&self) -> &str {
        self.object["title"].as_str().unwrap_or_default()
    }

    /// What LINE tells of it.
    pub(super) fn detail(&self, now: Timestamp) -> Value {
        let mut detail = self.object.clone();
        detail["couponId"] = json!(self.id);
        detail["status"] = json!(self.status(now));
        detail["createdTimestamp"] = json!(self.created.as_millis().div_euclid(1000));
        detail["maxTicketPerUser"] = json!(1);
        if let Some(price) =
            detail.pointer_mut("/reward/priceInfo").filter(|price| price["type"] != "percentage")
        {
            // The currency of the account's country; a simulated account is in Japan.
            price["currency"] = json!("JPY");
        }
        detail
    }
}
