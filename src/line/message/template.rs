//! `template`: a message of a fixed layout, with buttons.

mod buttons;
mod carousel;
mod confirm;
mod image;
mod image_carousel;

use serde::Serialize;

use super::{ALT_TEXT_MAX, InvalidField, QuickReply, Sender};
use crate::line::action::{Action, Place};
use crate::line::hidden::hide_content;
use crate::line::invalid::{one_to, some};
use crate::line::text::Unit;

pub use buttons::{BUTTONS_ACTIONS_MAX, BUTTONS_TEXT_MAX, BUTTONS_TEXT_MAX_UNDER_HEAD, ButtonsTemplate};
pub use carousel::{
    CAROUSEL_COLUMNS_MAX, COLUMN_ACTIONS_MAX, COLUMN_TEXT_MAX, COLUMN_TEXT_MAX_UNDER_HEAD, CarouselColumn,
    CarouselTemplate,
};
pub use confirm::{CONFIRM_TEXT_MAX, ConfirmTemplate};
pub use image::{ImageAspectRatio, ImageSize};
pub use image_carousel::{IMAGE_CAROUSEL_COLUMNS_MAX, ImageCarouselColumn, ImageCarouselTemplate};

/// The most grapheme clusters of the `title` of a buttons template or a carousel column
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#buttons)).
pub const TEMPLATE_TITLE_MAX: usize = 40;

/// A message of a fixed layout, with buttons
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#template-messages)).
///
/// ```
/// use line_bot_server::line::action::{MessageAction, PostbackAction};
/// use line_bot_server::line::{ConfirmTemplate, TemplateMessage};
///
/// let sure = ConfirmTemplate::new(
///     "Are you sure?",
///     PostbackAction::new("Yes", "action=buy&itemid=111"),
///     MessageAction::new("No", "no"),
/// );
/// let question = TemplateMessage::new("Are you sure? Say yes or no.", sure);
/// assert!(question.check().is_ok());
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TemplateMessage {
    /// What notifications, and devices that cannot show the template, say: one to [`ALT_TEXT_MAX`] UTF-16 code units.
    pub alt_text: String,
    /// What is shown.
    pub template: Template,
    /// Buttons below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quick_reply: Option<QuickReply>,
    /// Another name and icon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender>,
}

/// One of the four layouts
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#template-messages)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Template {
    /// `buttons`: an image, a title, a text and up to four buttons.
    Buttons(ButtonsTemplate),
    /// `confirm`: a text and two buttons.
    Confirm(ConfirmTemplate),
    /// `carousel`: up to ten columns, each like a buttons template.
    Carousel(CarouselTemplate),
    /// `image_carousel`: up to ten images to tap.
    ImageCarousel(ImageCarouselTemplate),
}

/// Gives each layout its way into [`Template`], and `Template` its check.
macro_rules! each_template {
    ($($variant:ident($name:ident)),+ $(,)?) => {
        $(impl From<$name> for Template {
            fn from(template: $name) -> Self {
                Self::$variant(template)
            }
        })+

        hide_content!($($name),+);

        impl Template {
            fn check(&self) -> Result<(), InvalidField> {
                match self {
                    $(Self::$variant(template) => template.check(),)+
                }
            }
        }
    };
}

each_template! {
    Buttons(ButtonsTemplate),
    Confirm(ConfirmTemplate),
    Carousel(CarouselTemplate),
    ImageCarousel(ImageCarouselTemplate),
}

hide_content!(CarouselColumn, ImageCarouselColumn);

impl TemplateMessage {
    /// A template, and what is said where it cannot be shown.
    pub fn new(alt_text: impl Into<String>, template: impl Into<Template>) -> Self {
        Self { alt_text: alt_text.into(), template: template.into(), quick_reply: None, sender: None }
    }

    pub(super) fn check_own(&self) -> Result<(), InvalidField> {
        one_to("altText", &self.alt_text, ALT_TEXT_MAX, Unit::Utf16)?;
        self.template.check().map_err(|e| e.within("template"))
    }
}

/// One to `max` buttons of a template.
fn check_actions(actions: &[Action], max: usize) -> Result<(), InvalidField> {
    some("actions", actions.len(), max, "buttons")?;
    for (i, action) in actions.iter().enumerate() {
        action.check(Place::Template).map_err(|e| e.within(format_args!("actions[{i}]")))?;
    }
    Ok(())
}

/// What tapping the template elsewhere than on its buttons does.
fn check_default_action(action: Option<&Action>) -> Result<(), InvalidField> {
    action.map_or(Ok(()), |action| action.check(Place::Template).map_err(|e| e.within("defaultAction")))
}
