//! Coupons: what is created, and what LINE tells of those that are there.

mod detail;
mod reward;
mod zone;

use serde::{Serialize, Serializer};

use super::EpochSeconds;
use super::invalid::{InvalidField, at_most, https_url, one_to};
use super::text::Unit;

pub use detail::{
    AcquisitionDetail, AcquisitionType, Coupon, CouponIdResponse, CouponList, CouponStatus, CouponSummary,
    CouponVisibility, Currency, PriceInfoDetail, PriceInfoType, RewardDetail, RewardType,
};
pub use reward::{Acquisition, CashBack, Discount, Lottery, PERCENTAGE_MAX, Reward, WINNERS_MAX};
pub use zone::CouponTimeZone;

/// The most characters of `title`
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-coupon)).
pub const TITLE_MAX: usize = 60;
/// The most characters of `description`
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-coupon)).
pub const DESCRIPTION_MAX: usize = 1000;
/// The most characters of `usageCondition`
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-coupon)).
pub const USAGE_CONDITION_MAX: usize = 100;
/// The most characters of `couponCode`
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-coupon)).
pub const COUPON_CODE_MAX: usize = 16;
/// The most coupons on one page of the list
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-coupons-list)).
pub const COUPONS_PER_PAGE_MAX: u32 = 100;

/// A coupon to be created. It cannot be changed afterwards, only closed
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-coupon)).
///
/// ```
/// use line_bot_server::line::EpochSeconds;
/// use line_bot_server::line::coupon::{CouponTimeZone, Discount, NewCoupon};
///
/// let (start, end) = (EpochSeconds::new(1_798_729_200), EpochSeconds::new(1_799_938_800));
/// let coupon = NewCoupon::new("Friends-only coupon", Discount::Percentage(25), start, end, CouponTimeZone::AsiaTokyo)
///     .description("Show this screen at the till.")
///     .code("SPRING27");
/// assert!(coupon.check().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewCoupon {
    /// What users see in their list, 1 to [`TITLE_MAX`] UTF-16 code units.
    pub title: String,
    /// What it gives.
    pub reward: Reward,
    /// Who gets it.
    pub acquisition_condition: Acquisition,
    /// From when it can be used.
    pub start_timestamp: EpochSeconds,
    /// Until when; neither before the start nor before now.
    pub end_timestamp: EpochSeconds,
    /// In which time zone users are shown start and end.
    pub timezone: CouponTimeZone,
    /// Whether LY Corporation's services list it.
    pub visibility: Visibility,
    /// `maxUseCountPerTicket`: how often who got it can use it.
    pub max_use_count_per_ticket: Uses,
    /// How it is used, at most [`DESCRIPTION_MAX`] UTF-16 code units; `\n` breaks its lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Under which condition, at most [`USAGE_CONDITION_MAX`] UTF-16 code units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage_condition: Option<String>,
    /// HTTPS URL of a JPEG or PNG of at most 10 MB; LINE keeps a copy of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// What is shown when it is used, at most [`COUPON_CODE_MAX`] UTF-16 code units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coupon_code: Option<String>,
    /// HTTPS URL of a JPEG or PNG of at most 10 MB, shown when it is used; LINE keeps a copy of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub barcode_image_url: Option<String>,
}

/// Whether LY Corporation's services list a coupon
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-coupon)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Visibility {
    /// Only who is sent it sees it.
    #[default]
    Unlisted,
    /// It is listed.
    Public,
}

/// How often who got a coupon can use it
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-coupon)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Uses {
    /// `1`
    #[default]
    Once,
    /// `-1`
    Unlimited,
}

impl Serialize for Uses {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_i32(match self {
            Self::Once => 1,
            Self::Unlimited => -1,
        })
    }
}

impl NewCoupon {
    /// A coupon that everybody who is sent it gets, unlisted, and can use once.
    pub fn new(
        title: impl Into<String>,
        reward: impl Into<Reward>,
        start: impl Into<EpochSeconds>,
        end: impl Into<EpochSeconds>,
        timezone: CouponTimeZone,
    ) -> Self {
        Self {
            title: title.into(),
            reward: reward.into(),
            acquisition_condition: Acquisition::Normal,
            start_timestamp: start.into(),
            end_timestamp: end.into(),
            timezone,
            visibility: Visibility::default(),
            max_use_count_per_ticket: Uses::default(),
            description: None,
            usage_condition: None,
            image_url: None,
            coupon_code: None,
            barcode_image_url: None,
        }
    }

    /// Only who wins gets it.
    #[must_use]
    pub fn lottery(mut self, lottery: Lottery) -> Self {
        self.acquisition_condition = Acquisition::Lottery(lottery);
        self
    }

    /// Whether LY Corporation's services list it.
    #[must_use]
    pub fn visibility(mut self, visibility: Visibility) -> Self {
        self.visibility = visibility;
        self
    }

    /// How often who got it can use it.
    #[must_use]
    pub fn uses(mut self, uses: Uses) -> Self {
        self.max_use_count_per_ticket = uses;
        self
    }

    /// How it is used.
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Under which condition it is used.
    #[must_use]
    pub fn usage_condition(mut self, text: impl Into<String>) -> Self {
        self.usage_condition = Some(text.into());
        self
    }

    /// Its image, by its URL.
    #[must_use]
    pub fn image(mut self, url: impl Into<String>) -> Self {
        self.image_url = Some(url.into());
        self
    }

    /// The code that is shown when it is used.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.coupon_code = Some(code.into());
        self
    }

    /// The barcode that is shown when it is used, by its URL.
    #[must_use]
    pub fn barcode(mut self, url: impl Into<String>) -> Self {
        self.barcode_image_url = Some(url.into());
        self
    }

    /// Checks the documented limits. Whether it ends before now is left to LINE.
    ///
    /// # Errors
    /// Names the first field beyond its limit, as LINE does: `reward.priceInfo.percentage`.
    pub fn check(&self) -> Result<(), InvalidField> {
        one_to("title", &self.title, TITLE_MAX, Unit::Utf16)?;
        let texts = [
            ("description", &self.description, DESCRIPTION_MAX),
            ("usageCondition", &self.usage_condition, USAGE_CONDITION_MAX),
            ("couponCode", &self.coupon_code, COUPON_CODE_MAX),
        ];
        for (field, text, max) in texts {
            at_most(field, text.as_deref().unwrap_or_default(), max, Unit::Utf16)?;
        }
        for (field, url) in [("imageUrl", &self.image_url), ("barcodeImageUrl", &self.barcode_image_url)] {
            url.as_deref().map_or(Ok(()), |url| https_url(field, url))?;
        }
        if self.end_timestamp < self.start_timestamp {
            return Err(InvalidField::new("endTimestamp", "lies before startTimestamp"));
        }
        self.acquisition_condition.check().map_err(|problem| problem.within("acquisitionCondition"))?;
        self.reward.check().map_err(|problem| problem.within("reward"))
    }
}
