//! P12: standby is silent.

use std::sync::{Arc, Mutex};

use line_bot_server::client::api::chat::LoadingSeconds;
use line_bot_server::dispatch::SendError;
use line_bot_server::simulator::Act;
use line_bot_server::{Context, Event, MessageContent, handler_fn};

use crate::support::Stage;

#[tokio::test]
async fn p12_in_standby_the_handler_runs_and_everything_its_user_would_notice_is_refused() {
    let stage = Stage::new().await;
    let refusals = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&refusals);
    let app = stage
        .start(handler_fn(move |cx: Context, event: Event| {
            let told = Arc::clone(&told);
            async move {
                let chat = cx.chat().unwrap().clone();
                let mut said = vec![
                    cx.respond("x").await.err(),
                    cx.reply("x").await.err(),
                    cx.push("x").await.err(),
                    cx.push_to(chat, "x").await.err(),
                    cx.key("named").respond("x").await.err(),
                    cx.loading(LoadingSeconds::covering(std::time::Duration::from_secs(5))).await.err(),
                ];
                if let Event::Message(m) = &event
                    && let MessageContent::Text(text) = &m.message
                    && let Some(token) = &text.mark_as_read_token
                {
                    said.push(cx.mark_as_read(token).await.err());
                }
                let name = cx.profile().await?.display_name;
                told.lock().unwrap().push((cx.is_standby(), name, said));
                Ok(())
            }
        }))
        .await;
    let alice = stage.sim.user("Alice");
    stage.sim.happen(Act::say(&alice, "hi").standby()).unwrap();
    stage.acked(1).await;
    app.idle().await;
    let told = std::mem::take(&mut *refusals.lock().unwrap());
    app.stop().await;
    let [(true, name, said)] = &told[..] else { panic!("{told:?}") };
    assert_eq!((&**name, said.len()), ("Alice", 7), "reading works");
    assert!(said.iter().all(|said| matches!(said, Some(SendError::Standby))), "{said:?}");
    let calls = stage.sim.ledger(|ledger| ledger.calls().to_vec());
    assert_eq!(calls.iter().map(|call| call.endpoint).collect::<Vec<_>>(), ["profile"]);
    assert!(stage.list(&Default::default()).is_empty());
}
