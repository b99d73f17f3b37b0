//! What a box has behind it.

use serde::{Serialize, Serializer};

use super::color::check_colors;
use super::set::setters;
use super::{Color, InvalidField, Percent};

/// Behind which angle a gradient begins anew
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#box)).
pub const ANGLE_END: f64 = 360.0;

/// What a box has behind it ([reference](https://developers.line.biz/en/reference/messaging-api/#box)).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
#[non_exhaustive]
pub enum Background {
    /// `linearGradient`: one colour that becomes another.
    LinearGradient(LinearGradient),
}

/// One colour that becomes another
/// ([guide](https://developers.line.biz/en/docs/messaging-api/flex-message-layout/#linear-gradient-bg)).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LinearGradient {
    /// Which way, in degrees from 0 to less than [`ANGLE_END`]: 0 is upwards, 90 to the right, 180 downwards.
    #[serde(serialize_with = "degrees")]
    pub angle: f64,
    /// Where it begins.
    pub start_color: Color,
    /// Where it ends.
    pub end_color: Color,
    /// What it passes on the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub center_color: Option<Color>,
    /// Where it passes it, 0% to 100%; half-way if nothing is said. Needs `center_color`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub center_position: Option<Percent>,
}

impl LinearGradient {
    /// From one colour to another, in the direction of `angle` degrees: 0 is upwards, 90 to the right, 180 downwards.
    pub fn new(angle: impl Into<f64>, start: impl Into<Color>, end: impl Into<Color>) -> Self {
        Self {
            angle: angle.into(),
            start_color: start.into(),
            end_color: end.into(),
            center_color: None,
            center_position: None,
        }
    }

    setters! {
        /// What it passes on the way.
        center_color: Color;
        /// Where it passes that, 0% to 100%; half-way if nothing is said.
        center_position: Percent;
    }
}

impl Background {
    pub(super) fn check(&self) -> Result<(), InvalidField> {
        let Self::LinearGradient(gradient) = self;
        if !(0.0..ANGLE_END).contains(&gradient.angle) {
            let problem = format!("{}deg, 0deg to less than {ANGLE_END}deg are allowed", gradient.angle);
            return Err(InvalidField::new("angle", problem));
        }
        gradient.start_color.check("startColor")?;
        gradient.end_color.check("endColor")?;
        check_colors(&[("centerColor", &gradient.center_color)])?;
        match gradient.center_position {
            Some(_) if gradient.center_color.is_none() => {
                Err(InvalidField::new("centerPosition", "without centerColor, which it is the place of"))
            }
            Some(position) => position.check_part("centerPosition"),
            None => Ok(()),
        }
    }
}

impl From<LinearGradient> for Background {
    fn from(gradient: LinearGradient) -> Self {
        Self::LinearGradient(gradient)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn degrees<S: Serializer>(angle: &f64, s: S) -> Result<S::Ok, S::Error> {
    s.collect_str(&format_args!("{angle}deg"))
}
