//! What can be tapped in a rich menu.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{InvalidField, RichMenuSize};
use crate::line::Action;
use crate::line::action::Place;

/// A part of a rich menu, and what tapping it does
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#area-object)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RichMenuArea {
    /// Where.
    #[serde(default)]
    pub bounds: Bounds,
    /// What.
    #[serde(default)]
    pub action: AreaAction,
}

/// A rectangle, in pixels from the upper left corner
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#bounds-object)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Bounds {
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// At least 1; ends within the menu.
    pub width: u32,
    /// At least 1; ends within the menu.
    pub height: u32,
}

/// What tapping an area does.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum AreaAction {
    /// An action; in a rich menu its label is optional, and read aloud.
    Action(Action),
    /// The JSON of an action, as LINE gave it: nothing is lost when the menu is created again. It is not checked here.
    AsGiven(Value),
}

impl Bounds {
    /// A rectangle by its upper left corner and its size, in pixels.
    pub const fn new(x: u32, y: u32, width: u32, height: u32) -> Self {
        Self { x, y, width, height }
    }

    fn check(self, size: RichMenuSize) -> Result<(), InvalidField> {
        let sides = [("width", self.x, self.width, size.width), ("height", self.y, self.height, size.height)];
        for (side, start, length, whole) in sides {
            if length == 0 {
                return Err(InvalidField::new(side, "0 pixels, 1 or more are needed"));
            }
            let end = u64::from(start) + u64::from(length);
            if end > u64::from(whole) {
                let problem = format!("ends at pixel {end}, {whole} is the {side} of the rich menu");
                return Err(InvalidField::new(side, problem));
            }
        }
        Ok(())
    }
}

impl RichMenuArea {
    pub(super) fn check(&self, size: RichMenuSize) -> Result<(), InvalidField> {
        self.bounds.check(size).map_err(|problem| problem.within("bounds"))?;
        match &self.action {
            AreaAction::Action(action) => {
                action.check(Place::RichMenu).map_err(|problem| problem.within("action"))
            }
            AreaAction::AsGiven(_) => Ok(()),
        }
    }
}

impl Default for AreaAction {
    fn default() -> Self {
        Self::AsGiven(Value::Null)
    }
}

impl<T: Into<Action>> From<T> for AreaAction {
    fn from(action: T) -> Self {
        Self::Action(action.into())
    }
}

impl<'de> Deserialize<'de> for AreaAction {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Value::deserialize(d).map(Self::AsGiven)
    }
}

/// Without what it says.
impl fmt::Debug for AreaAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Action(action) => action.fmt(f),
            Self::AsGiven(json) => write!(f, "AsGiven({}, …)", json["type"]),
        }
    }
}
