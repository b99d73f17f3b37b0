//! What LINE tells of coupons that are there, those made in LINE Official Account Manager included.

use serde::{Deserialize, Serialize};

use super::{CouponTimeZone, EpochSeconds};
use crate::line::CouponId;

open_words! {
    /// Where a coupon is in its life.
    pub enum CouponStatus {
        /// Saved, and not given out.
        Draft = "DRAFT",
        /// Valid, or about to be.
        Running = "RUNNING",
        /// Closed, or its time is over.
        Closed = "CLOSED",
    }
}

open_words! {
    /// Who sees a coupon.
    pub enum CouponVisibility {
        /// Who is sent it.
        Unlisted = "UNLISTED",
        /// LY Corporation's services list it.
        Public = "PUBLIC",
        /// Nobody; only coupons made elsewhere have it.
        Private = "PRIVATE",
    }
}

open_words! {
    /// Who gets a coupon.
    pub enum AcquisitionType {
        /// Everybody who is sent it.
        Normal = "normal",
        /// Who wins it.
        Lottery = "lottery",
        /// Who refers a friend, and the friend; only coupons made elsewhere have it.
        Referral = "referral",
    }
}

open_words! {
    /// What a coupon gives.
    pub enum RewardType {
        /// Less is paid.
        Discount = "discount",
        /// Some of it is paid back.
        CashBack = "cashBack",
        /// Nothing is paid.
        Free = "free",
        /// Something is added.
        Gift = "gift",
        /// Something else.
        Others = "others",
    }
}

open_words! {
    /// How a discount or what is paid back is told.
    pub enum PriceInfoType {
        /// As an amount.
        Fixed = "fixed",
        /// In per cent.
        Percentage = "percentage",
        /// As two prices.
        Explicit = "explicit",
    }
}

open_words! {
    /// The currency of a coupon or a membership, by the account's country.
    pub enum Currency {
        /// Japanese yen.
        Jpy = "JPY",
        /// Thai baht.
        Thb = "THB",
        /// Taiwan dollar.
        Twd = "TWD",
    }
}

/// A coupon that is there. LINE's schema requires none of these, so each may be missing; what LINE's reference calls
/// "not always included" is said
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-coupon)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Coupon {
    /// Its ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coupon_id: Option<CouponId>,
    /// What users see in their list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How it is used; not always there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Under which condition; not always there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage_condition: Option<String>,
    /// What it gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reward: Option<RewardDetail>,
    /// Who gets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acquisition_condition: Option<AcquisitionDetail>,
    /// How many there are of it; not always there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_acquire_count: Option<i64>,
    /// How often who got it can use it: 1, or -1 for no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_use_count_per_ticket: Option<i64>,
    /// How many one user can get: 1, or up to 30 where friends are referred.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_ticket_per_user: Option<i64>,
    /// From when it can be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_timestamp: Option<EpochSeconds>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_timestamp: Option<EpochSeconds>,
    /// In which time zone users are shown start and end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<CouponTimeZone>,
    /// Who sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<CouponVisibility>,
    /// URL of LINE's copy of its image; not always there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// What is shown when it is used; not always there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coupon_code: Option<String>,
    /// URL of LINE's copy of the barcode; not always there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub barcode_image_url: Option<String>,
    /// Where it is in its life.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<CouponStatus>,
    /// When it was created.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_timestamp: Option<EpochSeconds>,
}

/// Who gets a coupon that is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AcquisitionDetail {
    /// `type`
    #[serde(rename = "type")]
    pub kind: AcquisitionType,
    /// How likely it is to win, in per cent; lotteries only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lottery_probability: Option<u32>,
    /// How many can win, -1 for no limit; lotteries only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_acquire_count: Option<i64>,
}

/// What a coupon that is there gives
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-coupon-reward-object)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RewardDetail {
    /// `type`
    #[serde(rename = "type")]
    pub kind: RewardType,
    /// How much; discounts and what is paid back only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_info: Option<PriceInfoDetail>,
}

/// How much less is paid, or is paid back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PriceInfoDetail {
    /// `type`
    #[serde(rename = "type")]
    pub kind: PriceInfoType,
    /// With `fixed`: the amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed_amount: Option<i64>,
    /// With `percentage`: per cent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percentage: Option<u32>,
    /// With `explicit`: what it costs otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_price: Option<i64>,
    /// With `explicit`: what it costs with the coupon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_after_discount: Option<i64>,
    /// With `fixed` and `explicit`: of the account's country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
}

/// A coupon in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CouponSummary {
    /// Its ID.
    pub coupon_id: CouponId,
    /// What users see in their list.
    pub title: String,
}

/// A page of the list
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-coupons-list)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CouponList {
    /// The coupons.
    pub items: Vec<CouponSummary>,
    /// Where the next page starts; valid for 24 hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The answer to creating a coupon
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-coupon)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CouponIdResponse {
    /// The coupon.
    pub coupon_id: CouponId,
}
