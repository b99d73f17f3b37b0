//! Everything a bot can do, one text command each. Same environment as the server.

#[path = "kitchensink/flex.rs"]
mod flex;
#[path = "kitchensink/narrowcast.rs"]
mod narrowcast;

use std::process::ExitCode;
use std::time::Duration;

use line_bot_server::client::api::chat::LoadingSeconds;
use line_bot_server::line::action::{MessageAction, PostbackAction, UriAction};
use line_bot_server::line::event::TextMessageContent;
use line_bot_server::line::message::imagemap::{ImagemapAction, ImagemapArea};
use line_bot_server::line::message::template::Template;
use line_bot_server::line::{
    ButtonsTemplate, CarouselColumn, CarouselTemplate, ChatId, ConfirmTemplate, CouponMessage,
    ImageCarouselColumn, ImageCarouselTemplate, ImagemapMessage, LocationMessage, Source, StickerMessage,
    TemplateMessage, TextMessageV2,
};
use line_bot_server::{Context, Event, Handler, HandlerError, MessageContent, TextMessage};

pub(crate) struct Kitchensink;

impl Handler for Kitchensink {
    async fn handle(&self, cx: Context, event: Event) -> Result<(), HandlerError> {
        let Event::Message(m) = &event else { return Ok(()) };
        let MessageContent::Text(text) = &m.message else { return Ok(()) };
        let (command, rest) = text.text.split_once(' ').unwrap_or((&text.text, ""));
        match command {
            "quote" => quote(&cx, text, rest).await,
            "push" => push(&cx, rest).await,
            "slow" => slow(&cx, rest).await,
            "fail" => Err(HandlerError::new("told to fail")),
            "flaky" => flaky(&cx, rest).await,
            "panic" => told_to_panic(),
            "burst" => burst(&cx, rest).await,
            "two" => two(&cx, rest).await,
            "profile" => profile(&cx).await,
            "sticker" => sticker(&cx).await,
            "location" => location(&cx).await,
            "quick" => quick(&cx).await,
            "template" => template(&cx, rest).await,
            "imagemap" => imagemap(&cx).await,
            "coupon" => coupon(&cx, rest).await,
            "flex" => receipt(&cx).await,
            "narrowcast" => narrowcast(&cx).await,
            "textv2" => textv2(&cx, m.source.as_ref()).await,
            _ => Ok(()),
        }
    }
}

const SITE: &str = "https://example.com/tea";
const IMAGES: &str = "https://example.com/images";

type Done = Result<(), HandlerError>;

/// `quote X`: X, quoting the message.
async fn quote(cx: &Context, text: &TextMessageContent, rest: &str) -> Done {
    cx.respond(TextMessage::new(rest).quote(text.quote_token.clone())).await?;
    Ok(())
}

/// `push X`: "ok" for free, then X at a price.
async fn push(cx: &Context, rest: &str) -> Done {
    cx.respond("ok").await?;
    cx.push(rest).await?;
    Ok(())
}

/// `slow N X`: X after N seconds, with the loading animation where LINE allows it.
async fn slow(cx: &Context, rest: &str) -> Done {
    let (seconds, text) = counted(rest)?;
    let pause = Duration::from_secs(seconds);
    if let Some(ChatId::User(_)) = cx.chat() {
        cx.loading(LoadingSeconds::covering(pause)).await?;
    }
    tokio::time::sleep(pause).await;
    cx.respond(text).await?;
    Ok(())
}

/// `panic`: costs this attempt and nothing else.
#[expect(clippy::panic, reason = "to show that the server outlives it")]
fn told_to_panic() -> Done {
    panic!("told to panic")
}

/// `flaky N X`: fails N times, then says X.
async fn flaky(cx: &Context, rest: &str) -> Done {
    let (failures, text) = counted(rest)?;
    if u64::from(cx.attempt()) <= failures {
        return Err(HandlerError::new("told to be flaky"));
    }
    cx.respond(text).await?;
    Ok(())
}

/// `burst N`: pushes "1" to "N", in order.
async fn burst(cx: &Context, rest: &str) -> Done {
    let (count, _) = counted(rest)?;
    for n in 1..=count {
        cx.push(n.to_string()).await?;
    }
    Ok(())
}

/// `two X`: X twice, each an answer of its own: the first is free.
async fn two(cx: &Context, rest: &str) -> Done {
    cx.respond(rest).await?;
    cx.respond(rest).await?;
    Ok(())
}

/// `profile`: the sender's display name.
async fn profile(cx: &Context) -> Done {
    let profile = cx.profile().await?;
    cx.respond(profile.display_name).await?;
    Ok(())
}

/// `sticker`: one of those every bot may send.
async fn sticker(cx: &Context) -> Done {
    cx.respond(StickerMessage::new("446", "1988")).await?;
    Ok(())
}

/// `location`: Tokyo's main station.
async fn location(cx: &Context) -> Done {
    let station =
        LocationMessage::new("Tokyo Station", "1-9 Marunouchi, Chiyoda-ku, Tokyo", 35.681236, 139.767125);
    cx.respond(station).await?;
    Ok(())
}

/// `quick`: quick replies.
async fn quick(cx: &Context) -> Done {
    cx.respond(TextMessage::new("Which one?").quick_reply(["quote tea", "quote coffee"])).await?;
    Ok(())
}

/// `flex`: the receipt of a shop.
async fn receipt(cx: &Context) -> Done {
    cx.respond(flex::receipt()).await?;
    Ok(())
}

/// `textv2`: mentions the sender, where LINE allows it: in groups and rooms.
async fn textv2(cx: &Context, source: Option<&Source>) -> Done {
    let sender = source.and_then(Source::user);
    match (cx.chat(), sender) {
        (Some(ChatId::Group(_) | ChatId::Room(_)), Some(sender)) => {
            cx.respond(TextMessageV2::new("Hello {you}!").mention("you", sender.clone())).await?;
        }
        _ => {
            cx.respond(TextMessageV2::new("Hello! Mentions need a group.")).await?;
        }
    }
    Ok(())
}

/// `template`: buttons, by default; `template confirm`, `template carousel` and `template images` are the other layouts.
async fn template(cx: &Context, layout: &str) -> Done {
    let template: Template = match layout {
        "confirm" => ConfirmTemplate::new("Tea?", "quote Yes", "quote No").into(),
        "carousel" => CarouselTemplate::new(["Sencha", "Hojicha", "Genmaicha"].map(|tea| {
            CarouselColumn::new(format!("100 g of {tea}")).title(tea).action(PostbackAction::new("Buy", tea))
        }))
        .into(),
        "images" => ImageCarouselTemplate::new(
            [1, 2]
                .map(|n| ImageCarouselColumn::new(format!("{IMAGES}/{n}.jpg"), UriAction::unlabelled(SITE))),
        )
        .into(),
        _ => ButtonsTemplate::new("What next?")
            .title("Menu")
            .action(PostbackAction::new("Buy", "buy=tea").display_text("Tea, please"))
            .action(MessageAction::new("Who am I?", "profile"))
            .action(UriAction::new("Read more", SITE))
            .into(),
    };
    cx.respond(TemplateMessage::new("A menu, on the phone", template)).await?;
    Ok(())
}

/// `imagemap`: an image with three areas to tap.
async fn imagemap(cx: &Context) -> Done {
    let third = |n: u32| ImagemapArea::new(n * 346, 0, 346, 1040);
    let map = ImagemapMessage::new(format!("{IMAGES}/map"), "A map, on the phone", 1040)
        .action(ImagemapAction::uri(SITE, third(0)).label("Read more"))
        .action(ImagemapAction::message("profile", third(1)))
        .action(ImagemapAction::clipboard("TEA-2026", third(2)));
    cx.respond(map).await?;
    Ok(())
}

/// `coupon ID`: a coupon of the account.
async fn coupon(cx: &Context, id: &str) -> Done {
    cx.respond(CouponMessage::new(id).delivery_tag("kitchensink")).await?;
    Ok(())
}

/// `narrowcast`: the example of LINE's reference, then the request id, by which its progress can be asked for.
async fn narrowcast(cx: &Context) -> Done {
    let narrowcast = cx
        .narrowcast("test message")
        .recipient(narrowcast::recipient())
        .filter(narrowcast::filter()?)
        .limit(narrowcast::limit())
        .await?;
    cx.respond(narrowcast.request_id.as_str()).await?;
    Ok(())
}

/// `3 some text` → (3, "some text").
fn counted(rest: &str) -> Result<(u64, &str), HandlerError> {
    let (number, text) = rest.split_once(' ').unwrap_or((rest, ""));
    let number =
        number.parse().map_err(|_| HandlerError::permanent("say a number first, as in `slow 3 hello`"))?;
    Ok((number, text))
}

#[tokio::main]
async fn main() -> ExitCode {
    line_bot_server::run(Kitchensink).await
}
