//! How many messages a request takes.

use line_bot_server::line::{ChatMessage, check_messages};
use serde_json::{Value, json};

use super::Line;

#[tokio::test]
async fn a_request_takes_one_to_five_messages() {
    let line = Line::start().await;
    for count in 0..=6 {
        let ours = check_messages(&vec![ChatMessage::from("a"); count]);
        let lines = line.push(&Value::Array(vec![json!({"type": "text", "text": "a"}); count])).await;
        if (1..=5).contains(&count) {
            assert_eq!((ours, lines), (Ok(()), (200, vec![])), "{count}");
        } else {
            let wanted = format!("messages: {count} messages, 1 to 5 are allowed");
            assert_eq!(ours.expect_err("too many or none").to_string(), wanted);
            assert_eq!(lines, (400, vec!["messages".to_owned()]), "{count}");
        }
    }
}

#[tokio::test]
async fn what_is_no_kind_of_message_is_refused() {
    let line = Line::start().await;
    for kind in [json!("nonsense"), json!("Text"), json!(""), json!(1), Value::Null] {
        let refused = line.push(&json!([{"type": kind, "text": "a"}])).await;
        assert_eq!(refused, (400, vec!["messages[0].type".to_owned()]), "{kind}");
    }
}
