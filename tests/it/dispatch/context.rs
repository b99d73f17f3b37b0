//! What a handler can know and do beside sending; and that standby is silent (P12).

use line_bot_server::client::api::chat::LoadingSeconds;
use line_bot_server::client::api::content::Content;
use line_bot_server::dispatch::{Context, SendError, handler_fn};
use line_bot_server::line::{ChatId, Event, MarkAsReadToken, MessageContent, UserId};

use super::support::{Delivered, On, channel, event, group, room, text, text_in, user};

pub(super) async fn the_context_knows_the_event(on: On) {
    let world = on.world().await;
    let raw = text("E1");
    let json = raw.json.clone();
    world.accept([raw]).await;
    world
        .run(handler_fn(move |cx: Context, event| {
            let json = json.clone();
            async move {
                assert_eq!(cx.event_id().as_str(), "E1");
                assert_eq!((cx.attempt(), cx.channel(), cx.chat().cloned()), (1, &channel(), user("U1")));
                assert_eq!(cx.raw().as_bytes(), json);
                assert!(!cx.is_standby());
                let Event::Message(message) = event else { panic!("not a message") };
                assert!(matches!(message.message, MessageContent::Text(_)));
                Ok(())
            }
        }))
        .await;
    assert!(world.is_done("E1").await);
}

pub(super) async fn standby_refuses_every_call_that_the_user_would_notice_and_reading_works(on: On) {
    let world = on.world().await;
    world
        .accept([event("E1", user("U1"), serde_json::json!({ "mode": "standby", "replyToken": "t" }))])
        .await;
    world
        .run(handler_fn(async |cx: Context, _| {
            assert!(cx.is_standby());
            let here = ChatId::User(UserId::from("U1"));
            assert!(matches!(cx.respond("A").await, Err(SendError::Standby)));
            assert!(matches!(cx.reply("A").await, Err(SendError::Standby)));
            assert!(matches!(cx.push("A").await, Err(SendError::Standby)));
            assert!(matches!(cx.push_to(here, "A").await, Err(SendError::Standby)));
            assert!(matches!(cx.key("k").push("A").await, Err(SendError::Standby)));
            assert!(matches!(cx.loading(LoadingSeconds::MIN).await, Err(SendError::Standby)));
            let token = MarkAsReadToken::from("t");
            let error = cx.mark_as_read(&token).await.unwrap_err();
            assert!(error.to_string().contains("standby"), "{error}");
            assert_eq!(cx.profile().await?.display_name, "Mika");
            assert!(matches!(cx.content(&"1".into()).await?.value, Content::Ready(_)));
            cx.push_to(UserId::from("U-operator"), "look here").await?;
            Ok(())
        }))
        .await;
    let operator = Delivered::Push("U-operator".to_owned(), vec!["look here".to_owned()]);
    assert_eq!(world.line.delivered(), [operator], "another chat than the one in standby");
    assert!(world.is_done("E1").await);
}

pub(super) async fn an_unknown_mode_is_treated_as_active(on: On) {
    let world = on.world().await;
    world.accept([event("E1", user("U1"), serde_json::json!({ "mode": "sleepy", "replyToken": "t" }))]).await;
    world.run(handler_fn(async |cx, _| Ok(cx.respond("A").await.map(drop)?))).await;
    assert_eq!(world.line.texts(), ["A"]);
}

pub(super) async fn the_profile_is_that_of_the_chats_member(on: On) {
    let world = on.world().await;
    world.accept([text("E1"), text_in("E2", group("C1")), text_in("E3", room("R1"))]).await;
    world
        .run(handler_fn(async |cx: Context, _| {
            cx.profile().await?;
            Ok(())
        }))
        .await;
    let mut calls = world.line.calls();
    calls.sort();
    let expected = ["/v2/bot/group/C1/member/U9", "/v2/bot/profile/U1", "/v2/bot/room/R1/member/U9"];
    assert_eq!(calls, expected);
}

pub(super) async fn the_loading_indicator_is_for_chats_with_one_user(on: On) {
    let world = on.world().await;
    world.accept([text("E1"), text_in("E2", group("C1"))]).await;
    world
        .run(handler_fn(async |cx: Context, _| {
            let shown = cx.loading(LoadingSeconds::default()).await;
            assert_eq!(shown.is_ok(), matches!(cx.chat(), Some(ChatId::User(_))), "{shown:?}");
            Ok(())
        }))
        .await;
    assert_eq!(world.line.calls(), ["/v2/bot/chat/loading/start"]);
    assert!(world.is_done("E1").await && world.is_done("E2").await);
}

pub(super) async fn many_forms_of_messages_can_be_sent(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world
        .run(handler_fn(async |cx: Context, _| {
            cx.respond("one").await?;
            cx.push(("two", String::from("three"))).await?;
            cx.push(["four", "five"]).await?;
            cx.push(vec!["six"]).notification_disabled(true).await?;
            Ok(())
        }))
        .await;
    assert_eq!(world.line.texts(), ["one", "two", "three", "four", "five", "six"]);
}
