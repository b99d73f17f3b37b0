//! Actions: what tapping a button, an image or an area does, and where each of them may stand.

mod clipboard;
mod datetime_picker;
mod message;
mod postback;
mod rich_menu_switch;
mod screen;
mod uri;

use serde::Serialize;

use super::hidden::hide_content;
use super::invalid::{InvalidField, at_most};
use super::text::Unit;

pub use clipboard::{CLIPBOARD_TEXT_MAX, ClipboardAction};
pub use datetime_picker::{DatetimePickerAction, PICKER_YEARS, PickerMode};
pub use message::{MESSAGE_TEXT_MAX, MessageAction};
pub use postback::{DATA_MAX, DISPLAY_TEXT_MAX, FILL_IN_TEXT_MAX, InputOption, PostbackAction};
pub use rich_menu_switch::{RICH_MENU_ALIAS_ID_MAX, RichMenuSwitchAction};
pub use screen::{CameraAction, CameraRollAction, LocationAction};
pub(super) use uri::check_uri;
pub use uri::{AltUri, URI_MAX, URI_SCHEMES, UriAction};

/// What tapping something does
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#action-objects)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type")]
#[non_exhaustive]
pub enum Action {
    /// `postback`: a postback event.
    #[serde(rename = "postback")]
    Postback(PostbackAction),
    /// `message`: the user says a text.
    #[serde(rename = "message")]
    Message(MessageAction),
    /// `uri`: a page, a call or a LINE feature opens.
    #[serde(rename = "uri")]
    Uri(UriAction),
    /// `datetimepicker`: the user picks a date or a time.
    #[serde(rename = "datetimepicker")]
    DatetimePicker(DatetimePickerAction),
    /// `camera`: the camera opens. Quick replies only.
    #[serde(rename = "camera")]
    Camera(CameraAction),
    /// `cameraRoll`: the camera roll opens. Quick replies only.
    #[serde(rename = "cameraRoll")]
    CameraRoll(CameraRollAction),
    /// `location`: the location screen opens. Quick replies only.
    #[serde(rename = "location")]
    Location(LocationAction),
    /// `richmenuswitch`: another rich menu is shown. Rich menus only.
    #[serde(rename = "richmenuswitch")]
    RichMenuSwitch(RichMenuSwitchAction),
    /// `clipboard`: a text is copied.
    #[serde(rename = "clipboard")]
    Clipboard(ClipboardAction),
}

/// Gives each action its way into [`Action`], and `Action` its check.
macro_rules! each_action {
    ($($variant:ident($name:ident)),+ $(,)?) => {
        $(impl From<$name> for Action {
            fn from(action: $name) -> Self {
                Self::$variant(action)
            }
        })+

        hide_content!($($name),+);

        impl Action {
            /// Checks the documented limits of an action that stands in `place`.
            ///
            /// # Errors
            /// Names the first field beyond its limit, seen from this object (`label`); `type` when the action may
            /// not stand there at all.
            pub fn check(&self, place: Place) -> Result<(), InvalidField> {
                match self {
                    $(Self::$variant(action) => action.check(place),)+
                }
            }
        }
    };
}

each_action! {
    Postback(PostbackAction),
    Message(MessageAction),
    Uri(UriAction),
    DatetimePicker(DatetimePickerAction),
    Camera(CameraAction),
    CameraRoll(CameraRollAction),
    Location(LocationAction),
    RichMenuSwitch(RichMenuSwitchAction),
    Clipboard(ClipboardAction),
}

/// A button that makes the user say what is written on it.
impl From<&str> for Action {
    fn from(text: &str) -> Self {
        MessageAction::new(text, text).into()
    }
}

/// Where an action stands; its label follows other rules in each place
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#action-object-label-spec)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// A quick reply button: a label of up to [`Place::LABEL_MAX`].
    QuickReply,
    /// A template other than an image carousel: a label of up to [`Place::LABEL_MAX`].
    Template,
    /// An image carousel: no label, or one of up to [`Place::IMAGE_CAROUSEL_LABEL_MAX`].
    ImageCarousel,
    /// A Flex Message button: a label of up to [`Place::FLEX_LABEL_MAX`].
    FlexButton,
    /// Any other Flex Message component: no label, or one of up to [`Place::FLEX_LABEL_MAX`], which is not shown.
    Flex,
    /// A rich menu area: no label, or one of up to [`Place::LABEL_MAX`], which is read aloud.
    RichMenu,
}

impl Place {
    /// The most grapheme clusters of a label in a quick reply, a template or a rich menu.
    pub const LABEL_MAX: usize = 20;
    /// The most grapheme clusters of a label in an image carousel.
    pub const IMAGE_CAROUSEL_LABEL_MAX: usize = 12;
    /// The most grapheme clusters of a label in a Flex Message.
    pub const FLEX_LABEL_MAX: usize = 40;

    fn label_max(self) -> usize {
        match self {
            Self::QuickReply | Self::Template | Self::RichMenu => Self::LABEL_MAX,
            Self::ImageCarousel => Self::IMAGE_CAROUSEL_LABEL_MAX,
            Self::FlexButton | Self::Flex => Self::FLEX_LABEL_MAX,
        }
    }

    fn needs_label(self) -> bool {
        matches!(self, Self::QuickReply | Self::Template | Self::FlexButton)
    }

    /// With its article, as error messages print it.
    fn name(self) -> &'static str {
        match self {
            Self::QuickReply => "a quick reply",
            Self::Template => "a template",
            Self::ImageCarousel => "an image carousel",
            Self::FlexButton => "a Flex Message button",
            Self::Flex => "a Flex Message",
            Self::RichMenu => "a rich menu",
        }
    }

    fn check_label(self, label: Option<&str>) -> Result<(), InvalidField> {
        let max = self.label_max();
        match label {
            None | Some("") if self.needs_label() => Err(InvalidField::new(
                "label",
                format!("0 grapheme clusters, {} needs 1 to {max}", self.name()),
            )),
            Some(label) => at_most("label", label, max, Unit::Grapheme),
            None => Ok(()),
        }
    }

    /// Whether an action that may stand in `only` alone may stand here.
    fn check_is(self, only: Place, action: &'static str) -> Result<(), InvalidField> {
        if self == only {
            return Ok(());
        }
        let problem = format!("`{action}` stands in {}, only {} may have it", self.name(), only.name());
        Err(InvalidField::new("type", problem))
    }
}
