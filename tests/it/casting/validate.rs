//! `POST /v2/bot/message/validate/…`

use serde_json::{Value, json};

use super::kit::{KEY, Line, saying};

const KINDS: [&str; 5] = ["reply", "push", "multicast", "narrowcast", "broadcast"];

fn path(kind: &str) -> String {
    format!("/v2/bot/message/validate/{kind}")
}

#[tokio::test]
async fn good_messages_are_answered_with_an_empty_object_and_sent_to_nobody() {
    let line = Line::new().await;
    line.sim.user("Alice");
    for kind in KINDS {
        let got = line.post(&path(kind), saying("hi", json!({}))).await;
        assert_eq!((got.status, &got.json), (200, &json!({})), "{kind}");
    }
    assert_eq!((line.count_heard(), line.used().await), (0, 0));
}

#[tokio::test]
async fn one_to_five_messages_of_documented_length_are_good() {
    let line = Line::new().await;
    let messages = |count: usize, length: usize| json!({"messages": vec![json!({"type": "text", "text": "x".repeat(length)}); count]});
    let size = ("messages", "Size must be between 1 and 5");
    let length = ("messages[0].text", "Length must be between 0 and 5000");
    for kind in KINDS {
        for (body, fault) in [
            (json!({}), Some(size)),
            (messages(0, 1), Some(size)),
            (messages(6, 1), Some(size)),
            (messages(5, 1), None),
            (messages(1, 5000), None),
            (messages(1, 5001), Some(length)),
        ] {
            let got = line.post(&path(kind), body).await;
            let expected: Vec<Value> = fault
                .iter()
                .map(|(property, message)| json!({"message": message, "property": property}))
                .collect();
            assert_eq!(got.status, if fault.is_some() { 400 } else { 200 }, "{kind} {fault:?}");
            assert_eq!(got.json.get("details").cloned().unwrap_or(json!([])), json!(expected), "{kind}");
        }
    }
}

#[tokio::test]
async fn nothing_but_the_messages_is_looked_at() {
    let line = Line::new().await;
    let extra = json!({"to": "nobody", "replyToken": 1, "recipient": "?", "limit": {"max": 0}});
    for kind in KINDS {
        assert_eq!(line.post(&path(kind), saying("hi", extra.clone())).await.status, 200, "{kind}");
    }
}

#[tokio::test]
async fn a_retry_key_is_not_supported() {
    let line = Line::new().await;
    for kind in KINDS {
        let got = line.post_with_key(&path(kind), KEY, saying("hi", json!({}))).await;
        assert_eq!(got.status, 400, "{kind}");
    }
}
