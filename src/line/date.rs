//! A day as LINE's statistics count them: `20261224`, by the clocks of Japan.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::{Month, OffsetDateTime, UtcOffset};

use super::InvalidField;
use super::lenient::Text;
use crate::clock::Timestamp;

/// LINE's days begin at midnight in UTC+9
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-number-of-delivery-messages)).
const UTC_PLUS_9: Duration = Duration::from_secs(9 * 3600);
/// The first day of the year 1: what is earlier has no four digits.
const FIRST: time::Date = match time::Date::from_ordinal_date(1, 1) {
    Ok(first) => first,
    Err(_) => time::Date::MIN,
};

/// A day, `yyyyMMdd` in UTC+9, of the years 1 to 9999; days are in their order.
///
/// ```
/// use line_bot_server::line::Date;
///
/// let eve = Date::new(2026, 12, 24).ok_or("no such day")?;
/// assert_eq!(eve.to_string(), "20261224");
/// assert_eq!(eve.plus_days(8).to_string(), "20270101");
/// assert!(Date::new(2026, 2, 29).is_none());
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(time::Date);

impl Date {
    /// This day; `None` if the calendar does not have it.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let month = Month::try_from(month).ok()?;
        time::Date::from_calendar_date(year.into(), month, day).ok().filter(|it| *it >= FIRST).map(Self)
    }

    /// The day in Japan that `at` lies in.
    pub fn of(at: Timestamp) -> Self {
        Self(in_utc(at.after(UTC_PLUS_9)).date()).within_range()
    }

    /// So many days later, or earlier if negative.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(time::Duration::days(days.into()))).within_range()
    }

    /// The same day so many years earlier; 28 February where there is no 29th.
    #[must_use]
    pub fn minus_years(self, years: u16) -> Self {
        let year = (self.0.year() - i32::from(years)).max(FIRST.year());
        let there = self.0.replace_year(year).or_else(|_| (self.0 - time::Duration::DAY).replace_year(year));
        Self(there.unwrap_or(FIRST))
    }

    /// From this day to `later`; negative if that is earlier.
    pub fn days_until(self, later: Self) -> i32 {
        later.0.to_julian_day() - self.0.to_julian_day()
    }

    /// The day that is written like this; `None` if it is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
        if !digits {
            return None;
        }
        Self::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?)
    }

    /// The first day of its month.
    pub(crate) fn month(self) -> Self {
        Self(self.0.replace_day(1).unwrap_or(self.0))
    }

    fn within_range(self) -> Self {
        Self(self.0.max(FIRST))
    }
}

/// `at` by the calendar, in UTC; the first or the last moment of the calendar if it lies beyond.
pub(crate) fn in_utc(at: Timestamp) -> OffsetDateTime {
    let nanos = i128::from(at.as_millis()) * 1_000_000;
    let beyond = if nanos < 0 { time::PrimitiveDateTime::MIN } else { time::PrimitiveDateTime::MAX };
    OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(beyond.assume_offset(UtcOffset::UTC))
}

/// Whether `to` is `from` or up to `max` days later.
pub(crate) fn check_period(days: &RangeInclusive<Date>, max: i32) -> Result<(), InvalidField> {
    let length = days.start().days_until(*days.end());
    if length < 0 {
        return Err(InvalidField::new("to", format!("{} is before `from`, {}", days.end(), days.start())));
    }
    if length > max {
        return Err(InvalidField::new("to", format!("{length} days after `from`, {max} are allowed")));
    }
    Ok(())
}

/// `20261224`
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.0.to_calendar_date();
        write!(f, "{year:04}{:02}{day:02}", u8::from(month))
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(d)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("not a day as yyyyMMdd"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: u16, month: u8, day: u8) -> Date {
        Date::new(year, month, day).unwrap()
    }

    #[test]
    fn only_days_that_there_are_can_be_made() {
        assert_eq!(date(2028, 2, 29).to_string(), "20280229");
        assert_eq!(date(2000, 2, 29).days_until(date(2000, 3, 1)), 1);
        for (year, month, day) in [
            (2026, 2, 29),
            (1900, 2, 29),
            (2026, 13, 1),
            (2026, 0, 1),
            (2026, 1, 0),
            (2026, 4, 31),
            (0, 1, 1),
        ] {
            assert_eq!(Date::new(year, month, day), None, "{year}-{month}-{day}");
        }
        assert_eq!((Date::new(10_000, 1, 1), date(9999, 12, 31).plus_days(1)), (None, date(9999, 12, 31)));
    }

    #[test]
    fn each_day_of_four_centuries_is_written_and_read_as_itself() {
        let mut day = date(1900, 1, 1);
        while day < date(2300, 1, 1) {
            let read: Date = serde_json::from_str(&format!("\"{day}\"")).unwrap();
            assert_eq!((read, day.days_until(day.plus_days(1))), (day, 1), "{day}");
            day = day.plus_days(1);
        }
        assert_eq!(day, date(2300, 1, 1));
    }

    #[test]
    fn what_is_no_day_is_not_read() {
        for bad in ["20260229", "20261301", "2026-1-1", "2026010", "+2026010", "２０２６", ""] {
            assert!(serde_json::from_str::<Date>(&format!("\"{bad}\"")).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_day_begins_at_midnight_in_japan() {
        // 2026-10-25T14:59:59.999Z and the millisecond after.
        assert_eq!(Date::of(Timestamp::from_millis(1_792_940_399_999)), date(2026, 10, 25));
        assert_eq!(Date::of(Timestamp::from_millis(1_792_940_400_000)), date(2026, 10, 26));
        assert_eq!(Date::of(Timestamp::from_millis(i64::MAX)), date(9999, 12, 31));
        assert_eq!(Date::of(Timestamp::from_millis(i64::MIN)), date(1, 1, 1));
    }

    #[test]
    fn years_earlier_is_the_same_day_or_the_last_of_february() {
        assert_eq!(date(2026, 11, 20).minus_years(3), date(2023, 11, 20));
        assert_eq!(date(2028, 2, 29).minus_years(3), date(2025, 2, 28));
        assert_eq!(date(2028, 2, 29).minus_years(4), date(2024, 2, 29));
        assert_eq!(date(4, 2, 29).minus_years(u16::MAX), date(1, 2, 28));
    }

    #[test]
    fn a_period_may_be_so_long_and_no_longer() {
        let start = date(2021, 3, 1);
        assert!(check_period(&(start..=date(2021, 3, 31)), 30).is_ok());
        let long = check_period(&(start..=date(2021, 4, 1)), 30).unwrap_err();
        assert_eq!(long.to_string(), "to: 31 days after `from`, 30 are allowed");
        let turned = check_period(&(start..=date(2021, 2, 28)), 30).unwrap_err();
        assert_eq!(turned.to_string(), "to: 20210228 is before `from`, 20210301");
    }
}
