//! P6: handled until done, or parked and replayed.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use line_bot_server::inbox::ParkReason;
use line_bot_server::simulator::Via;
use line_bot_server::{HandlerError, handler_fn};

use crate::support::{Seen, Stage, heard};

#[tokio::test]
async fn p6_a_handler_that_fails_panics_or_hangs_is_run_again_until_it_succeeds() {
    let stage = Stage::new().await.set("HANDLER_TIMEOUT", "50ms").set("HANDLER_ATTEMPTS", "4");
    let seen = Seen::default();
    let noted = seen.clone();
    let app = stage
        .start(handler_fn(move |cx, event| {
            noted.note(&cx, &event);
            async move {
                match cx.attempt() {
                    1 => Err(HandlerError::new("told to fail")),
                    2 => panic!("told to panic"),
                    3 => std::future::pending().await,
                    _ => {
                        cx.respond("at last").await?;
                        Ok(())
                    }
                }
            }
        }))
        .await;
    let alice = stage.sim.user("Alice");
    stage.sim.say(&alice, "hi").unwrap();
    assert_eq!(heard(&stage.sim, alice, 1).await, [("at last".to_owned(), Via::Reply)]);
    app.stop().await;
    assert_eq!(seen.attempts(), [1, 2, 3, 4]);
}

#[tokio::test]
async fn p6_after_the_last_attempt_it_is_parked_its_chat_goes_on_and_inbox_retry_beside_the_server_replays_it()
 {
    let stage = Stage::new().await.set("HANDLER_ATTEMPTS", "3");
    let seen = Seen::default();
    let mended = Arc::new(AtomicBool::new(false));
    let (noted, works) = (seen.clone(), Arc::clone(&mended));
    let app = stage
        .start(handler_fn(move |cx, event| {
            let one = noted.note(&cx, &event);
            let works = works.load(Ordering::SeqCst);
            async move {
                if one.text() == "bad" && !works {
                    return Err(HandlerError::new("the database is away"));
                }
                cx.push(one.text()).await?;
                Ok(())
            }
        }))
        .await;
    let alice = stage.sim.user("Alice");
    let bad = stage.sim.say(&alice, "bad").unwrap();
    stage.sim.say(&alice, "good").unwrap();
    heard(&stage.sim, alice.clone(), 1).await;
    assert_eq!(seen.texts(), ["bad", "bad", "bad", "good"]);
    assert_eq!(seen.attempts(), [1, 2, 3, 1]);
    let parked = stage.parked(1).await;
    let (why, _) = parked[0].parked.clone().unwrap();
    assert_eq!((parked.len(), parked[0].id.clone(), why.reason), (1, bad.id.clone(), ParkReason::Attempts));
    assert_eq!(why.detail, "the database is away");

    mended.store(true, Ordering::SeqCst);
    let (url, id) = (stage.inbox_url().to_owned(), bad.id.to_string());
    let retried = tokio::task::spawn_blocking(move || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_line-bot-server"));
        command.env_clear().env("INBOX_URL", url).args(["inbox", "retry", &id]).output().unwrap()
    });
    let retried = retried.await.unwrap();
    assert!(retried.status.success(), "{retried:?}");
    let texts = heard(&stage.sim, alice, 2).await;
    assert_eq!(texts, [("good".to_owned(), Via::Push), ("bad".to_owned(), Via::Push)]);
    app.stop().await;
    assert_eq!(seen.attempts(), [1, 2, 3, 1, 1], "the attempts are counted anew");
    assert!(stage.list(&Default::default()).is_empty());
}

#[tokio::test]
async fn p6_a_permanent_error_and_a_refusal_of_line_park_without_more_attempts() {
    let stage = Stage::new().await;
    let seen = Seen::default();
    let noted = seen.clone();
    let app = stage
        .start(handler_fn(move |cx, event| {
            let one = noted.note(&cx, &event);
            async move {
                if one.text() == "permanent" {
                    return Err(HandlerError::permanent("never"));
                }
                let nobody = line_bot_server::line::UserId::from("U00000000000000000000000000000bad");
                cx.push_to(nobody, "hello?").await?;
                Ok(())
            }
        }))
        .await;
    let (alice, bob) = (stage.sim.user("Alice"), stage.sim.user("Bob"));
    stage.sim.say(&alice, "permanent").unwrap();
    let first = stage.parked(1).await.remove(0).parked.unwrap().0;
    assert_eq!((first.reason, &*first.detail), (ParkReason::Permanent, "never"));
    use line_bot_server::simulator::{Fault, Harm};
    let body = serde_json::json!({"message": "Failed to send messages"});
    stage.sim.fault(Fault::on("push", Harm::Answer { status: 400, body }));
    stage.sim.say(&bob, "refused").unwrap();
    let second = stage.parked(2).await.remove(1).parked.unwrap().0;
    assert_eq!(second.reason, ParkReason::Refused);
    app.stop().await;
    assert_eq!(seen.attempts(), [1, 1]);
}
