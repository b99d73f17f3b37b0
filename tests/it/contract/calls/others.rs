//! Everything else.

use std::time::Duration;

use line_bot_server::client::api::chat::LoadingSeconds;
use line_bot_server::line::liff::{
    BotPrompt, LiffChanges, LiffFeatures, LiffScope, LiffSize, NewLiffApp, PermanentLinkPattern,
};
use line_bot_server::line::module::{ControlTime, ModuleAttachment};
use line_bot_server::line::notification::{DeliveryTag, NotificationTemplate, PhoneNumber};
use line_bot_server::line::{
    AggregationUnit, BotUserId, ChannelSecret, Date, GroupId, MarkAsReadToken, MessageId, RoomId, UserId,
};
use line_bot_server::simulator::{Act, Content, Media, Simulator};

use super::{Failed, Make, Stage, calls};

pub(super) fn calls() -> Vec<(&'static str, Make)> {
    calls! {
        content => |s| s.client.content(&message(s));
        content_preview => |s| s.client.content_preview(&message(s));
        content_transcoding => |s| s.client.content_transcoding(&MessageId::from(s.kept("video")));
        bot_info => |s| s.client.bot_info();
        quota => |s| s.client.quota();
        quota_consumption => |s| s.client.quota_consumption();
        sent_replies => |s| s.client.sent_replies(day(s));
        sent_pushes => |s| s.client.sent_pushes(day(s));
        sent_multicasts => |s| s.client.sent_multicasts(day(s));
        sent_broadcasts => |s| s.client.sent_broadcasts(day(s));
        aggregation_units_used => |s| s.client.aggregation_units_used();
        aggregation_units => |s| s.client.aggregation_units_by(50);
        profile => |s| s.client.profile(&user(s));
        followers => |s| s.client.followers_by(100);
        group_summary => |s| s.client.group_summary(&group(s));
        group_member_count => |s| s.client.group_member_count(&group(s));
        group_members => |s| s.client.group_members(&group(s));
        group_member_profile => |s| s.client.group_member_profile(&group(s), &user(s));
        leave_group => |s| s.client.leave_group(&group(s));
        room_member_count => |s| s.client.room_member_count(&room(s));
        room_members => |s| s.client.room_members(&room(s));
        room_member_profile => |s| s.client.room_member_profile(&room(s), &user(s));
        leave_room => |s| s.client.leave_room(&room(s));
        issue_link_token => |s| s.client.issue_link_token(&user(s));
        start_loading => |s| s.client.start_loading(&user(s), LoadingSeconds::default());
        mark_as_read => |s| s.client.mark_as_read(&MarkAsReadToken::from(s.kept("read-token")));
        mark_user_as_read => |s| s.client.mark_user_as_read(&user(s));
        set_webhook_endpoint => |s| s.client.set_webhook_endpoint("https://example.com/callback");
        webhook_endpoint => |s| s.client.webhook_endpoint();
        test_webhook_endpoint => |s| s.client.test_webhook_endpoint(None);
        message_deliveries => |s| s.client.message_deliveries(day(s));
        follower_counts => |s| s.client.follower_counts(day(s));
        friend_demographics => |s| s.client.friend_demographics();
        message_interactions => |s| s.client.message_interactions(&s.kept("narrowcast").into());
        unit_interactions => |s| s.client.unit_interactions(&AggregationUnit::new("promotion_a").unwrap(), day(s)..=day(s));
        notify => |s| s.client.notify(&phone(), "hello").notification_disabled(true).delivery_tag(tag());
        notify_by_template => |s| s.client.notify_by_template(&phone(), template()).delivery_tag(tag());
        sent_notifications => |s| s.client.sent_notifications(day(s));
        sent_template_notifications => |s| s.client.sent_template_notifications(day(s));
        add_liff_app => |s| async {
            let id = s.client.add_liff_app(&app()).await?;
            s.keep("liff", &*id);
            Ok::<(), Failed>(())
        };
        liff_apps => |s| s.client.liff_apps();
        update_liff_app => |s| s.client.update_liff_app(&s.kept("liff").into(), &moved());
        delete_liff_app => |s| s.client.delete_liff_app(&s.kept("liff").into());
        send_mission_sticker => |s| s.client.send_mission_sticker(&user(s), "11537");
        attach_module => |s| s.client.attach_module("1234567890", &module_secret(s), &attachment(s));
        modules => |s| s.client.modules_by(100);
        acquire_chat_control => |s| s.client.acquire_chat_control(&user(s).into(), ControlTime::default());
        release_chat_control => |s| s.client.release_chat_control(&user(s).into());
        detach_module => |s| s.client.detach_module(&BotUserId::from(s.kept("bot")));
    }
}

/// People, messages, and tokens that the calls are about.
pub(super) async fn set(stage: &Stage) {
    let simulator = stage.simulator.as_ref().unwrap();
    let alice = simulator.user("Alice");
    let group = simulator.group("Team", std::slice::from_ref(&alice));
    let room = simulator.room("Den", std::slice::from_ref(&alice));
    stage.keep("user", &alice);
    stage.keep("group", &group);
    stage.keep("room", &room);
    stage.keep("membership", &simulator.membership("Gold", 500.0, std::slice::from_ref(&alice)));
    stage.keep("shared-audience", &simulator.shared_audience("shared", std::slice::from_ref(&alice)));
    stage.keep("bot", &simulator.module_attached("Shop"));
    stage.keep("code", &simulator.module_offered("Café", "https://example.com/attached"));
    simulator.phone_number(&alice, "+818000001234");
    let picture =
        simulator.compose(Act::say(&alice, Content::Image(Media::new(vec![1, 2, 3], "image/png")))).unwrap();
    stage.keep("message", &picture.message_id.clone().unwrap());
    stage.keep("read-token", &picture.json["message"]["markAsReadToken"].as_str().unwrap());
    let film =
        simulator.compose(Act::say(&alice, Content::Video(Media::new(vec![1, 2, 3], "video/mp4")))).unwrap();
    stage.keep("video", &film.message_id.unwrap());
}

/// Lets the narrowcasts under way come to their end.
pub(super) async fn until_sent(stage: &Stage, _: &Simulator) {
    stage.clock.advance(Duration::from_secs(3600));
}

fn user(stage: &Stage) -> UserId {
    stage.kept("user").into()
}

fn group(stage: &Stage) -> GroupId {
    stage.kept("group").into()
}

fn room(stage: &Stage) -> RoomId {
    stage.kept("room").into()
}

fn message(stage: &Stage) -> MessageId {
    stage.kept("message").into()
}

fn day(stage: &Stage) -> Date {
    Date::of(stage.clock.now().wall)
}

fn phone() -> PhoneNumber {
    PhoneNumber::new("+818000001234").unwrap()
}

fn tag() -> DeliveryTag {
    DeliveryTag::new("order-2026-000188-notice").unwrap()
}

fn template() -> NotificationTemplate {
    NotificationTemplate::new("shipment_completed_ja").item("number_001_ja", "1234567")
}

fn app() -> NewLiffApp {
    NewLiffApp::new(LiffSize::Tall, "https://example.com/shop")
        .module_mode(true)
        .description("Shop")
        .features(LiffFeatures::default().qr_code(true))
        .permanent_link_pattern(PermanentLinkPattern::Concat)
        .scope([LiffScope::Profile, LiffScope::OpenId])
        .bot_prompt(BotPrompt::Normal)
}

fn moved() -> LiffChanges {
    LiffChanges::default().url("https://example.com/new-shop")
}

fn module_secret(stage: &Stage) -> ChannelSecret {
    ChannelSecret::new(stage.simulator.as_ref().map_or("secret", |it| it.secret())).unwrap()
}

fn attachment(stage: &Stage) -> ModuleAttachment {
    ModuleAttachment::new(stage.kept("code"), "https://example.com/attached")
}
