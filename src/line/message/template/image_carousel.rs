//! `image_carousel`: images side by side, each to tap.

use serde::Serialize;

use crate::line::action::{Action, Place};
use crate::line::invalid::{InvalidField, https_url, some};

/// The most images; at least one is needed
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#image-carousel)).
pub const IMAGE_CAROUSEL_COLUMNS_MAX: usize = 10;

/// Images side by side ([reference](https://developers.line.biz/en/reference/messaging-api/#image-carousel)).
///
/// ```
/// use line_bot_server::line::action::{MessageAction, UriAction};
/// use line_bot_server::line::{ImageCarouselColumn, ImageCarouselTemplate, TemplateMessage};
///
/// let views = ImageCarouselTemplate::new([
///     ImageCarouselColumn::new("https://example.com/1.jpg", MessageAction::new("More", "more")),
///     ImageCarouselColumn::new("https://example.com/2.jpg", UriAction::unlabelled("https://example.com/2")),
/// ]);
/// assert!(TemplateMessage::new("Two views", views).check().is_ok());
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ImageCarouselTemplate {
    /// From left to right, one to [`IMAGE_CAROUSEL_COLUMNS_MAX`].
    pub columns: Vec<ImageCarouselColumn>,
}

/// One image, and what tapping it does
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#column-object-for-image-carousel)).
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ImageCarouselColumn {
    /// HTTPS URL of a square JPEG or PNG of at most 10 MB and 1024 pixels of width; at most 2000 characters.
    pub image_url: String,
    /// What tapping it does. Its label, which may be left out, has at most
    /// [`Place::IMAGE_CAROUSEL_LABEL_MAX`] grapheme clusters.
    pub action: Action,
}

impl ImageCarouselTemplate {
    /// Images from left to right.
    pub fn new(columns: impl IntoIterator<Item = ImageCarouselColumn>) -> Self {
        Self { columns: columns.into_iter().collect() }
    }

    pub(super) fn check(&self) -> Result<(), InvalidField> {
        some("columns", self.columns.len(), IMAGE_CAROUSEL_COLUMNS_MAX, "columns")?;
        for (i, column) in self.columns.iter().enumerate() {
            column.check().map_err(|e| e.within(format_args!("columns[{i}]")))?;
        }
        Ok(())
    }
}

impl ImageCarouselColumn {
    /// An image by its URL, and what tapping it does.
    pub fn new(image_url: impl Into<String>, action: impl Into<Action>) -> Self {
        Self { image_url: image_url.into(), action: action.into() }
    }

    fn check(&self) -> Result<(), InvalidField> {
        https_url("imageUrl", &self.image_url)?;
        self.action.check(Place::ImageCarousel).map_err(|e| e.within("action"))
    }
}
