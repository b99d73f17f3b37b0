//! The script against bots that answer wrongly: each fault is found and named.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use line_bot_server::cli::demo::{DemoBot, rehearse};
use line_bot_server::line::{QuoteToken, StickerMessage};
use line_bot_server::{Context, Event, Handler, HandlerError, MessageContent, TextMessage, handler_fn};

/// For bots that answer all they should.
const LONG: Duration = Duration::from_secs(30);
/// For bots that owe an answer: it never comes, however long one waits.
const SHORT: Duration = Duration::from_millis(300);

/// What was shown.
#[derive(Clone, Default)]
struct Shown(Arc<Mutex<Vec<u8>>>);

impl Write for Shown {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The faults that are named at the end; the exit code is 1 if there are any.
async fn faults(handler: impl Handler, patience: Duration) -> Vec<String> {
    let shown = Shown::default();
    let code = rehearse(handler, patience, shown.clone()).await.unwrap();
    let shown = String::from_utf8(shown.0.lock().unwrap().clone()).unwrap();
    let Some((_, faults)) = shown.split_once("✗ not every answer was what it should be:\n") else {
        assert!(code == 0 && shown.ends_with("✓ every answer was what it should be\n"), "{code}: {shown}");
        return Vec::new();
    };
    assert_eq!(code, 1);
    faults.lines().map(|line| line.trim().to_owned()).collect()
}

#[track_caller]
fn assert_found(faults: &[String], wanted: &str) {
    assert!(faults.iter().any(|fault| fault.contains(wanted)), "{wanted:?} is not among {faults:#?}");
}

fn text(event: &Event) -> Option<(String, Option<QuoteToken>)> {
    match event {
        Event::Message(message) => match &message.message {
            MessageContent::Text(text) => Some((text.text.clone(), text.quote_token.clone())),
            _ => None,
        },
        _ => None,
    }
}

#[tokio::test]
async fn the_bot_of_the_demonstration_has_no_fault() {
    assert_eq!(faults(DemoBot, LONG).await, Vec::<String>::new());
}

#[tokio::test]
async fn silence_is_found_in_every_turn() {
    let silent = handler_fn(async |_cx, _event| Ok(()));
    let found = faults(silent, SHORT).await;
    for turn in ["1.", "2.", "3.", "4.", "5."] {
        assert!(
            found.iter().any(|fault| fault.starts_with(turn) && fault.contains("nothing came")),
            "{found:#?}"
        );
    }
}

#[tokio::test]
async fn a_push_in_place_of_the_free_reply_is_found() {
    let pushes = handler_fn(async |cx: Context, event: Event| match text(&event) {
        Some((text, token)) => {
            cx.push(TextMessage::new(text).quote(token)).await?;
            cx.push("…and here is a follow-up.").await?;
            Ok(())
        }
        None => DemoBot.handle(cx, event).await,
    });
    assert_found(&faults(pushes, LONG).await, "that quotes the message, but it came as a push");
}

#[tokio::test]
async fn a_quote_of_another_message_is_found() {
    /// Quotes the first text for ever.
    #[derive(Default)]
    struct Stuck(std::sync::OnceLock<QuoteToken>);

    impl Handler for Stuck {
        async fn handle(&self, cx: Context, event: Event) -> Result<(), HandlerError> {
            let Some((text, Some(token))) = text(&event) else { return DemoBot.handle(cx, event).await };
            let first = self.0.get_or_init(|| token).clone();
            cx.respond(TextMessage::new(text).quote(first)).await?;
            cx.push("…and here is a follow-up.").await?;
            Ok(())
        }
    }

    let found = faults(Stuck::default(), LONG).await;
    assert_found(&found, "but it quotes another message");
    assert!(!found.iter().any(|fault| fault.starts_with("2.")), "the first text is right: {found:#?}");
}

#[tokio::test]
async fn a_missing_quote_is_found() {
    let forgetful = handler_fn(async |cx: Context, event: Event| match event {
        Event::Message(message) if matches!(message.message, MessageContent::Sticker(_)) => {
            cx.respond(StickerMessage::new("446", "1988")).await?;
            Ok(())
        }
        event => DemoBot.handle(cx, event).await,
    });
    let found = faults(forgetful, LONG).await;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_found(
        &found,
        "3. A sticker: wanted a reply with a sticker that quotes the message, but it quotes nothing",
    );
}

#[tokio::test]
async fn the_wrong_order_is_found() {
    let hasty = handler_fn(async |cx: Context, event: Event| match text(&event) {
        Some((text, token)) => {
            cx.push("…and here is a follow-up.").await?;
            cx.respond(TextMessage::new(text).quote(token)).await?;
            Ok(())
        }
        None => DemoBot.handle(cx, event).await,
    });
    assert_found(&faults(hasty, LONG).await, "but it came as a push");
}

#[tokio::test]
async fn an_answer_too_many_is_found_even_after_the_last_turn() {
    /// Says the follow-up twice, to the last text alone.
    struct Chatty(AtomicUsize);

    impl Handler for Chatty {
        async fn handle(&self, cx: Context, event: Event) -> Result<(), HandlerError> {
            let is_text = text(&event).is_some();
            DemoBot.handle(cx.clone(), event).await?;
            if is_text && self.0.fetch_add(1, Ordering::Relaxed) == 2 {
                cx.key("once more").push("And another thing!").await?;
            }
            Ok(())
        }
    }

    let found = faults(Chatty(AtomicUsize::new(0)), LONG).await;
    assert_found(&found, "a push with \"And another thing!\" was too much");
}

#[tokio::test]
async fn a_second_answer_to_the_event_delivered_twice_is_found() {
    /// Answers the text that came before once more.
    #[derive(Default)]
    struct Twice(Mutex<Option<(String, Option<QuoteToken>)>>);

    impl Handler for Twice {
        async fn handle(&self, cx: Context, event: Event) -> Result<(), HandlerError> {
            let said = text(&event);
            let before = said.and_then(|said| self.0.lock().unwrap().replace(said));
            DemoBot.handle(cx.clone(), event).await?;
            if let Some((text, token)) = before {
                cx.push(TextMessage::new(text).quote(token)).await?;
            }
            Ok(())
        }
    }

    let found = faults(Twice::default(), LONG).await;
    assert_found(&found, "4. the event that was delivered twice was answered 2 times");
}
