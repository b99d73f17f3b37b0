//! What LINE answers is read as documented, with fields missing or added, and written back the same.

use crate::support::{read, round_trip};

use line_bot_server::line::response::{
    BotInfo, ChatMode, ErrorBody, ErrorDetail, GroupMemberProfile, MarkAsReadMode, MessageQuota, Profile,
    QuotaConsumption, QuotaType, SentMessages, WebhookEndpoint, WebhookTest,
};
use line_bot_server::line::token::{TokenError, TokenIssued, TokenKeyIds, TokenVerified};
use serde_json::json;

#[test]
fn sent_messages() {
    let sent: SentMessages = round_trip(json!({"sentMessages": [
        {"id": "461230966842064897", "quoteToken": "IStG5h1Tz7b..."},
        {"id": "461230966842064898"},
    ]}));
    assert_eq!(sent.sent_messages[0].id.as_str(), "461230966842064897");
    assert_eq!(sent.sent_messages[0].quote_token.as_ref().unwrap().as_str(), "IStG5h1Tz7b...");
    assert_eq!(sent.sent_messages[1].quote_token, None);
    assert_eq!(read::<SentMessages>(json!({})).sent_messages, []);
}

#[test]
fn profiles() {
    let full: Profile = round_trip(json!({
        "displayName": "LINE taro", "userId": "U4af4980629...", "language": "en",
        "pictureUrl": "https://profile.line-scdn.net/x", "statusMessage": "Hello, LINE!",
    }));
    assert_eq!((full.display_name.as_str(), full.language.as_deref()), ("LINE taro", Some("en")));
    assert_eq!(full.user_id.as_str(), "U4af4980629...");
    let bare: Profile = round_trip(json!({"displayName": "a", "userId": "U1"}));
    assert_eq!((bare.language, bare.picture_url, bare.status_message), (None, None, None));
    let member: GroupMemberProfile = round_trip(json!({"displayName": "a", "userId": "U1"}));
    assert_eq!(member.picture_url, None);
}

#[test]
fn bot_info_with_modes_of_today_and_of_tomorrow() {
    let info: BotInfo = round_trip(json!({
        "userId": "Ub9952f8...", "basicId": "@216ru...", "displayName": "Example name",
        "pictureUrl": "https://obs.line-apps.com/x", "chatMode": "chat", "markAsReadMode": "manual",
    }));
    assert_eq!((&info.chat_mode, &info.mark_as_read_mode), (&ChatMode::Chat, &MarkAsReadMode::Manual));
    assert_eq!(info.premium_id, None);
    let info: BotInfo = round_trip(json!({
        "userId": "U1", "basicId": "@1", "premiumId": "@example", "displayName": "a",
        "chatMode": "both", "markAsReadMode": "auto",
    }));
    assert_eq!(
        (&info.chat_mode, &info.mark_as_read_mode),
        (&ChatMode::Unknown("both".into()), &MarkAsReadMode::Auto)
    );
    assert_eq!(info.chat_mode.as_str(), "both");
}

#[test]
fn quota() {
    let limited: MessageQuota = round_trip(json!({"type": "limited", "value": 1000}));
    assert_eq!((limited.kind, limited.value), (QuotaType::Limited, Some(1000)));
    let none: MessageQuota = round_trip(json!({"type": "none"}));
    assert_eq!((none.kind, none.value), (QuotaType::None, None));
    assert_eq!(round_trip::<QuotaConsumption>(json!({"totalUsage": 500})).total_usage, 500);
}

#[test]
fn webhook_settings() {
    let endpoint: WebhookEndpoint =
        round_trip(json!({"endpoint": "https://example.com/test", "active": true}));
    assert!(endpoint.active);
    let test: WebhookTest = round_trip(json!({
        "success": true, "timestamp": "2020-09-30T05:38:20.031Z", "statusCode": 200, "reason": "OK", "detail": "200",
    }));
    assert_eq!((test.success, test.status_code), (Some(true), 200));
    let test: WebhookTest = round_trip(json!({
        "timestamp": "2020-09-30T05:38:20.031Z", "statusCode": -1, "reason": "COULD_NOT_CONNECT", "detail": "TLS",
    }));
    assert_eq!((test.success, test.status_code), (None, -1));
}

#[test]
fn error_bodies() {
    let body: ErrorBody = round_trip(json!({
        "message": "The request body has 2 error(s)",
        "details": [
            {"message": "May not be empty", "property": "messages[0].text"},
            {"property": "messages[1].type"},
        ],
    }));
    assert_eq!(body.message.as_deref(), Some("The request body has 2 error(s)"));
    assert_eq!(body.details[0].property.as_deref(), Some("messages[0].text"));
    assert_eq!(body.details[1].message, None);
    assert_eq!(read::<ErrorDetail>(json!({})), ErrorDetail::default());

    let conflict: ErrorBody = round_trip(json!({
        "message": "The retry key is already accepted",
        "sentMessages": [{"id": "590100000000000901", "quoteToken": "q7Hn2xExampleQuoteToken90"}],
    }));
    assert_eq!(conflict.sent_messages.len(), 1);

    for none in
        [json!({}), json!({"message": null, "details": null, "sentMessages": null}), json!({"details": []})]
    {
        assert_eq!(read::<ErrorBody>(none), ErrorBody::default());
    }
}

#[test]
fn tokens_are_read_and_never_shown() {
    let token: TokenIssued = round_trip(json!({
        "access_token": "ey.secret.token", "expires_in": 899, "token_type": "Bearer",
    }));
    assert_eq!((token.access_token.expose(), token.expires_in), ("ey.secret.token", 899));
    assert!(!format!("{token:?}").contains("secret"));
    let token: TokenIssued = round_trip(json!({
        "access_token": "t", "expires_in": 2_592_000, "token_type": "Bearer", "key_id": "sDTOzw5wIfWxxxxPz",
    }));
    assert_eq!(token.key_id.as_deref(), Some("sDTOzw5wIfWxxxxPz"));
    assert_eq!(read::<TokenIssued>(json!({"access_token": "t", "expires_in": 1})).token_type, "Bearer");
}

#[test]
fn what_line_says_of_tokens_is_read() {
    let verified: TokenVerified = round_trip(json!({
        "client_id": "1573163733", "expires_in": 3_138_007_490_u64, "scope": "P CM",
    }));
    assert_eq!((verified.client_id.as_str(), verified.expires_in), ("1573163733", 3_138_007_490));
    assert_eq!(read::<TokenVerified>(json!({"client_id": "1", "expires_in": 1})).scope, None);
    let alive: TokenKeyIds = round_trip(json!({"kids": ["U_gdnFYKTWRxxxxDVZexGg"]}));
    assert_eq!(alive.kids, ["U_gdnFYKTWRxxxxDVZexGg"]);
}

#[test]
fn token_errors_come_in_two_forms() {
    let error: TokenError =
        round_trip(json!({"error": "invalid_client", "error_description": "Invalid client assertion"}));
    assert_eq!(error.error.as_deref(), Some("invalid_client"));
    let error: TokenError = round_trip(json!({"message": "Cannot find channel key"}));
    assert_eq!((error.error, error.message.as_deref()), (None, Some("Cannot find channel key")));
}
