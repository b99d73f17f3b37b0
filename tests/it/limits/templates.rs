//! `template`: buttons, confirm, carousel, image carousel.

use line_bot_server::line::message::template::{ImageAspectRatio, ImageSize, Template};
use line_bot_server::line::{
    ButtonsTemplate, CarouselColumn, CarouselTemplate, ConfirmTemplate, ImageCarouselColumn,
    ImageCarouselTemplate, TemplateMessage,
};
use serde_json::{Value, json};

use super::case::{Case, Unit, one_to, some, up_to, url};
use super::hold;

const URL: &str = "https://example.com/a";

fn of(template: impl Into<Template>) -> TemplateMessage {
    TemplateMessage::new("alt", template)
}

fn buttons() -> ButtonsTemplate {
    ButtonsTemplate::new("t").action("ok")
}

fn column() -> CarouselColumn {
    CarouselColumn::new("t").action("ok")
}

fn carousel(columns: impl IntoIterator<Item = CarouselColumn>) -> TemplateMessage {
    of(CarouselTemplate::new(columns))
}

/// Colours at `field`, which has one.
fn colors(field: &str, with: impl Fn(&str) -> TemplateMessage) -> Vec<Case> {
    let problem = "not a colour of the form #RRGGBB";
    let others = ["red", "FFFFFF", "#FFF", "#FFFFFG", "#FFFFFFFF", "", "#", "ＦＦＦＦＦＦ"];
    others.iter().map(|other| Case::new(field, with("#00fFaB"), with(other), *other, problem)).collect()
}

/// Words at `field`, which has one.
fn words(field: &str, good: &TemplateMessage) -> Vec<Case> {
    ["nonsense", "Square", ""]
        .into_iter()
        .map(|other| Case::unspeakable(field, good.clone(), other))
        .collect()
}

#[tokio::test]
async fn all_of_them() {
    let mut cases = one_to("altText", 1500, Unit::Utf16, |alt| TemplateMessage::new(alt, buttons()));
    cases.push(Case::unspeakable("template", of(buttons()), Value::Null));
    cases.extend(words("template.type", &of(buttons())));
    hold(cases).await;
}

#[tokio::test]
async fn buttons_templates() {
    let text = |text: String| ButtonsTemplate::new(text).action("ok");
    let mut cases = one_to("template.text", 160, Unit::Grapheme, |it| of(text(it)));
    cases.push(up_to("template.text", 60, Unit::Grapheme, |it| of(text(it).title("t"))));
    cases.push(up_to("template.text", 60, Unit::Grapheme, |it| of(text(it).thumbnail_image_url(URL))));
    cases.push(up_to("template.title", 40, Unit::Grapheme, |it| of(buttons().title(it))));
    cases.extend(url("template.thumbnailImageUrl", |url| of(buttons().thumbnail_image_url(url))));
    cases.extend(colors("template.imageBackgroundColor", |it| of(buttons().image_background_color(it))));
    for ratio in [ImageAspectRatio::Rectangle, ImageAspectRatio::Square] {
        cases.extend(words("template.imageAspectRatio", &of(buttons().image_aspect_ratio(ratio))));
    }
    for size in [ImageSize::Cover, ImageSize::Contain] {
        cases.extend(words("template.imageSize", &of(buttons().image_size(size))));
    }
    cases.extend(some("template.actions", 4, "buttons", |n| {
        of((0..n).fold(ButtonsTemplate::new("t"), |template, _| template.action("ok")))
    }));
    hold(cases).await;
}

#[tokio::test]
async fn confirm_templates() {
    let mut cases =
        one_to("template.text", 240, Unit::Grapheme, |text| of(ConfirmTemplate::new(text, "yes", "no")));
    let sure = of(ConfirmTemplate::new("t", "yes", "no"));
    let button = json!(sure)["template"]["actions"][0].clone();
    for count in [0, 1, 3] {
        cases.push(Case::unspeakable("template.actions", sure.clone(), vec![button.clone(); count]));
    }
    hold(cases).await;
}

#[tokio::test]
async fn carousels() {
    let field = |name: &str| format!("template.columns[0].{name}");
    let one = |column| carousel([column]);
    let text = |text: String| CarouselColumn::new(text).action("ok");
    let mut cases = one_to(&field("text"), 120, Unit::Grapheme, |it| one(text(it)));
    cases.push(up_to(&field("text"), 60, Unit::Grapheme, |it| one(text(it).title("t"))));
    cases.push(up_to(&field("text"), 60, Unit::Grapheme, |it| one(text(it).thumbnail_image_url(URL))));
    cases.push(up_to(&field("title"), 40, Unit::Grapheme, |it| one(column().title(it))));
    cases.extend(url(&field("thumbnailImageUrl"), |url| one(column().thumbnail_image_url(url))));
    cases.extend(colors(&field("imageBackgroundColor"), |it| one(column().image_background_color(it))));
    cases.extend(some("template.columns", 10, "columns", |n| carousel((0..n).map(|_| column()))));
    cases.extend(some(&field("actions"), 3, "buttons", |n| {
        one((0..n).fold(CarouselColumn::new("t"), |column, _| column.action("ok")))
    }));
    let shaped = CarouselTemplate::new([column()])
        .image_aspect_ratio(ImageAspectRatio::Square)
        .image_size(ImageSize::Contain);
    cases.extend(words("template.imageAspectRatio", &of(shaped.clone())));
    cases.extend(words("template.imageSize", &of(shaped)));
    hold(cases).await;
}

#[tokio::test]
async fn columns_are_alike() {
    let beside = |first: CarouselColumn, second: CarouselColumn| carousel([first, second]);
    let pictured = || column().thumbnail_image_url(URL);
    let titled = || column().title("t");
    let two = || column().action("ok");
    let two_buttons = json!(beside(two(), two()))["template"]["columns"][0]["actions"].clone();
    let one_button = json!(beside(column(), column()))["template"]["columns"][0]["actions"].clone();
    let has = "there, but the first column has none: all or none";
    let lacks = "missing, but the first column has one: all or none";
    let field = |name: &str| format!("template.columns[1].{name}");
    let (image, title, actions) = (field("thumbnailImageUrl"), field("title"), field("actions"));
    let needed =
        |actual, first| format!("{actual} buttons, as many as in the first column ({first}) are needed");
    hold(vec![
        Case::new(&image, beside(column(), column()), beside(column(), pictured()), URL, has),
        Case::new(&image, beside(pictured(), pictured()), beside(pictured(), column()), Value::Null, lacks),
        Case::new(&title, beside(column(), column()), beside(column(), titled()), "t", has),
        Case::new(&title, beside(titled(), titled()), beside(titled(), column()), Value::Null, lacks),
        Case::new(&actions, beside(two(), two()), beside(two(), column()), one_button, &needed(1, 2)),
        Case::new(&actions, beside(column(), column()), beside(column(), two()), two_buttons, &needed(2, 1)),
    ])
    .await;
}

#[tokio::test]
async fn image_carousels() {
    let image = |url: String| ImageCarouselColumn::new(url, "ok");
    let of = |columns: Vec<ImageCarouselColumn>| of(ImageCarouselTemplate::new(columns));
    let mut cases = url("template.columns[0].imageUrl", |url| of(vec![image(url)]));
    cases.extend(some("template.columns", 10, "columns", |n| of(vec![image(URL.to_owned()); n])));
    cases.push(Case::unspeakable("template.columns[0].action", of(vec![image(URL.to_owned())]), Value::Null));
    hold(cases).await;
}
