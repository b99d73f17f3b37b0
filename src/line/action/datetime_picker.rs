//! `datetimepicker`: the user picks a date or a time.

use serde::Serialize;

use super::postback::DATA_MAX;
use super::{InvalidField, Place, Unit, at_most};
use crate::line::Date;

/// Lets the user pick a date or a time, which comes back in a postback event without a time zone
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#datetime-picker-action)).
///
/// ```
/// use line_bot_server::line::action::{DatetimePickerAction, Place};
///
/// let day = DatetimePickerAction::date("Select date", "storeId=12345").min("2026-12-01").max("2026-12-24");
/// let slot = DatetimePickerAction::datetime("Select slot", "storeId=12345").initial("2026-12-24T18:30");
/// assert!(day.check(Place::Template).is_ok() && slot.check(Place::QuickReply).is_ok());
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DatetimePickerAction {
    /// What the button says; see [`Place`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What comes back in `postback.data`, at most [`DATA_MAX`] UTF-16 code units.
    pub data: String,
    /// What is picked; says in which form the values below are written.
    pub mode: PickerMode,
    /// What the dialog shows first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial: Option<String>,
    /// The latest value; later than `min`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<String>,
    /// The earliest value; earlier than `max`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<String>,
}

/// What a [`DatetimePickerAction`] lets the user pick, and how its values are written
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#date-and-time-format)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PickerMode {
    /// A date from `1900-01-01` to `2100-12-31`.
    Date,
    /// A time from `00:00` to `23:59`.
    Time,
    /// A date and a time from `1900-01-01T00:00` to `2100-12-31T23:59`; the `T` may be a `t`.
    Datetime,
}

impl DatetimePickerAction {
    /// A button `label` that asks for a date: `2026-12-24`.
    pub fn date(label: impl Into<String>, data: impl Into<String>) -> Self {
        Self { label: Some(label.into()), ..Self::unlabelled(PickerMode::Date, data) }
    }

    /// A button `label` that asks for a time: `18:30`.
    pub fn time(label: impl Into<String>, data: impl Into<String>) -> Self {
        Self { label: Some(label.into()), ..Self::unlabelled(PickerMode::Time, data) }
    }

    /// A button `label` that asks for a date and a time: `2026-12-24T18:30`.
    pub fn datetime(label: impl Into<String>, data: impl Into<String>) -> Self {
        Self { label: Some(label.into()), ..Self::unlabelled(PickerMode::Datetime, data) }
    }

    /// The same where no label is shown: a rich menu, an image, a box.
    pub fn unlabelled(mode: PickerMode, data: impl Into<String>) -> Self {
        Self { label: None, data: data.into(), mode, initial: None, max: None, min: None }
    }

    /// What the dialog shows first.
    #[must_use]
    pub fn initial(mut self, value: impl Into<String>) -> Self {
        self.initial = Some(value.into());
        self
    }

    /// The latest value.
    #[must_use]
    pub fn max(mut self, value: impl Into<String>) -> Self {
        self.max = Some(value.into());
        self
    }

    /// The earliest value.
    #[must_use]
    pub fn min(mut self, value: impl Into<String>) -> Self {
        self.min = Some(value.into());
        self
    }

    /// Checks the documented limits.
    ///
    /// # Errors
    /// Names the first field beyond its limit.
    pub fn check(&self, place: Place) -> Result<(), InvalidField> {
        place.check_label(self.label.as_deref())?;
        at_most("data", &self.data, DATA_MAX, Unit::Utf16)?;
        self.read("initial", self.initial.as_deref())?;
        let max = self.read("max", self.max.as_deref())?;
        let min = self.read("min", self.min.as_deref())?;
        match (max, min) {
            (Some(max), Some(min)) if max <= min => {
                let (max, min) = (max.written(self.mode), min.written(self.mode));
                Err(InvalidField::new("max", format!("{max}, only values after `min` ({min}) are allowed")))
            }
            _ => Ok(()),
        }
    }

    fn read(&self, field: &str, value: Option<&str>) -> Result<Option<Moment>, InvalidField> {
        let Some(value) = value else { return Ok(None) };
        let Some(moment) = Moment::read(self.mode, value) else {
            let problem = format!("not a {}", self.mode.form());
            return Err(InvalidField::new(field, problem));
        };
        if self.mode != PickerMode::Time && !PICKER_YEARS.contains(&moment.year) {
            let actual = moment.written(self.mode);
            let problem = format!(
                "{actual}, years from {} to {} are allowed",
                PICKER_YEARS.start(),
                PICKER_YEARS.end()
            );
            return Err(InvalidField::new(field, problem));
        }
        Ok(Some(moment))
    }
}

impl PickerMode {
    fn form(self) -> &'static str {
        match self {
            Self::Date => "date (2026-12-24)",
            Self::Time => "time (18:30)",
            Self::Datetime => "date and time (2026-12-24T18:30)",
        }
    }
}

/// The years of a date; its months, days, hours and minutes are those of the calendar
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#date-and-time-format)).
pub const PICKER_YEARS: std::ops::RangeInclusive<u16> = 1900..=2100;

/// A picker's value, ordered in time. A date has no time and a time has no date: those are zero.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Moment {
    year: u16,
    month: u16,
    day: u16,
    hour: u16,
    minute: u16,
}

impl Moment {
    fn read(mode: PickerMode, value: &str) -> Option<Self> {
        match mode {
            PickerMode::Date => Self::read_date(value),
            PickerMode::Time => Self::default().read_time(value),
            PickerMode::Datetime => {
                let (date, time) = value.split_once(['T', 't'])?;
                Self::read_date(date)?.read_time(time)
            }
        }
    }

    /// `2026-12-24`
    fn read_date(value: &str) -> Option<Self> {
        let (year, rest) = value.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        let (year, month, day) = (digits(year, 4)?, digits(month, 2)?, digits(day, 2)?);
        Date::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)?;
        Some(Self { year, month, day, ..Self::default() })
    }

    /// `18:30`
    fn read_time(self, value: &str) -> Option<Self> {
        let (hour, minute) = value.split_once(':')?;
        let (hour, minute) = (digits(hour, 2)?, digits(minute, 2)?);
        (hour < 24 && minute < 60).then_some(Self { hour, minute, ..self })
    }

    fn written(self, mode: PickerMode) -> String {
        let Self { year, month, day, hour, minute } = self;
        match mode {
            PickerMode::Date => format!("{year:04}-{month:02}-{day:02}"),
            PickerMode::Time => format!("{hour:02}:{minute:02}"),
            PickerMode::Datetime => format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}"),
        }
    }
}

fn digits(text: &str, len: usize) -> Option<u16> {
    (text.len() == len && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}
