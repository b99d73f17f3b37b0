//! What users send: fetched, previewed, waited for; what LINE refuses; and made content, byte by byte.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use line_bot_server::client::api::content::{Content, Media};
use line_bot_server::client::{Answer, ClientError, Patience, WaitError};
use line_bot_server::line::MessageId;
use line_bot_server::line::content::TranscodingStatus;
use line_bot_server::simulator::{self, Act, Ledger};
use line_bot_server::{Context, Event, MessageContent, handler_fn};

use crate::audiences::kit::Kit;
use crate::support::Stage;

fn said(kit: &Kit, content: simulator::Content) -> MessageId {
    kit.sim.say(&kit.sim.user("Alice"), content).unwrap().message_id.unwrap()
}

fn film(kit: &Kit) -> MessageId {
    said(kit, simulator::Content::Video(simulator::Media::new(vec![1, 2, 3], "video/mp4").lasting(1200)))
}

fn patience() -> Patience {
    let soon = Duration::from_millis(1);
    Patience { first: soon, longest: soon, within: Duration::from_secs(60) }
}

#[track_caller]
fn ready(answer: Answer<Content>) -> Media {
    match answer.value {
        Content::Ready(media) => media,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn refused<T>(outcome: Result<T, ClientError>, status: u16, words: &str) {
    let Err(error) = outcome else { panic!("it was given") };
    assert_eq!(error.status(), Some(status), "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

#[tokio::test]
async fn content_and_its_preview_are_fetched_with_their_type_and_length() {
    let kit = Kit::new().await;
    let id = film(&kit);
    let media = ready(kit.client.content(&id).await.unwrap());
    assert_eq!((&*media.content_type, media.length), ("video/mp4", Some(3)));
    assert_eq!(media.body.bytes(3).await.unwrap(), [1, 2, 3][..]);
    let preview = ready(kit.client.content_preview(&id).await.unwrap());
    assert!(!preview.body.bytes(10_000).await.unwrap().is_empty());
}

#[tokio::test]
async fn content_that_is_made_has_every_byte() {
    let kit = Kit::new().await;
    for length in [0, 1, 65_536, 100_001] {
        let id = said(&kit, simulator::Content::Video(simulator::Media::made(length, "video/mp4")));
        let media = ready(kit.client.content(&id).await.unwrap());
        assert_eq!(media.length, Some(length));
        let bytes = media.body.bytes(200_000).await.unwrap();
        let pattern = (0..=u8::MAX).cycle().take(usize::try_from(length).unwrap());
        assert!(bytes.iter().copied().eq(pattern), "{length}");
    }
}

#[tokio::test]
async fn each_refusal_has_lines_words() {
    let kit = Kit::new().await;
    let file = simulator::Content::File { name: "a.pdf".to_owned(), bytes: vec![7].into() };
    let (file, film) = (said(&kit, file), film(&kit));
    let client = &kit.client;
    refused(client.content_preview(&file).await, 400, "The content can not be previewed");
    let words = "Transcoding status doesn't support this type of content";
    refused(client.content_transcoding(&file).await, 400, words);
    refused(client.content(&"1".into()).await, 404, "not found");
    kit.sim.happen(Act::unsend(&film)).unwrap();
    refused(client.content(&film).await, 410, "The content is gone");
    refused(client.content_preview(&film).await, 410, "The content is gone");
    refused(client.content_transcoding(&film).await, 410, "The content is gone");
}

#[tokio::test]
async fn content_that_is_being_prepared_is_not_ready_and_its_status_says_why() {
    let kit = Kit::new().await;
    let id = film(&kit);
    let status = async || kit.client.content_transcoding(&id).await.unwrap().status.clone();
    assert_eq!(status().await, TranscodingStatus::Succeeded);
    kit.sim.content_ready(&id, false);
    assert!(matches!(kit.client.content(&id).await.unwrap().value, Content::NotReady));
    assert_eq!(status().await, TranscodingStatus::Processing);
    kit.sim.content_fails(&id);
    assert_eq!(status().await, TranscodingStatus::Failed);
}

#[tokio::test]
async fn content_is_waited_for_until_it_can_be_fetched() {
    let kit = Kit::new().await;
    let id = film(&kit);
    kit.sim.content_ready(&id, false);
    let prepare = async {
        let looked = |ledger: &Ledger| ledger.calls_to("content").count() >= 3;
        kit.sim.wait_for(Duration::from_secs(60), looked).await.unwrap();
        kit.sim.content_ready(&id, true);
    };
    let (media, ()) = tokio::join!(kit.client.content_when_ready(&id, patience()), prepare);
    let media = media.unwrap();
    assert!(media.request_id.is_some());
    assert_eq!(media.value.body.bytes(3).await.unwrap(), [1, 2, 3][..]);
}

#[tokio::test]
async fn content_that_cannot_be_prepared_or_is_unsent_is_not_waited_for() {
    let kit = Kit::new().await;
    let id = film(&kit);
    kit.sim.content_fails(&id);
    let outcome = kit.client.content_when_ready(&id, patience()).await;
    assert!(matches!(outcome, Err(WaitError::Failed(_))), "{outcome:?}");
    kit.sim.happen(Act::unsend(&id)).unwrap();
    match kit.client.content_when_ready(&id, patience()).await {
        Err(WaitError::Client(error)) => assert_eq!(error.status(), Some(410)),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_file_without_a_status_is_waited_for_all_the_same() {
    let kit = Kit::new().await;
    let file = simulator::Content::File { name: "a.pdf".to_owned(), bytes: vec![7].into() };
    let id = said(&kit, file);
    kit.sim.content_ready(&id, false);
    let hasty = Patience { within: Duration::ZERO, ..patience() };
    let outcome = kit.client.content_when_ready(&id, hasty).await;
    assert!(matches!(outcome, Err(WaitError::NotInTime(_))), "{outcome:?}");
}

#[tokio::test]
async fn a_handler_previews_and_waits_for_content_in_standby_too() {
    let stage = Stage::new().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let handler = handler_fn(move |cx: Context, event: Event| {
        let told = Arc::clone(&told);
        async move {
            let Event::Message(message) = &event else { return Ok(()) };
            let MessageContent::Video(video) = &message.message else { return Ok(()) };
            let preview = cx.content_preview(&video.id).await?;
            let shown = matches!(preview.value, Content::Ready(_));
            let media = cx.content_when_ready(&video.id, patience()).await?;
            let bytes = media.value.body.bytes(100).await?.to_vec();
            told.lock().unwrap().push((shown, bytes));
            Ok(())
        }
    });
    let app = stage.start(handler).await;
    let film = simulator::Content::Video(simulator::Media::new(vec![1, 2, 3], "video/mp4").lasting(1200));
    stage.sim.happen(Act::say(&stage.sim.user("Alice"), film).standby()).unwrap();
    stage.acked(1).await;
    app.idle().await;
    app.stop().await;
    assert_eq!(*seen.lock().unwrap(), [(true, vec![1, 2, 3])]);
}
