//! What a coupon gives, and who gets it.

use serde::{Serialize, Serializer};

use super::InvalidField;

/// The highest percentage; the lowest is 1
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-coupon-reward-object)).
pub const PERCENTAGE_MAX: u32 = 99;
/// The highest limit of a lottery's winners; the lowest is 1
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-coupon)).
pub const WINNERS_MAX: u32 = 999_999;

/// What a coupon gives
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-coupon-reward-object)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
#[non_exhaustive]
pub enum Reward {
    /// `discount`: less is paid.
    #[serde(rename_all = "camelCase")]
    Discount {
        /// How much less.
        price_info: Discount,
    },
    /// `cashBack`: some of it is paid back.
    #[serde(rename_all = "camelCase")]
    CashBack {
        /// How much.
        price_info: CashBack,
    },
    /// `free`: nothing is paid.
    Free,
    /// `gift`: something is added.
    Gift,
    /// `others`
    Others,
}

/// How much less is paid. Amounts are in the currency of the account's country: TWD, THB, else JPY
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-coupon-reward-object)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "Written")]
pub enum Discount {
    /// This amount, 1 or more.
    Fixed(u64),
    /// This part of it, in per cent: 1 to [`PERCENTAGE_MAX`].
    Percentage(u32),
    /// Two prices, the first crossed out; each 1 or more.
    Explicit {
        /// What it costs otherwise.
        original_price: u64,
        /// What it costs with the coupon.
        price_after_discount: u64,
    },
}

/// How much is paid back; amounts as for [`Discount`]
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-coupon-reward-object)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "Written")]
pub enum CashBack {
    /// This amount, 1 or more.
    Fixed(u64),
    /// This part of it, in per cent: 1 to [`PERCENTAGE_MAX`].
    Percentage(u32),
}

/// `priceInfo` as LINE has it.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Written {
    Fixed { fixed_amount: u64 },
    Percentage { percentage: u32 },
    Explicit { original_price: u64, price_after_discount: u64 },
}

impl From<Discount> for Written {
    fn from(discount: Discount) -> Self {
        match discount {
            Discount::Fixed(fixed_amount) => Self::Fixed { fixed_amount },
            Discount::Percentage(percentage) => Self::Percentage { percentage },
            Discount::Explicit { original_price, price_after_discount } => {
                Self::Explicit { original_price, price_after_discount }
            }
        }
    }
}

impl From<CashBack> for Written {
    fn from(cash_back: CashBack) -> Self {
        match cash_back {
            CashBack::Fixed(fixed_amount) => Self::Fixed { fixed_amount },
            CashBack::Percentage(percentage) => Self::Percentage { percentage },
        }
    }
}

impl From<Discount> for Reward {
    fn from(price_info: Discount) -> Self {
        Self::Discount { price_info }
    }
}

impl From<CashBack> for Reward {
    fn from(price_info: CashBack) -> Self {
        Self::CashBack { price_info }
    }
}

impl Reward {
    pub(super) fn check(&self) -> Result<(), InvalidField> {
        let written = match self {
            Self::Discount { price_info } => Written::from(*price_info),
            Self::CashBack { price_info } => Written::from(*price_info),
            Self::Free | Self::Gift | Self::Others => return Ok(()),
        };
        written.check().map_err(|problem| problem.within("priceInfo"))
    }
}

impl Written {
    fn check(&self) -> Result<(), InvalidField> {
        match *self {
            Self::Fixed { fixed_amount } => amount("fixedAmount", fixed_amount),
            Self::Percentage { percentage } => percent("percentage", percentage),
            Self::Explicit { original_price, price_after_discount } => {
                amount("originalPrice", original_price)?;
                amount("priceAfterDiscount", price_after_discount)
            }
        }
    }
}

/// Who gets a coupon. Coupons for referring friends cannot be created by API
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-coupon)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
#[non_exhaustive]
pub enum Acquisition {
    /// `normal`: everybody who is sent it.
    Normal,
    /// `lottery`: who wins it.
    Lottery(Lottery),
}

/// The lottery of a coupon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Lottery {
    /// `lotteryProbability`: how likely it is to win, in per cent: 1 to [`PERCENTAGE_MAX`].
    pub lottery_probability: u32,
    /// `maxAcquireCount`: how many can win, 1 to [`WINNERS_MAX`]; none is no limit.
    #[serde(serialize_with = "minus_one_if_none")]
    pub max_acquire_count: Option<u32>,
}

impl Lottery {
    /// So many in a hundred win, without a limit.
    pub fn new(probability: u32) -> Self {
        Self { lottery_probability: probability, max_acquire_count: None }
    }

    /// Not more than so many win.
    #[must_use]
    pub fn winners(mut self, most: u32) -> Self {
        self.max_acquire_count = Some(most);
        self
    }
}

impl Acquisition {
    pub(super) fn check(&self) -> Result<(), InvalidField> {
        let Self::Lottery(lottery) = self else { return Ok(()) };
        percent("lotteryProbability", lottery.lottery_probability)?;
        match lottery.max_acquire_count {
            Some(most) if !(1..=WINNERS_MAX).contains(&most) => {
                let problem = format!("{most} winners, 1 to {WINNERS_MAX} are allowed");
                Err(InvalidField::new("maxAcquireCount", problem))
            }
            _ => Ok(()),
        }
    }
}

fn minus_one_if_none<S: Serializer>(most: &Option<u32>, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_i64(most.map_or(-1, i64::from))
}

fn amount(field: &str, amount: u64) -> Result<(), InvalidField> {
    if amount == 0 { Err(InvalidField::new(field, "0, 1 or more is needed")) } else { Ok(()) }
}

fn percent(field: &str, percent: u32) -> Result<(), InvalidField> {
    if (1..=PERCENTAGE_MAX).contains(&percent) {
        return Ok(());
    }
    Err(InvalidField::new(field, format!("{percent} per cent, 1 to {PERCENTAGE_MAX} are allowed")))
}
