//! Each call, once through.

use line_bot_server::line::EpochSeconds;
use line_bot_server::line::audience::{
    AddToAudience, AudienceCreateRoute, AudienceJobStatus, AudiencePermission, AudienceProblem,
    AudienceStatus, AudienceType, ClickAudience, ImpressionAudience, NewAudience,
};
use line_bot_server::line::{RequestId, TextMessage};

use super::kit::{Kit, START, problem};

#[tokio::test]
async fn an_audience_of_users_is_made_added_to_renamed_and_deleted() {
    let kit = Kit::new().await;
    let friends = kit.friends(3);
    let new = NewAudience::of_users("Regulars", friends[..2].to_vec()).upload_description("first");
    let created = kit.client.create_audience(&new).await.unwrap();
    assert!(created.request_id.is_some());
    assert_eq!((&created.kind, created.is_ifa_audience), (&AudienceType::Upload, false));
    assert_eq!(created.permission, Some(AudiencePermission::ReadWrite));
    assert_eq!(created.create_route, Some(AudienceCreateRoute::MessagingApi));
    assert_eq!(created.created, Some(EpochSeconds::from(START)));
    let id = created.audience_group_id;

    let more = AddToAudience::users(id, friends.clone()).upload_description("second");
    kit.client.add_to_audience(&more).await.unwrap();
    kit.client.rename_audience(id, "Best customers").await.unwrap();

    let data = kit.client.audience(id).await.unwrap();
    assert_eq!(
        (&*data.audience_group.description, data.audience_group.audience_count),
        ("Best customers", Some(3))
    );
    assert_eq!(data.audience_group.status, AudienceStatus::Ready);
    let jobs: Vec<_> = data.jobs.iter().map(|job| (job.description.as_deref(), job.audience_count)).collect();
    assert_eq!(jobs, [(Some("second"), Some(1)), (Some("first"), Some(2))]);
    assert!(data.jobs.iter().all(|job| job.job_status == AudienceJobStatus::Finished));
    let mut members = friends;
    members.sort();
    assert_eq!(kit.sim.audience_members(id), members);

    kit.client.delete_audience(id).await.unwrap();
    assert_eq!(problem(kit.client.audience(id).await), AudienceProblem::NotFound);
    assert_eq!(problem(kit.client.delete_audience(id).await), AudienceProblem::NotFound);
    assert_eq!(problem(kit.client.rename_audience(id, "x").await), AudienceProblem::NotFound);
}

#[tokio::test]
async fn an_audience_of_ifas_takes_ifas_alone() {
    let kit = Kit::new().await;
    let ifas = ["123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174001"];
    let created = kit.client.create_audience(&NewAudience::of_ifas("Ads", ifas)).await.unwrap();
    assert!(created.is_ifa_audience);
    let id = created.audience_group_id;
    kit.client.add_to_audience(&AddToAudience::ifas(id, ifas)).await.unwrap();
    let users = AddToAudience::users(id, kit.friends(1));
    assert_eq!(problem(kit.client.add_to_audience(&users).await), AudienceProblem::InvalidIdFormat);
    assert!(kit.client.audience(id).await.unwrap().audience_group.is_ifa_audience);
}

async fn broadcast(kit: &Kit) -> RequestId {
    kit.client.broadcast([TextMessage::new("News!")]).await.unwrap().request_id.unwrap()
}

#[tokio::test]
async fn clicks_and_impressions_of_a_broadcast_become_audiences() {
    let kit = Kit::new().await;
    kit.friends(50);
    let request = broadcast(&kit).await;
    let link = ClickAudience::new("Clickers", request.clone()).click_url("https://example.com/news");
    let clicked = kit.client.create_click_audience(&link).await.unwrap();
    assert_eq!((&clicked.kind, clicked.value.request_id.as_ref()), (&AudienceType::Click, Some(&request)));
    assert_eq!(clicked.click_url.as_deref(), Some("https://example.com/news"));
    let saw = ImpressionAudience::new("Seen", request.clone());
    let seen = kit.client.create_impression_audience(&saw).await.unwrap();
    assert_eq!((&seen.kind, seen.value.request_id.as_ref()), (&AudienceType::Impression, Some(&request)));
    let data = kit.client.audience(seen.audience_group_id).await.unwrap();
    assert_eq!(
        (&data.audience_group.status, data.audience_group.audience_count),
        (&AudienceStatus::Ready, Some(50))
    );
    assert!(data.jobs.is_empty());
    assert_eq!(
        problem(kit.client.create_impression_audience(&saw).await),
        AudienceProblem::RequestIdDuplicate
    );
    let any = ClickAudience::new("Any link", request);
    kit.client.create_click_audience(&any).await.unwrap();
}

#[tokio::test]
async fn a_message_must_have_been_sent_to_many_in_the_last_60_days() {
    let kit = Kit::new().await;
    kit.friends(1);
    let nothing = ImpressionAudience::new("Seen", "5b59509c-c57b-11e9-aa8c-2a2ae2dbcce4");
    assert_eq!(
        problem(kit.client.create_impression_audience(&nothing).await),
        AudienceProblem::RequestNotFound
    );
    let request = broadcast(&kit).await;
    let days = |days: u64| std::time::Duration::from_secs(days * 86_400);
    kit.clock.advance(days(60));
    kit.client.create_impression_audience(&ImpressionAudience::new("Seen", request.clone())).await.unwrap();
    kit.clock.advance(std::time::Duration::from_secs(1));
    let late = ClickAudience::new("Late", request);
    assert_eq!(problem(kit.client.create_click_audience(&late).await), AudienceProblem::MessageTooOld);
}

#[tokio::test]
async fn any_success_of_a_deletion_is_one() {
    use crate::client::scripted::{Server, answer};
    let server = Server::script([answer(200, "{}"), answer(202, ""), answer(204, "")]).await;
    for _ in 0..3 {
        server.client().delete_audience(7).await.unwrap();
    }
    assert_eq!(server.seen_at("/v2/bot/audienceGroup/7").len(), 3);
}

#[tokio::test]
async fn making_an_audience_is_not_repeated_when_its_outcome_is_unknown_and_the_rest_is() {
    use crate::client::scripted::{Server, Step, ok};
    let server = Server::script([Step::Hangup]).await;
    let new = NewAudience::of_users("Regulars", ["U1"]);
    let error = server.client().create_audience(&new).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(server.seen().len(), 1);
    let server = Server::script([Step::Hangup, ok("{}")]).await;
    server.client().add_to_audience(&AddToAudience::users(7, ["U1"])).await.unwrap();
    assert_eq!(server.seen().len(), 2);
}
