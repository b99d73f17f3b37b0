//! Profiles, content, bot info, loading, read marks, webhook settings.

use http::Method;
use line_bot_server::line::MessageId;
use line_bot_server::simulator::{Act, Content, Media};
use serde_json::{Value, json};

use super::kit::{Bot, Kit, Reaction};

#[tokio::test]
async fn a_friend_and_who_wrote_show_their_profile_and_a_blocker_does_not() {
    let kit = Kit::new().await;
    let (alice, sam) = (kit.sim.user("Alice"), kit.sim.stranger("Sam"));
    let kit = &kit;
    let profile = |id: String| async move { kit.get(&format!("/v2/bot/profile/{id}")).await };
    let got = profile(alice.to_string()).await.json();
    assert_eq!((&got["displayName"], &got["userId"]), (&json!("Alice"), &json!(alice)));
    assert_eq!(profile(sam.to_string()).await.status, 404);
    kit.sim.say(&sam, "hi").unwrap();
    assert_eq!(profile(sam.to_string()).await.status, 200);
    kit.sim.happen(Act::unfollow(&alice)).unwrap();
    let gone = profile(alice.to_string()).await;
    assert_eq!((gone.status, gone.json()), (404, json!({"message": "Not found"})));
    assert_eq!(profile("U123".to_owned()).await.status, 400);
}

#[tokio::test]
async fn members_show_their_profile_to_a_bot_that_is_among_them() {
    let kit = Kit::new().await;
    let (sam, bob) = (kit.sim.stranger("Sam"), kit.sim.user("Bob"));
    let group = kit.sim.group("Team", std::slice::from_ref(&sam));
    let room = kit.sim.room("Two", std::slice::from_ref(&sam));
    let kit = &kit;
    let get = |path: String| async move { kit.get(&path).await };
    let got = get(format!("/v2/bot/group/{group}/member/{sam}")).await;
    assert_eq!(got.json(), json!({"displayName": "Sam", "userId": sam}));
    assert_eq!(get(format!("/v2/bot/room/{room}/member/{sam}")).await.status, 200);
    assert_eq!(get(format!("/v2/bot/group/{group}/member/{bob}")).await.status, 404);
    assert_eq!(get(format!("/v2/bot/group/{room}/member/{sam}")).await.status, 400);
    assert_eq!(get(format!("/v2/bot/room/{room}/member/nobody")).await.status, 400);
    kit.sim.happen(Act::leave(group.clone())).unwrap();
    assert_eq!(get(format!("/v2/bot/group/{group}/member/{sam}")).await.status, 404);
}

#[tokio::test]
async fn content_is_given_out_prepared_and_gone_as_on_line() {
    let kit = Kit::new().await;
    let alice = kit.sim.user("Alice");
    let video = Content::Video(Media::new(vec![1, 2, 3], "video/mp4").lasting(1200));
    let event = kit.sim.say(&alice, video).unwrap();
    let id = event.message_id.unwrap();
    let kit = &kit;
    let content = |part: &'static str, id: MessageId| async move {
        kit.get(&format!("/v2/bot/message/{id}/content{part}")).await
    };
    let got = content("", id.clone()).await;
    assert_eq!((got.status, got.bytes.as_slice()), (200, &[1, 2, 3][..]));
    assert_eq!(got.headers["content-type"], "video/mp4");
    assert_eq!(content("/preview", id.clone()).await.status, 200);
    kit.sim.content_ready(&id, false);
    let pending = content("", id.clone()).await;
    assert_eq!((pending.status, pending.bytes.len()), (202, 0));
    assert_eq!(content("/transcoding", id.clone()).await.json(), json!({"status": "processing"}));
    kit.sim.content_ready(&id, true);
    assert_eq!(content("/transcoding", id.clone()).await.json(), json!({"status": "succeeded"}));
    kit.sim.happen(Act::unsend(&id)).unwrap();
    let gone = content("", id).await;
    assert_eq!((gone.status, gone.message()), (410, "The content is gone".to_owned()));
    let unknown = content("", "1".into()).await;
    assert_eq!((unknown.status, unknown.message()), (404, "not found".to_owned()));
}

#[tokio::test]
async fn a_file_has_no_preview_and_no_transcoding() {
    let kit = Kit::new().await;
    let file = Content::File { name: "a.pdf".to_owned(), bytes: vec![7].into() };
    let id = kit.sim.say(&kit.sim.user("Alice"), file).unwrap().message_id.unwrap();
    let preview = kit.get(&format!("/v2/bot/message/{id}/content/preview")).await;
    assert_eq!((preview.status, preview.message()), (400, "The content can not be previewed".to_owned()));
    assert_eq!(kit.get(&format!("/v2/bot/message/{id}/content/transcoding")).await.status, 400);
    assert_eq!(kit.get(&format!("/v2/bot/message/{id}/content")).await.bytes, [7]);
}

#[tokio::test]
async fn bot_info_names_the_destination_of_the_webhooks() {
    let kit = Kit::new().await;
    kit.greeted().await;
    let info = kit.get("/v2/bot/info").await.json();
    assert_eq!(info["userId"], kit.bot.received()[0].json()["destination"]);
    for field in ["basicId", "displayName", "chatMode", "markAsReadMode"] {
        assert!(info[field].is_string(), "{field}");
    }
}

#[tokio::test]
async fn loading_takes_a_user_and_multiples_of_five_seconds() {
    let kit = Kit::new().await;
    let alice = kit.sim.user("Alice");
    let group = kit.sim.group("Team", std::slice::from_ref(&alice));
    let kit = &kit;
    let start = |body: Value| async move { kit.post("/v2/bot/chat/loading/start", body).await.status };
    assert_eq!(start(json!({"chatId": alice})).await, 202);
    for (seconds, status) in [(0, 400), (5, 202), (7, 400), (60, 202), (65, 400)] {
        assert_eq!(start(json!({"chatId": alice, "loadingSeconds": seconds})).await, status, "{seconds}");
    }
    assert_eq!(start(json!({"chatId": group})).await, 400);
}

#[tokio::test]
async fn a_read_token_marks_its_chat_and_only_the_bots_own_tokens_work() {
    let kit = Kit::new().await;
    let event = kit.greeted().await;
    let path = "/v2/bot/chat/markAsRead";
    assert_eq!(kit.post(path, json!({"markAsReadToken": "made-up"})).await.status, 400);
    assert_eq!(kit.sim.read_up_to(kit.alice()), None);
    let got = kit.post(path, json!({"markAsReadToken": event.json["message"]["markAsReadToken"]})).await;
    assert_eq!((got.status, got.json()), (200, json!({})));
    assert_eq!(kit.sim.read_up_to(kit.alice()), event.message_id);
}

#[tokio::test]
async fn the_webhook_url_can_be_set_and_read() {
    let kit = Kit::new().await;
    let path = "/v2/bot/channel/webhook/endpoint";
    assert_eq!(kit.get(path).await.json(), json!({"endpoint": kit.bot.url, "active": true}));
    let other = Bot::start().await;
    let put = |url: &str| kit.call(Method::PUT, path, &[], Some(json!({"endpoint": url})));
    let bad = put("nonsense").await.unwrap();
    assert_eq!((bad.status, bad.message()), (400, "Invalid webhook endpoint URL".to_owned()));
    assert_eq!(put(&other.url).await.unwrap().status, 200);
    kit.greeted().await;
    assert_eq!((kit.bot.received().len(), other.received().len()), (0, 1));
}

#[tokio::test]
async fn without_a_webhook_url_reading_and_testing_it_are_404() {
    let kit = Kit::new().await;
    let sim = line_bot_server::simulator::Simulator::start(Default::default()).await.unwrap();
    let kit = Kit { sim, ..kit };
    for got in [
        kit.get("/v2/bot/channel/webhook/endpoint").await,
        kit.post("/v2/bot/channel/webhook/test", json!({})).await,
    ] {
        assert_eq!((got.status, got.message()), (404, "Webhook endpoint not found".to_owned()));
    }
}

#[tokio::test]
async fn the_webhook_test_posts_an_empty_body_and_says_what_came_of_it() {
    let kit = Kit::new().await;
    let test = |body: Value| kit.post("/v2/bot/channel/webhook/test", body);
    let good = test(json!({})).await.json();
    let expected = json!({"success": true, "timestamp": "2026-10-26T07:33:20.000Z", "statusCode": 200, "reason": "OK", "detail": "200"});
    assert_eq!(good, expected);
    let received = &kit.bot.received()[0];
    assert_eq!(received.json()["events"], json!([]));
    assert_eq!(received.signature(), kit.sim.sign(&received.raw));
    kit.bot.will([Reaction::Status(500)]);
    let bad = test(json!({})).await.json();
    assert_eq!(
        (&bad["success"], &bad["reason"], &bad["detail"]),
        (&json!(false), &json!("ERROR_STATUS_CODE"), &json!("500"))
    );
    let nobody = test(json!({"endpoint": "http://127.0.0.1:1/callback"})).await.json();
    assert_eq!((&nobody["statusCode"], &nobody["reason"]), (&json!(0), &json!("COULD_NOT_CONNECT")));
}
