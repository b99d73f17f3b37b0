//! Values of components: sizes, colours, ratios and numbers.

use serde_json::Value;

use super::{INVALID, MISSING};
use crate::simulator::check::{At, Need};

const RATIO: std::ops::RangeInclusive<f64> = 1.0..=100_000.0;

/// What a size may be.
pub(super) struct Size {
    keywords: &'static [&'static str],
    percent: bool,
    negative: bool,
}

const SPACES: &[&str] = &["none", "xs", "sm", "md", "lg", "xl", "xxl"];

pub(super) const SPACE: Size = Size { keywords: SPACES, percent: false, negative: false };
pub(super) const PADDING: Size = Size { keywords: SPACES, percent: true, negative: false };
/// LINE does not say whether offsets may be negative; messages in use have such.
pub(super) const OFFSET: Size = Size { keywords: SPACES, percent: true, negative: true };
pub(super) const BORDER: Size = Size {
    keywords: &["none", "light", "normal", "medium", "semi-bold", "bold"],
    percent: false,
    negative: false,
};
pub(super) const LENGTH: Size = Size { keywords: &[], percent: true, negative: false };
pub(super) const LETTERS: Size = Size {
    keywords: &["xxs", "xs", "sm", "md", "lg", "xl", "xxl", "3xl", "4xl", "5xl"],
    percent: false,
    negative: false,
};
pub(super) const IMAGE: Size = Size {
    keywords: &["xxs", "xs", "sm", "md", "lg", "xl", "xxl", "3xl", "4xl", "5xl", "full"],
    percent: true,
    negative: false,
};

pub(super) fn check_size(at: &mut At<'_>, field: &str, size: &Size) {
    string(at, field, Need::Optional, |text| {
        let number = text.strip_suffix("px").or_else(|| text.strip_suffix('%').filter(|_| size.percent));
        size.keywords.contains(&text)
            || number.and_then(decimal).is_some_and(|number| size.negative || number >= 0.0)
    });
}

pub(super) fn check_line_spacing(at: &mut At<'_>, field: &str) {
    string(at, field, Need::Optional, |text| {
        text.strip_suffix("px").and_then(decimal).is_some_and(|number| number > 0.0)
    });
}

pub(super) fn check_color(at: &mut At<'_>, field: &str, need: Need) {
    string(at, field, need, |text| {
        let digits = text.strip_prefix('#').unwrap_or_default();
        (digits.len() == 6 || digits.len() == 8) && digits.chars().all(|c| c.is_ascii_hexdigit())
    });
}

pub(super) fn check_ratio(at: &mut At<'_>, field: &str) {
    string(at, field, Need::Optional, |text| {
        let sides = text.split_once(':').and_then(|(w, h)| decimal(w).zip(decimal(h)));
        sides.is_some_and(|(width, height)| {
            RATIO.contains(&width) && RATIO.contains(&height) && height <= 3.0 * width
        })
    });
}

pub(super) fn check_angle(at: &mut At<'_>, field: &str) {
    string(at, field, Need::Required, |text| {
        let angle = text.strip_suffix("deg").and_then(decimal);
        angle.is_some_and(|angle| (0.0..360.0).contains(&angle))
    });
}

pub(super) fn check_part(at: &mut At<'_>, field: &str) {
    string(at, field, Need::Optional, |text| {
        let part = text.strip_suffix('%').and_then(decimal);
        part.is_some_and(|part| (0.0..=100.0).contains(&part))
    });
}

pub(super) fn check_whole(at: &mut At<'_>, field: &str) {
    if at.get(field).is_some_and(|value| value.as_u64().is_none_or(|number| i32::try_from(number).is_err())) {
        at.fault(field, INVALID);
    }
}

fn string(at: &mut At<'_>, field: &str, need: Need, fits: impl Fn(&str) -> bool) {
    match at.get(field) {
        None if need == Need::Optional => {}
        None => at.fault(field, MISSING),
        Some(Value::String(text)) if fits(text) => {}
        Some(_) => at.fault(field, INVALID),
    }
}

/// `23.5`, `-4`: digits, perhaps with a point and a sign; no other form of number.
fn decimal(text: &str) -> Option<f64> {
    let plain = |c: char| c.is_ascii_digit() || c == '.' || c == '-';
    text.chars().all(plain).then(|| text.parse().ok()).flatten()
}
