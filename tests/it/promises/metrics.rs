//! What `/metrics` tells after a conversation.

use line_bot_server::{Context, Event, HandlerError, handler_fn};

use crate::support::{Seen, Stage, heard};

#[tokio::test]
async fn the_metrics_have_their_documented_names_and_labels_after_a_conversation() {
    let stage = Stage::new().await.set("METRICS_ADDR", "127.0.0.1:0").set("HANDLER_ATTEMPTS", "2");
    let seen = Seen::default();
    let noted = seen.clone();
    let app = stage
        .start(handler_fn(move |cx: Context, event: Event| {
            let one = noted.note(&cx, &event);
            async move {
                if one.text() == "fail" {
                    return Err(HandlerError::new("told to fail"));
                }
                cx.respond("one").await?;
                cx.respond("two").await?;
                Ok(())
            }
        }))
        .await;
    let alice = stage.sim.user("Alice");
    let event = stage.sim.say(&alice, "hi").unwrap();
    heard(&stage.sim, alice.clone(), 2).await;
    stage.sim.deliver(line_bot_server::simulator::Parcel::of([event]).as_redelivery());
    stage.sim.say(&alice, "fail").unwrap();
    stage.sim.post("{}", line_bot_server::simulator::Signature::Wrong).await;
    stage.parked(1).await;
    app.idle().await;

    let url = format!("http://{}/metrics", app.metrics.unwrap());
    let (public, private) = (app.get("/metrics").await.unwrap(), app.http.get(&url).send().await.unwrap());
    assert_eq!((public, private.status().as_u16()), (404, 200), "on its own port alone");
    let text = private.text().await.unwrap();
    for line in [
        r#"linebot_webhooks_total{status="200"}"#,
        r#"linebot_webhooks_total{status="401"}"#,
        r#"linebot_webhook_refusals_total{reason="#,
        "linebot_webhook_ack_seconds_bucket{le=",
        "linebot_webhook_ack_seconds_count",
        r#"linebot_events_total{type="message",outcome="accepted"}"#,
        r#"linebot_events_total{type="message",outcome="duplicate"}"#,
        r#"linebot_events_total{type="message",outcome="handled"}"#,
        r#"linebot_events_total{type="message",outcome="retried"}"#,
        r#"linebot_events_total{type="message",outcome="parked"}"#,
        "linebot_pending_events ",
        "linebot_pending_oldest_seconds ",
        r#"linebot_parked_events{reason="attempts"}"#,
        r#"linebot_handler_seconds_bucket{outcome="ok""#,
        r#"linebot_handler_seconds_bucket{outcome="error""#,
        r#"linebot_api_calls_total{endpoint="reply",status="200"}"#,
        r#"linebot_api_calls_total{endpoint="push",status="200"}"#,
        r#"linebot_api_call_seconds_bucket{endpoint="reply""#,
        r#"linebot_answers_total{route="reply"}"#,
        r#"linebot_answers_total{route="push"}"#,
        "linebot_reply_token_age_seconds_bucket{le=",
        "linebot_inbox_commit_seconds_bucket{le=",
        "linebot_journal_notes_total ",
    ] {
        assert!(text.lines().any(|it| it.starts_with(line)), "{line} is missing in\n{text}");
    }
    app.stop().await;
}
