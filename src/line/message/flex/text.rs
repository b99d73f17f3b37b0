//! `text` and the `span`s of it.

use serde::Serialize;

use super::component::Part;
use super::set::{lettered, numbers, placed, setters};
use super::{AdjustMode, Align, Font, Gravity, InvalidField, Placement, Px};
use crate::line::Action;
use crate::line::action::Place;

/// A text ([reference](https://developers.line.biz/en/reference/messaging-api/#f-text)).
///
/// ```
/// use line_bot_server::line::message::flex::{FontSize, Span, Text};
///
/// let title = Text::new("Brown Store").bold().size(FontSize::Xxl);
/// let motto = Text::spans([Span::new("Quick").color("#FF0000"), Span::from(" brown fox")]).wrap(true);
/// # let _ = (title, motto);
/// ```
#[derive(Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename = "text", rename_all = "camelCase")]
#[non_exhaustive]
pub struct Text {
    /// What it says; may not be empty. Ignored if there are spans, needed if there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What it says, in more than one style.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contents: Vec<Span>,
    /// What its letters look like.
    #[serde(flatten)]
    pub font: Font,
    /// What happens to a text that is too wide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adjust_mode: Option<AdjustMode>,
    /// Its share of the box it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flex: Option<u16>,
    /// Where it stands among the others.
    #[serde(flatten)]
    pub placement: Placement,
    /// Whether its letters follow the size that the user has set in LINE.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaling: Option<bool>,
    /// Where it stands from side to side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub align: Option<Align>,
    /// Where it stands from top to bottom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gravity: Option<Gravity>,
    /// Whether it may have more than one line; only then does a line break make one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrap: Option<bool>,
    /// The space between its lines, more than nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line_spacing: Option<Px>,
    /// The most lines; 0 for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_lines: Option<u16>,
    /// What tapping it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
}

impl Text {
    /// A text in one style.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..Self::empty() }
    }

    /// A text in more than one style.
    pub fn spans<T: Into<Span>>(spans: impl IntoIterator<Item = T>) -> Self {
        Self { contents: spans.into_iter().map(Into::into).collect(), ..Self::empty() }
    }

    fn empty() -> Self {
        Self {
            text: None,
            contents: Vec::new(),
            font: Font::default(),
            adjust_mode: None,
            flex: None,
            placement: Placement::default(),
            scaling: None,
            align: None,
            gravity: None,
            wrap: None,
            line_spacing: None,
            max_lines: None,
            action: None,
        }
    }

    numbers! {
        /// Its share of the box it is in; 0 is as large as it needs.
        flex: u16;
        /// The most lines; 0 for all.
        max_lines: u16;
    }

    setters! {
        /// What happens to a text that is too wide.
        adjust_mode: AdjustMode;
        /// Whether its letters follow the size that the user has set in LINE.
        scaling: bool;
        /// Where it stands from side to side.
        align: Align;
        /// Where it stands from top to bottom.
        gravity: Gravity;
        /// Whether it may have more than one line.
        wrap: bool;
        /// The space between its lines.
        line_spacing: Px;
        /// What tapping it does.
        action: Action;
    }
}

impl Part for Text {
    fn check(&self) -> Result<(), InvalidField> {
        // LINE does not say whether a text may be empty; one without a character is refused as one that is not set.
        if self.contents.is_empty() && self.text.as_deref().is_none_or(str::is_empty) {
            return Err(InvalidField::new("text", "nothing, a text or spans are needed"));
        }
        self.font.check()?;
        self.placement.check()?;
        if let Some(spacing) = self.line_spacing {
            spacing.check_positive("lineSpacing")?;
        }
        if let Some(action) = &self.action {
            action.check(Place::Flex).map_err(|e| e.within("action"))?;
        }
        for (i, span) in self.contents.iter().enumerate() {
            span.font.check().map_err(|e| e.within(format_args!("contents[{i}]")))?;
        }
        Ok(())
    }

    fn placement(&self) -> Option<&Placement> {
        Some(&self.placement)
    }
}

placed!([] Text);
lettered!(Text, Span);

/// A part of a text, in a style of its own
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#span)).
#[derive(Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename = "span")]
#[non_exhaustive]
pub struct Span {
    /// What it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What its letters look like. A decoration of the whole text stays.
    #[serde(flatten)]
    pub font: Font,
}

impl Span {
    /// A part of a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), font: Font::default() }
    }
}

impl From<&str> for Span {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Span {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}
