//! Date and time pickers: their mode, and values in its form
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#date-and-time-format)).

use super::action::DATA_MAX;
use super::{At, Count, Need};
use crate::line::Date;

/// Each mode with the form of its values: `d` is a digit, `T` is `T` or `t`, the rest is itself.
const FORMS: [(&str, &str); 3] =
    [("date", "dddd-dd-dd"), ("time", "dd:dd"), ("datetime", "dddd-dd-ddTdd:dd")];

pub(super) fn check_picker(at: &mut At<'_>) {
    at.text("data", Need::Given, DATA_MAX, Count::Utf16);
    at.one_of("mode", Need::Required, &FORMS.map(|(mode, _)| mode));
    let mode = at.value["mode"].as_str().unwrap_or_default();
    let Some((_, form)) = FORMS.iter().find(|(name, _)| *name == mode) else { return };
    let [_, max, min] = ["initial", "max", "min"].map(|field| {
        let value = at.string(field, Need::Optional)?;
        if is_value(form, value) {
            return Some(value.replace('t', "T"));
        }
        at.fault(field, format!("Must be a valid {mode}"));
        None
    });
    // Values of one form are ordered in time as they are ordered as texts.
    if let (Some(max), Some(min)) = (max, min)
        && max <= min
    {
        at.fault("max", "Must be after min");
    }
}

fn is_value(form: &str, value: &str) -> bool {
    has_form(form, value)
        && value.get(..10).is_none_or(is_date)
        && value.get(value.len() - 5..).is_none_or(|end| !end.contains(':') || is_time(end))
}

fn has_form(form: &str, value: &str) -> bool {
    form.len() == value.len()
        && form.bytes().zip(value.bytes()).all(|(form, byte)| match form {
            b'd' => byte.is_ascii_digit(),
            b'T' => byte.eq_ignore_ascii_case(&b't'),
            itself => byte == itself,
        })
}

/// `1900-01-01` to `2100-12-31`.
fn is_date(date: &str) -> bool {
    ("1900".."2101").contains(&&date[..4]) && Date::parse(&date.replace('-', "")).is_some()
}

fn is_time(time: &str) -> bool {
    ("00".."24").contains(&&time[..2]) && ("00".."60").contains(&&time[3..])
}

#[cfg(test)]
mod tests {
    use super::{FORMS, is_value};

    #[test]
    fn values_have_the_form_of_their_mode_and_are_in_the_calendar() {
        let [date, time, both] = FORMS.map(|(_, form)| form);
        for (form, value) in [
            (date, "1900-01-01"),
            (date, "2100-12-31"),
            (date, "2024-02-29"),
            (date, "2000-02-29"),
            (time, "00:00"),
            (time, "23:59"),
            (both, "2026-12-24T18:30"),
            (both, "2026-12-24t18:30"),
        ] {
            assert!(is_value(form, value), "{value}");
        }
        for (form, value) in [
            (date, ""),
            (date, "1899-12-31"),
            (date, "2101-01-01"),
            (date, "2023-02-29"),
            (date, "2100-02-29"),
            (date, "2026-13-01"),
            (date, "2026-00-01"),
            (date, "2026-06-31"),
            (date, "2026-06-00"),
            (date, "2026-6-01"),
            (date, "18:30"),
            (date, "２026-1-1"),
            (time, "24:00"),
            (time, "23:60"),
            (time, "6:15"),
            (both, "2026-12-24 18:30"),
            (both, "2026-12-24T24:00"),
            (both, "2026-06-31T00:00"),
        ] {
            assert!(!is_value(form, value), "{value}");
        }
    }
}
