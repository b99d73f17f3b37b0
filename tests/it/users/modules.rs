//! Module channels: attached, listed, detached, in control of chats.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use line_bot_server::line::module::{ControlTime, ModuleAttachment, ModuleBot};
use line_bot_server::line::{BotUserId, ChannelSecret, ChatId, GroupId, UserId};
use line_bot_server::simulator::{Fault, Harm};
use serde_json::json;

use super::kit::{Line, START, invalid, refused, said, told};

const URI: &str = "https://example.com/auth?key=value";

fn secret(line: &Line) -> ChannelSecret {
    ChannelSecret::new(line.sim.secret()).unwrap()
}

#[tokio::test]
async fn a_module_is_attached_by_a_code_that_works_once() {
    let line = Line::new().await;
    let offer = || ModuleAttachment::new(line.sim.module_offered("Shop", URI), URI);
    let offered = offer().code_verifier("verifier").scope("message:send message:receive").region("JP");
    let attach = |offer| {
        let (line, secret) = (&line, secret(&line));
        async move { line.client.attach_module(line.sim.channel_id(), &secret, &offer).await }
    };
    let attached = attach(offered.clone()).await.unwrap();
    assert_eq!(attached.scopes, ["message:send", "message:receive"]);
    let event = line.event().await;
    assert_eq!((&event["type"], &event["module"]["type"]), (&json!("module"), &json!("attached")));
    assert_eq!(event["module"]["botId"], json!(attached.bot_id));
    assert_eq!(line.client.modules().await.unwrap().items[0].user_id, attached.bot_id);
    assert_eq!(refused(attach(offered).await), said(400, "Bad Request"));

    let elsewhere = ModuleAttachment::new(line.sim.module_offered("Shop", URI), "https://example.com/");
    assert_eq!(refused(attach(elsewhere).await).0, 400);
    let wrong = ChannelSecret::new("wrong").unwrap();
    let outcome = line.client.attach_module(line.sim.channel_id(), &wrong, &offer()).await;
    assert_eq!(refused(outcome), said(403, "Forbidden"));
}

#[tokio::test]
async fn the_secret_goes_as_basic_authorization_and_nowhere_else() {
    let line = Line::new().await;
    let offer = ModuleAttachment::new("c0de", URI).code_verifier("verif1er");
    let secret = ChannelSecret::new("s3cret").unwrap();
    let call = line.client.attach_module("1234567890", &secret, &offer);
    let request = call.into_request().unwrap();
    assert_eq!(request.headers["authorization"], "Basic MTIzNDU2Nzg5MDpzM2NyZXQ=");
    assert!(!request.endpoint.authorized && !request.endpoint.repeatable);
    let form: Vec<_> = form_urlencoded::parse(request.body.bytes()).into_owned().collect();
    assert!(form.contains(&("redirect_uri".to_owned(), URI.to_owned())), "{form:?}");
    assert_eq!(form.len(), 4);
    let shown = format!("{request:?} {offer:?}");
    for hidden in ["s3cret", "MTIz", "c0de", "verif1er"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

#[tokio::test]
async fn credentials_in_the_form_are_taken_too_and_another_grant_is_not() {
    let line = Line::new().await;
    let uri: String = form_urlencoded::byte_serialize(URI.as_bytes()).collect();
    let form = |grant: &str| {
        let code = line.sim.module_offered("Shop", URI);
        let (id, secret) = (line.sim.channel_id(), line.sim.secret());
        format!("grant_type={grant}&code={code}&redirect_uri={uri}&client_id={id}&client_secret={secret}")
    };
    let path = "/module/auth/v1/token";
    assert_eq!(line.form(path, &form("authorization_code"), "").await.0, 200);
    assert_eq!(line.form(path, &form("client_credentials"), "").await.0, 400);
}

#[tokio::test]
async fn an_attachment_of_unknown_outcome_is_not_repeated() {
    let line = Line::new().await;
    let offer = ModuleAttachment::new(line.sim.module_offered("Shop", URI), URI);
    line.sim.fault(Fault::on("attach-module", Harm::HangUp).after_doing());
    let error = line.client.attach_module(line.sim.channel_id(), &secret(&line), &offer).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(line.sim.calls_to("attach-module").len(), 1);
    assert_eq!(line.client.modules().await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn bots_come_page_by_page() {
    let line = Line::new().await;
    let ids: Vec<BotUserId> = (0..101).map(|n| line.sim.module_attached(&format!("Shop {n}"))).collect();
    let all: Vec<ModuleBot> = line.client.modules().stream().try_collect().await.unwrap();
    assert_eq!(all.iter().map(|bot| bot.user_id.clone()).collect::<Vec<_>>(), ids);
    assert_eq!(line.sim.calls_to("modules").len(), 2);
    assert_eq!((all[7].display_name.as_str(), &all[7].premium_id), ("Shop 7", &None));
    assert_eq!(line.client.modules_by(100).await.unwrap().items.len(), 100);
    for limit in [0, 101] {
        let problem = format!("limit: {limit}, 1 to 100 are allowed");
        assert_eq!(invalid(line.client.modules_by(limit).await), problem);
        assert_eq!(line.get(&format!("/v2/bot/list?limit={limit}")).await.0, 400);
    }
    assert_eq!(refused(line.client.modules().from("lost").await), said(400, "Invalid start param"));
}

#[tokio::test]
async fn a_module_is_detached_once() {
    let line = Line::new().await;
    let bot = line.sim.module_attached("Shop");
    line.client.detach_module(&bot).await.unwrap();
    assert_eq!(line.event().await["module"], json!({"type": "detached", "botId": bot}));
    assert!(line.client.modules().await.unwrap().items.is_empty());
    let again = refused(line.client.detach_module(&bot).await);
    assert_eq!(again, said(400, "Specified channel is not detachable"));
    let nobody = refused(line.client.detach_module(&BotUserId::from("shop")).await);
    assert_eq!(nobody, said(400, "user/group/room Id is not available."));
}

#[tokio::test]
async fn control_of_a_chat_is_taken_for_a_time_and_given_back() {
    let line = Line::new().await;
    let alice = ChatId::from(line.sim.user("Alice"));
    line.client.acquire_chat_control(&alice, ControlTime::seconds(600).unwrap()).await.unwrap();
    let event = line.event().await;
    assert_eq!((&event["type"], &event["mode"]), (&json!("activated"), &json!("active")));
    let end = START.after(Duration::from_secs(600)).as_millis();
    assert_eq!(event["chatControl"], json!({"expireAt": end}));
    assert_eq!(event["source"], json!({"type": "user", "userId": alice.as_str()}));
    line.clock.advance(Duration::from_secs(599));
    assert!(line.sim.controls(alice.clone()));
    line.clock.advance(Duration::from_secs(1));
    assert!(!line.sim.controls(alice.clone()));

    line.client.acquire_chat_control(&alice, ControlTime::USUAL).await.unwrap();
    line.event().await;
    line.clock.advance(Duration::from_secs(3599));
    assert!(line.sim.controls(alice.clone()));
    line.client.acquire_chat_control(&alice, ControlTime::ENDLESS).await.unwrap();
    line.event().await;
    line.clock.advance(Duration::from_secs(400 * 86_400));
    assert!(line.sim.controls(alice.clone()));
    line.client.release_chat_control(&alice).await.unwrap();
    assert_eq!(line.event().await["type"], "deactivated");
    assert!(!line.sim.controls(alice));
}

#[tokio::test]
async fn control_that_another_channel_just_took_is_423_for_some_seconds() {
    let line = Line::new().await;
    let team = ChatId::from(line.sim.group("Team", &[line.sim.user("Alice")]));
    line.client.acquire_chat_control(&team, ControlTime::USUAL).await.unwrap();
    line.sim.control_taken(team.clone());
    assert!(!line.sim.controls(team.clone()));
    let error = line.client.acquire_chat_control(&team, ControlTime::USUAL).await.unwrap_err();
    assert_eq!((error.status(), error.is_permanent()), (Some(423), false));
    line.clock.advance(Duration::from_secs(3));
    line.client.acquire_chat_control(&team, ControlTime::USUAL).await.unwrap();
}

#[tokio::test]
async fn control_is_of_friends_and_of_chats_the_bot_is_in() {
    let line = Line::new().await;
    let (sam, nowhere) = (line.sim.stranger("Sam"), GroupId::from("C00000000000000000000000000000000"));
    for chat in [ChatId::from(sam), nowhere.into()] {
        let refusal = refused(line.client.acquire_chat_control(&chat, ControlTime::USUAL).await);
        assert_eq!(refusal, said(404, "Not found"));
    }
    let invalid = said(400, "The value for the 'chatId' parameter is invalid");
    let nobody = ChatId::from(UserId::from("Alice"));
    assert_eq!(refused(line.client.acquire_chat_control(&nobody, ControlTime::USUAL).await), invalid);
    assert_eq!(refused(line.client.release_chat_control(&nobody).await), invalid);
}

#[tokio::test]
async fn control_lasts_up_to_a_year() {
    let line = Line::new().await;
    let alice = ChatId::from(line.sim.user("Alice"));
    line.client.acquire_chat_control(&alice, ControlTime::seconds(31_536_000).unwrap()).await.unwrap();
    let path = format!("/v2/bot/chat/{alice}/control/acquire");
    for seconds in [0, 31_536_001] {
        let problem = ControlTime::seconds(seconds).unwrap_err().to_string();
        assert_eq!(problem, format!("ttl: {seconds} seconds, 1 to 31536000 are allowed"));
        assert_eq!(told(&line.post(&path, json!({"ttl": seconds})).await).2, ["ttl"]);
    }
    assert_eq!(line.post(&path, json!({"expired": false, "ttl": 31_536_001})).await.0, 200);
}
