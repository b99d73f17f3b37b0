//! What the bot is sent: shapes, signatures, order, batches, copies, redeliveries.

use std::time::Duration;

use line_bot_server::simulator::{
    Act, CannotHappen, Content, Location, Media, Mentioned, Outcome, Parcel, Redelivery, Settings, Signature,
    Simulator, Sticker, Text,
};
use serde_json::{Value, json};

use super::kit::{Bot, Kit, PATIENCE, Reaction, START};

const SOON: Duration = Duration::from_millis(5);

/// The event without what differs each time, after those parts were looked at.
fn essence(event: &Value) -> Value {
    let mut event = event.clone();
    let fields = event.as_object_mut().unwrap();
    assert_eq!(fields.remove("webhookEventId").unwrap().as_str().unwrap().len(), 26);
    assert_eq!(fields.remove("timestamp").unwrap(), START.as_millis());
    assert_eq!(fields.remove("deliveryContext").unwrap(), json!({"isRedelivery": false}));
    if let Some(token) = fields.get_mut("replyToken") {
        *token = json!("…");
    }
    if let Some(message) = fields.get_mut("message").and_then(Value::as_object_mut) {
        for (field, value) in message {
            if ["id", "quoteToken", "markAsReadToken"].contains(&field.as_str()) {
                assert!(value.as_str().is_some_and(|value| value.len() > 15), "{field}");
                *value = json!("…");
            }
        }
    }
    event
}

fn message(user: &impl serde::Serialize, message: &Value) -> Value {
    let source = json!({"type": "user", "userId": user});
    json!({"type": "message", "mode": "active", "source": source, "replyToken": "…", "message": message})
}

#[tokio::test]
async fn every_kind_of_message_has_lines_shape() {
    let kit = Kit::new().await;
    let alice = kit.sim.user("Alice");
    let mut sticker = Sticker::new("6001", "880123");
    sticker.resource_type = "MESSAGE".to_owned();
    sticker.text = Some("Dinner?".to_owned());
    sticker.keywords = vec!["dinner".to_owned()];
    let place = Location { title: None, address: Some("2-1".to_owned()), latitude: 35.5, longitude: 139.5 };
    let external = Media::external("https://e.com/v.mp4", Some("https://e.com/v.jpg")).lasting(48200);
    let cases: [(Content, Value); 7] = [
        ("hi".into(), json!({"type": "text", "text": "hi", "quoteToken": "…"})),
        (
            sticker.into(),
            json!({"type": "sticker", "packageId": "6001", "stickerId": "880123", "quoteToken": "…",
            "stickerResourceType": "MESSAGE", "keywords": ["dinner"], "text": "Dinner?"}),
        ),
        (
            Content::Image(Media::new(vec![1], "image/png").of_set("S", 2, 3)),
            json!({"type": "image", "quoteToken": "…",
            "contentProvider": {"type": "line"}, "imageSet": {"id": "S", "index": 2, "total": 3}}),
        ),
        (
            Content::Video(external),
            json!({"type": "video", "quoteToken": "…", "duration": 48200, "contentProvider":
            {"type": "external", "originalContentUrl": "https://e.com/v.mp4", "previewImageUrl": "https://e.com/v.jpg"}}),
        ),
        (
            Content::Audio(Media::new(vec![1], "audio/x-m4a").lasting(5120)),
            json!({"type": "audio", "duration": 5120, "contentProvider": {"type": "line"}}),
        ),
        (
            Content::File { name: "見積書.pdf".to_owned(), bytes: vec![0; 9].into() },
            json!({"type": "file", "fileName": "見積書.pdf", "fileSize": 9}),
        ),
        (place.into(), json!({"type": "location", "address": "2-1", "latitude": 35.5, "longitude": 139.5})),
    ];
    for (content, mut expected) in cases {
        expected["id"] = json!("…");
        expected["markAsReadToken"] = json!("…");
        let event = kit.sim.say(&alice, content).unwrap();
        assert_eq!(essence(&event.json), message(&alice, &expected));
    }
}

#[tokio::test]
async fn every_other_event_has_lines_shape() {
    let kit = Kit::new().await;
    let (alice, bob) = (kit.sim.user("Alice"), kit.sim.user("Bob"));
    let group = kit.sim.group("Team", std::slice::from_ref(&alice));
    let said = kit.sim.say_in(group.clone(), &alice, "hi").unwrap().message_id.unwrap();
    let user = json!({"type": "user", "userId": alice});
    let team = json!({"type": "group", "groupId": group});
    let member = json!({"type": "group", "groupId": group, "userId": alice});
    let cases = [
        (Act::unfollow(&alice), "unfollow", json!({"source": user})),
        (
            Act::follow(&alice),
            "follow",
            json!({"source": user, "replyToken": "…", "follow": {"isUnblocked": true}}),
        ),
        (
            Act::follow(&alice),
            "follow",
            json!({"source": user, "replyToken": "…", "follow": {"isUnblocked": false}}),
        ),
        (
            Act::edit(&said, "ho"),
            "messageEdited",
            json!({"source": member, "replyToken": "…",
            "message": {"type": "text", "id": "…", "quoteToken": "…", "text": "ho"}}),
        ),
        (Act::unsend(&said), "unsend", json!({"source": member, "unsend": {"messageId": said}})),
        (
            Act::members_join(group.clone(), std::slice::from_ref(&bob)),
            "memberJoined",
            json!({"source": team,
            "replyToken": "…", "joined": {"members": [{"type": "user", "userId": bob}]}}),
        ),
        (
            Act::members_leave(group.clone(), std::slice::from_ref(&bob)),
            "memberLeft",
            json!({"source": team, "left": {"members": [{"type": "user", "userId": bob}]}}),
        ),
        (Act::leave(group.clone()), "leave", json!({"source": team})),
        (Act::join(group.clone()), "join", json!({"source": team, "replyToken": "…"})),
        (
            Act::postback(&alice, "a=b").in_chat(group),
            "postback",
            json!({"source": member, "replyToken": "…", "postback": {"data": "a=b"}}),
        ),
        (
            Act::postback_with(&alice, "a", json!({"date": "2026-12-24"})),
            "postback",
            json!({"source": user, "replyToken": "…", "postback": {"data": "a", "params": {"date": "2026-12-24"}}}),
        ),
        (
            Act::video_play_complete(&alice, "t"),
            "videoPlayComplete",
            json!({"source": user, "replyToken": "…", "videoPlayComplete": {"trackingId": "t"}}),
        ),
        (
            Act::beacon(&alice, "a1", "enter"),
            "beacon",
            json!({"source": user, "replyToken": "…", "beacon": {"hwid": "a1", "type": "enter"}}),
        ),
        (
            Act::account_link(&alice, "n"),
            "accountLink",
            json!({"source": user, "replyToken": "…", "link": {"result": "ok", "nonce": "n"}}),
        ),
        (Act::account_link_failed("n"), "accountLink", json!({"link": {"result": "failed", "nonce": "n"}})),
        (
            Act::membership(&alice, "renewed", 7),
            "membership",
            json!({"source": user, "replyToken": "…", "membership": {"type": "renewed", "membershipId": 7}}),
        ),
        (Act::other("botSuspended", json!({})), "botSuspended", json!({})),
    ];
    for (act, kind, mut expected) in cases {
        expected["type"] = json!(kind);
        expected["mode"] = json!("active");
        assert_eq!(essence(&kit.sim.happen(act).unwrap().json), expected, "{kind}");
    }
}

#[tokio::test]
async fn mentions_and_emojis_are_counted_in_utf_16_units() {
    let kit = Kit::new().await;
    let alice = kit.sim.user("Alice");
    let text = Text::new("🍣@All @Alice @Bot (love)")
        .mention("@All", &Mentioned::All)
        .mention("@Alice", &Mentioned::User(alice.clone()))
        .mention("@Bot", &Mentioned::Bot)
        .emoji("(love)", "5f00", "014");
    let message = kit.sim.say(&alice, text).unwrap().json["message"].clone();
    assert_eq!(message["emojis"], json!([{"index": 19, "length": 6, "productId": "5f00", "emojiId": "014"}]));
    let expected = json!({"mentionees": [
        {"type": "all", "index": 2, "length": 4},
        {"type": "user", "index": 7, "length": 6, "userId": alice, "isSelf": false},
        {"type": "user", "index": 14, "length": 4, "userId": kit.sim.bot_user_id(), "isSelf": true},
    ]});
    assert_eq!(message["mention"], expected);
}

#[tokio::test]
async fn a_quote_names_its_message_and_stays_in_its_chat() {
    let kit = Kit::new().await;
    let (alice, bob) = (kit.sim.user("Alice"), kit.sim.user("Bob"));
    let said = kit.sim.say(&alice, "hi").unwrap().message_id.unwrap();
    let quoting = kit.sim.happen(Act::say(&alice, "ho").quoting(&said)).unwrap();
    assert_eq!(quoting.json["message"]["quotedMessageId"], json!(said));
    let foreign = kit.sim.happen(Act::say(&bob, "ho").quoting(&said)).unwrap_err();
    assert!(matches!(foreign, CannotHappen::ForeignQuote(..)), "{foreign}");
    kit.push(&kit.alice(), super::kit::text("bot")).await;
    let bots = kit.sim.heard(kit.alice())[0].id.clone();
    assert!(kit.sim.happen(Act::say(&alice, "ho").quoting(&bots)).is_ok());
}

#[tokio::test]
async fn a_standby_event_has_no_reply_token() {
    let kit = Kit::new().await;
    let event = kit.sim.happen(Act::say(&kit.sim.user("Alice"), "hi").standby()).unwrap();
    assert_eq!((&event.json["mode"], event.json.get("replyToken")), (&json!("standby"), None));
    assert_eq!(event.reply_token, None);
}

#[tokio::test]
async fn what_line_would_not_report_cannot_happen() {
    let kit = Kit::new().await;
    let (alice, bob) = (kit.sim.user("Alice"), kit.sim.user("Bob"));
    let group = kit.sim.group("Team", std::slice::from_ref(&alice));
    let not_a_member = kit.sim.say_in(group.clone(), &bob, "hi").unwrap_err();
    assert!(matches!(not_a_member, CannotHappen::NotAMember(..)));
    let said = kit.sim.say(&alice, "hi").unwrap().message_id.unwrap();
    assert_eq!(kit.sim.happen(Act::edit(&said, "ho")).unwrap_err(), CannotHappen::WrongChat("messageEdited"));
    kit.sim.happen(Act::unsend(&said)).unwrap();
    assert!(matches!(kit.sim.happen(Act::unsend(&said)).unwrap_err(), CannotHappen::UnknownMessage(_)));
    kit.sim.happen(Act::unfollow(&alice)).unwrap();
    assert_eq!(kit.sim.say(&alice, "hi").unwrap_err(), CannotHappen::Blocked("Alice".to_owned()));
    kit.sim.happen(Act::leave(group.clone())).unwrap();
    assert!(matches!(kit.sim.say_in(group, &alice, "hi").unwrap_err(), CannotHappen::BotOutside(_)));
}

#[tokio::test]
async fn every_body_is_signed_as_it_is_and_sent_as_line_does() {
    let kit = Kit::new().await;
    kit.greeted().await;
    let received = &kit.bot.received()[0];
    assert_eq!(received.signature(), kit.sim.sign(&received.raw));
    assert_eq!(received.headers["content-type"], "application/json; charset=utf-8");
    assert_eq!(received.json()["destination"], json!(kit.sim.bot_user_id()));
}

#[tokio::test]
async fn a_raw_body_is_sent_untouched_and_signed_as_asked() {
    let kit = Kit::new().await;
    let body = b"\xff not JSON";
    kit.bot.will([Reaction::Status(200), Reaction::Status(401), Reaction::Status(401)]);
    assert_eq!(kit.sim.post(body, Signature::Right).await, Outcome::Answered(200));
    assert_eq!(kit.sim.post(body, Signature::Wrong).await, Outcome::Answered(401));
    assert_eq!(kit.sim.post(body, Signature::None).await, Outcome::Answered(401));
    kit.sim.post(body, Signature::Given("abc".to_owned())).await;
    let received = kit.bot.received();
    assert!(received.iter().all(|it| it.raw.as_ref() == body));
    let right = kit.sim.sign(body);
    assert_eq!(received[0].signature(), right);
    assert!(received[1].signature() != right && received[1].signature().len() == 44);
    assert_eq!((received[2].signature(), received[3].signature()), ("", "abc"));
}

#[tokio::test]
async fn several_events_can_share_a_body() {
    let kit = Kit::new().await;
    let (alice, bob) = (kit.sim.user("Alice"), kit.sim.user("Bob"));
    let one = kit.sim.compose(Act::say(&alice, "one")).unwrap();
    let two = kit.sim.compose(Act::say(&bob, "two")).unwrap();
    kit.deliver(Parcel::of([one.clone(), two.clone()])).await;
    assert_eq!(kit.bot.received()[0].json()["events"], json!([one.json, two.json]));
    assert_eq!(kit.sim.deliveries()[0].events, [one.id, two.id]);
}

#[tokio::test]
async fn a_copy_is_the_same_event_again_and_no_redelivery() {
    let kit = Kit::new().await;
    let event = kit.sim.compose(Act::say(&kit.sim.user("Alice"), "hi")).unwrap();
    kit.sim.deliver(Parcel::of([event.clone()]).copies(2));
    kit.deliveries(2).await;
    kit.sim.deliver(Parcel::of([event.clone()]).copies(3).at_once());
    kit.deliveries(5).await;
    assert_eq!(kit.bot.events(), vec![event.json; 5]);
}

#[tokio::test]
async fn a_chat_is_delivered_in_order_one_after_the_other() {
    let kit = Kit::new().await;
    let alice = kit.sim.user("Alice");
    for number in 0..50 {
        kit.sim.say(&alice, number.to_string()).unwrap();
    }
    kit.deliveries(50).await;
    assert_eq!(kit.bot.texts(), (0..50).map(|number: u32| number.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_chat_does_not_wait_for_another() {
    let kit = Kit::new().await;
    kit.bot.will([Reaction::Silence]);
    kit.sim.say(&kit.sim.user("Alice"), "stuck").unwrap();
    while kit.bot.received().is_empty() {
        tokio::task::yield_now().await;
    }
    kit.sim.say(&kit.sim.user("Bob"), "free").unwrap();
    kit.deliveries(1).await;
    assert_eq!(kit.sim.deliveries()[0].outcome, Outcome::Answered(200));
    assert_eq!(kit.bot.texts(), ["stuck", "free"]);
}

#[tokio::test]
async fn redelivery_is_off_unless_switched_on() {
    let kit = Kit::new().await;
    kit.bot.will([Reaction::Status(500)]);
    kit.greeted().await;
    kit.greeted().await;
    assert_eq!(kit.bot.received().len(), 2);
    assert_eq!(kit.sim.ledger(|ledger| ledger.acked().len()), 1);
}

#[tokio::test]
async fn a_redelivery_is_the_same_event_marked_and_signed_anew() {
    let kit = Kit::until_acked(SOON).await;
    kit.bot.will([Reaction::Status(503), Reaction::Status(302)]);
    let event = kit.sim.say(&kit.sim.user("Alice"), "hi").unwrap();
    kit.sim.wait_for(PATIENCE, |ledger| ledger.acked().contains(&event.id)).await.unwrap();
    let mut again = event.json.clone();
    again["deliveryContext"]["isRedelivery"] = json!(true);
    assert_eq!(kit.bot.events(), [event.json, again.clone(), again]);
    assert!(kit.bot.received().iter().all(|it| it.signature() == kit.sim.sign(&it.raw)));
    let deliveries = kit.sim.deliveries();
    assert_eq!(deliveries.iter().map(|it| it.redelivery).collect::<Vec<_>>(), [false, true, true]);
}

#[tokio::test]
async fn a_schedule_ends_when_its_waits_are_used_up() {
    let kit = Kit::with(|settings| settings.redelivery = Redelivery::Schedule(vec![SOON, SOON])).await;
    kit.bot.will([500, 500, 500].map(Reaction::Status));
    kit.sim.say(&kit.sim.user("Alice"), "lost").unwrap();
    kit.deliveries(3).await;
    kit.greeted().await;
    assert_eq!(kit.bot.texts(), ["lost", "lost", "lost", "hi"]);
}

#[tokio::test]
async fn until_acked_keeps_a_chats_later_events_behind_the_one_that_failed() {
    let kit = Kit::until_acked(SOON).await;
    kit.bot.will([500, 500].map(Reaction::Status));
    let alice = kit.sim.user("Alice");
    for text in ["one", "two"] {
        kit.sim.say(&alice, text).unwrap();
    }
    kit.sim.wait_for(PATIENCE, |ledger| ledger.acked().len() == 2).await.unwrap();
    assert_eq!(kit.bot.texts(), ["one", "one", "one", "two"]);
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_no_answer() {
    let kit = Kit::with(|settings| settings.webhook_timeout = Duration::from_millis(50)).await;
    kit.bot.will([Reaction::Silence]);
    kit.greeted().await;
    assert_eq!(kit.sim.deliveries()[0].outcome, Outcome::TimedOut);
    assert!(kit.sim.ledger(|ledger| ledger.acked().is_empty()));
}

#[tokio::test]
async fn a_dead_bot_gets_its_events_when_it_is_back() {
    let kit = Kit::until_acked(SOON).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    kit.sim.point_at(format!("http://{address}/callback"));
    let event = kit.sim.say(&kit.sim.user("Alice"), "hi").unwrap();
    kit.deliveries(2).await;
    assert!(kit.sim.deliveries().iter().all(|it| it.outcome == Outcome::CouldNotConnect));
    let bot = Bot::on(tokio::net::TcpListener::bind(address).await.unwrap());
    kit.sim.wait_for(PATIENCE, |ledger| ledger.acked().contains(&event.id)).await.unwrap();
    assert_eq!(bot.texts(), ["hi"]);
}

#[tokio::test]
async fn events_wait_for_a_webhook_url_in_until_acked() {
    let bot = Bot::start().await;
    let redelivery = Redelivery::UntilAcked { every: SOON };
    let sim = Simulator::start(Settings { redelivery, ..Settings::default() }).await.unwrap();
    sim.say(&sim.user("Alice"), "early").unwrap();
    sim.wait_for(PATIENCE, |ledger| !ledger.deliveries().is_empty()).await.unwrap();
    sim.point_at(&bot.url);
    sim.wait_for(PATIENCE, |ledger| ledger.acked().len() == 1).await.unwrap();
    assert_eq!(bot.texts(), ["early"]);
}

#[tokio::test]
async fn a_ready_made_event_is_delivered_as_it_is_and_can_be_answered() {
    let kit = Kit::new().await;
    let json = json!({"type": "message", "mode": "active", "timestamp": START.as_millis(),
        "webhookEventId": "01M5VKM8JFGA5Z8J03JN1BZ2PS", "deliveryContext": {"isRedelivery": false},
        "source": {"type": "group", "groupId": "C5e77d1f0a9b84c3d6622f0e1d2c3b4a5"}, "replyToken": "5f3a9c00d1e2",
        "message": {"type": "text", "id": "590100000000000011", "quoteToken": "q7Hn2x", "text": "hi"}, "new": [1]});
    let event = kit.sim.adopt(json.clone()).unwrap();
    let chat = event.chat.clone().unwrap();
    kit.deliver(Parcel::of([event])).await;
    assert_eq!(kit.bot.events(), [json]);
    let quoting = json!([{"type": "text", "text": "x", "quoteToken": "q7Hn2x"}]);
    assert_eq!(kit.reply("5f3a9c00d1e2", quoting).await.status, 200);
    assert_eq!(kit.sim.heard(chat).len(), 1);
    assert_eq!(kit.sim.adopt(json!([])).unwrap_err(), CannotHappen::NotAnEvent);
}

#[tokio::test]
async fn what_happens_can_be_read_as_lines() {
    let kit = Kit::new().await;
    let mut happenings = kit.sim.happenings();
    let token = kit.greeted().await.reply_token.unwrap();
    kit.reply(&token, super::kit::text("ho")).await;
    kit.reply(&token, super::kit::text("ho")).await;
    let mut lines = Vec::new();
    while let Ok(happening) = happenings.try_recv() {
        lines.push(happening.to_string());
    }
    assert_eq!(lines[0], r#"[Alice] Alice: message "hi""#);
    assert!(lines[1].starts_with("webhook (1 event(s)) -> 200 in "), "{lines:?}");
    assert_eq!(lines[2..], [r#"[Alice] bot replies: "ho""#, "reply -> 400 Invalid reply token"]);
}
