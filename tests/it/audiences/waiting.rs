//! Waiting until an audience can be sent to.

use std::time::Duration;

use line_bot_server::client::api::audience::AudienceFailure;
use line_bot_server::client::{Patience, WaitError};
use line_bot_server::line::audience::{
    AddToAudience, AudienceFailedType, AudienceJobStatus, AudienceProblem, NewAudience,
};
use line_bot_server::simulator::AudienceFate;

use super::kit::Kit;

const HOUR: Duration = Duration::from_secs(3600);

fn patience() -> Patience {
    let soon = Duration::from_millis(1);
    Patience { first: soon, longest: soon, within: Duration::from_secs(60) }
}

/// Lets LINE's time pass once the client has looked so often.
async fn pass(kit: &Kit, looks: usize) {
    let looked = |ledger: &line_bot_server::simulator::Ledger| ledger.calls_to("audience").count() >= looks;
    kit.sim.wait_for(Duration::from_secs(60), looked).await.unwrap();
    kit.clock.advance(HOUR);
}

#[tokio::test]
async fn it_is_looked_at_until_it_is_ready() {
    let kit = Kit::new().await;
    kit.sim.set_audience_time(HOUR);
    let new = NewAudience::of_users("Regulars", kit.friends(1));
    let id = kit.client.create_audience(&new).await.unwrap().audience_group_id;
    // On a task of its own, as a server's would be.
    let wait = tokio::spawn(kit.client.audience(id).wait_until_ready(patience()));
    let (data, ()) = tokio::join!(wait, pass(&kit, 3));
    assert_eq!(data.unwrap().unwrap().audience_group.audience_group_id, id);
    assert!(kit.sim.calls_to("audience").len() > 3);
}

#[tokio::test]
async fn a_ready_audience_is_waited_for_while_ids_are_still_being_added() {
    let kit = Kit::new().await;
    let friends = kit.friends(2);
    let id = kit.sim.audience("Regulars", &friends[..1]);
    kit.sim.set_audience_time(HOUR);
    kit.client.add_to_audience(&AddToAudience::users(id, friends)).await.unwrap();
    let wait = kit.client.audience(id).wait_until_ready(patience());
    let (data, ()) = tokio::join!(wait, pass(&kit, 2));
    assert_eq!(data.unwrap().jobs[0].job_status, AudienceJobStatus::Finished);
    assert!(kit.sim.calls_to("audience").len() > 2);
}

async fn failure(kit: &Kit, id: u64) -> AudienceFailure {
    match kit.client.audience(id).wait_until_ready(patience()).await {
        Err(WaitError::Failed(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_became_of_it_is_told_with_what_to_do() {
    let kit = Kit::new().await;
    let id = kit.sim.audience("Regulars", &kit.friends(1));
    let insufficient = Some(AudienceFailedType::Insufficient);
    let cases = [
        (
            AudienceFate::Failed("INTERNAL_ERROR"),
            AudienceFailure::Failed(Some(AudienceFailedType::InternalError)),
            "make it anew",
        ),
        (
            AudienceFate::Failed("AUDIENCE_GROUP_AUDIENCE_INSUFFICIENT"),
            AudienceFailure::Failed(insufficient),
            "too few users",
        ),
        (AudienceFate::Inactive, AudienceFailure::Inactive, "activate it"),
    ];
    for (fate, expected, advice) in cases {
        kit.sim.set_audience_fate(id, fate);
        let failure = failure(&kit, id).await;
        assert_eq!(failure, expected);
        assert!(failure.to_string().contains(advice), "{failure}");
    }
    let old = kit.sim.audience("Old", &kit.friends(1));
    kit.clock.advance(Duration::from_secs(180 * 86_400));
    let expired = failure(&kit, old).await;
    assert_eq!(expired, AudienceFailure::Expired);
    assert!(expired.to_string().contains("make a new one"), "{expired}");
}

#[tokio::test]
async fn an_upload_that_failed_is_a_failure_until_another_one_succeeds() {
    let kit = Kit::new().await;
    let friends = kit.friends(1);
    let id = kit.sim.audience("Regulars", &friends);
    let more = AddToAudience::users(id, friends).upload_description("spring");
    kit.client.add_to_audience(&more).await.unwrap();
    kit.sim.set_audience_fate(id, AudienceFate::UploadFailed("INTERNAL_ERROR"));
    let failure = failure(&kit, id).await;
    assert!(
        matches!(&failure, AudienceFailure::UploadFailed(job) if job.description.as_deref() == Some("spring"))
    );
    assert!(failure.to_string().contains("add them again"), "{failure}");
    kit.client.add_to_audience(&more).await.unwrap();
    kit.client.audience(id).wait_until_ready(patience()).await.unwrap();
}

#[tokio::test]
async fn who_is_not_ready_in_time_may_be_waited_for_again_and_who_is_not_there_is_told_at_once() {
    let kit = Kit::new().await;
    kit.sim.set_audience_time(HOUR);
    let new = NewAudience::of_users("Regulars", kit.friends(1));
    let id = kit.client.create_audience(&new).await.unwrap().audience_group_id;
    let hasty = Patience { within: Duration::ZERO, ..patience() };
    let outcome = kit.client.audience(id).wait_until_ready(hasty).await;
    assert!(matches!(outcome, Err(WaitError::NotInTime(_))), "{outcome:?}");
    match kit.client.audience(id + 1).wait_until_ready(patience()).await {
        Err(WaitError::Client(error)) => {
            assert_eq!(error.audience_problem(), Some(AudienceProblem::NotFound));
        }
        other => panic!("{other:?}"),
    }
}
