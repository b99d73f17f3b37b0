//! Whom a narrowcast goes to, as an expression: [`Recipient`]s and [`Demographic`]s combined with `&`, `|` and `!`, and
//! a [`Limit`] ([reference](https://developers.line.biz/en/reference/messaging-api/#send-narrowcast-message)).

mod area;
mod demographic;
mod limit;
mod progress;
mod range;
mod recipient;
mod tree;

pub use area::Area;
pub use demographic::{Age, AppType, Demographic, FILTERS_MAX, Gender, OneOf, SubscriptionPeriod};
pub use limit::{LIMIT_MAX, Limit, QuotaLimit};
pub use progress::{NarrowcastFailed, NarrowcastProgress, Phase, Reason};
pub use range::Range;
pub use recipient::{RECIPIENTS_MAX, Recipient};
