//! `carousel`: bubbles side by side.

use serde::Serialize;

use super::bubble::check_bytes;
use super::{Bubble, InvalidField, json_len};

/// The most bubbles of a carousel
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#f-carousel)).
pub const BUBBLES_MAX: usize = 12;
/// The most bytes of the JSON of a carousel, 50 KB
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#f-carousel)).
pub const CAROUSEL_BYTES_MAX: usize = 50 * 1024;

/// Bubbles side by side ([reference](https://developers.line.biz/en/reference/messaging-api/#f-carousel)).
///
/// ```
/// use line_bot_server::line::message::flex::{Bubble, Carousel, FlexBox, FlexMessage};
///
/// let page = |text: &str| Bubble::new().body(FlexBox::vertical().item(text));
/// let pages = FlexMessage::new("Three pages", Carousel::new(["One", "Two", "Three"].map(page)));
/// assert!(pages.check().is_ok());
/// ```
#[derive(Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename = "carousel")]
#[non_exhaustive]
pub struct Carousel {
    /// One to [`BUBBLES_MAX`], all of the same size, none with a video.
    pub contents: Vec<Bubble>,
}

impl Carousel {
    /// Bubbles in their order.
    pub fn new(bubbles: impl IntoIterator<Item = Bubble>) -> Self {
        Self { contents: bubbles.into_iter().collect() }
    }

    /// One bubble more, at its end.
    #[must_use]
    pub fn bubble(mut self, bubble: Bubble) -> Self {
        self.contents.push(bubble);
        self
    }

    pub(super) fn check(&self) -> Result<(), InvalidField> {
        check_count(self.contents.len())?;
        for (i, bubble) in self.contents.iter().enumerate() {
            let at = format!("contents[{i}]");
            if bubble.width() != self.contents[0].width() {
                let problem = "another size than that of the first bubble; all have the same";
                return Err(InvalidField::new(format!("{at}.size"), problem));
            }
            if bubble.has_video() {
                let problem = "a video, which only a bubble that is not in a carousel may have";
                return Err(InvalidField::new(format!("{at}.hero.type"), problem));
            }
            bubble.check().map_err(|e| e.within(&at))?;
            bubble.check_len(&at)?;
        }
        Ok(())
    }

    pub(super) fn playing(&self) -> usize {
        self.contents.iter().map(Bubble::playing).sum()
    }

    /// `field` is where the carousel stands.
    pub(super) fn check_len(&self, field: &str) -> Result<(), InvalidField> {
        check_bytes(field, json_len(self), CAROUSEL_BYTES_MAX)
    }
}

// LINE does not say what a carousel without bubbles is; nothing can be shown of it.
pub(super) fn check_count(bubbles: usize) -> Result<(), InvalidField> {
    if (1..=BUBBLES_MAX).contains(&bubbles) {
        return Ok(());
    }
    Err(InvalidField::new("contents", format!("{bubbles} bubbles, 1 to {BUBBLES_MAX} are allowed")))
}
