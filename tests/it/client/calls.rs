//! Each call goes where LINE's reference says, with the body it says.

use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt;
use line_bot_server::client::api::chat::LoadingSeconds;
use line_bot_server::client::api::content::{Content, Media};
use line_bot_server::client::{ErrorKind, Host, Request};
use line_bot_server::line::{GroupId, MarkAsReadToken, MessageId, RoomId, UserId};

use super::scripted::{Server, Step, answer, ok};

const PROFILE: &str = r#"{"displayName":"Alice","userId":"U1","language":"en","statusMessage":null,"x":1}"#;

fn line(request: &Request) -> String {
    let body = String::from_utf8_lossy(request.body.bytes());
    format!("{} {} {body}", request.endpoint.method, request.path)
}

#[tokio::test]
async fn every_call_has_its_method_path_and_body() {
    let client = Server::script([]).await.client();
    let (user, group, room) = (UserId::from("U1"), GroupId::from("C1"), RoomId::from("R1"));
    let url = "https://example.com/callback";
    let seconds = LoadingSeconds::new(30).unwrap();
    let requests = [
        client.bot_info().into_request(),
        client.quota().into_request(),
        client.quota_consumption().into_request(),
        client.profile(&user).into_request(),
        client.group_member_profile(&group, &user).into_request(),
        client.room_member_profile(&room, &user).into_request(),
        client.start_loading(&user, seconds).into_request(),
        client.mark_as_read(&MarkAsReadToken::from("mr")).into_request(),
        client.webhook_endpoint().into_request(),
        client.set_webhook_endpoint(url).into_request(),
        client.test_webhook_endpoint(None).into_request(),
        client.test_webhook_endpoint(Some(url)).into_request(),
        client.content(&MessageId::from("590000000000000001")).into_request(),
    ]
    .map(Result::unwrap);
    let lines: Vec<_> = requests.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "GET /v2/bot/info ",
            "GET /v2/bot/message/quota ",
            "GET /v2/bot/message/quota/consumption ",
            "GET /v2/bot/profile/U1 ",
            "GET /v2/bot/group/C1/member/U1 ",
            "GET /v2/bot/room/R1/member/U1 ",
            r#"POST /v2/bot/chat/loading/start {"chatId":"U1","loadingSeconds":30}"#,
            r#"POST /v2/bot/chat/markAsRead {"markAsReadToken":"mr"}"#,
            "GET /v2/bot/channel/webhook/endpoint ",
            r#"PUT /v2/bot/channel/webhook/endpoint {"endpoint":"https://example.com/callback"}"#,
            "POST /v2/bot/channel/webhook/test {}",
            r#"POST /v2/bot/channel/webhook/test {"endpoint":"https://example.com/callback"}"#,
            "GET /v2/bot/message/590000000000000001/content ",
        ]
    );
    let (content, others) = requests.split_last().unwrap();
    assert_eq!(content.endpoint.host, Host::Data);
    assert!(others.iter().all(|request| request.endpoint.host == Host::Api && request.retry_key.is_none()));
}

#[tokio::test]
async fn a_profile_is_read_with_fields_that_are_new_or_missing() {
    let server = Server::script([ok(PROFILE), answer(404, r#"{"message":"Not found"}"#)]).await;
    let client = server.client();
    assert_eq!(client.profile(&UserId::from("U1")).await.unwrap().display_name, "Alice");
    let error = client.profile(&UserId::from("U2")).await.unwrap_err();
    assert_eq!((error.status(), error.is_permanent()), (Some(404), true));
}

#[tokio::test]
async fn calls_without_an_answer_take_any_success() {
    let server = Server::script([answer(202, "{}"), answer(200, ""), ok(r#"{"new":1}"#)]).await;
    let client = server.client();
    client.start_loading(&UserId::from("U1"), LoadingSeconds::default()).await.unwrap();
    client.mark_as_read(&MarkAsReadToken::from("mr")).await.unwrap();
    client.set_webhook_endpoint("https://example.com/").await.unwrap();
    assert_eq!(server.seen()[2].method, "PUT");
}

#[tokio::test]
async fn settings_are_repeated_after_an_unknown_outcome() {
    let server = Server::script([Step::Hangup, ok("{}"), answer(500, ""), ok("{}")]).await;
    let client = server.client();
    client.start_loading(&UserId::from("U1"), LoadingSeconds::MIN).await.unwrap();
    client.set_webhook_endpoint("https://example.com/").await.unwrap();
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn an_id_from_outside_cannot_lead_to_another_endpoint() {
    let server = Server::script([ok(PROFILE)]).await;
    let client = server.client();
    client.profile(&UserId::from("../message/quota?x=")).await.unwrap();
    assert_eq!(server.seen()[0].path, "/v2/bot/profile/..%2Fmessage%2Fquota%3Fx%3D");
    let error = client.profile(&UserId::from("..")).await.unwrap_err();
    assert!(matches!(&error.kind, ErrorKind::Invalid(problem) if problem.field == "userId"), "{error:?}");
}

#[tokio::test]
async fn a_webhook_url_beyond_its_limit_is_refused_before_it_is_sent() {
    let server = Server::script([]).await;
    let url = format!("https://example.com/{}", "x".repeat(481));
    for error in [
        server.client().set_webhook_endpoint(&url).await.unwrap_err(),
        server.client().test_webhook_endpoint(Some(&url)).await.unwrap_err(),
    ] {
        assert!(error.to_string().ends_with("endpoint: has 501 characters; LINE allows 500"), "{error}");
    }
    assert!(server.client().set_webhook_endpoint(&url[..500]).into_request().is_ok());
    assert!(server.seen().is_empty());
}

#[test]
fn a_loading_animation_takes_a_multiple_of_five_seconds() {
    let taken: Vec<_> = (0..=255).filter_map(LoadingSeconds::new).map(LoadingSeconds::get).collect();
    assert_eq!(taken, [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60]);
    for (wait, shown) in [(0, 5), (1, 5), (5000, 5), (5001, 10), (59_000, 60), (600_000, 60), (9_000_000, 60)]
    {
        assert_eq!(LoadingSeconds::covering(Duration::from_millis(wait)).get(), shown, "{wait}");
    }
}

async fn content(server: &Server) -> Media {
    match server.client().content(&MessageId::from("5")).await.unwrap().value {
        Content::Ready(media) => media,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn content_comes_as_a_stream_with_its_type() {
    let server = Server::script([ok("JPEG…").with("content-type", "image/jpeg"), ok("JPEG…")]).await;
    let media = content(&server).await;
    assert_eq!((media.content_type.as_str(), media.length), ("image/jpeg", Some(7)));
    let pieces: Vec<Bytes> = media.body.try_collect().await.unwrap();
    assert_eq!(pieces.concat(), "JPEG…".as_bytes());

    let media = content(&server).await;
    assert!(media.body.bytes(6).await.unwrap_err().to_string().contains("longer than 6 bytes"));
}

#[tokio::test]
async fn content_that_breaks_off_or_stands_still_is_an_error_and_not_an_end() {
    let server = Server::script([Step::BreakOff("half"), Step::Stall("half")]).await;
    assert!(content(&server).await.body.bytes(5000).await.is_err());
    let client = server.client_with(|settings| settings.attempt_timeout = Duration::from_millis(300));
    let Content::Ready(media) = client.content(&MessageId::from("5")).await.unwrap().value else { panic!() };
    let read = tokio::time::timeout(Duration::from_secs(15), media.body.bytes(5000));
    assert!(read.await.unwrap().unwrap_err().to_string().contains("stood still"));
}

#[tokio::test]
async fn content_that_is_not_ready_is_its_own_outcome() {
    let server = Server::script([answer(202, "")]).await;
    let answer = server.client().content(&MessageId::from("5")).await.unwrap();
    assert!(matches!(answer.value, Content::NotReady));
}

#[tokio::test]
async fn content_of_an_unsent_message_is_gone_for_good() {
    let server = Server::script([Step::Hangup, answer(410, r#"{"message":"The content is gone"}"#)]).await;
    let error = server.client().content(&MessageId::from("5")).await.unwrap_err();
    assert_eq!((error.status(), error.is_permanent()), (Some(410), true));
    assert!(error.to_string().contains("The content is gone"));
}
