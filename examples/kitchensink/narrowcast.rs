//! The narrowcast of LINE's reference, as an expression.

use line_bot_server::line::InvalidField;
use line_bot_server::line::narrowcast::{
    Age, AppType, Area, Demographic, Gender, Limit, Range, Recipient, SubscriptionPeriod,
};

/// An audience, but not those who got an earlier narrowcast.
pub(super) fn recipient() -> Recipient {
    Recipient::audience(5614991017776) & !Recipient::redelivery("5b59509c-c57b-11e9-aa8c-2a2ae2dbcce4")
}

/// New friends in their early twenties from two prefectures, or women in their late thirties.
pub(super) fn filter() -> Result<Demographic, InvalidField> {
    let new = Range::between(SubscriptionPeriod::Days7, SubscriptionPeriod::Days30)?;
    let young = Demographic::gender([Gender::Male, Gender::Female])
        & Demographic::age(Range::between(Age::Years20, Age::Years25)?)
        & Demographic::app_type([AppType::Android, AppType::Ios])
        & Demographic::area([Area::Aichi, Area::Akita])
        & Demographic::subscription_period(new);
    let late_thirties = Demographic::age(Range::between(Age::Years35, Age::Years40)?);
    Ok(young | late_thirties & !Demographic::gender([Gender::Male]))
}

/// A hundred of them, and no more than the month still allows.
pub(super) fn limit() -> Limit {
    Limit::new().max(100).up_to_remaining_quota().into()
}
