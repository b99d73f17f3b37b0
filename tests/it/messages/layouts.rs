//! Imagemaps, templates and coupons are the JSON that LINE documents.

use line_bot_server::line::action::{MessageAction, PostbackAction, UriAction};
use line_bot_server::line::message::imagemap::{ImagemapAction, ImagemapArea, ImagemapVideo};
use line_bot_server::line::message::template::{ImageAspectRatio, ImageSize};
use line_bot_server::line::{
    ButtonsTemplate, CarouselColumn, CarouselTemplate, ConfirmTemplate, CouponMessage, ImageCarouselColumn,
    ImageCarouselTemplate, ImagemapMessage, TemplateMessage,
};

use super::json::{assert_fixture, assert_message};

const IMAGES: &str = "https://example.com/bot/images";

#[test]
fn coupons_are_sent_as_documented() {
    let coupon = CouponMessage::new("01JYNW8JMQVFBNWF1APF8Z3FS7").delivery_tag("chat_2026");
    assert_message!(coupon, "coupon");
}

#[test]
fn imagemaps_are_sent_as_documented() {
    let film = ImagemapVideo::new(
        "https://example.com/video.mp4",
        "https://example.com/video_preview.jpg",
        ImagemapArea::new(0, 0, 1040, 585),
    )
    .external_link("https://example.com/see_more.html", "See more");
    let map = ImagemapMessage::new(format!("{IMAGES}/rm001"), "Two doors and a voucher", 1040)
        .action(
            ImagemapAction::uri("https://example.com/", ImagemapArea::new(0, 586, 520, 454))
                .label("The shop"),
        )
        .action(ImagemapAction::message("Hello", ImagemapArea::new(520, 586, 520, 227)).label("Say hello"))
        .action(
            ImagemapAction::clipboard("3B48740B", ImagemapArea::new(520, 813, 520, 227)).label("The voucher"),
        )
        .video(film);
    assert_message!(map, "imagemap");
}

#[test]
fn buttons_are_sent_as_documented() {
    let view = || UriAction::new("View detail", "https://example.com/page/123");
    let menu = ButtonsTemplate::new("Please select")
        .thumbnail_image_url(format!("{IMAGES}/image.jpg"))
        .image_aspect_ratio(ImageAspectRatio::Rectangle)
        .image_size(ImageSize::Cover)
        .image_background_color("#FFFFFF")
        .title("Menu")
        .default_action(view())
        .action(PostbackAction::new("Buy", "action=buy&itemid=123"))
        .action(view());
    assert_message!(TemplateMessage::new("This is a buttons template", menu), "template_buttons");
}

#[test]
fn confirmations_are_sent_as_documented() {
    let sure = ConfirmTemplate::new("Are you sure?", PostbackAction::new("Yes", "sure=yes"), "No");
    assert_message!(TemplateMessage::new("Are you sure? Say yes or no.", sure), "template_confirm");
}

#[test]
fn carousels_are_sent_as_documented() {
    let column = |title: &str, item: u32, image: u32| {
        CarouselColumn::new("description")
            .title(title)
            .thumbnail_image_url(format!("{IMAGES}/item{image}.jpg"))
            .action(PostbackAction::new("Buy", format!("action=buy&itemid={item}")))
    };
    let first = column("This is the first", 111, 1)
        .image_background_color("#FFFFFF")
        .default_action(UriAction::new("View detail", "https://example.com/page/111"));
    let items = CarouselTemplate::new([first, column("This is the second", 222, 2)])
        .image_aspect_ratio(ImageAspectRatio::Square)
        .image_size(ImageSize::Contain);
    assert_message!(TemplateMessage::new("Two items", items), "template_carousel");
}

#[test]
fn image_carousels_are_sent_as_documented() {
    let images = ImageCarouselTemplate::new([
        ImageCarouselColumn::new(format!("{IMAGES}/item1.jpg"), MessageAction::new("Yes", "yes")),
        ImageCarouselColumn::new(
            format!("{IMAGES}/item2.jpg"),
            UriAction::unlabelled("https://example.com/page/222"),
        ),
    ]);
    assert_message!(TemplateMessage::new("Two images", images), "template_image_carousel");
}

#[test]
fn debug_shows_nothing_of_what_they_say() {
    let area = ImagemapArea::new(0, 0, 1, 1);
    let map = ImagemapMessage::new("https://private.example", "private", 1)
        .action(ImagemapAction::message("private", area).label("private"))
        .video(ImagemapVideo::new("private", "private", area).external_link("private", "private"));
    let column = CarouselColumn::new("private").title("private").action("private");
    let shown = format!(
        "{map:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        map.actions,
        map.video,
        TemplateMessage::new("private", ButtonsTemplate::new("private").action("private")).template,
        ConfirmTemplate::new("private", "private", "private"),
        CarouselTemplate::new([column.clone()]),
        (column, ImageCarouselColumn::new("private", "private"), CouponMessage::new("private")),
    );
    assert!(!shown.contains("private"), "{shown}");
    assert!(shown.contains("ImagemapMessage") && shown.contains("ButtonsTemplate"), "{shown}");
}
