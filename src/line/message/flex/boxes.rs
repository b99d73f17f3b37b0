//! `box`: holds components and lays them out.

use serde::Serialize;

use super::color::check_colors;
use super::component::{BaselineComponent, Component, Part};
use super::set::{numbers, placed, setters};
use super::size::check_each;
use super::{
    AlignItems, Background, BorderWidth, Color, InvalidField, JustifyContent, Layout, Length, Padding,
    Placement, Spacing,
};
use crate::line::Action;
use crate::line::action::Place;

/// A box ([reference](https://developers.line.biz/en/reference/messaging-api/#box)).
///
/// ```
/// use line_bot_server::line::message::flex::{Align, FlexBox, Icon, Spacing, Text};
///
/// let row = FlexBox::horizontal().item("Energy Drink").item(Text::new("¥ 250").align(Align::End));
/// let rating = FlexBox::baseline().item(Icon::new("https://example.com/star.png")).item("4.0");
/// let rows = FlexBox::vertical().spacing(Spacing::Sm).item(row).item(rating);
/// # let _ = rows;
/// ```
///
/// Horizontal and vertical boxes hold a [`Component`]; baseline boxes a [`BaselineComponent`], so what does not stand
/// in a line of text does not compile:
///
/// ```compile_fail,E0277
/// use line_bot_server::line::message::flex::{FlexBox, Separator};
///
/// FlexBox::baseline().item(Separator::new());
/// ```
///
/// Nor does an icon anywhere else:
///
/// ```compile_fail,E0277
/// use line_bot_server::line::message::flex::{FlexBox, Icon};
///
/// FlexBox::vertical().item(Icon::new("https://example.com/star.png"));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename = "box", rename_all = "camelCase")]
#[non_exhaustive]
pub struct FlexBox<C = Component> {
    /// Given by what it holds.
    layout: Layout,
    /// What it holds, from its beginning to its end; may be nothing.
    pub contents: Vec<C>,
    /// Its share of the box it is in. 0 is as large as what it holds. If nothing is said: 1 in a horizontal box, 0 in a
    /// vertical one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flex: Option<u16>,
    /// The least space between what it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spacing: Option<Spacing>,
    /// Where it stands among the others.
    #[serde(flatten)]
    pub placement: Placement,
    /// Its colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub background_color: Option<Color>,
    /// More than a colour behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub background: Option<Background>,
    /// The colour of its border.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub border_color: Option<Color>,
    /// How wide its border is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub border_width: Option<BorderWidth>,
    /// How round its corners are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corner_radius: Option<Spacing>,
    /// Its width.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<Length>,
    /// The most it is wide, whatever `width` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_width: Option<Length>,
    /// Its height.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<Length>,
    /// The most it is high, whatever `height` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_height: Option<Length>,
    /// The space between its border and what it holds, on each side of which no other padding says more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub padding_all: Option<Padding>,
    /// The space at its top.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub padding_top: Option<Padding>,
    /// The space at its bottom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub padding_bottom: Option<Padding>,
    /// The space where text begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub padding_start: Option<Padding>,
    /// The space where text ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub padding_end: Option<Padding>,
    /// What tapping it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// How what it holds shares the space that is left along it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub justify_content: Option<JustifyContent>,
    /// How what it holds is lined up across it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub align_items: Option<AlignItems>,
}

impl FlexBox<Component> {
    /// An empty box that is filled from side to side.
    pub fn horizontal() -> Self {
        Self::empty(Layout::Horizontal)
    }

    /// An empty box that is filled from top to bottom.
    pub fn vertical() -> Self {
        Self::empty(Layout::Vertical)
    }
}

impl FlexBox<BaselineComponent> {
    /// An empty box that is filled from side to side, with icons and texts on one line, however large they are.
    pub fn baseline() -> Self {
        Self::empty(Layout::Baseline)
    }
}

impl<C> FlexBox<C> {
    fn empty(layout: Layout) -> Self {
        Self {
            layout,
            contents: Vec::new(),
            flex: None,
            spacing: None,
            placement: Placement::default(),
            background_color: None,
            background: None,
            border_color: None,
            border_width: None,
            corner_radius: None,
            width: None,
            max_width: None,
            height: None,
            max_height: None,
            padding_all: None,
            padding_top: None,
            padding_bottom: None,
            padding_start: None,
            padding_end: None,
            action: None,
            justify_content: None,
            align_items: None,
        }
    }

    /// How it lays out what it holds.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// One component more, at its end.
    #[must_use]
    pub fn item(mut self, item: impl Into<C>) -> Self {
        self.contents.push(item.into());
        self
    }

    /// Some components more, at its end.
    #[must_use]
    pub fn items<T: Into<C>>(mut self, items: impl IntoIterator<Item = T>) -> Self {
        self.contents.extend(items.into_iter().map(Into::into));
        self
    }

    numbers! {
        /// Its share of the box it is in; 0 is as large as what it holds.
        flex: u16;
    }

    setters! {
        /// The least space between what it holds.
        spacing: Spacing;
        /// Its colour.
        background_color: Color;
        /// More than a colour behind it: a [`LinearGradient`](super::LinearGradient).
        background: Background;
        /// The colour of its border.
        border_color: Color;
        /// How wide its border is.
        border_width: BorderWidth;
        /// How round its corners are.
        corner_radius: Spacing;
        /// Its width; it then has no share of the horizontal box it is in.
        width: Length;
        /// The most it is wide.
        max_width: Length;
        /// Its height.
        height: Length;
        /// The most it is high.
        max_height: Length;
        /// The space between its border and what it holds.
        padding_all: Padding;
        /// The space at its top.
        padding_top: Padding;
        /// The space at its bottom.
        padding_bottom: Padding;
        /// The space where text begins.
        padding_start: Padding;
        /// The space where text ends.
        padding_end: Padding;
        /// What tapping it does.
        action: Action;
        /// How what it holds shares the space that is left along it.
        justify_content: JustifyContent;
        /// How what it holds is lined up across it.
        align_items: AlignItems;
    }
}

placed!([C] FlexBox<C>);

impl<C: Part> Part for FlexBox<C> {
    fn check(&self) -> Result<(), InvalidField> {
        self.placement.check()?;
        check_each(&[("spacing", self.spacing), ("cornerRadius", self.corner_radius)], Spacing::check)?;
        check_each(&[("borderWidth", self.border_width)], BorderWidth::check)?;
        let lengths = [
            ("width", self.width),
            ("maxWidth", self.max_width),
            ("height", self.height),
            ("maxHeight", self.max_height),
        ];
        check_each(&lengths, Length::check)?;
        let paddings = [
            ("paddingAll", self.padding_all),
            ("paddingTop", self.padding_top),
            ("paddingBottom", self.padding_bottom),
            ("paddingStart", self.padding_start),
            ("paddingEnd", self.padding_end),
        ];
        check_each(&paddings, Padding::check)?;
        check_colors(&[("backgroundColor", &self.background_color), ("borderColor", &self.border_color)])?;
        if let Some(background) = &self.background {
            background.check().map_err(|e| e.within("background"))?;
        }
        if let Some(action) = &self.action {
            action.check(Place::Flex).map_err(|e| e.within("action"))?;
        }
        for (i, item) in self.contents.iter().enumerate() {
            item.check().map_err(|e| e.within(format_args!("contents[{i}]")))?;
        }
        Ok(())
    }

    fn placement(&self) -> Option<&Placement> {
        Some(&self.placement)
    }

    fn playing(&self) -> usize {
        self.contents.iter().map(Part::playing).sum()
    }

    /// Its first component cannot be absolute.
    fn check_block(&self) -> Result<(), InvalidField> {
        if self.contents.first().is_some_and(Part::is_absolute) {
            let problem = "absolute, which the first component of a block cannot be";
            return Err(InvalidField::new("contents[0].position", problem));
        }
        self.check()
    }
}
