//! Each call goes where LINE's reference says, at the rate it says.

use line_bot_server::client::{ClientError, Host, Rate, Request};
use line_bot_server::line::liff::{LiffChanges, LiffSize, NewLiffApp};
use line_bot_server::line::module::{ControlTime, ModuleAttachment};
use line_bot_server::line::notification::{NotificationTemplate, PhoneNumber};
use line_bot_server::line::{
    AggregationUnit, BotUserId, ChannelSecret, ChatId, Date, GroupId, LiffId, RichMenuId, RoomId, UserId,
};

use super::kit::Line;

fn shown(request: Result<Request, ClientError>) -> (String, Rate, Host, bool) {
    let request = request.unwrap();
    let endpoint = request.endpoint;
    let body = String::from_utf8_lossy(request.body.bytes());
    let line = format!("{} {} {body}", endpoint.method, request.path);
    (line, endpoint.rate, endpoint.host, endpoint.repeatable)
}

#[tokio::test]
async fn every_call_has_its_method_path_and_body() {
    let client = Line::new().await.client;
    let (user, group, room) = (UserId::from("U1"), GroupId::from("C1"), RoomId::from("R1"));
    let (app, chat, bot) = (LiffId::from("1-a"), ChatId::from(user.clone()), BotUserId::from("U2"));
    let phone = PhoneNumber::new("+818000001234").unwrap();
    let hash = phone.hash();
    let lines: Vec<String> = [
        client.followers().into_request(),
        client.followers_by(2).from("a b").into_request(),
        client.group_summary(&group).into_request(),
        client.group_member_count(&group).into_request(),
        client.group_members(&group).into_request(),
        client.leave_group(&group).into_request(),
        client.room_member_count(&room).into_request(),
        client.room_members(&room).from("x").into_request(),
        client.leave_room(&room).into_request(),
        client.issue_link_token(&user).into_request(),
        client.mark_user_as_read(&user).into_request(),
        client.aggregation_units_used().into_request(),
        client.aggregation_units().into_request(),
        client.notify(&phone, "hi").notification_disabled(true).into_request(),
        client.notify_by_template(&phone, NotificationTemplate::new("thanks_ja")).into_request(),
        client.liff_apps().into_request(),
        client.add_liff_app(&NewLiffApp::new(LiffSize::Full, "https://a")).into_request(),
        client.update_liff_app(&app, &LiffChanges::default().module_mode(false)).into_request(),
        client.delete_liff_app(&app).into_request(),
        client.modules().into_request(),
        client.detach_module(&bot).into_request(),
        client.acquire_chat_control(&chat, ControlTime::USUAL).into_request(),
        client.acquire_chat_control(&chat, ControlTime::ENDLESS).into_request(),
        client.acquire_chat_control(&chat, ControlTime::seconds(5).unwrap()).into_request(),
        client.release_chat_control(&chat).into_request(),
    ]
    .into_iter()
    .map(|request| shown(request).0)
    .collect();
    let notified = format!(
        r#"{{"to":"{hash}","messages":[{{"type":"text","text":"hi"}}],"notificationDisabled":true}}"#
    );
    let templated = format!(r#"{{"to":"{hash}","templateKey":"thanks_ja","body":{{}}}}"#);
    let expected = [
        "GET /v2/bot/followers/ids?limit=1000 ".to_owned(),
        "GET /v2/bot/followers/ids?limit=2&start=a%20b ".to_owned(),
        "GET /v2/bot/group/C1/summary ".to_owned(),
        "GET /v2/bot/group/C1/members/count ".to_owned(),
        "GET /v2/bot/group/C1/members/ids ".to_owned(),
        "POST /v2/bot/group/C1/leave ".to_owned(),
        "GET /v2/bot/room/R1/members/count ".to_owned(),
        "GET /v2/bot/room/R1/members/ids?start=x ".to_owned(),
        "POST /v2/bot/room/R1/leave ".to_owned(),
        "POST /v2/bot/user/U1/linkToken ".to_owned(),
        r#"POST /v2/bot/message/markAsRead {"chat":{"userId":"U1"}}"#.to_owned(),
        "GET /v2/bot/message/aggregation/info ".to_owned(),
        "GET /v2/bot/message/aggregation/list?limit=100 ".to_owned(),
        format!("POST /bot/pnp/push {notified}"),
        format!("POST /v2/bot/message/pnp/templated/push {templated}"),
        "GET /liff/v1/apps ".to_owned(),
        r#"POST /liff/v1/apps {"view":{"type":"full","url":"https://a"}}"#.to_owned(),
        r#"PUT /liff/v1/apps/1-a {"view":{"moduleMode":false}}"#.to_owned(),
        "DELETE /liff/v1/apps/1-a ".to_owned(),
        "GET /v2/bot/list?limit=100 ".to_owned(),
        r#"POST /v2/bot/channel/detach {"botId":"U2"}"#.to_owned(),
        "POST /v2/bot/chat/U1/control/acquire {}".to_owned(),
        r#"POST /v2/bot/chat/U1/control/acquire {"expired":false}"#.to_owned(),
        r#"POST /v2/bot/chat/U1/control/acquire {"expired":true,"ttl":5}"#.to_owned(),
        "POST /v2/bot/chat/U1/control/release ".to_owned(),
    ];
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn counts_go_by_day_and_insights_sixty_times_an_hour() {
    let client = Line::new().await.client;
    let day = Date::new(2026, 10, 1).unwrap();
    let (unit, menu) = (AggregationUnit::new("a_b").unwrap(), RichMenuId::from("richmenu-1"));
    let counts = [
        ("reply", client.sent_replies(day)),
        ("push", client.sent_pushes(day)),
        ("multicast", client.sent_multicasts(day)),
        ("broadcast", client.sent_broadcasts(day)),
        ("pnp", client.sent_notifications(day)),
        ("pnp/templated", client.sent_template_notifications(day)),
    ];
    for (part, call) in counts {
        let (line, rate, ..) = shown(call.into_request());
        assert_eq!(line, format!("GET /v2/bot/message/delivery/{part}?date=20261001 "));
        assert_eq!(rate, Rate::OTHERS);
    }
    let insights = [
        ("message/delivery?date=20261001", client.message_deliveries(day).into_request()),
        ("followers?date=20261001", client.follower_counts(day).into_request()),
        ("demographic", client.friend_demographics().into_request()),
        ("message/event?requestId=r1", client.message_interactions(&"r1".into()).into_request()),
        (
            "message/event/aggregation?customAggregationUnit=a_b&from=20261001&to=20261003",
            client.unit_interactions(&unit, day..=day.plus_days(2)).into_request(),
        ),
        (
            "richmenu/richmenu-1/summary?from=20261001&to=20261001",
            client.rich_menu_summary(&menu, day..=day).into_request(),
        ),
        (
            "richmenu/richmenu-1/daily?from=20261001&to=20261001",
            client.rich_menu_daily(&menu, day..=day).into_request(),
        ),
    ];
    for (path, request) in insights {
        let (line, rate, ..) = shown(request);
        assert_eq!((line, rate), (format!("GET /v2/bot/insight/{path} "), Rate::per_hour(60)));
    }
}

#[tokio::test]
async fn what_makes_something_new_is_made_once_and_modules_are_attached_on_their_own_host() {
    let client = Line::new().await.client;
    let phone = PhoneNumber::new("+818000001234").unwrap();
    let app = NewLiffApp::new(LiffSize::Full, "https://a");
    let secret = ChannelSecret::new("s").unwrap();
    let attach = client.attach_module("1", &secret, &ModuleAttachment::new("c", "https://a"));
    let (line, _, host, repeatable) = shown(attach.into_request());
    assert_eq!((host, repeatable), (Host::Manager, false));
    assert!(line.starts_with("POST /module/auth/v1/token "), "{line}");
    let template = client.notify_by_template(&phone, NotificationTemplate::new("thanks_ja")).into_request();
    for request in
        [client.notify(&phone, "x").into_request(), template, client.add_liff_app(&app).into_request()]
    {
        assert!(!shown(request).3);
    }
    let sticker = client.send_mission_sticker(&UserId::from("U1"), "1").into_request();
    assert!(shown(sticker).3);
}
