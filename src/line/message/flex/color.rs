//! Colours.

use std::fmt;

use serde::{Serialize, Serializer};

use super::InvalidField;

/// A colour, `#RRGGBB`, or `#RRGGBBAA` with its opacity.
///
/// ```
/// use line_bot_server::line::message::flex::Color;
///
/// const GREEN: Color = Color::rgb(0x1D, 0xB4, 0x46);
/// assert_eq!(GREEN.to_string(), "#1DB446");
/// assert_eq!(Color::rgba(0, 0, 0, 0x80).to_string(), "#00000080");
/// assert_eq!(Color::from("#1DB446").to_string(), "#1DB446");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Color(Code);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Code {
    Rgb(u8, u8, u8),
    Rgba(u8, u8, u8, u8),
    Written(String),
}

impl Color {
    /// An opaque colour.
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self(Code::Rgb(red, green, blue))
    }

    /// A colour that one may see through: not at all at an `alpha` of 255, and nothing else at 0.
    pub const fn rgba(red: u8, green: u8, blue: u8, alpha: u8) -> Self {
        Self(Code::Rgba(red, green, blue, alpha))
    }

    pub(super) fn check(&self, field: &str) -> Result<(), InvalidField> {
        let Code::Written(code) = &self.0 else { return Ok(()) };
        let digits = code.strip_prefix('#').unwrap_or_default();
        if matches!(digits.len(), 6 | 8) && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Ok(());
        }
        Err(InvalidField::new(field, "no colour, #RRGGBB and #RRGGBBAA are allowed"))
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Code::Rgb(red, green, blue) => write!(f, "#{red:02X}{green:02X}{blue:02X}"),
            Code::Rgba(red, green, blue, alpha) => write!(f, "#{red:02X}{green:02X}{blue:02X}{alpha:02X}"),
            Code::Written(code) => f.write_str(code),
        }
    }
}

impl Serialize for Color {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl From<&str> for Color {
    fn from(code: &str) -> Self {
        Self::from(code.to_owned())
    }
}

impl From<String> for Color {
    fn from(code: String) -> Self {
        Self(Code::Written(code))
    }
}

/// The first of these colours that is none.
pub(super) fn check_colors(colors: &[(&str, &Option<Color>)]) -> Result<(), InvalidField> {
    colors.iter().try_for_each(|(field, color)| color.as_ref().map_or(Ok(()), |color| color.check(field)))
}
