//! Reply and push: tokens, retry keys, quota, quotes.

use std::time::Duration;

use http::Method;
use line_bot_server::simulator::{Act, Parcel, Via};
use serde_json::{Value, json};

use super::kit::{Kit, text};

const KEY: &str = "123e4567-e89b-12d3-a456-426614174000";
const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_reply_is_heard_in_its_chat_and_tells_ids_and_quote_tokens_in_order() {
    let kit = Kit::new().await;
    let token = kit.greeted().await.reply_token.unwrap();
    let location = json!({"type": "location", "title": "t", "address": "a", "latitude": 1.5, "longitude": 2});
    let messages = json!([{"type": "text", "text": "one"}, location, {"type": "sticker", "packageId": "1", "stickerId": "2"}]);
    let got = kit.reply(&token, messages).await;
    assert_eq!(got.status, 200, "{got:?}");
    let heard = kit.sim.heard(kit.alice());
    assert_eq!(
        heard.iter().map(|it| it.message["type"].as_str().unwrap()).collect::<Vec<_>>(),
        ["text", "location", "sticker"]
    );
    let expected: Vec<Value> = heard
        .iter()
        .map(|it| match &it.quote_token {
            Some(token) => json!({"id": it.id, "quoteToken": token}),
            None => json!({"id": it.id}),
        })
        .collect();
    assert_eq!(got.json()["sentMessages"], json!(expected));
    assert!(
        heard[0].quote_token.is_some() && heard[1].quote_token.is_none() && heard[2].quote_token.is_some()
    );
    assert!(heard.iter().all(|it| it.via == Via::Reply && it.request_id.as_str() == got.request_id()));
}

#[tokio::test]
async fn a_reply_token_works_once() {
    let kit = Kit::new().await;
    let token = kit.greeted().await.reply_token.unwrap();
    assert_eq!(kit.reply(&token, text("one")).await.status, 200);
    let again = kit.reply(&token, text("one")).await;
    assert_eq!((again.status, again.message()), (400, "Invalid reply token".to_owned()));
    assert_eq!(kit.sim.ledger(|ledger| ledger.effects(&token)), 1);
    assert_eq!(kit.sim.heard(kit.alice()).len(), 1);
}

#[tokio::test]
async fn a_reply_token_that_was_never_given_out_is_invalid() {
    let kit = Kit::new().await;
    let got = kit.reply("0123456789abcdef0123456789abcdef", text("x")).await;
    assert_eq!((got.status, got.message()), (400, "Invalid reply token".to_owned()));
}

#[tokio::test]
async fn a_reply_token_is_good_for_a_minute_after_its_webhook() {
    let kit = Kit::new().await;
    let (first, second) = (kit.greeted().await, kit.greeted().await);
    kit.clock.advance(MINUTE);
    assert_eq!(kit.reply(&first.reply_token.unwrap(), text("in time")).await.status, 200);
    kit.clock.advance(Duration::from_millis(1));
    assert_eq!(kit.reply(&second.reply_token.unwrap(), text("late")).await.message(), "Invalid reply token");
}

#[tokio::test]
async fn a_reply_token_is_not_good_before_its_event_is_delivered() {
    let kit = Kit::new().await;
    let event = kit.sim.compose(Act::say(&kit.sim.user("Alice"), "hi")).unwrap();
    let token = event.reply_token.clone().unwrap();
    assert_eq!(kit.reply(&token, text("early")).await.status, 400);
    kit.deliver(Parcel::of([event])).await;
    assert_eq!(kit.reply(&token, text("now")).await.status, 200);
}

#[tokio::test]
async fn a_redelivery_gives_an_unused_reply_token_another_minute() {
    let kit = Kit::new().await;
    let event = kit.greeted().await;
    kit.clock.advance(5 * MINUTE);
    kit.deliver(Parcel::of([event.clone()]).as_redelivery()).await;
    kit.clock.advance(MINUTE);
    assert_eq!(kit.reply(&event.reply_token.unwrap(), text("x")).await.status, 200);
}

#[tokio::test]
async fn a_redelivery_does_not_revive_a_used_reply_token() {
    let kit = Kit::new().await;
    let event = kit.greeted().await;
    let token = event.reply_token.clone().unwrap();
    assert_eq!(kit.reply(&token, text("x")).await.status, 200);
    kit.deliver(Parcel::of([event]).as_redelivery()).await;
    assert_eq!(kit.reply(&token, text("x")).await.message(), "Invalid reply token");
}

#[tokio::test]
async fn a_reply_token_is_void_twenty_minutes_after_the_event_however_often_redelivered() {
    let kit = Kit::new().await;
    let event = kit.greeted().await;
    kit.clock.advance(20 * MINUTE);
    kit.deliver(Parcel::of([event.clone()]).as_redelivery()).await;
    kit.clock.advance(Duration::from_millis(1));
    assert_eq!(kit.reply(&event.reply_token.unwrap(), text("x")).await.status, 400);
}

#[tokio::test]
async fn a_reply_refused_for_its_messages_leaves_the_token_good() {
    let kit = Kit::new().await;
    let token = kit.greeted().await.reply_token.unwrap();
    assert_eq!(kit.reply(&token, json!([])).await.status, 400);
    assert_eq!(kit.reply(&token, text("x")).await.status, 200);
}

#[tokio::test]
async fn a_reply_with_a_retry_key_is_refused_and_does_nothing() {
    let kit = Kit::new().await;
    let token = kit.greeted().await.reply_token.unwrap();
    let body = json!({"replyToken": token, "messages": text("x")});
    let got = kit
        .call(Method::POST, "/v2/bot/message/reply", &[("x-line-retry-key", KEY)], Some(body))
        .await
        .unwrap();
    assert_eq!(got.status, 400);
    assert!(kit.sim.heard(kit.alice()).is_empty());
}

#[tokio::test]
async fn a_push_under_a_known_retry_key_is_409_with_the_first_answer() {
    let kit = Kit::new().await;
    let first = kit.push_with_key(&kit.alice(), KEY, text("x")).await;
    let again = kit.push_with_key(&kit.alice(), KEY, text("x")).await;
    assert_eq!((first.status, again.status), (200, 409));
    assert_eq!(again.message(), "The retry key is already accepted");
    assert_eq!(again.json()["sentMessages"], first.json()["sentMessages"]);
    assert_eq!(again.headers["x-line-accepted-request-id"].to_str().unwrap(), first.request_id());
    assert_ne!(again.request_id(), first.request_id());
    assert_eq!(kit.sim.ledger(|ledger| ledger.effects(KEY)), 1);
}

#[tokio::test]
async fn a_retry_key_is_forgotten_after_a_day() {
    let kit = Kit::new().await;
    kit.push_with_key(&kit.alice(), KEY, text("x")).await;
    kit.clock.advance(Duration::from_secs(24 * 3600 - 1));
    assert_eq!(kit.push_with_key(&kit.alice(), KEY, text("x")).await.status, 409);
    kit.clock.advance(Duration::from_secs(1));
    assert_eq!(kit.push_with_key(&kit.alice(), KEY, text("x")).await.status, 200);
    assert_eq!(kit.sim.ledger(|ledger| ledger.effects(KEY)), 2);
}

#[tokio::test]
async fn a_retry_key_must_be_a_uuid() {
    let kit = Kit::new().await;
    for key in ["order-17", "123e4567e89b12d3a456426614174000", "{123e4567-e89b-12d3-a456-426614174000}"] {
        assert_eq!(kit.push_with_key(&kit.alice(), key, text("x")).await.status, 400, "{key}");
    }
    assert!(kit.sim.heard(kit.alice()).is_empty());
}

#[tokio::test]
async fn a_push_to_nobody_known_is_refused() {
    let kit = Kit::new().await;
    let stranger = line_bot_server::line::UserId::from("Uffffffffffffffffffffffffffffffff");
    let got = kit.push(&stranger.into(), text("x")).await;
    assert_eq!((got.status, got.message()), (400, "Failed to send messages".to_owned()));
}

#[tokio::test]
async fn a_push_to_who_blocked_the_bot_is_200_and_not_heard() {
    let kit = Kit::new().await;
    let alice = kit.sim.user("Alice");
    kit.sim.happen(Act::unfollow(&alice)).unwrap();
    assert_eq!(kit.push(&kit.alice(), text("x")).await.status, 200);
    assert!(kit.sim.heard(kit.alice()).is_empty());
    assert_eq!(kit.get("/v2/bot/message/quota/consumption").await.json(), json!({"totalUsage": 0}));
}

#[tokio::test]
async fn a_push_to_a_group_the_bot_has_left_is_refused() {
    let kit = Kit::new().await;
    let group = kit.sim.group("Team", &[kit.sim.user("Alice")]);
    kit.sim.happen(Act::leave(group.clone())).unwrap();
    assert_eq!(kit.push(&group.into(), text("x")).await.message(), "Failed to send messages");
}

#[tokio::test]
async fn a_non_friend_hears_pushes_for_seven_days_after_writing() {
    let kit = Kit::new().await;
    let sam = kit.sim.stranger("Sam");
    let chat = sam.clone().into();
    kit.push(&chat, text("unheard")).await;
    kit.sim.say(&sam, "hi").unwrap();
    kit.push(&chat, text("heard")).await;
    kit.clock.advance(Duration::from_secs(8 * 24 * 3600));
    assert_eq!(kit.push(&chat, text("unheard")).await.status, 200);
    let heard = kit.sim.heard(sam);
    assert_eq!(heard.iter().map(|it| it.text()).collect::<Vec<_>>(), ["heard"]);
}

#[tokio::test]
async fn the_quota_counts_people_not_messages_and_replies_are_free() {
    let kit = Kit::with(|settings| settings.quota = Some(3)).await;
    let members = [kit.sim.user("Alice"), kit.sim.user("Bob"), kit.sim.stranger("Cem")];
    let group = kit.sim.group("Team", &members).into();
    let token = kit.greeted().await.reply_token.unwrap();
    assert_eq!(kit.reply(&token, text("free")).await.status, 200);
    assert_eq!(kit.get("/v2/bot/message/quota").await.json(), json!({"type": "limited", "value": 3}));
    let two = json!([{"type": "text", "text": "1"}, {"type": "text", "text": "2"}]);
    assert_eq!(kit.push(&group, two).await.status, 200);
    assert_eq!(kit.get("/v2/bot/message/quota/consumption").await.json(), json!({"totalUsage": 3}));
    let beyond = kit.push_with_key(&kit.alice(), KEY, text("x")).await;
    assert_eq!((beyond.status, beyond.message()), (429, "You have reached your monthly limit.".to_owned()));
    kit.sim.set_quota(None);
    assert_eq!(kit.get("/v2/bot/message/quota").await.json(), json!({"type": "none"}));
    assert_eq!(
        kit.push_with_key(&kit.alice(), KEY, text("x")).await.status,
        200,
        "a refused key is not used up"
    );
}

#[tokio::test]
async fn a_quote_token_is_good_in_its_own_chat_again_and_again() {
    let kit = Kit::new().await;
    let event = kit.greeted().await;
    let quote = event.json["message"]["quoteToken"].as_str().unwrap();
    let quoting = json!([{"type": "text", "text": "x", "quoteToken": quote}]);
    assert_eq!(kit.reply(&event.reply_token.unwrap(), quoting.clone()).await.status, 200);
    let pushed = kit.push(&kit.alice(), quoting).await;
    assert_eq!(pushed.status, 200);
    let own = pushed.json()["sentMessages"][0]["quoteToken"].clone();
    assert_eq!(
        kit.push(&kit.alice(), json!([{"type": "text", "text": "x", "quoteToken": own}])).await.status,
        200
    );
}

#[tokio::test]
async fn a_foreign_or_unknown_quote_token_is_refused_and_spends_no_reply_token() {
    let kit = Kit::new().await;
    let event = kit.greeted().await;
    let bob = kit.sim.say(&kit.sim.user("Bob"), "hi").unwrap();
    let token = event.reply_token.unwrap();
    for quote in [&bob.json["message"]["quoteToken"], &json!("made-up")] {
        let got = kit.reply(&token, json!([{"type": "text", "text": "x", "quoteToken": quote}])).await;
        assert_eq!(got.status, 400);
        assert_eq!(got.json()["details"][0]["property"], "messages[0].quoteToken");
    }
    assert_eq!(kit.reply(&token, text("x")).await.status, 200);
}

#[tokio::test]
async fn mentions_are_for_members_of_groups_and_rooms() {
    let kit = Kit::new().await;
    let (alice, bob) = (kit.sim.user("Alice"), kit.sim.user("Bob"));
    let room = kit.sim.room("Two", std::slice::from_ref(&alice)).into();
    let mention = |who: Value| json!([{"type": "textV2", "text": "Hi {who}", "substitution": {"who": {"type": "mention", "mentionee": who}}}]);
    assert_eq!(kit.push(&room, mention(json!({"type": "user", "userId": alice}))).await.status, 200);
    assert_eq!(kit.push(&room, mention(json!({"type": "all"}))).await.status, 200);
    let foreign = kit.push(&room, mention(json!({"type": "user", "userId": bob}))).await;
    assert_eq!(foreign.json()["details"][0]["property"], "messages[0].substitution.who.mentionee.userId");
    let bot = kit.push(&room, mention(json!({"type": "user", "userId": kit.sim.bot_user_id()}))).await;
    assert_eq!(bot.status, 400, "a bot cannot be mentioned");
    let private = kit.push(&kit.alice(), mention(json!({"type": "user", "userId": alice}))).await;
    assert_eq!(private.status, 400);
}

#[tokio::test]
async fn a_tracked_video_is_for_one_to_one_chats() {
    let kit = Kit::new().await;
    let group = kit.sim.group("Team", &[kit.sim.user("Alice")]).into();
    let url = "https://example.com/v.mp4";
    let video =
        json!([{"type": "video", "originalContentUrl": url, "previewImageUrl": url, "trackingId": "t-1"}]);
    assert_eq!(kit.push(&kit.alice(), video.clone()).await.status, 200);
    assert_eq!(kit.push(&group, video).await.json()["details"][0]["property"], "messages[0].trackingId");
}

#[tokio::test]
async fn what_was_pushed_is_heard_in_the_order_of_arrival() {
    let kit = Kit::new().await;
    for number in 0..20 {
        kit.push(&kit.alice(), text(&number.to_string())).await;
    }
    let heard = kit.sim.heard(kit.alice());
    let expected: Vec<String> = (0..20).map(|number: u32| number.to_string()).collect();
    assert_eq!(heard.iter().map(|it| it.text().to_owned()).collect::<Vec<_>>(), expected);
}
