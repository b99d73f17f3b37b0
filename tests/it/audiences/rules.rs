//! LINE's rules as the simulator keeps them, seen by the client.

use std::time::Duration;

use http::Method;
use line_bot_server::line::audience::{
    AddToAudience, AudienceFailedType, AudienceProblem, AudienceStatus, ImpressionAudience, NewAudience,
};
use line_bot_server::line::{TextMessage, UserId};
use serde_json::json;

use super::kit::{Kit, code, problem};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);

async fn status(kit: &Kit, id: u64) -> AudienceStatus {
    kit.client.audience(id).await.unwrap().value.audience_group.status
}

#[tokio::test]
async fn an_audience_is_in_progress_until_it_is_ready_and_an_empty_one_stays_so() {
    let kit = Kit::new().await;
    kit.sim.set_audience_time(HOUR);
    let made = kit.client.create_audience(&NewAudience::of_users("Some", kit.friends(1))).await.unwrap();
    let empty =
        kit.client.create_audience(&NewAudience::of_users("None", Vec::<UserId>::new())).await.unwrap();
    kit.clock.advance(HOUR - Duration::from_millis(1));
    assert_eq!(status(&kit, made.audience_group_id).await, AudienceStatus::InProgress);
    kit.clock.advance(Duration::from_millis(1));
    assert_eq!(status(&kit, made.audience_group_id).await, AudienceStatus::Ready);
    assert_eq!(status(&kit, empty.audience_group_id).await, AudienceStatus::InProgress);
}

#[tokio::test]
async fn one_malformed_id_fails_the_whole_request_and_unknown_ones_are_ignored() {
    let kit = Kit::new().await;
    let friends = kit.friends(1);
    let stranger = UserId::from(format!("U{}", "0".repeat(32)));
    let bad = NewAudience::of_users("Bad", [friends[0].clone(), "nonsense".into()]);
    assert_eq!(problem(kit.client.create_audience(&bad).await), AudienceProblem::InvalidIdFormat);
    let all = kit.client.audiences(&Default::default()).await.unwrap();
    assert!(all.items.is_empty());
    let good = NewAudience::of_users("Good", [friends[0].clone(), stranger]);
    let good = kit.client.create_audience(&good).await.unwrap();
    assert_eq!(kit.sim.audience_members(good.audience_group_id), friends);
}

#[tokio::test]
async fn ten_uploads_at_a_time_and_the_next_is_429() {
    let kit = Kit::new().await;
    let friends = kit.friends(1);
    let id = kit.sim.audience("Regulars", &friends);
    kit.sim.set_audience_time(HOUR);
    let more = AddToAudience::users(id, friends);
    for _ in 0..10 {
        kit.client.add_to_audience(&more).await.unwrap();
    }
    let body = json!({"audienceGroupId": id, "audiences": more.audiences});
    assert_eq!(kit.raw(Method::PUT, "upload", Some(body)).await.0, 429);
    kit.clock.advance(HOUR);
    kit.client.add_to_audience(&more).await.unwrap();
}

#[tokio::test]
async fn clicks_and_impressions_of_fewer_than_50_fail_and_fewer_than_20_are_shown_as_none() {
    let kit = Kit::new().await;
    kit.friends(49);
    let sent = kit.client.broadcast([TextMessage::new("News!")]).await.unwrap();
    let few = ImpressionAudience::new("Few", sent.request_id.unwrap());
    let few = kit.client.create_impression_audience(&few).await.unwrap();
    let group = kit.client.audience(few.audience_group_id).await.unwrap().value.audience_group;
    assert_eq!(group.status, AudienceStatus::Failed);
    assert_eq!((group.failed_type, group.audience_count), (Some(AudienceFailedType::Insufficient), Some(49)));
    let kit = Kit::new().await;
    kit.friends(19);
    let sent = kit.client.broadcast([TextMessage::new("News!")]).await.unwrap();
    let few = ImpressionAudience::new("Few", sent.request_id.unwrap());
    let few = kit.client.create_impression_audience(&few).await.unwrap();
    let group = kit.client.audience(few.audience_group_id).await.unwrap().value.audience_group;
    assert_eq!(group.audience_count, Some(0));
}

#[tokio::test]
async fn an_audience_expires_takes_no_more_and_is_deleted_a_month_later() {
    let kit = Kit::new().await;
    let friends = kit.friends(1);
    let made = kit.client.create_audience(&NewAudience::of_users("Old", friends.clone())).await.unwrap();
    let id = made.audience_group_id;
    let life = made.expire_timestamp.unwrap().get() - made.created.unwrap().get();
    assert_eq!(life, 180 * 86_400);
    kit.clock.advance(180 * DAY - Duration::from_millis(1));
    assert_eq!(status(&kit, id).await, AudienceStatus::Ready);
    kit.clock.advance(Duration::from_millis(1));
    assert_eq!(status(&kit, id).await, AudienceStatus::Expired);
    let more = AddToAudience::users(id, friends);
    assert_eq!(problem(kit.client.add_to_audience(&more).await), AudienceProblem::Expired);
    kit.clock.advance(30 * DAY);
    assert_eq!(problem(kit.client.audience(id).await), AudienceProblem::NotFound);
}

#[tokio::test]
async fn a_missing_audience_is_400_with_its_code() {
    let kit = Kit::new().await;
    let (status, body) = kit.raw(Method::GET, "1234567890123", None).await;
    let line =
        json!({"message": "audience group not found", "details": [{"message": "AUDIENCE_GROUP_NOT_FOUND"}]});
    assert_eq!((status, &body), (400, &line));
    for (method, path) in [(Method::GET, "nonsense"), (Method::DELETE, "7"), (Method::GET, "shared/7")] {
        let (status, body) = kit.raw(method, path, None).await;
        assert_eq!((status, code(&body)), (400, "AUDIENCE_GROUP_NOT_FOUND"), "{path}");
    }
}

#[tokio::test]
async fn a_shared_audience_can_be_read_and_not_changed() {
    let kit = Kit::new().await;
    let id = kit.sim.shared_audience("Partners", &kit.friends(2));
    let data = kit.client.shared_audience(id).await.unwrap();
    assert_eq!(data.owner.as_ref().unwrap().name, "Another Account");
    assert_eq!(data.audience_group.status, AudienceStatus::Ready);
    assert_eq!(problem(kit.client.audience(id).await), AudienceProblem::NotFound);
    assert_eq!(problem(kit.client.delete_audience(id).await), AudienceProblem::NotFound);
    let own = kit.sim.audience("Own", &kit.friends(1));
    assert_eq!(problem(kit.client.shared_audience(own).await), AudienceProblem::NotFound);
}
