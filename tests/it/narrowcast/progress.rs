//! How far a narrowcast has come, and waiting for it.

use std::time::Duration;

use line_bot_server::client::api::message::Narrowcast;
use line_bot_server::client::{Patience, WaitError};
use line_bot_server::line::RequestId;
use line_bot_server::line::narrowcast::{Phase, Reason};

use crate::client::scripted::{Server, Step, answer, ok};

const ACCEPTED: &str = "2026-11-20T08:00:00.000Z";
const QUICK: Patience = Patience {
    first: Duration::from_millis(1),
    longest: Duration::from_millis(4),
    within: Duration::from_secs(60),
};

fn progress(phase: &str, more: &str) -> Step {
    ok(&format!(r#"{{"phase":"{phase}","acceptedTime":"{ACCEPTED}"{more},"new":1}}"#))
}

fn failed(code: u64) -> Step {
    progress("failed", &format!(r#","errorCode":{code},"failedDescription":"LINE's words""#))
}

fn narrowcast(server: &Server) -> Narrowcast {
    Narrowcast::of(&server.client(), RequestId::from("5b59 509c"))
}

#[tokio::test]
async fn it_is_waited_for_until_it_was_sent() {
    let counts =
        r#","successCount":2,"failureCount":1,"targetCount":3,"completedTime":"2026-11-20T08:01:00.000Z""#;
    let steps = [
        progress("waiting", ""),
        answer(500, ""),
        progress("sending", r#","successCount":1,"failureCount":0,"targetCount":3"#),
        progress("something-new", ""),
        progress("succeeded", counts),
    ];
    let server = Server::script(steps).await;
    let done = narrowcast(&server).wait(QUICK).await.unwrap();
    assert_eq!((done.success_count, done.failure_count, done.target_count), (Some(2), Some(1), Some(3)));
    assert_eq!((done.phase, done.accepted_time.as_str()), (Phase::Succeeded, ACCEPTED));
    let seen = server.seen();
    assert_eq!(seen.len(), 5, "a failed look is repeated like every read");
    assert!(seen.iter().all(|one| one.path == "/v2/bot/message/progress/narrowcast?requestId=5b59%20509c"));
    assert!(seen.iter().all(|one| one.method == "GET" && one.header("x-line-retry-key").is_none()));
}

#[tokio::test]
async fn every_error_code_is_a_reason_that_says_what_to_do() {
    for (code, reason, advice) in [
        (1, Reason::Internal, "send it again"),
        (2, Reason::TooFewRecipients, "at least 50"),
        (3, Reason::AlreadyAccepted, "accepted before"),
        (4, Reason::AudienceTooSmall, "fewer than 50 users"),
        (5, Reason::PartialDelivery, "allow a partial delivery"),
        (6, Reason::Unknown(6), "LINE's reference"),
    ] {
        let server = Server::script([progress("waiting", ""), failed(code)]).await;
        let error = narrowcast(&server).wait(QUICK).await.unwrap_err();
        let text = error.to_string();
        let WaitError::Failed(failed) = error else { panic!("{error:?}") };
        assert_eq!(failed.reason, Some(reason));
        assert_eq!(u64::from(reason), code);
        assert!(text.contains(advice) && text.contains("LINE's words"), "{text}");
        assert!(text.contains(&format!("error code {code}")), "{text}");
    }
}

#[tokio::test]
async fn a_failure_without_a_code_is_one_too() {
    let server = Server::script([progress("failed", "")]).await;
    let error = narrowcast(&server).wait(QUICK).await.unwrap_err();
    assert_eq!(error.to_string(), "the narrowcast failed");
    assert!(matches!(error, WaitError::Failed(failed) if failed.reason.is_none()));
}

#[tokio::test]
async fn patience_ends_and_it_may_be_waited_for_again() {
    let server = Server::start(|_| progress("waiting", "")).await;
    let patience = Patience { within: Duration::ZERO, ..QUICK };
    let error = narrowcast(&server).wait(patience).await.unwrap_err();
    assert!(matches!(error, WaitError::NotInTime(Duration::ZERO)));
    assert_eq!(server.seen().len(), 1, "it is looked at once at least");
}

#[tokio::test]
async fn after_14_days_it_is_404_at_once() {
    let server = Server::script([answer(404, r#"{"message":"Not found"}"#)]).await;
    let error = narrowcast(&server).wait(QUICK).await.unwrap_err();
    assert!(matches!(error, WaitError::Client(error) if error.status() == Some(404)));
}

#[tokio::test]
async fn the_progress_of_any_request_can_be_asked_for() {
    let server = Server::script([progress("sending", r#","targetCount":7"#)]).await;
    let answer = server.client().narrowcast_progress(&RequestId::from("r1")).await.unwrap();
    assert_eq!((&answer.phase, answer.target_count), (&Phase::Sending, Some(7)));
    assert!(answer.failed().is_none());
}
