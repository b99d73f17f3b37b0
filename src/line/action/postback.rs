//! `postback`: a postback event comes back.

use serde::Serialize;

use super::{InvalidField, Place, Unit, at_most};

/// The most UTF-16 code units of `data`
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#postback-action)).
pub const DATA_MAX: usize = 300;
/// The most grapheme clusters of `displayText`, and of the deprecated `text`
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#postback-action)).
pub const DISPLAY_TEXT_MAX: usize = 300;
/// The most grapheme clusters of `fillInText`
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#postback-action)).
pub const FILL_IN_TEXT_MAX: usize = 300;

/// Brings `data` back in a postback event
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#postback-action)).
///
/// ```
/// use line_bot_server::line::action::{InputOption, Place, PostbackAction};
///
/// let buy = PostbackAction::new("Buy", "action=buy&itemid=111")
///     .display_text("Buy")
///     .input_option(InputOption::keyboard_with("---\nName: \nPhone: \n---"));
/// assert!(buy.check(Place::Template).is_ok());
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PostbackAction {
    /// What the button says; see [`Place`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What comes back in `postback.data`, at most [`DATA_MAX`] UTF-16 code units.
    pub data: String,
    /// What the chat shows as said by the user, at most [`DISPLAY_TEXT_MAX`] grapheme clusters. No message event
    /// comes of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_text: Option<String>,
    /// Deprecated by LINE in favour of `display_text`, with which it cannot stand together: what the user says, in
    /// a message event of its own; at most [`DISPLAY_TEXT_MAX`] grapheme clusters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What opens or closes besides.
    #[serde(flatten)]
    pub input_option: Option<InputOption>,
}

/// What a postback opens or closes besides, on LINE 12.6.0 or later for iOS and Android
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#postback-action)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "inputOption", rename_all = "camelCase")]
#[non_exhaustive]
pub enum InputOption {
    /// Closes the rich menu.
    CloseRichMenu,
    /// Opens the rich menu.
    OpenRichMenu,
    /// Opens the keyboard.
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    OpenKeyboard {
        /// `fillInText`: what the input field holds then, at most [`FILL_IN_TEXT_MAX`] grapheme clusters.
        #[serde(skip_serializing_if = "Option::is_none")]
        fill_in_text: Option<String>,
    },
    /// Opens the voice message input.
    OpenVoice,
}

impl InputOption {
    /// Opens the keyboard.
    pub fn keyboard() -> Self {
        Self::OpenKeyboard { fill_in_text: None }
    }

    /// Opens the keyboard with a text in the input field; `\n` breaks its lines.
    pub fn keyboard_with(text: impl Into<String>) -> Self {
        Self::OpenKeyboard { fill_in_text: Some(text.into()) }
    }
}

impl PostbackAction {
    /// A button `label` that brings back `data`.
    pub fn new(label: impl Into<String>, data: impl Into<String>) -> Self {
        Self { label: Some(label.into()), ..Self::unlabelled(data) }
    }

    /// The same where no label is shown: a rich menu, an image, a box.
    pub fn unlabelled(data: impl Into<String>) -> Self {
        Self { label: None, data: data.into(), display_text: None, text: None, input_option: None }
    }

    /// What the chat shows as said by the user.
    #[must_use]
    pub fn display_text(mut self, text: impl Into<String>) -> Self {
        self.display_text = Some(text.into());
        self
    }

    /// What opens or closes besides.
    #[must_use]
    pub fn input_option(mut self, option: InputOption) -> Self {
        self.input_option = Some(option);
        self
    }

    /// Checks the documented limits.
    ///
    /// # Errors
    /// Names the first field beyond its limit.
    pub fn check(&self, place: Place) -> Result<(), InvalidField> {
        place.check_label(self.label.as_deref())?;
        at_most("data", &self.data, DATA_MAX, Unit::Utf16)?;
        for (field, text) in [("displayText", &self.display_text), ("text", &self.text)] {
            if let Some(text) = text {
                at_most(field, text, DISPLAY_TEXT_MAX, Unit::Grapheme)?;
            }
        }
        if self.display_text.is_some() && self.text.is_some() {
            return Err(InvalidField::new("text", "stands beside `displayText`, one of the two is allowed"));
        }
        match &self.input_option {
            Some(InputOption::OpenKeyboard { fill_in_text: Some(text) }) => {
                at_most("fillInText", text, FILL_IN_TEXT_MAX, Unit::Grapheme)
            }
            _ => Ok(()),
        }
    }
}
