//! Each payload, field by field.

use line_bot_server::clock::Timestamp;
use line_bot_server::line::event::{
    ActionResultType, BeaconType, ContentProviderType, DetachReason, LinkResult, MembershipType, Mentionee,
    ModuleContent, PostbackParams, RichMenuSwitchStatus, ScenarioResultCode, StickerResourceType,
    TextMessageContent, ThingsContent, utf16_slice,
};
use line_bot_server::line::{Event, MessageContent};

use super::{decode, fixture};

macro_rules! event {
    ($variant:ident, $name:literal) => {
        match fixture($name) {
            Event::$variant(event) => event,
            other => panic!("{other:?}"),
        }
    };
}

macro_rules! content {
    ($variant:ident, $name:literal) => {
        match event!(Message, $name).message {
            MessageContent::$variant(content) => content,
            other => panic!("{other:?}"),
        }
    };
}

#[test]
fn text() {
    let text = content!(Text, "message_text");
    assert_eq!(text.id.as_str(), "590100000000000011");
    assert_eq!(text.quoted_message_id.as_ref().unwrap().as_str(), "590100000000000007");
    assert_eq!(text.mark_as_read_token.as_ref().unwrap().as_str(), "mR4tExampleReadToken01");
    let [emoji] = text.emojis.as_slice() else { panic!("{:?}", text.emojis) };
    assert_eq!((emoji.index, emoji.length), (33, 6));
    assert_eq!((emoji.product_id.as_str(), emoji.emoji_id.as_str()), ("5f00aa11bb22cc33dd44ee55", "014"));
    assert_eq!(emoji.literal(&text.text), Some("(love)"));
    mentions(&text);
}

fn mentions(text: &TextMessageContent) {
    let mentionees = &text.mention.as_ref().unwrap().mentionees;
    let literals: Vec<_> = mentionees.iter().map(|mentionee| mentionee.literal(&text.text)).collect();
    assert_eq!(literals, [Some("@All"), Some("@Mika"), Some("@ShopBot")]);
    assert_eq!(mentionees.iter().map(Mentionee::is_self).collect::<Vec<_>>(), [false, false, true]);
    assert!(matches!(&mentionees[0], Mentionee::All(all) if (all.index, all.length) == (0, 4)));
    let Mentionee::User(mika) = &mentionees[1] else { panic!("{:?}", mentionees[1]) };
    assert_eq!(mika.user_id.as_ref().unwrap().as_str(), "U9b07de1122c34455f6e7d8c9ba0a1b2c");
    assert_eq!(mika.is_self, Some(false));
}

#[test]
fn image() {
    let image = content!(Image, "message_image");
    assert_eq!(image.id.as_str(), "590100000000000013");
    assert_eq!(image.content_provider.kind, ContentProviderType::Line);
    assert_eq!(image.content_provider.original_content_url, None);
    let set = image.image_set.unwrap();
    assert_eq!((set.index, set.total), (Some(2), Some(3)));
    assert!(set.id.starts_with("0E5F6A7B"));
    assert_eq!(image.quote_token.unwrap().as_str(), "q7Hn2xExampleQuoteToken03");
    assert_eq!(image.mark_as_read_token.unwrap().as_str(), "mR4tExampleReadToken03");
}

#[test]
fn video() {
    let video = content!(Video, "message_video");
    assert_eq!(video.duration, Some(48_200));
    assert_eq!(video.content_provider.kind, ContentProviderType::External);
    let urls = (video.content_provider.original_content_url, video.content_provider.preview_image_url);
    assert_eq!(urls.0.as_deref(), Some("https://media.example.com/v/48.mp4"));
    assert_eq!(urls.1.as_deref(), Some("https://media.example.com/v/48.jpg"));
    assert_eq!(video.quote_token.unwrap().as_str(), "q7Hn2xExampleQuoteToken04");
    assert_eq!(video.mark_as_read_token.unwrap().as_str(), "mR4tExampleReadToken04");
}

#[test]
fn audio() {
    let audio = content!(Audio, "message_audio");
    assert_eq!((audio.id.as_str(), audio.duration), ("590100000000000015", Some(5120)));
    assert_eq!(audio.content_provider.kind, ContentProviderType::Line);
    assert_eq!(audio.mark_as_read_token.unwrap().as_str(), "mR4tExampleReadToken05");
}

#[test]
fn file() {
    let file = content!(File, "message_file");
    assert_eq!((file.file_name.as_str(), file.file_size), ("見積書.pdf", 183_204));
    assert_eq!(file.mark_as_read_token.unwrap().as_str(), "mR4tExampleReadToken06");
}

#[test]
fn location() {
    let place = content!(Location, "message_location");
    assert_eq!(place.title.as_deref(), Some("South gate"));
    assert_eq!(place.address.as_deref(), Some("2-1 Example-cho, Chiyoda-ku, Tokyo"));
    assert!((place.latitude - 35.681_236).abs() < 1e-9 && (place.longitude - 139.767_125).abs() < 1e-9);
    assert_eq!(place.mark_as_read_token.unwrap().as_str(), "mR4tExampleReadToken07");
}

#[test]
fn sticker() {
    let sticker = content!(Sticker, "message_sticker");
    assert_eq!((sticker.package_id.as_str(), sticker.sticker_id.as_str()), ("6001", "880123"));
    assert_eq!(sticker.sticker_resource_type, StickerResourceType::Message);
    assert_eq!(sticker.keywords, ["dinner", "question"]);
    assert_eq!(sticker.text.as_deref(), Some("Dinner\nat eight?"));
    assert_eq!(sticker.quoted_message_id.unwrap().as_str(), "590100000000000012");
    assert_eq!(sticker.quote_token.unwrap().as_str(), "q7Hn2xExampleQuoteToken08");
    assert_eq!(sticker.mark_as_read_token.unwrap().as_str(), "mR4tExampleReadToken08");
}

#[test]
fn an_edit_names_the_message_and_has_tokens_of_its_own() {
    let edit = event!(MessageEdited, "message_edited");
    assert_eq!(edit.message.id().unwrap().as_str(), "590100000000000011");
    assert_eq!(edit.message.quote_token().unwrap().as_str(), "q7Hn2xExampleQuoteToken09");
    assert_eq!(edit.message.mark_as_read_token(), None);
    assert!(matches!(edit.message, MessageContent::Text(text) if text.text == "see you at 8"));
}

#[test]
fn the_tokens_of_every_content_are_found() {
    for (name, quotable) in [
        ("message_text", true),
        ("message_image", true),
        ("message_video", true),
        ("message_audio", false),
        ("message_file", false),
        ("message_location", false),
        ("message_sticker", true),
    ] {
        let Event::Message(event) = fixture(name) else { panic!("{name}") };
        assert_eq!(event.message.quote_token().is_some(), quotable, "{name}");
        assert!(event.message.mark_as_read_token().is_some() && event.message.id().is_some(), "{name}");
    }
}

#[test]
fn friends_and_members() {
    assert_eq!(event!(Unsend, "unsend").unsend.message_id.as_str(), "590100000000000011");
    assert!(!event!(Follow, "follow").follow.unwrap().is_unblocked);
    let members = |members: &[line_bot_server::line::Source]| -> Vec<String> {
        members.iter().map(|member| member.user().unwrap().as_str().to_owned()).collect()
    };
    assert_eq!(
        members(&event!(MemberJoined, "member_joined").joined.members),
        ["U4a1d0c7be59f2836aa10cc7788ee5501", "U9b07de1122c34455f6e7d8c9ba0a1b2c"]
    );
    assert_eq!(
        members(&event!(MemberLeft, "member_left").left.members),
        ["U9b07de1122c34455f6e7d8c9ba0a1b2c"]
    );
}

#[test]
fn postback_from_a_datetime_picker() {
    let postback = event!(Postback, "postback_datetime").postback;
    assert_eq!(postback.data, "action=reserve&shop=12");
    assert_eq!(postback.params.unwrap().datetime.as_deref(), Some("2026-12-24T19:30"));
    assert_eq!(params(r#"{"date":"2026-12-24"}"#).date.as_deref(), Some("2026-12-24"));
    assert_eq!(params(r#"{"time":"19:30"}"#).time.as_deref(), Some("19:30"));
}

#[test]
fn postback_from_a_rich_menu_switch() {
    let switched = event!(Postback, "postback_rich_menu").postback.params.unwrap();
    assert_eq!(switched.new_rich_menu_alias_id.as_deref(), Some("menu-tab-b"));
    assert_eq!(switched.status, Some(RichMenuSwitchStatus::Success));
    let failed = event!(Postback, "postback_rich_menu_failed").postback.params.unwrap();
    assert_eq!(failed.new_rich_menu_alias_id, None);
    assert_eq!(failed.status, Some(RichMenuSwitchStatus::AliasNotFound));
}

#[test]
fn postback_params_that_are_new_are_kept() {
    let params = params(r#"{"date":"2026-12-24","zone":"+09:00","n":{"a":1}}"#);
    assert_eq!(params.other["zone"], "+09:00");
    assert_eq!(params.other["n"]["a"], 1);
}

fn params(json: &str) -> PostbackParams {
    let event =
        decode(&format!(r#"{{"type":"postback","timestamp":1,"postback":{{"data":"d","params":{json}}}}}"#));
    match event {
        Event::Postback(event) => event.postback.params.unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn video_beacon_link_and_membership() {
    let video = event!(VideoPlayComplete, "video_play_complete").video_play_complete;
    assert_eq!(video.tracking_id, "spring-sale-01");
    let beacon = event!(Beacon, "beacon").beacon;
    assert_eq!((beacon.hwid.as_str(), beacon.dm.as_deref()), ("a1b2c3d4e5", Some("0102aabbcc")));
    assert_eq!(beacon.kind, BeaconType::Enter);
    assert_eq!(event!(AccountLink, "account_link_ok").link.result, LinkResult::Ok);
    let failed = event!(AccountLink, "account_link_failed").link;
    assert_eq!((failed.result, failed.nonce.as_str()), (LinkResult::Failed, "tV3m5u0cQ2y1nB8rW6pZ4A=="));
    let membership = event!(Membership, "membership").membership;
    assert_eq!((membership.kind, membership.membership_id), (MembershipType::Renewed, 7021));
}

#[test]
fn module_channels() {
    let ModuleContent::Attached(attached) = event!(Module, "module_attached").module else { panic!() };
    assert_eq!(attached.bot_id.as_str(), "U0f1e2d3c4b5a69788796a5b4c3d2e1f0");
    assert_eq!(attached.scopes, ["message:send", "message:receive"]);
    let ModuleContent::Detached(detached) = event!(Module, "module_detached").module else { panic!() };
    assert_eq!(detached.reason, Some(DetachReason::BotDeleted));
    let control = event!(Activated, "activated").chat_control;
    assert_eq!(control.expire_at, Timestamp::from_millis(1_793_005_200_000));
    assert_eq!(event!(Delivery, "delivery").delivery.data, "order-2026-000188-notice");
}

#[test]
fn things() {
    let ThingsContent::Link(link) = event!(Things, "things_link").things else { panic!() };
    assert_eq!(link.device_id, "t4c1e09b7d2a85f63e0b1c2d3f4a59687");
    let ThingsContent::Unlink(unlink) = event!(Things, "things_unlink").things else { panic!() };
    assert_eq!(unlink.device_id, "t4c1e09b7d2a85f63e0b1c2d3f4a59687");
}

#[test]
fn things_scenario_results() {
    let ThingsContent::ScenarioResult(success) = event!(Things, "things_scenario_success").things else {
        panic!()
    };
    let result = success.result;
    assert_eq!((result.scenario_id.as_deref(), result.revision), (Some("button-pressed"), Some(3)));
    assert_eq!(result.start_time, Timestamp::from_millis(1_793_001_600_005));
    assert_eq!(result.end_time, Timestamp::from_millis(1_793_001_600_041));
    assert_eq!(result.result_code, ScenarioResultCode::Success);
    assert_eq!(result.ble_notification_payload.as_deref(), Some("AQ=="));
    let actions = result.action_results.unwrap();
    assert_eq!((&actions[0].kind, actions[0].data.as_deref()), (&ActionResultType::Binary, Some("F+gAAA==")));
    assert_eq!((&actions[1].kind, actions[1].data.as_deref()), (&ActionResultType::Void, None));
    let ThingsContent::ScenarioResult(failed) = event!(Things, "things_scenario_failed").things else {
        panic!()
    };
    assert_eq!(failed.result.result_code, ScenarioResultCode::GattError);
    assert_eq!(failed.result.error_reason.as_deref(), Some("characteristic read failed"));
    assert_eq!(failed.result.action_results, None);
}

#[test]
fn pieces_of_a_text_are_counted_in_utf16_code_units() {
    let text = "🍣 @日本 👍🏽";
    assert_eq!(utf16_slice(text, 3, 3), Some("@日本"));
    assert_eq!(utf16_slice(text, 7, 4), Some("👍🏽"));
    assert_eq!(utf16_slice(text, 0, 2), Some("🍣"));
    assert_eq!(utf16_slice(text, 11, 0), Some(""));
    assert_eq!(utf16_slice("", 0, 0), Some(""));
}

#[test]
fn a_piece_beyond_the_text_or_inside_a_character_is_none() {
    let text = "🍣 @日本";
    for (index, length) in
        [(0, 1), (1, 1), (0, 7), (6, 1), (7, 0), (u32::MAX, 1), (0, u32::MAX), (u32::MAX, u32::MAX)]
    {
        assert_eq!(utf16_slice(text, index, length), None, "{index} {length}");
    }
}
