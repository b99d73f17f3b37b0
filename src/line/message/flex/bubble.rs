//! `bubble`: one bubble, of up to four blocks.

use serde::Serialize;

use super::color::check_colors;
use super::component::Part as _;
use super::set::setters;
use super::{Block, BubbleSize, Color, Direction, Hero, InvalidField, json_len};
use crate::line::Action;
use crate::line::action::Place;

/// The most bytes of the JSON of a bubble, 30 KB
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#bubble)).
// LINE does not say how many bytes a KB has, nor whether it counts spaces: here it has 1024, and what is sent counts.
pub const BUBBLE_BYTES_MAX: usize = 30 * 1024;

/// A bubble ([reference](https://developers.line.biz/en/reference/messaging-api/#bubble)).
///
/// ```
/// use line_bot_server::line::message::flex::{Bubble, FlexBox, Image};
///
/// let bubble = Bubble::new()
///     .hero(Image::new("https://example.com/cafe.jpg"))
///     .body(FlexBox::vertical().item("Brown Cafe").item("10:00 - 23:00"));
/// # let _ = bubble;
/// ```
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(tag = "type", rename = "bubble")]
#[non_exhaustive]
pub struct Bubble {
    /// How wide it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<BubbleSize>,
    /// Whether text runs from left to right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// What stands at its top.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<Block>,
    /// What stands below that and catches the eye.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hero: Option<Hero>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Block>,
    /// What stands at its bottom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footer: Option<Block>,
    /// What the blocks look like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub styles: Option<BubbleStyles>,
    /// What tapping it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
}

impl Bubble {
    /// An empty bubble.
    pub fn new() -> Self {
        Self::default()
    }

    setters! {
        /// How wide it is.
        size: BubbleSize;
        /// Whether text runs from left to right.
        direction: Direction;
        /// What stands at its top: a box.
        header: Block;
        /// What stands below that and catches the eye: a box, an image or a video.
        hero: Hero;
        /// What it is about: a box.
        body: Block;
        /// What stands at its bottom: a box.
        footer: Block;
        /// What the blocks look like.
        styles: BubbleStyles;
        /// What tapping it does.
        action: Action;
    }

    pub(super) fn check(&self) -> Result<(), InvalidField> {
        let within = |field: &'static str| move |e: InvalidField| e.within(field);
        for (field, block) in [("header", &self.header), ("body", &self.body), ("footer", &self.footer)] {
            block.as_ref().map_or(Ok(()), Block::check_block).map_err(within(field))?;
        }
        self.hero.as_ref().map_or(Ok(()), Hero::check_block).map_err(within("hero"))?;
        if self.has_video()
            && !matches!(self.size, None | Some(BubbleSize::Kilo | BubbleSize::Mega | BubbleSize::Giga))
        {
            let problem = "too narrow for a video, which needs kilo, mega or giga";
            return Err(InvalidField::new("size", problem));
        }
        self.styles.as_ref().map_or(Ok(()), BubbleStyles::check).map_err(within("styles"))?;
        self.action.as_ref().map_or(Ok(()), |action| action.check(Place::Flex)).map_err(within("action"))
    }

    pub(super) fn has_video(&self) -> bool {
        matches!(self.hero, Some(Hero::Video(_)))
    }

    /// How wide it is shown.
    pub(super) fn width(&self) -> BubbleSize {
        self.size.unwrap_or(BubbleSize::Mega)
    }

    pub(super) fn playing(&self) -> usize {
        let blocks = [&self.header, &self.body, &self.footer].into_iter().flatten().map(Block::playing);
        blocks.chain(self.hero.as_ref().map(Hero::playing)).sum()
    }

    /// `field` is where the bubble stands.
    pub(super) fn check_len(&self, field: &str) -> Result<(), InvalidField> {
        check_bytes(field, json_len(self), BUBBLE_BYTES_MAX)
    }
}

/// At most `max` bytes of JSON.
pub(super) fn check_bytes(field: &str, actual: usize, max: usize) -> Result<(), InvalidField> {
    if actual <= max {
        return Ok(());
    }
    Err(InvalidField::new(field, format!("{actual} bytes of JSON, {max} are allowed")))
}

/// What the blocks of a bubble look like
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#bubble-style)).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct BubbleStyles {
    /// Of the header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<BlockStyle>,
    /// Of the hero.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hero: Option<BlockStyle>,
    /// Of the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<BlockStyle>,
    /// Of the footer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footer: Option<BlockStyle>,
}

impl BubbleStyles {
    /// Blocks that look as they do.
    pub fn new() -> Self {
        Self::default()
    }

    setters! {
        /// Of the header.
        header: BlockStyle;
        /// Of the hero.
        hero: BlockStyle;
        /// Of the body.
        body: BlockStyle;
        /// Of the footer.
        footer: BlockStyle;
    }

    fn check(&self) -> Result<(), InvalidField> {
        let blocks =
            [("header", &self.header), ("hero", &self.hero), ("body", &self.body), ("footer", &self.footer)];
        for (field, style) in blocks {
            style.as_ref().map_or(Ok(()), BlockStyle::check).map_err(|e| e.within(field))?;
        }
        Ok(())
    }
}

/// What a block looks like
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#block-style)).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BlockStyle {
    /// Its colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub background_color: Option<Color>,
    /// Whether there is a line above it. Never above the first block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<bool>,
    /// The colour of that line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator_color: Option<Color>,
}

impl BlockStyle {
    /// A block that looks as it does.
    pub fn new() -> Self {
        Self::default()
    }

    setters! {
        /// Its colour.
        background_color: Color;
        /// Whether there is a line above it.
        separator: bool;
        /// The colour of that line.
        separator_color: Color;
    }

    fn check(&self) -> Result<(), InvalidField> {
        check_colors(&[
            ("backgroundColor", &self.background_color),
            ("separatorColor", &self.separator_color),
        ])
    }
}
