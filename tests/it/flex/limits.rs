//! At the limit a message passes, above it the client refuses it with field, limit and actual, and so does LINE.

use line_bot_server::line::action::{
    CameraAction, MessageAction, PostbackAction, RichMenuSwitchAction, UriAction,
};
use line_bot_server::line::message::flex::{
    AspectRatio, Bubble, Button, FlexBox, FlexMessage, Icon, Image, LinearGradient, Separator, Span, Text,
    Video, percent, px,
};
use line_bot_server::line::{InvalidField, Message};
use serde_json::json;

use super::{INVALID, Line, URL, above, body, bubble, faulty, message, refused, taken, with};

fn url(len: usize) -> String {
    format!("https://example.com/{}", "a".repeat(len - 20))
}

#[tokio::test]
async fn alt_text_has_1_to_1500_utf16_code_units() {
    let line = Line::new().await;
    let say = |alt: &str| FlexMessage::new(alt, bubble(FlexBox::vertical()));
    for good in ["a".repeat(1500), "\u{1F34E}".repeat(750)] {
        taken(&line, say(&good)).await;
    }
    for (bad, told, words) in [
        ("a".repeat(1501), "1501 UTF-16 code units, 1500 are allowed", "Length must be between 0 and 1500"),
        (String::new(), "0 UTF-16 code units, 1 to 1500 are allowed", "May not be empty"),
    ] {
        refused(say(&bad).check(), &format!("altText: {told}"));
        let said = line.says_message(&serde_json::to_value(Message::from(say(&bad))).unwrap()).await;
        assert_eq!(said, [("messages[0].altText".to_owned(), words.to_owned())]);
    }
}

#[tokio::test]
async fn labels_have_40_grapheme_clusters_and_buttons_need_one() {
    let line = Line::new().await;
    let family = "👨‍👩‍👧‍👦";
    let button = |label: String| with(Button::new(MessageAction::new(label, "x")));
    let tapped = |label: String| with(Text::new("a").action(MessageAction::new(label, "x")));
    let field = "contents.body.contents[0].action.label";
    let (told, words) = ("41 grapheme clusters, 40 are allowed", "Length must be between 0 and 40");
    for say in [&button as &dyn Fn(String) -> FlexMessage, &tapped] {
        taken(&line, say(family.repeat(40))).await;
        above(&line, say("a".repeat(41)), &format!("{field}: {told}"), words).await;
    }
    let unlabelled = || MessageAction::unlabelled("x");
    taken(&line, with(Text::new("a").action(unlabelled()))).await;
    let told = format!("{field}: 0 grapheme clusters, a Flex Message button needs 1 to 40");
    above(&line, with(Button::new(unlabelled())), &told, "May not be empty").await;
}

#[tokio::test]
async fn actions_are_checked_wherever_they_stand() {
    let line = Line::new().await;
    let long = || PostbackAction::new("l", "d".repeat(301));
    let rule = "301 UTF-16 code units, 300 are allowed";
    let image = || Image::new(URL).action(long());
    let video = || Video::new(URL, URL, Image::new(URL)).action(UriAction::unlabelled("ftp://x"));
    let words = "Length must be between 0 and 300";
    for (message, field) in [
        (with(FlexBox::vertical().action(long())), "body.contents[0].action.data"),
        (
            with(FlexBox::vertical().item(FlexBox::baseline().action(long()))),
            "body.contents[0].contents[0].action.data",
        ),
        (with(image()), "body.contents[0].action.data"),
        (message(Bubble::new().hero(image())), "hero.action.data"),
        (message(Bubble::new().action(long())), "action.data"),
        (
            message(Bubble::new().header(FlexBox::baseline().item(Text::new("a").action(long())))),
            "header.contents[0].action.data",
        ),
        (
            message(
                Bubble::new().footer(FlexBox::horizontal().item("a").item("b").item(Button::new(long()))),
            ),
            "footer.contents[2].action.data",
        ),
    ] {
        above(&line, message, &format!("contents.{field}: {rule}"), words).await;
    }
    let told = "contents.hero.action.uri: of another scheme, http, https, line and tel are allowed";
    above(&line, message(Bubble::new().hero(video())), told, "invalid uri scheme").await;
    let camera = with(Button::new(CameraAction::new("Open")));
    refused(
        camera.check(),
        "contents.body.contents[0].action.type: `camera` stands in a Flex Message button, only a quick reply may have it",
    );
    let switch = with(Button::new(RichMenuSwitchAction::new("alias", "data")));
    for message in [camera, switch] {
        assert!(message.check().is_err());
        let said = line.says_message(&serde_json::to_value(Message::from(message)).unwrap()).await;
        assert!(
            said.iter().any(|(at, _)| at == "messages[0].contents.body.contents[0].action.type"),
            "{said:?}"
        );
    }
}

#[tokio::test]
async fn urls_are_https_and_have_2000_characters() {
    let line = Line::new().await;
    let still = || FlexBox::vertical();
    let icon = |url: String| with(FlexBox::baseline().item(Icon::new(url)));
    let image = |url: String| with(Image::new(url));
    let video = |url: String| message(Bubble::new().hero(Video::new(url, URL, still())));
    let preview = |url: String| message(Bubble::new().hero(Video::new(URL, url, still())));
    let instead = |url: String| message(Bubble::new().hero(Video::new(URL, URL, Image::new(url))));
    let makers: [(&dyn Fn(String) -> FlexMessage, &str); 5] = [
        (&icon, "body.contents[0].contents[0].url"),
        (&image, "body.contents[0].url"),
        (&video, "hero.url"),
        (&preview, "hero.previewUrl"),
        (&instead, "hero.altContent.url"),
    ];
    for (make, field) in makers {
        taken(&line, make(url(2000))).await;
        let told = format!("contents.{field}: 2001 UTF-16 code units, 2000 are allowed");
        above(&line, make(url(2001)), &told, "Length must be between 0 and 2000").await;
        let told = format!("contents.{field}: not an https URL; https is needed");
        above(&line, make("http://example.com/a.png".to_owned()), &told, "invalid uri scheme").await;
    }
}

#[tokio::test]
async fn aspect_ratios_have_numbers_from_1_to_100000_and_three_times_the_height() {
    let line = Line::new().await;
    let image = |ratio: AspectRatio| with(Image::new(URL).aspect_ratio(ratio));
    for good in [(1.0, 1.0), (1.0, 3.0), (1.91, 1.0), (100_000.0, 1.0), (100_000.0, 100_000.0)] {
        taken(&line, image(good.into())).await;
    }
    let (each, high) = ("1 to 100000 are allowed for each", "a height of up to 3 times the width is allowed");
    for ((width, height), told) in [
        ((0.99, 1.0), format!("0.99:1, {each}")),
        ((1.0, 0.5), format!("1:0.5, {each}")),
        ((0.0, 0.0), format!("0:0, {each}")),
        ((-1.0, 1.0), format!("-1:1, {each}")),
        ((100_000.5, 1.0), format!("100000.5:1, {each}")),
        ((1.0, 3.01), format!("1:3.01, {high}")),
        ((f64::NAN, 1.0), format!("NaN:1, {each}")),
        ((f64::INFINITY, 1.0), format!("inf:1, {each}")),
    ] {
        let told = format!("contents.body.contents[0].aspectRatio: {told}");
        above(&line, image((width, height).into()), &told, INVALID).await;
    }
    let narrow = AspectRatio::new(1, 4);
    let icon = with(FlexBox::baseline().item(Icon::new(URL).aspect_ratio(narrow)));
    above(&line, icon, &format!("contents.body.contents[0].contents[0].aspectRatio: 1:4, {high}"), INVALID)
        .await;
    let video = Video::new(URL, URL, Image::new(URL)).aspect_ratio(narrow);
    above(
        &line,
        message(Bubble::new().hero(video)),
        &format!("contents.hero.aspectRatio: 1:4, {high}"),
        INVALID,
    )
    .await;
}

#[tokio::test]
async fn sizes_are_not_negative_but_offsets_may_be() {
    let line = Line::new().await;
    let empty = || FlexBox::vertical();
    taken(&line, with(empty().padding_all(px(0)).width(percent(0)).spacing(px(0.5)).offset_top(percent(-1))))
        .await;
    for (message, field, actual) in [
        (with(empty().margin(px(-1))), "margin", "-1px, 0px or more"),
        (with(empty().spacing(px(-0.5))), "spacing", "-0.5px, 0px or more"),
        (with(empty().corner_radius(px(-1))), "cornerRadius", "-1px, 0px or more"),
        (with(empty().border_width(px(-1))), "borderWidth", "-1px, 0px or more"),
        (with(empty().width(px(-1))), "width", "-1px, 0px or more"),
        (with(empty().max_width(percent(-1))), "maxWidth", "-1%, 0% or more"),
        (with(empty().height(px(-1))), "height", "-1px, 0px or more"),
        (with(empty().max_height(px(-1))), "maxHeight", "-1px, 0px or more"),
        (with(empty().padding_all(px(-1))), "paddingAll", "-1px, 0px or more"),
        (with(empty().padding_top(px(-1))), "paddingTop", "-1px, 0px or more"),
        (with(empty().padding_bottom(px(-1))), "paddingBottom", "-1px, 0px or more"),
        (with(empty().padding_start(px(-1))), "paddingStart", "-1px, 0px or more"),
        (with(empty().padding_end(percent(-1))), "paddingEnd", "-1%, 0% or more"),
        (with(empty().offset_top(px(f64::INFINITY))), "offsetTop", "infpx, a number"),
        (with(empty().offset_end(percent(f64::NAN))), "offsetEnd", "NaN%, a number"),
        (with(Text::new("a").size(px(-1))), "size", "-1px, 0px or more"),
        (with(Text::spans([Span::new("a").size(px(-1))])), "contents[0].size", "-1px, 0px or more"),
        (with(Text::new("a").line_spacing(px(0))), "lineSpacing", "0px, more than 0px"),
        (with(Text::new("a").line_spacing(px(-1))), "lineSpacing", "-1px, 0px or more"),
        (with(Image::new(URL).size(percent(-1))), "size", "-1%, 0% or more"),
        (with(Separator::new().margin(px(-1))), "margin", "-1px, 0px or more"),
    ] {
        let told = format!("contents.body.contents[0].{field}: {actual} is needed");
        above(&line, message, &told, INVALID).await;
    }
    taken(&line, with(Text::new("a").line_spacing(px(0.1)))).await;
}

#[tokio::test]
async fn colours_are_hexadecimal_with_or_without_opacity() {
    let line = Line::new().await;
    for good in ["#012345", "#abcdef", "#ABCDEF00"] {
        taken(&line, with(Text::new("a").color(good))).await;
    }
    let told = "no colour, #RRGGBB and #RRGGBBAA are allowed";
    for bad in ["", "#", "red", "#FFF", "#1234567", "#123456789", "123456", "#12345G", "##12345", "#日本"] {
        let field = "contents.body.contents[0].color";
        above(&line, with(Text::new("a").color(bad)), &format!("{field}: {told}"), INVALID).await;
    }
    let bad = || FlexBox::vertical();
    for (message, field) in [
        (with(bad().background_color("red")), "backgroundColor"),
        (with(bad().border_color("red")), "borderColor"),
        (with(Image::new(URL).background_color("red")), "backgroundColor"),
        (with(Button::new("a").color("red")), "color"),
        (with(Separator::new().color("red")), "color"),
        (with(bad().background(LinearGradient::new(0, "red", "#000000"))), "background.startColor"),
        (with(bad().background(LinearGradient::new(0, "#000000", "red"))), "background.endColor"),
        (
            with(bad().background(LinearGradient::new(0, "#000000", "#000000").center_color("red"))),
            "background.centerColor",
        ),
    ] {
        above(&line, message, &format!("contents.body.contents[0].{field}: {told}"), INVALID).await;
    }
}

#[tokio::test]
async fn gradients_turn_less_than_once_and_have_their_middle_on_the_way() {
    let line = Line::new().await;
    let of = |gradient: LinearGradient| with(FlexBox::vertical().background(gradient));
    let to = |angle: f64| LinearGradient::new(angle, "#000000", "#FFFFFF");
    for good in [0.0, 23.5, 359.9] {
        taken(&line, of(to(good))).await;
    }
    for bad in [360.0, -0.5, f64::NAN] {
        let told = format!("{bad}deg, 0deg to less than 360deg are allowed");
        let field = "contents.body.contents[0].background.angle";
        above(&line, of(to(bad)), &format!("{field}: {told}"), INVALID).await;
    }
    let through = |part: f64| of(to(0.0).center_color("#FF0000").center_position(percent(part)));
    for good in [0.0, 12.5, 100.0] {
        taken(&line, through(good)).await;
    }
    for bad in [100.5, -1.0] {
        let told = format!("{bad}%, 0% to 100% are allowed");
        let field = "contents.body.contents[0].background.centerPosition";
        above(&line, through(bad), &format!("{field}: {told}"), INVALID).await;
    }
    let alone = of(to(0.0).center_position(percent(50)));
    refused(
        alone.check(),
        "contents.body.contents[0].background.centerPosition: without centerColor, which it is the place of",
    );
    let said = line.says_message(&serde_json::to_value(Message::from(alone)).unwrap()).await;
    faulty(&said, ".body.contents[0].background.centerColor", "must be specified");
}

#[tokio::test]
async fn a_text_says_something() {
    let line = Line::new().await;
    taken(&line, with(Text::spans(["a"]))).await;
    let mut both = Text::spans(["a"]);
    both.text = Some(String::new());
    taken(&line, with(both)).await;
    let told = "contents.body.contents[0].text: nothing, a text or spans are needed";
    above(&line, with(""), told, "must be non-empty text").await;
    let none: [Span; 0] = [];
    above(&line, with(Text::spans(none)), told, "must be specified").await;
    // As the Flex Message Simulator writes a text.
    assert_eq!(line.says(&body(&[json!({"type": "text", "text": "a", "contents": []})])).await, []);
}

#[test]
fn a_wrong_message_is_named_with_its_whole_path() {
    let wrong: Message =
        with(FlexBox::horizontal().item("a").item("b").item(Button::new(MessageAction::unlabelled("x"))))
            .into();
    let told: InvalidField = wrong.check("messages[1]").unwrap_err();
    assert_eq!(told.field, "messages[1].contents.body.contents[0].contents[2].action.label");
}
