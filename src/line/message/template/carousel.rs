//! `carousel`: columns side by side, each with an image, a title, a text and buttons.

use serde::Serialize;

use super::image::check_background;
use super::{ImageAspectRatio, ImageSize, TEMPLATE_TITLE_MAX, check_actions, check_default_action};
use crate::line::action::Action;
use crate::line::invalid::{InvalidField, at_most, https_url, one_to, some};
use crate::line::text::Unit;

/// The most columns; at least one is needed
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#carousel)).
pub const CAROUSEL_COLUMNS_MAX: usize = 10;
/// The most grapheme clusters of a column's `text` without image and title; at least one is needed
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#column-object-for-carousel)).
pub const COLUMN_TEXT_MAX: usize = 120;
/// The most grapheme clusters of a column's `text` below an image or a title
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#column-object-for-carousel)).
pub const COLUMN_TEXT_MAX_UNDER_HEAD: usize = 60;
/// The most buttons of a column; at least one is needed
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#column-object-for-carousel)).
pub const COLUMN_ACTIONS_MAX: usize = 3;

/// Columns side by side ([reference](https://developers.line.biz/en/reference/messaging-api/#carousel)).
///
/// ```
/// use line_bot_server::line::action::PostbackAction;
/// use line_bot_server::line::{CarouselColumn, CarouselTemplate, TemplateMessage};
///
/// let teas = CarouselTemplate::new(["Sencha", "Hojicha", "Genmaicha"].map(|tea| {
///     CarouselColumn::new("100 g").title(tea).action(PostbackAction::new("Buy", format!("buy={tea}")))
/// }));
/// assert!(TemplateMessage::new("Three teas", teas).check().is_ok());
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CarouselTemplate {
    /// From left to right, one to [`CAROUSEL_COLUMNS_MAX`]. All have the same number of buttons, and an image in one
    /// needs one in each, as does a title.
    pub columns: Vec<CarouselColumn>,
    /// The shape of the images; a rectangle unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_aspect_ratio: Option<ImageAspectRatio>,
    /// How the images fill their shape; they cover it unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_size: Option<ImageSize>,
}

/// One column ([reference](https://developers.line.biz/en/reference/messaging-api/#column-object-for-carousel)).
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CarouselColumn {
    /// HTTPS URL of a JPEG or PNG of at most 10 MB and 1024 pixels of width; at most 2000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail_image_url: Option<String>,
    /// What is seen around the image, as `#RRGGBB`; white unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_background_color: Option<String>,
    /// At most [`TEMPLATE_TITLE_MAX`] grapheme clusters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// One to [`COLUMN_TEXT_MAX`] grapheme clusters, or to [`COLUMN_TEXT_MAX_UNDER_HEAD`] with an image or a title.
    pub text: String,
    /// What tapping image, title or text does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_action: Option<Action>,
    /// The buttons, one to [`COLUMN_ACTIONS_MAX`].
    pub actions: Vec<Action>,
}

impl CarouselTemplate {
    /// Columns from left to right.
    pub fn new(columns: impl IntoIterator<Item = CarouselColumn>) -> Self {
        Self { columns: columns.into_iter().collect(), image_aspect_ratio: None, image_size: None }
    }

    /// The shape of the images.
    #[must_use]
    pub fn image_aspect_ratio(mut self, ratio: ImageAspectRatio) -> Self {
        self.image_aspect_ratio = Some(ratio);
        self
    }

    /// How the images fill their shape.
    #[must_use]
    pub fn image_size(mut self, size: ImageSize) -> Self {
        self.image_size = Some(size);
        self
    }

    pub(super) fn check(&self) -> Result<(), InvalidField> {
        some("columns", self.columns.len(), CAROUSEL_COLUMNS_MAX, "columns")?;
        for (i, column) in self.columns.iter().enumerate() {
            column
                .check()
                .and_then(|()| column.check_beside(&self.columns[0]))
                .map_err(|e| e.within(format_args!("columns[{i}]")))?;
        }
        Ok(())
    }
}

impl CarouselColumn {
    /// A text, to which buttons are added.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            thumbnail_image_url: None,
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

    fn check(&self) -> Result<(), InvalidField> {
        if let Some(url) = &self.thumbnail_image_url {
            https_url("thumbnailImageUrl", url)?;
        }
        check_background(self.image_background_color.as_deref())?;
        if let Some(title) = &self.title {
            at_most("title", title, TEMPLATE_TITLE_MAX, Unit::Grapheme)?;
        }
        let headed = self.thumbnail_image_url.is_some() || self.title.is_some();
        let max = if headed { COLUMN_TEXT_MAX_UNDER_HEAD } else { COLUMN_TEXT_MAX };
        one_to("text", &self.text, max, Unit::Grapheme)?;
        check_default_action(self.default_action.as_ref())?;
        check_actions(&self.actions, COLUMN_ACTIONS_MAX)
    }

    /// Whether it is built as the first column is.
    fn check_beside(&self, first: &Self) -> Result<(), InvalidField> {
        let (actual, wanted) = (self.actions.len(), first.actions.len());
        if actual != wanted {
            let problem = format!("{actual} buttons, as many as in the first column ({wanted}) are needed");
            return Err(InvalidField::new("actions", problem));
        }
        same_use("thumbnailImageUrl", &self.thumbnail_image_url, &first.thumbnail_image_url)?;
        same_use("title", &self.title, &first.title)
    }
}

fn same_use(field: &str, here: &Option<String>, first: &Option<String>) -> Result<(), InvalidField> {
    match (here, first) {
        (None, Some(_)) => {
            Err(InvalidField::new(field, "missing, but the first column has one: all or none"))
        }
        (Some(_), None) => Err(InvalidField::new(field, "there, but the first column has none: all or none")),
        _ => Ok(()),
    }
}
