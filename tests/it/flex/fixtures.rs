//! Builders make the JSON that LINE documents, and the simulator takes it.

use line_bot_server::line::action::{ClipboardAction, MessageAction, PostbackAction, UriAction};
use line_bot_server::line::message::flex::{
    AdjustMode, Align, AlignItems, AspectMode, BlockStyle, BorderWidth, Bubble, BubbleSize, BubbleStyles,
    Button, ButtonHeight, ButtonStyle, Carousel, Color, Decoration, Direction, Filler, FlexBox, FlexMessage,
    FontSize, FontStyle, Gravity, Icon, Image, ImageSize, JustifyContent, LinearGradient, Offset, Padding,
    Position, Separator, Spacing, Span, Text, Video, Weight, percent, px,
};
use line_bot_server::line::{Action, ChatMessage, Message, Sender};
use serde_json::Value;

use super::{Line, Said};

fn header() -> FlexBox {
    let gradient = LinearGradient::new(23.5, "#FF0000", "#0000ff")
        .center_color(Color::rgba(0, 255, 0, 255))
        .center_position(percent(12.5));
    FlexBox::horizontal()
        .item(String::from("Header"))
        .flex(0)
        .spacing(Spacing::Sm)
        .margin(px(23.5))
        .position(Position::Relative)
        .offset_top(px(-2))
        .offset_bottom(Offset::None)
        .offset_start(percent(5))
        .offset_end(Offset::Xxl)
        .background_color("#00000080")
        .background(gradient)
        .border_color(Color::rgb(0xEF, 0xEF, 0xEF))
        .border_width(BorderWidth::SemiBold)
        .corner_radius(Spacing::Md)
        .width(percent(50))
        .max_width(px(300))
        .height(px(40))
        .max_height(percent(12.5))
        .padding_all(Padding::Lg)
        .padding_top(px(0))
        .padding_bottom(px(1))
        .padding_start(percent(2))
        .padding_end(Padding::None)
        .action(MessageAction::unlabelled("the header"))
        .justify_content(JustifyContent::SpaceEvenly)
        .align_items(AlignItems::FlexEnd)
}

fn hero() -> Video {
    let still = Image::new("https://example.com/still.png")
        .flex(3)
        .margin(Spacing::Xs)
        .position(Position::Absolute)
        .offset_top(Offset::Xs)
        .offset_bottom(Offset::Sm)
        .offset_start(Offset::Md)
        .offset_end(Offset::Lg)
        .align(Align::Start)
        .gravity(Gravity::Center)
        .size(ImageSize::Full)
        .aspect_ratio((20, 13))
        .aspect_mode(AspectMode::Cover)
        .background_color(String::from("#FFFFFF"))
        .action(UriAction::unlabelled("https://example.com/"))
        .animated(true);
    Video::new("https://example.com/video.mp4", "https://example.com/preview.jpg", still)
        .aspect_ratio((1.91, 1))
        .action(UriAction::new("More", "https://example.com/more"))
}

fn text() -> Text {
    Text::new("Body")
        .size(FontSize::Xl5)
        .color("#111111")
        .bold()
        .style(FontStyle::Italic)
        .decoration(Decoration::Underline)
        .adjust_mode(AdjustMode::ShrinkToFit)
        .flex(1)
        .margin(Spacing::Md)
        .position(Position::Relative)
        .offset_top(px(1))
        .offset_bottom(px(2))
        .offset_start(px(3))
        .offset_end(px(4))
        .scaling(true)
        .align(Align::End)
        .gravity(Gravity::Bottom)
        .wrap(true)
        .line_spacing(px(20))
        .max_lines(2)
        .action(ClipboardAction::unlabelled("Body"))
}

fn spans() -> Text {
    let quick = Span::new("Quick")
        .size(px(30))
        .color("#FF0000")
        .weight(Weight::Regular)
        .style(FontStyle::Normal)
        .decoration(Decoration::LineThrough);
    Text::spans([quick, " brown".into()])
}

fn icon() -> Icon {
    Icon::new("https://example.com/star.png")
        .margin(Spacing::None)
        .position(Position::Absolute)
        .offset_top(percent(1))
        .offset_bottom(percent(2))
        .offset_start(percent(3))
        .offset_end(percent(4))
        .size(FontSize::Xl3)
        .aspect_ratio((1, 3))
        .scaling(false)
}

fn button() -> Button {
    Button::new(PostbackAction::new("Buy", "buy=17"))
        .flex(2)
        .margin(Spacing::Lg)
        .position(Position::Absolute)
        .offset_top(px(1))
        .offset_bottom(px(2))
        .offset_start(px(3))
        .offset_end(px(4))
        .height(ButtonHeight::Sm)
        .style(ButtonStyle::Primary)
        .color("#1DB446")
        .gravity(Gravity::Top)
        .adjust_mode(AdjustMode::ShrinkToFit)
        .scaling(true)
}

/// Every property that there is.
fn bubble() -> Bubble {
    let body = FlexBox::vertical()
        .item(text())
        .item(spans())
        .item(FlexBox::baseline().item(icon()).item("4.0").item(Filler::new()))
        .item(Separator::new().margin(Spacing::Xl).color("#000000"))
        .item(Filler::new().flex(2))
        .item(button());
    let cyan = || BlockStyle::new().background_color("#00ffff");
    let line = |style: BlockStyle| style.separator(true).separator_color("#000000");
    let styles = BubbleStyles::new()
        .header(cyan())
        .hero(line(BlockStyle::new()))
        .body(BlockStyle::new().separator(false))
        .footer(line(cyan()));
    Bubble::new()
        .size(BubbleSize::Giga)
        .direction(Direction::Rtl)
        .header(header())
        .hero(hero())
        .body(body)
        .footer(FlexBox::baseline())
        .styles(styles)
        .action(UriAction::new("Open", "https://example.com/bubble"))
}

fn carousel() -> FlexMessage {
    let nano = || Bubble::new().size(BubbleSize::Nano);
    let second = Image::new("https://example.com/second.png").size(percent(50));
    FlexMessage::new(
        "Two bubbles",
        Carousel::new([nano().body(FlexBox::vertical().item("First bubble"))]).bubble(nano().hero(second)),
    )
}

pub(super) fn fixtures() -> [Value; 2] {
    [
        include_str!("../../fixtures/messages/flex_bubble.json"),
        include_str!("../../fixtures/messages/flex_carousel.json"),
    ]
    .map(|json| serde_json::from_str(json).unwrap())
}

/// Messages that together have every property.
pub(crate) fn messages() -> [FlexMessage; 2] {
    let all = FlexMessage::new("Everything that a bubble can have", bubble())
        .quick_reply([Action::from("Yes")])
        .sender(Sender::new("Cony"));
    [all, carousel()]
}

#[tokio::test]
async fn every_property_is_sent_as_documented_and_taken() {
    let line = Line::new().await;
    for (message, fixture) in messages().into_iter().zip(fixtures()) {
        message.check().unwrap();
        assert_eq!(serde_json::to_value(Message::from(message.clone())).unwrap(), fixture);
        assert_eq!(serde_json::to_value(ChatMessage::from(message)).unwrap(), fixture);
        assert_eq!(line.says_message(&fixture).await, Said::new());
    }
}

#[test]
fn a_log_shows_nothing_of_a_message() {
    let message = FlexMessage::new("Everything", bubble());
    let shown =
        format!("{message:?} {:?} {:?}", message.contents, FlexBox::vertical().item(button()).item("Body"));
    assert!(!shown.contains("Body") && !shown.contains("Buy") && !shown.contains("example"), "{shown}");
}
