//! Times and days as LINE writes them beside `20261224`: ISO 8601 in UTC, and days with hyphens.

use crate::clock::Timestamp;
use crate::line::Date;
use crate::line::date::in_utc;

/// `2026-12-24T19:30:05.120Z`
pub(super) fn iso_8601(at: Timestamp) -> String {
    let (date, (hour, minute, second, milli)) = (in_utc(at).date(), in_utc(at).time().as_hms_milli());
    format!("{date}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}

/// `2026-12-24`
pub(super) fn with_hyphens(day: Date) -> String {
    let text = day.to_string();
    format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_iso_8601_in_utc() {
        assert_eq!(iso_8601(Timestamp::from_millis(1_582_934_400_000)), "2020-02-29T00:00:00.000Z");
        assert_eq!(iso_8601(Timestamp::from_millis(1_793_001_661_007)), "2026-10-26T08:01:01.007Z");
        assert_eq!(iso_8601(Timestamp::from_millis(0)), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn a_day_is_written_with_hyphens_too() {
        let day = Date::of(Timestamp::from_millis(1_793_001_661_007));
        assert_eq!((day.to_string(), with_hyphens(day)), ("20261026".to_owned(), "2026-10-26".to_owned()));
    }
}
