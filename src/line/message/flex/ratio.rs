//! The aspect ratio of images, icons and videos.

use serde::{Serialize, Serializer};

use super::InvalidField;

/// The most of either number
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#f-image)).
pub const RATIO_MAX: f64 = 100_000.0;
/// How many times the width the height may be
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#f-image)).
pub const RATIO_HEIGHT_MAX: f64 = 3.0;

/// `aspectRatio`: width to height, each from 1 to [`RATIO_MAX`], the height at most [`RATIO_HEIGHT_MAX`] times the
/// width. `1:1` if nothing is said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AspectRatio {
    width: f64,
    height: f64,
}

impl AspectRatio {
    /// Width to height: `AspectRatio::new(20, 13)`, `AspectRatio::new(1.91, 1)`.
    pub fn new(width: impl Into<f64>, height: impl Into<f64>) -> Self {
        Self { width: width.into(), height: height.into() }
    }

    pub(super) fn check(self, field: &str) -> Result<(), InvalidField> {
        let Self { width, height } = self;
        let fits = |number| (1.0..=RATIO_MAX).contains(&number);
        if !fits(width) || !fits(height) {
            let problem = format!("{width}:{height}, 1 to {RATIO_MAX} are allowed for each");
            return Err(InvalidField::new(field, problem));
        }
        if height > RATIO_HEIGHT_MAX * width {
            let problem =
                format!("{width}:{height}, a height of up to {RATIO_HEIGHT_MAX} times the width is allowed");
            return Err(InvalidField::new(field, problem));
        }
        Ok(())
    }
}

impl<W: Into<f64>, H: Into<f64>> From<(W, H)> for AspectRatio {
    fn from((width, height): (W, H)) -> Self {
        Self::new(width, height)
    }
}

impl Serialize for AspectRatio {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&format_args!("{}:{}", self.width, self.height))
    }
}
