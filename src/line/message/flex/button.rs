//! `button`

use serde::Serialize;

use super::color::check_colors;
use super::component::Part;
use super::set::{numbers, placed, setters};
use super::{AdjustMode, ButtonHeight, ButtonStyle, Color, Gravity, InvalidField, Placement};
use crate::line::Action;
use crate::line::action::Place;

/// A button ([reference](https://developers.line.biz/en/reference/messaging-api/#button)).
///
/// ```
/// use line_bot_server::line::action::UriAction;
/// use line_bot_server::line::message::flex::{Button, ButtonStyle};
///
/// let pay = Button::new(UriAction::new("Pay", "https://example.com/pay/17"))
///     .style(ButtonStyle::Primary)
///     .color("#1DB446");
/// # let _ = pay;
/// ```
#[derive(Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename = "button", rename_all = "camelCase")]
#[non_exhaustive]
pub struct Button {
    /// What tapping it does. Its label, which is what the button says, is needed: at most
    /// [`Place::FLEX_LABEL_MAX`] grapheme clusters.
    pub action: Action,
    /// Its share of the box it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flex: Option<u16>,
    /// Where it stands among the others.
    #[serde(flatten)]
    pub placement: Placement,
    /// How high it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<ButtonHeight>,
    /// How it looks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<ButtonStyle>,
    /// The colour of its letters if it looks like a link, else its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<Color>,
    /// Where it stands from top to bottom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gravity: Option<Gravity>,
    /// What happens to a label that is too wide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adjust_mode: Option<AdjustMode>,
    /// Whether its letters follow the size that the user has set in LINE.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaling: Option<bool>,
}

impl Button {
    /// A button that does this; its label is what it says.
    pub fn new(action: impl Into<Action>) -> Self {
        Self {
            action: action.into(),
            flex: None,
            placement: Placement::default(),
            height: None,
            style: None,
            color: None,
            gravity: None,
            adjust_mode: None,
            scaling: None,
        }
    }

    numbers! {
        /// Its share of the box it is in; 0 is as large as it needs.
        flex: u16;
    }

    setters! {
        /// How high it is.
        height: ButtonHeight;
        /// How it looks.
        style: ButtonStyle;
        /// The colour of its letters if it looks like a link, else its own.
        color: Color;
        /// Where it stands from top to bottom.
        gravity: Gravity;
        /// What happens to a label that is too wide.
        adjust_mode: AdjustMode;
        /// Whether its letters follow the size that the user has set in LINE.
        scaling: bool;
    }
}

impl Part for Button {
    fn check(&self) -> Result<(), InvalidField> {
        self.placement.check()?;
        check_colors(&[("color", &self.color)])?;
        self.action.check(Place::FlexButton).map_err(|e| e.within("action"))
    }

    fn placement(&self) -> Option<&Placement> {
        Some(&self.placement)
    }
}

placed!([] Button);
