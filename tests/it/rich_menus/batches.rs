//! Batches: taken, done in the background, waited for, resumed.

use std::time::Duration;

use http::Method;
use line_bot_server::client::api::rich_menu::RichMenuBatchRun;
use line_bot_server::client::{Patience, WaitError};
use line_bot_server::line::rich_menu::{RichMenuBatch, RichMenuBatchPhase, RichMenuOperation};
use line_bot_server::simulator::{Fault, Harm};
use serde_json::{Value, json};

use super::{created, finished, nobody};
use crate::support::Called;
use crate::support::called::{invalid, properties, refused};

const BATCH: &str = "/v2/bot/richmenu/batch";
const VALIDATE: &str = "/v2/bot/richmenu/validate/batch";
const PATIENCE: Patience = Patience {
    first: Duration::from_millis(1),
    longest: Duration::from_millis(50),
    within: Duration::from_secs(600),
};

/// Moves the clock on once the batch was asked for twice.
async fn meanwhile(line: &Called, asked: usize) {
    let twice = asked + 2;
    line.sim
        .wait_for(Duration::from_secs(60), |it| it.calls_to("rich-menu-batch-progress").count() >= twice)
        .await
        .unwrap();
    line.clock.advance(Duration::from_secs(5));
}

async fn done(
    line: &Called,
    run: &RichMenuBatchRun,
) -> Result<RichMenuBatchPhase, WaitError<line_bot_server::client::api::rich_menu::RichMenuBatchFailed>> {
    let asked = line.sim.calls_to("rich-menu-batch-progress").len();
    let (outcome, ()) = tokio::join!(run.wait(PATIENCE), meanwhile(line, asked));
    outcome.map(|progress| progress.phase)
}

#[tokio::test]
async fn menus_are_replaced_by_what_each_user_had_before() {
    let line = Called::new().await;
    let (a, b, c) = (finished(&line).await, finished(&line).await, finished(&line).await);
    let users = ["Alice", "Bob", "Carol", "Dan"].map(|name| line.sim.user(name));
    for (user, menu) in users.iter().zip([&a, &b, &c]) {
        line.client.link_rich_menu(user, menu).await.unwrap();
    }
    let batch = RichMenuBatch::each([
        RichMenuOperation::link(a.clone(), b.clone()),
        RichMenuOperation::link(b.clone(), c.clone()),
        RichMenuOperation::unlink(c.clone()),
    ]);
    line.client.validate_rich_menu_batch(&batch).await.unwrap();
    let run = line.client.rich_menu_batch(&batch).await.unwrap();
    let progress = run.progress().await.unwrap().value;
    assert_eq!(progress.phase, RichMenuBatchPhase::Ongoing);
    assert_eq!(progress.accepted_time, "2026-10-26T07:33:20.000Z");
    assert_eq!(progress.completed_time, None);
    assert_eq!(line.sim.rich_menu_shown_to(&users[0]), Some(a));
    assert_eq!(done(&line, &run).await.unwrap(), RichMenuBatchPhase::Succeeded);
    let shown = users.each_ref().map(|user| line.sim.rich_menu_shown_to(user));
    assert_eq!(shown, [Some(b), Some(c), None, None]);
    let progress = run.progress().await.unwrap().value;
    assert_eq!(progress.completed_time.as_deref(), Some("2026-10-26T07:33:25.000Z"));
}

#[tokio::test]
async fn all_are_unlinked_at_once() {
    let line = Called::new().await;
    let (a, alice) = (finished(&line).await, line.sim.user("Alice"));
    line.client.link_rich_menu(&alice, &a).await.unwrap();
    let run = line.client.rich_menu_batch(&RichMenuBatch::unlink_all()).await.unwrap();
    assert_eq!(done(&line, &run).await.unwrap(), RichMenuBatchPhase::Succeeded);
    assert_eq!(line.sim.rich_menu_shown_to(&alice), None);
}

#[tokio::test]
async fn a_batch_that_failed_is_resumed_under_its_key() {
    let line = Called::new().await;
    let (a, b, gone) = (finished(&line).await, finished(&line).await, finished(&line).await);
    let (alice, bob) = (line.sim.user("Alice"), line.sim.user("Bob"));
    line.client.link_rich_menu(&alice, &a).await.unwrap();
    line.client.link_rich_menu(&bob, &b).await.unwrap();
    let batch = RichMenuBatch::each([
        RichMenuOperation::link(a.clone(), b.clone()),
        RichMenuOperation::link(b.clone(), gone.clone()),
    ])
    .resume_key("spring-2027");
    let run = line.client.rich_menu_batch(&batch).await.unwrap();
    line.client.delete_rich_menu(&gone).await.unwrap();
    let Err(WaitError::Failed(failed)) = done(&line, &run).await else { panic!("it cannot succeed") };
    assert_eq!(failed.key, "spring-2027");
    assert!(failed.to_string().contains("`spring-2027`"), "{failed}");
    assert_eq!(line.sim.rich_menu_shown_to(&alice), Some(b.clone()));
    assert_eq!(line.sim.rich_menu_shown_to(&bob), Some(b.clone()));

    // Bob is left; Alice, who has the menu B since, is not touched again.
    let batch =
        RichMenuBatch::each([RichMenuOperation::link(b.clone(), a.clone())]).resume_key("spring-2027");
    let run = line.client.rich_menu_batch(&batch).await.unwrap();
    assert!(matches!(done(&line, &run).await, Err(WaitError::Failed(_))));
    assert_eq!(line.sim.rich_menu_shown_to(&alice), Some(b.clone()));
    line.clock.advance(Duration::from_secs(14 * 24 * 3600));
    let run = line.another_client().rich_menu_batch(&batch).await.unwrap();
    assert_eq!(done(&line, &run).await.unwrap(), RichMenuBatchPhase::Succeeded);
    assert_eq!([&alice, &bob].map(|user| line.sim.rich_menu_shown_to(user)), [Some(a.clone()), Some(a)]);
}

#[tokio::test]
async fn an_attempt_of_unknown_outcome_is_repeated_under_the_same_key() {
    let line = Called::new().await;
    let (a, b, alice) = (finished(&line).await, finished(&line).await, line.sim.user("Alice"));
    line.client.link_rich_menu(&alice, &a).await.unwrap();
    line.sim.fault(Fault::on("rich-menu-batch", Harm::HangUp).after_doing());
    let batch = RichMenuBatch::each([RichMenuOperation::link(a, b.clone())]);
    let run = line.client.rich_menu_batch(&batch).await.unwrap();
    let calls = line.sim.calls_to("rich-menu-batch");
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0].body, calls[1].body);
    assert_eq!(calls[0].body["resumeRequestKey"], run.key());
    assert_eq!(run.request_id(), &calls[1].request_id);
    assert_eq!(done(&line, &run).await.unwrap(), RichMenuBatchPhase::Succeeded);
    assert_eq!(line.sim.rich_menu_shown_to(&alice), Some(b));
}

#[tokio::test]
async fn the_key_and_the_operations_have_limits() {
    let line = Called::new().await;
    let (a, b) = (finished(&line).await, finished(&line).await);
    let keyed = |key: &str| RichMenuBatch::each([RichMenuOperation::unlink(a.clone())]).resume_key(key);
    line.client.validate_rich_menu_batch(&keyed(&"aZ0_-".repeat(20))).await.unwrap();
    let link = RichMenuOperation::link(a.clone(), b);
    for (batch, told, property) in [
        (
            keyed(&"a".repeat(101)),
            "resumeRequestKey: 101 characters, 1 to 100 are allowed",
            "resumeRequestKey",
        ),
        (keyed(""), "resumeRequestKey: 0 characters, 1 to 100 are allowed", "resumeRequestKey"),
        (
            keyed("a b"),
            "resumeRequestKey: other characters, a-z, A-Z, 0-9, _ and - are allowed",
            "resumeRequestKey",
        ),
        (RichMenuBatch::each([]), "operations: 0 operations, 1 to 1000 are allowed", "operations"),
        (
            RichMenuBatch::each([link, RichMenuOperation::unlink(a.clone())]),
            "operations[1].from: the rich menu is the `from` of an earlier operation, one is allowed",
            "operations[].from",
        ),
    ] {
        assert_eq!(invalid(line.client.validate_rich_menu_batch(&batch).await), told);
        assert_eq!(invalid(line.client.rich_menu_batch(&batch).await), told);
        let body = serde_json::to_value(&batch).unwrap();
        for path in [BATCH, VALIDATE] {
            assert_eq!(properties(&line.raw(Method::POST, path, body.clone()).await), [property], "{told}");
        }
    }
}

#[tokio::test]
async fn unlink_all_stands_alone_and_menus_must_be_there() {
    let line = Called::new().await;
    let (a, bare) = (finished(&line).await, created(&line).await);
    let raw = |operations: Value| line.raw(Method::POST, BATCH, json!({"operations": operations}));
    let got = raw(json!([{"type": "unlinkAll"}, {"type": "unlink", "from": a}])).await;
    assert_eq!(properties(&got), ["operations[].type"]);
    let got = raw(json!([{"type": "link", "from": "x", "to": "y"}, {"type": "jump", "from": a}])).await;
    assert_eq!(properties(&got), ["operations[0].from", "operations[0].to", "operations[1].type"]);

    let to_bare = RichMenuBatch::each([RichMenuOperation::link(a.clone(), bare)]);
    let (status, body) = line.raw(Method::POST, VALIDATE, serde_json::to_value(&to_bare).unwrap()).await;
    assert_eq!((status, &body["details"][0]["property"]), (400, &json!("operations[0].to")));
    assert_eq!(refused(line.client.rich_menu_batch(&to_bare).await).0, 400);
    let to_nobody = RichMenuBatch::each([RichMenuOperation::link(a, nobody())]);
    assert_eq!(refused(line.client.rich_menu_batch(&to_nobody).await).0, 404);
    assert_eq!(refused(line.client.validate_rich_menu_batch(&to_nobody).await).0, 404);
}

#[tokio::test]
async fn progress_is_told_for_14_days() {
    let line = Called::new().await;
    let run = line.client.rich_menu_batch(&RichMenuBatch::unlink_all()).await.unwrap();
    let progress = || line.client.rich_menu_batch_progress(run.request_id());
    line.clock.advance(Duration::from_secs(14 * 24 * 3600 - 1));
    assert_eq!(progress().await.unwrap().phase, RichMenuBatchPhase::Succeeded);
    line.clock.advance(Duration::from_secs(1));
    assert_eq!(refused(progress().await), (404, "Not found".to_owned()));
    let (status, _) = line.raw(Method::GET, "/v2/bot/richmenu/progress/batch", Value::Null).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn who_waits_is_told_when_time_is_up() {
    let line = Called::new().await;
    let run = line.client.rich_menu_batch(&RichMenuBatch::unlink_all()).await.unwrap();
    let patience = Patience { within: Duration::ZERO, ..PATIENCE };
    assert!(matches!(run.wait(patience).await, Err(WaitError::NotInTime(_))));
}
