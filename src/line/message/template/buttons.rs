//! `buttons`: an image, a title, a text and buttons.

use serde::Serialize;

use super::image::check_background;
use super::{ImageAspectRatio, ImageSize, TEMPLATE_TITLE_MAX, check_actions, check_default_action};
use crate::line::action::Action;
use crate::line::invalid::{InvalidField, at_most, https_url, one_to};
use crate::line::text::Unit;

/// The most grapheme clusters of `text` without image and title; at least one is needed
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#buttons)).
pub const BUTTONS_TEXT_MAX: usize = 160;
/// The most grapheme clusters of `text` below an image or a title
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#buttons)).
pub const BUTTONS_TEXT_MAX_UNDER_HEAD: usize = 60;
/// The most buttons; at least one is needed
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#buttons)).
pub const BUTTONS_ACTIONS_MAX: usize = 4;

/// An image, a title, a text and buttons
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#buttons)).
///
/// ```
/// use line_bot_server::line::action::{PostbackAction, UriAction};
/// use line_bot_server::line::message::template::ImageAspectRatio;
/// use line_bot_server::line::{ButtonsTemplate, TemplateMessage};
///
/// let menu = ButtonsTemplate::new("Please select")
///     .title("Menu")
///     .thumbnail_image_url("https://example.com/bot/images/image.jpg")
///     .image_aspect_ratio(ImageAspectRatio::Square)
///     .default_action(UriAction::new("View detail", "https://example.com/page/123"))
///     .action(PostbackAction::new("Buy", "action=buy&itemid=123"))
///     .action(UriAction::new("View detail", "https://example.com/page/123"));
/// assert!(TemplateMessage::new("This is a buttons template", menu).check().is_ok());
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ButtonsTemplate {
    /// HTTPS URL of a JPEG or PNG of at most 10 MB and 1024 pixels of width; at most 2000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail_image_url: Option<String>,
    /// The shape of the image; a rectangle unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_aspect_ratio: Option<ImageAspectRatio>,
    /// How the image fills its shape; it covers it unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_size: Option<ImageSize>,
    /// What is seen around the image, as `#RRGGBB`; white unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_background_color: Option<String>,
    /// At most [`TEMPLATE_TITLE_MAX`] grapheme clusters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// One to [`BUTTONS_TEXT_MAX`] grapheme clusters, or to [`BUTTONS_TEXT_MAX_UNDER_HEAD`] with an image or a title.
    pub text: String,
    /// What tapping image, title or text does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_action: Option<Action>,
    /// The buttons, one to [`BUTTONS_ACTIONS_MAX`].
    pub actions: Vec<Action>,
}

impl ButtonsTemplate {
    /// A text, to which buttons are added.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            thumbnail_image_url: None,
            image_aspect_ratio: None,
            image_size: None,
            image_background_color: None,
            title: None,
            text: text.into(),
            default_action: None,
            actions: Vec::new(),
        }
    }

    /// An image above.
    #[must_use]
    pub fn thumbnail_image_url(mut self, url: impl Into<String>) -> Self {
        self.thumbnail_image_url = Some(url.into());
        self
    }

    /// The shape of the image.
    #[must_use]
    pub fn image_aspect_ratio(mut self, ratio: ImageAspectRatio) -> Self {
        self.image_aspect_ratio = Some(ratio);
        self
    }

    /// How the image fills its shape.
    #[must_use]
    pub fn image_size(mut self, size: ImageSize) -> Self {
        self.image_size = Some(size);
        self
    }

    /// What is seen around the image, as `#RRGGBB`.
    #[must_use]
    pub fn image_background_color(mut self, color: impl Into<String>) -> Self {
        self.image_background_color = Some(color.into());
        self
    }

    /// A title between image and text.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// What tapping image, title or text does.
    #[must_use]
    pub fn default_action(mut self, action: impl Into<Action>) -> Self {
        self.default_action = Some(action.into());
        self
    }

    /// One more button, below.
    #[must_use]
    pub fn action(mut self, action: impl Into<Action>) -> Self {
        self.actions.push(action.into());
        self
    }

    pub(super) fn check(&self) -> Result<(), InvalidField> {
        if let Some(url) = &self.thumbnail_image_url {
            https_url("thumbnailImageUrl", url)?;
        }
        check_background(self.image_background_color.as_deref())?;
        if let Some(title) = &self.title {
            at_most("title", title, TEMPLATE_TITLE_MAX, Unit::Grapheme)?;
        }
        let headed = self.thumbnail_image_url.is_some() || self.title.is_some();
        let max = if headed { BUTTONS_TEXT_MAX_UNDER_HEAD } else { BUTTONS_TEXT_MAX };
        one_to("text", &self.text, max, Unit::Grapheme)?;
        check_default_action(self.default_action.as_ref())?;
        check_actions(&self.actions, BUTTONS_ACTIONS_MAX)
    }
}
