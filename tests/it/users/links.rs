//! Account links: the token, the page, the event.

use std::time::Duration;

use line_bot_server::line::account_link::account_link_url;
use line_bot_server::line::{LinkNonce, UserId};
use line_bot_server::simulator::{CannotHappen, LINK_TOKEN_LIFE};
use serde_json::json;

use super::kit::{Line, refused, said};

#[tokio::test]
async fn a_link_is_finished_by_the_page_and_told_with_its_nonce() {
    let line = Line::new().await;
    let alice = line.sim.user("Alice");
    let token = line.client.issue_link_token(&alice).await.unwrap().value;
    let nonce = LinkNonce::random();
    line.sim.finish_account_link(&account_link_url(&token, &nonce).unwrap()).unwrap();
    let event = line.event().await;
    assert_eq!(event["link"], json!({"result": "ok", "nonce": nonce}));
    assert_eq!(event["source"], json!({"type": "user", "userId": alice}));
    assert!(event["replyToken"].is_string());
}

#[tokio::test]
async fn a_link_token_works_once_within_ten_minutes() {
    let line = Line::new().await;
    let alice = line.sim.user("Alice");
    let url = || async {
        let token = line.client.issue_link_token(&alice).await.unwrap().value;
        account_link_url(&token, &LinkNonce::random()).unwrap()
    };
    let (one, two) = (url().await, url().await);
    line.clock.advance(LINK_TOKEN_LIFE - Duration::from_secs(1));
    line.sim.finish_account_link(&one).unwrap();
    assert_eq!(line.sim.finish_account_link(&one).unwrap_err(), CannotHappen::LinkVoid);
    line.clock.advance(Duration::from_secs(1));
    assert_eq!(line.sim.finish_account_link(&two).unwrap_err(), CannotHappen::LinkVoid);
}

#[tokio::test]
async fn there_is_no_link_token_for_nobody() {
    let line = Line::new().await;
    let nobody = UserId::from("U00000000000000000000000000000000");
    assert_eq!(refused(line.client.issue_link_token(&nobody).await), said(404, "Not found"));
    let invalid = said(400, "The value for the 'userId' parameter is invalid");
    assert_eq!(refused(line.client.issue_link_token(&"Alice".into()).await), invalid);
}

#[tokio::test]
async fn neither_token_nor_nonce_is_printed() {
    let line = Line::new().await;
    let token = line.client.issue_link_token(&line.sim.user("Alice")).await.unwrap();
    assert!(!format!("{token:?}").contains(token.as_str()));
}
