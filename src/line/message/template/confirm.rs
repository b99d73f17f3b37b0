//! `confirm`: a text and two buttons.

use serde::Serialize;

use crate::line::action::{Action, Place};
use crate::line::invalid::{InvalidField, one_to};
use crate::line::text::Unit;

/// The most grapheme clusters of `text`; at least one is needed
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#confirm)).
pub const CONFIRM_TEXT_MAX: usize = 240;

/// A text and two buttons ([reference](https://developers.line.biz/en/reference/messaging-api/#confirm)).
///
/// ```
/// use line_bot_server::line::{ConfirmTemplate, TemplateMessage};
///
/// // A text is a button that says it.
/// let sure = ConfirmTemplate::new("Are you sure?", "Yes", "No");
/// assert!(TemplateMessage::new("Are you sure?", sure).check().is_ok());
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ConfirmTemplate {
    /// One to [`CONFIRM_TEXT_MAX`] grapheme clusters.
    pub text: String,
    /// The buttons, from left to right: always two.
    pub actions: [Action; 2],
}

impl ConfirmTemplate {
    /// A text and two buttons.
    pub fn new(text: impl Into<String>, left: impl Into<Action>, right: impl Into<Action>) -> Self {
        Self { text: text.into(), actions: [left.into(), right.into()] }
    }

    pub(super) fn check(&self) -> Result<(), InvalidField> {
        one_to("text", &self.text, CONFIRM_TEXT_MAX, Unit::Grapheme)?;
        for (i, action) in self.actions.iter().enumerate() {
            action.check(Place::Template).map_err(|e| e.within(format_args!("actions[{i}]")))?;
        }
        Ok(())
    }
}
