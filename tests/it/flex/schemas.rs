//! Every word of LINE's enumerations for Flex Messages is a word here. (Properties are the contract's.)

use std::collections::BTreeMap;

use line_bot_server::line::message::flex::{
    AdjustMode, Align, AlignItems, AspectMode, BorderWidth, BubbleSize, ButtonHeight, ButtonStyle,
    Decoration, Direction, FontSize, FontStyle, Gravity, ImageSize, JustifyContent, Layout, Offset, Padding,
    Position, Spacing, Weight,
};
use serde::Serialize;
use serde_json::Value;

use crate::contract::spec::Spec;

/// LINE's schemas of Flex Messages, by name; none, with a printed reason, without the files.
fn schemas() -> Option<BTreeMap<String, Value>> {
    let spec = Spec::load()?;
    let all = spec.file("messaging-api").schemas().clone();
    Some(all.into_iter().filter(|(name, _)| name.starts_with("Flex")).collect())
}

/// The properties that a schema declares itself.
fn declared(schema: &Value) -> BTreeMap<String, Value> {
    let parts = schema["allOf"].as_array().into_iter().flatten().chain([schema]);
    parts
        .filter_map(|part| part["properties"].as_object())
        .flatten()
        .map(|(n, s)| (n.clone(), s.clone()))
        .collect()
}

fn words<T: Serialize>(all: &[T]) -> Vec<Value> {
    all.iter().map(|word| serde_json::to_value(word).unwrap()).collect()
}

/// Each enumeration of the schemas with ours.
fn ours() -> Vec<(&'static str, &'static str, Vec<Value>)> {
    use {
        Align as A, FontSize as F, ImageSize as I, JustifyContent as J, Offset as O, Padding as P,
        Spacing as S,
    };
    let spaces = || words(&[S::None, S::Xs, S::Sm, S::Md, S::Lg, S::Xl, S::Xxl]);
    let letters = || words(&[F::Xxs, F::Xs, F::Sm, F::Md, F::Lg, F::Xl, F::Xxl, F::Xl3, F::Xl4, F::Xl5]);
    let positions = || words(&[Position::Relative, Position::Absolute]);
    let gravities = || words(&[Gravity::Top, Gravity::Bottom, Gravity::Center]);
    let weights = || words(&[Weight::Regular, Weight::Bold]);
    let styles = || words(&[FontStyle::Normal, FontStyle::Italic]);
    let decorations = || words(&[Decoration::None, Decoration::Underline, Decoration::LineThrough]);
    let shrinks = || words(&[AdjustMode::ShrinkToFit]);
    let aligns = || words(&[A::Start, A::End, A::Center]);
    let sides = [J::SpaceBetween, J::SpaceAround, J::SpaceEvenly];
    let borders = [
        BorderWidth::None,
        BorderWidth::Light,
        BorderWidth::Normal,
        BorderWidth::Medium,
        BorderWidth::SemiBold,
        BorderWidth::Bold,
    ];
    let sizes = [
        BubbleSize::Nano,
        BubbleSize::Micro,
        BubbleSize::Deca,
        BubbleSize::Hecto,
        BubbleSize::Kilo,
        BubbleSize::Mega,
        BubbleSize::Giga,
    ];
    vec![
        ("FlexBubble", "direction", words(&[Direction::Ltr, Direction::Rtl])),
        ("FlexBubble", "size", words(&sizes)),
        ("FlexBox", "layout", words(&[Layout::Horizontal, Layout::Vertical, Layout::Baseline])),
        ("FlexBox", "position", positions()),
        (
            "FlexBox",
            "justifyContent",
            [words(&[J::Center, J::FlexStart, J::FlexEnd]), words(&sides)].concat(),
        ),
        ("FlexBox", "alignItems", words(&[AlignItems::Center, AlignItems::FlexStart, AlignItems::FlexEnd])),
        ("FlexBoxBorderWidth", "", words(&borders)),
        ("FlexBoxCornerRadius", "", spaces()),
        ("FlexBoxSpacing", "", spaces()),
        ("FlexMargin", "", spaces()),
        ("FlexBoxPadding", "", words(&[P::None, P::Xs, P::Sm, P::Md, P::Lg, P::Xl, P::Xxl])),
        ("FlexOffset", "", words(&[O::None, O::Xs, O::Sm, O::Md, O::Lg, O::Xl, O::Xxl])),
        (
            "FlexImageSize",
            "",
            words(&[I::Xxs, I::Xs, I::Sm, I::Md, I::Lg, I::Xl, I::Xxl, I::Xl3, I::Xl4, I::Xl5, I::Full]),
        ),
        ("FlexIconSize", "", letters()),
        ("FlexTextFontSize", "", letters()),
        ("FlexSpanSize", "", letters()),
        ("FlexButton", "style", words(&[ButtonStyle::Primary, ButtonStyle::Secondary, ButtonStyle::Link])),
        ("FlexButton", "gravity", gravities()),
        ("FlexButton", "position", positions()),
        ("FlexButton", "height", words(&[ButtonHeight::Md, ButtonHeight::Sm])),
        ("FlexButton", "adjustMode", shrinks()),
        ("FlexImage", "position", positions()),
        ("FlexImage", "align", aligns()),
        ("FlexImage", "gravity", gravities()),
        ("FlexImage", "aspectMode", words(&[AspectMode::Fit, AspectMode::Cover])),
        ("FlexIcon", "position", positions()),
        ("FlexText", "align", aligns()),
        ("FlexText", "gravity", gravities()),
        ("FlexText", "weight", weights()),
        ("FlexText", "style", styles()),
        ("FlexText", "decoration", decorations()),
        ("FlexText", "position", positions()),
        ("FlexText", "adjustMode", shrinks()),
        ("FlexSpan", "weight", weights()),
        ("FlexSpan", "style", styles()),
        ("FlexSpan", "decoration", decorations()),
    ]
}

#[test]
fn every_word_is_a_word_here() {
    let Some(schemas) = schemas() else { return };
    let mut theirs = Vec::new();
    for (name, schema) in &schemas {
        let own = declared(schema).into_iter().chain([(String::new(), schema.clone())]);
        let enums =
            own.filter_map(|(property, it)| Some((name.clone(), property, it["enum"].as_array()?.clone())));
        theirs.extend(enums);
    }
    let ours: Vec<_> = ours()
        .into_iter()
        .map(|(name, property, words)| (name.to_owned(), property.to_owned(), words))
        .collect();
    let sorted = |mut list: Vec<(String, String, Vec<Value>)>| {
        list.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        list
    };
    assert_eq!(sorted(ours), sorted(theirs));
}
