//! What LINE answers is read as documented: with everything, with nothing more than it must have, with `null`.

use crate::support::{read, round_trip};

use line_bot_server::line::insight::{
    AgeRange, AppType, FollowerCounts, FriendDemographics, FriendshipDuration, Gender, MessageDeliveries,
    MessageInteractions, RichMenuDaily, RichMenuSummary, UnitInteractions,
};
use line_bot_server::line::liff::{BotPrompt, LiffApp, LiffScope, LiffSize};
use line_bot_server::line::module::{ModuleAttached, ModuleBot};
use line_bot_server::line::response::{CountStatus, GroupSummary, MemberCount, SentCount};
use serde_json::{Value, json};

#[test]
fn groups_and_counts() {
    let group: GroupSummary = round_trip(json!({
        "groupId": "Ca56f94637c...", "groupName": "Group name", "pictureUrl": "https://profile.line-scdn.net/abc",
    }));
    assert_eq!(group.group_name, "Group name");
    assert_eq!(round_trip::<MemberCount>(json!({"count": 3})).count, 3);
    for (word, status) in [
        ("unready", CountStatus::Unready),
        ("unavailable_for_privacy", CountStatus::UnavailableForPrivacy),
        ("out_of_service", CountStatus::OutOfService),
        ("tomorrow", CountStatus::Unknown("tomorrow".into())),
    ] {
        assert_eq!(round_trip::<SentCount>(json!({"status": word})).status, status);
    }
    assert_eq!(round_trip::<SentCount>(json!({"status": "ready", "success": 10000})).success, Some(10000));
}

#[test]
fn deliveries_have_every_figure_of_the_reference_or_none() {
    let figures: Value = [
        "broadcast",
        "targeting",
        "stepMessage",
        "autoResponse",
        "welcomeResponse",
        "chat",
        "apiBroadcast",
        "apiPush",
        "apiMulticast",
        "apiNarrowcast",
        "apiReply",
        "ccAutoReply",
        "ccManualReply",
        "pnpNoticeMessage",
        "pnpCallToLine",
        "thirdPartyChatTool",
    ]
    .into_iter()
    .zip(1..)
    .map(|(name, figure)| (name.to_owned(), json!(figure)))
    .chain([("status".to_owned(), json!("ready"))])
    .collect();
    let told: MessageDeliveries = round_trip(figures);
    assert_eq!((told.broadcast, told.step_message, told.third_party_chat_tool), (Some(1), Some(3), Some(16)));
    assert_eq!(round_trip::<MessageDeliveries>(json!({})), MessageDeliveries::default());
}

#[test]
fn followers_are_null_unless_ready() {
    let unready = json!({"status": "unready", "followers": null, "targetedReaches": null, "blocks": null});
    assert_eq!(round_trip::<FollowerCounts>(unready).followers, None);
    let ready: FollowerCounts =
        round_trip(json!({"status": "ready", "followers": 7620, "targetedReaches": 5848, "blocks": 237}));
    assert_eq!((ready.targeted_reaches, ready.blocks), (Some(5848), Some(237)));
    assert_eq!(read::<FollowerCounts>(json!({})), FollowerCounts::default());
}

#[test]
fn demographics() {
    let told: FriendDemographics = round_trip(json!({
        "available": true,
        "genders": [{"gender": "unknown", "percentage": 37.6}, {"gender": "male", "percentage": 31.8}],
        "ages": [{"age": "from0to14", "percentage": 0.0}, {"age": "from50", "percentage": 17.3}],
        "areas": [{"area": "徳島", "percentage": 2.9}],
        "appTypes": [{"appType": "others", "percentage": 9.9}],
        "subscriptionPeriods": [{"subscriptionPeriod": "over365days", "percentage": 96.4}],
    }));
    assert_eq!((&told.genders[0].gender, told.genders[1].percentage), (&Gender::NotKnown, 31.8));
    assert_eq!((&told.ages[0].age, &told.ages[1].age), (&AgeRange::From0To14, &AgeRange::From50));
    assert_eq!((told.areas[0].area.as_str(), &told.app_types[0].app_type), ("徳島", &AppType::Others));
    let period = &told.subscription_periods[0].subscription_period;
    assert_eq!(period, &FriendshipDuration::Over365Days);
    let none: FriendDemographics = read(json!({"available": false, "genders": null}));
    assert_eq!(none, FriendDemographics::default());
    // A whole number where others have a fraction.
    let whole: FriendDemographics = read(json!({"genders": [{"gender": "male", "percentage": 0}]}));
    assert_eq!(whole.genders[0].percentage, 0.0);
}

#[test]
fn interactions() {
    let few: MessageInteractions = round_trip(json!({
        "overview": {
            "requestId": "a425a5cd-6510-43fe-95be-a27f222e5dc0", "timestamp": 1711684800, "delivered": 1,
            "uniqueImpression": null, "uniqueClick": null, "uniqueMediaPlayed": null,
            "uniqueMediaPlayed100Percent": null,
        },
        "messages": [], "clicks": [],
    }));
    assert_eq!((few.overview.delivered, few.overview.unique_click), (Some(1), None));
    let bubble: Value = [
        "seq",
        "impression",
        "uniqueImpression",
        "mediaPlayed",
        "mediaPlayed25Percent",
        "mediaPlayed50Percent",
        "mediaPlayed75Percent",
        "mediaPlayed100Percent",
        "uniqueMediaPlayed",
        "uniqueMediaPlayed25Percent",
        "uniqueMediaPlayed50Percent",
        "uniqueMediaPlayed75Percent",
        "uniqueMediaPlayed100Percent",
    ]
    .into_iter()
    .zip(1..)
    .map(|(name, figure)| (name.to_owned(), json!(figure)))
    .collect();
    let unit: UnitInteractions = round_trip(json!({
        "overview": {
            "uniqueImpression": 40, "uniqueClick": 30, "uniqueMediaPlayed": 25, "uniqueMediaPlayed100Percent": null,
        },
        "messages": [bubble],
        "clicks": [{
            "seq": 1, "url": "https://developers.line.biz/", "click": 35, "uniqueClick": 25,
            "uniqueClickOfRequest": null,
        }],
    }));
    let bubble = &unit.messages[0];
    assert_eq!((bubble.media_played_25_percent, bubble.unique_media_played_100_percent), (Some(5), Some(13)));
    assert_eq!((unit.overview.unique_media_played, unit.clicks[0].click), (Some(25), Some(35)));
    assert_eq!(read::<MessageInteractions>(json!({})), MessageInteractions::default());
}

#[test]
fn rich_menus() {
    let bounds = json!({"x": 0, "y": 0, "width": 400, "height": 250});
    let summary: RichMenuSummary = round_trip(json!({
        "richMenuId": "richmenu-1", "metricsFrom": "20260213", "metricsTo": "20260215",
        "impression": {"metrics": {"count": 567, "uniqueUsers": 300}},
        "clicks": [{"bounds": bounds, "metrics": {"count": 123, "uniqueUsers": 45}}],
    }));
    assert_eq!(summary.metrics_from.unwrap().to_string(), "20260213");
    assert_eq!(
        (summary.impression.unwrap().metrics.count, summary.clicks[0].metrics.unique_users),
        (567, 45)
    );
    let days = json!([{"date": "20260213", "count": 300, "uniqueUsers": 191}]);
    let daily: RichMenuDaily = round_trip(json!({
        "richMenuId": "richmenu-1", "metricsFrom": "20260213", "metricsTo": "20260213",
        "impression": {"metrics": days}, "clicks": [{"bounds": bounds, "metrics": days}],
    }));
    assert_eq!((daily.clicks[0].bounds.width, daily.clicks[0].metrics[0].count), (400, 300));
    let few: RichMenuSummary = round_trip(json!({"richMenuId": "richmenu-1"}));
    assert!(few.impression.is_none() && few.clicks.is_empty());
    let nulls = json!({"richMenuId": "richmenu-1", "metricsFrom": null, "metricsTo": null, "clicks": null});
    assert_eq!(read::<RichMenuSummary>(nulls), few);
}

#[test]
fn liff_apps_and_modules() {
    let app: LiffApp = round_trip(json!({
        "liffId": "1-a",
        "view": {"type": "tall", "url": "https://example.com/myservice2", "moduleMode": true},
        "description": "Happy New York",
        "features": {"ble": true, "qrCode": true},
        "permanentLinkPattern": "concat",
        "scope": ["profile", "chat_message.write", "new.scope"],
        "botPrompt": "none",
    }));
    assert_eq!((&app.view.size, &app.bot_prompt), (&LiffSize::Tall, &Some(BotPrompt::None)));
    assert_eq!(app.scope.unwrap()[2], LiffScope::Unknown("new.scope".into()));
    let bot: ModuleBot = round_trip(json!({
        "userId": "Uf2dd", "basicId": "@628...", "premiumId": "@shop", "displayName": "Test01",
        "pictureUrl": "https://profile.line-scdn.net/x",
    }));
    assert_eq!(bot.premium_id.as_deref(), Some("@shop"));
    let attached: ModuleAttached = round_trip(json!({"bot_id": "U45c", "scopes": ["message:send"]}));
    assert_eq!(attached.scopes, ["message:send"]);
}
