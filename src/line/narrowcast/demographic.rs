//! `filter.demographic`: what is known of friends
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#narrowcast-demographic-filter)).

use serde::Serialize;

use super::tree::{Tree, operators};
use super::{Area, Range};
use crate::line::InvalidField;
use crate::line::invalid::count;

/// The most filter objects of a narrowcast; operators do not count
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#narrowcast-demographic-filter)).
pub const FILTERS_MAX: usize = 10;

/// What is known of those a narrowcast goes to, as an expression like [`Recipient`](super::Recipient)
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#narrowcast-demographic-filter)).
///
/// ```
/// use line_bot_server::line::narrowcast::{Age, AppType, Area, Demographic, Gender};
///
/// let filter = Demographic::area([Area::Tokyo, Area::Osaka]) & Demographic::age(Age::Years20..)
///     & !Demographic::gender([Gender::Male])
///     | Demographic::app_type([AppType::Ios]);
/// assert!(filter.check().is_ok());
/// ```
///
/// LINE's data is about three days old, and users of whom it does not know the attribute do not match. With a filter
/// the target reach must be at least 100 (else 403). Some filters leave out Thai users under 20.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Demographic(Tree<Filter>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Filter {
    Gender { one_of: OneOf<Gender> },
    Age(Range<Age>),
    AppType { one_of: OneOf<AppType> },
    Area { one_of: OneOf<Area> },
    SubscriptionPeriod(Range<SubscriptionPeriod>),
}

operators!(Demographic);

impl Demographic {
    /// Of one of these genders.
    pub fn gender(genders: impl Into<OneOf<Gender>>) -> Self {
        Self(Tree::Leaf(Filter::Gender { one_of: genders.into() }))
    }

    /// Of an age in this range.
    pub fn age(ages: impl Into<Range<Age>>) -> Self {
        Self(Tree::Leaf(Filter::Age(ages.into())))
    }

    /// With one of these systems.
    pub fn app_type(types: impl Into<OneOf<AppType>>) -> Self {
        Self(Tree::Leaf(Filter::AppType { one_of: types.into() }))
    }

    /// From one of these areas.
    pub fn area(areas: impl Into<OneOf<Area>>) -> Self {
        Self(Tree::Leaf(Filter::Area { one_of: areas.into() }))
    }

    /// Friends for a time in this range.
    pub fn subscription_period(periods: impl Into<Range<SubscriptionPeriod>>) -> Self {
        Self(Tree::Leaf(Filter::SubscriptionPeriod(periods.into())))
    }

    /// Checks the number of filter objects, at most [`FILTERS_MAX`].
    ///
    /// # Errors
    /// There are more.
    pub fn check(&self) -> Result<(), InvalidField> {
        count("filter.demographic", self.0.leaves(), FILTERS_MAX, "filter objects")
    }
}

/// One of several values; never none, which the compiler sees for an array:
///
/// ```compile_fail,E0080
/// use line_bot_server::line::narrowcast::Demographic;
///
/// let nobody = Demographic::gender([]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct OneOf<T>(Vec<T>);

impl<T> OneOf<T> {
    /// One of values that are counted at run time; `None` if there are none.
    pub fn new(values: impl IntoIterator<Item = T>) -> Option<Self> {
        let values: Vec<T> = values.into_iter().collect();
        (!values.is_empty()).then_some(Self(values))
    }
}

impl<T, const N: usize> From<[T; N]> for OneOf<T> {
    fn from(values: [T; N]) -> Self {
        const { assert!(N > 0, "an array of at least one value is needed") };
        Self(values.into())
    }
}

/// `gender`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Gender {
    /// `male`
    Male,
    /// `female`
    Female,
}

/// `appType`: the system of a user's device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum AppType {
    /// `ios`
    Ios,
    /// `android`
    Android,
}

/// `age`: an end of a range, in steps of five years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[non_exhaustive]
pub enum Age {
    /// 15
    #[serde(rename = "age_15")]
    Years15,
    /// 20
    #[serde(rename = "age_20")]
    Years20,
    /// 25
    #[serde(rename = "age_25")]
    Years25,
    /// 30
    #[serde(rename = "age_30")]
    Years30,
    /// 35
    #[serde(rename = "age_35")]
    Years35,
    /// 40
    #[serde(rename = "age_40")]
    Years40,
    /// 45
    #[serde(rename = "age_45")]
    Years45,
    /// 50
    #[serde(rename = "age_50")]
    Years50,
    /// 55
    #[serde(rename = "age_55")]
    Years55,
    /// 60
    #[serde(rename = "age_60")]
    Years60,
    /// 65
    #[serde(rename = "age_65")]
    Years65,
    /// 70
    #[serde(rename = "age_70")]
    Years70,
}

/// `subscriptionPeriod`: how long somebody has been a friend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[non_exhaustive]
pub enum SubscriptionPeriod {
    /// 7 days
    #[serde(rename = "day_7")]
    Days7,
    /// 30 days
    #[serde(rename = "day_30")]
    Days30,
    /// 90 days
    #[serde(rename = "day_90")]
    Days90,
    /// 180 days
    #[serde(rename = "day_180")]
    Days180,
    /// 365 days
    #[serde(rename = "day_365")]
    Days365,
}
