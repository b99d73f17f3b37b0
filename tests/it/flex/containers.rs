//! What holds for bubbles and carousels as a whole.

use line_bot_server::line::Message;
use line_bot_server::line::message::flex::{
    Bubble, BubbleSize, Carousel, FlexBox, FlexMessage, Icon, Image, Position, Text, Video,
};
use serde_json::json;

use super::{INVALID, Line, URL, above, bubble, faulty, message, refused, taken, with};

#[tokio::test]
async fn ten_images_of_a_message_play() {
    let line = Line::new().await;
    let images = |count: usize| FlexBox::vertical().items(vec![Image::new(URL).animated(true); count]);
    let spread = |more: usize| {
        let still = Image::new(URL).animated(false);
        let alt = images(2).item(still);
        let body = FlexBox::vertical().item(FlexBox::horizontal().item(images(4)));
        Bubble::new().hero(Video::new(URL, URL, alt)).body(body).header(images(2)).footer(images(2 + more))
    };
    taken(&line, message(bubble(images(10)))).await;
    taken(&line, message(spread(0))).await;
    let told = "contents: 11 images that play, 10 are allowed";
    let words = "At most 10 animated images are allowed";
    above(&line, message(bubble(images(11))), told, words).await;
    above(&line, message(spread(1)), told, words).await;
    let carousel = Carousel::new([bubble(images(6)), bubble(images(5))]);
    above(&line, FlexMessage::new("alt", carousel), told, words).await;
}

#[tokio::test]
async fn videos_need_a_wide_bubble_of_its_own() {
    let line = Line::new().await;
    let film = || Bubble::new().hero(Video::new(URL, URL, Image::new(URL)));
    for wide in [BubbleSize::Kilo, BubbleSize::Mega, BubbleSize::Giga] {
        taken(&line, message(film().size(wide))).await;
    }
    taken(&line, message(film())).await;
    for narrow in [BubbleSize::Nano, BubbleSize::Micro, BubbleSize::Deca, BubbleSize::Hecto] {
        let message = message(film().size(narrow));
        refused(message.check(), "contents.size: too narrow for a video, which needs kilo, mega or giga");
        let said = line.says_message(&serde_json::to_value(Message::from(message)).unwrap()).await;
        faulty(&said, ".hero", INVALID);
    }
    let carousel = FlexMessage::new("alt", Carousel::new([bubble(FlexBox::vertical()), film()]));
    refused(
        carousel.check(),
        "contents.contents[1].hero.type: a video, which only a bubble that is not in a carousel may have",
    );
    let said = line.says_message(&serde_json::to_value(Message::from(carousel)).unwrap()).await;
    faulty(&said, ".contents[1].hero", INVALID);
}

#[tokio::test]
async fn a_carousel_has_1_to_12_bubbles_of_one_size() {
    let line = Line::new().await;
    let page = |size| bubble(FlexBox::vertical().item("a")).size(size);
    let pages = |count: usize| FlexMessage::new("alt", Carousel::new(vec![page(BubbleSize::Micro); count]));
    for good in [1, 12] {
        taken(&line, pages(good)).await;
    }
    for bad in [0, 13] {
        let told = format!("contents.contents: {bad} bubbles, 1 to 12 are allowed");
        above(&line, pages(bad), &told, "Size must be between 1 and 12").await;
    }
    let mega = [page(BubbleSize::Mega), bubble(FlexBox::vertical())];
    taken(&line, FlexMessage::new("alt", Carousel::new(mega))).await;
    let mixed = [page(BubbleSize::Mega), page(BubbleSize::Mega), page(BubbleSize::Giga)];
    above(
        &line,
        FlexMessage::new("alt", Carousel::new(mixed)),
        "contents.contents[2].size: another size than that of the first bubble; all have the same",
        "All bubbles of a carousel must have the same size",
    )
    .await;
}

#[tokio::test]
async fn the_first_component_of_a_block_is_not_absolute() {
    let line = Line::new().await;
    let absolute = || Text::new("a").position(Position::Absolute);
    let second = || FlexBox::vertical().item("a").item(absolute());
    taken(&line, message(bubble(second()))).await;
    taken(&line, with(FlexBox::vertical().item(absolute()))).await;
    let first = || FlexBox::horizontal().item(absolute());
    let line_of = || FlexBox::baseline().item(Icon::new(URL).position(Position::Absolute));
    for (bubble, block) in [
        (Bubble::new().header(first()), "header"),
        (Bubble::new().hero(first()), "hero"),
        (Bubble::new().body(first()), "body"),
        (Bubble::new().footer(line_of()), "footer"),
    ] {
        let told = format!(
            "contents.{block}.contents[0].position: absolute, which the first component of a block cannot be"
        );
        above(&line, message(bubble), &told, INVALID).await;
    }
}

#[tokio::test]
async fn the_json_of_bubbles_and_carousels_has_a_largest_size() {
    let line = Line::new().await;
    let sized = |bytes: usize| {
        let empty = json!({"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": [{"type": "text", "text": ""}]}});
        bubble(FlexBox::vertical().item("a".repeat(bytes - empty.to_string().len())))
    };
    taken(&line, message(sized(30_720))).await;
    let told = "contents: 30721 bytes of JSON, 30720 are allowed";
    above(&line, message(sized(30_721)), told, "The JSON must not be larger than 30 KB").await;
    let around = json!({"type": "carousel", "contents": []}).to_string().len() + 1;
    let two = |bytes: usize| {
        FlexMessage::new("alt", Carousel::new([sized(30_720), sized(bytes - 30_720 - around)]))
    };
    taken(&line, two(51_200)).await;
    let told = "contents: 51201 bytes of JSON, 51200 are allowed";
    above(&line, two(51_201), told, "The JSON must not be larger than 50 KB").await;
    let large = FlexMessage::new("alt", Carousel::new([sized(100), sized(30_721)]));
    let told = "contents.contents[1]: 30721 bytes of JSON, 30720 are allowed";
    above(&line, large, told, "The JSON must not be larger than 30 KB").await;
}
