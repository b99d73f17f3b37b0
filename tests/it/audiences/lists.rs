//! Lists: by page number, to the end, filtered.

use futures_util::TryStreamExt;
use line_bot_server::line::UserId;
use line_bot_server::line::audience::{
    AudienceCreateRoute, AudienceFilter, AudienceGroup, AudienceStatus, NewAudience, SharedAudienceFilter,
};

use super::kit::Kit;
use crate::client::scripted::{Server, ok};

fn names(groups: &[AudienceGroup]) -> Vec<&str> {
    groups.iter().map(|group| &*group.description).collect()
}

#[tokio::test]
async fn a_stream_goes_through_all_pages_and_a_page_says_where_the_next_is() {
    let kit = Kit::new().await;
    let friends = kit.friends(1);
    for n in 0..45 {
        kit.sim.audience(&format!("Audience {n}"), &friends);
    }
    let filter = AudienceFilter::default().size(20);
    let all: Vec<_> = kit.client.audiences(&filter).stream().try_collect().await.unwrap();
    assert_eq!(all.len(), 45);
    assert_eq!((&*all[0].description, &*all[44].description), ("Audience 0", "Audience 44"));
    let asked: Vec<_> = kit.sim.calls_to("audience-list").into_iter().map(|call| call.path).collect();
    let pages = [1, 2, 3].map(|page| format!("/v2/bot/audienceGroup/list?size=20&page={page}"));
    assert_eq!(asked, pages);
    let second = kit.client.audiences(&filter).from("2").await.unwrap();
    assert_eq!((second.items.len(), second.next.as_deref()), (20, Some("3")));
    let last = kit.client.audiences(&filter).from("3").await.unwrap();
    assert_eq!((last.items.len(), last.next.as_deref()), (5, None));
}

#[tokio::test]
async fn a_list_is_filtered_by_name_status_and_route() {
    let kit = Kit::new().await;
    kit.sim.audience("Best CUSTOMERS", &kit.friends(1));
    let nobody = NewAudience::of_users("Nobody", Vec::<UserId>::new());
    kit.client.create_audience(&nobody).await.unwrap();
    let by = |filter: AudienceFilter| async {
        let client = kit.client.clone();
        let found: Vec<_> = client.audiences(&{ filter }).stream().try_collect().await.unwrap();
        found
    };
    let all = AudienceFilter::default;
    assert_eq!(names(&by(all().description("customer")).await), ["Best CUSTOMERS"]);
    assert_eq!(names(&by(all().status(AudienceStatus::Ready)).await), ["Best CUSTOMERS"]);
    assert_eq!(names(&by(all().status(AudienceStatus::InProgress)).await), ["Nobody"]);
    assert_eq!(by(all().create_route(AudienceCreateRoute::MessagingApi)).await.len(), 2);
    assert!(by(all().create_route(AudienceCreateRoute::OaManager)).await.is_empty());
    assert_eq!(by(all().includes_external_public_groups(false)).await.len(), 2);
}

#[tokio::test]
async fn shared_audiences_are_listed_alone_or_with_ones_own() {
    let kit = Kit::new().await;
    kit.sim.audience("Own", &kit.friends(1));
    kit.sim.shared_audience("Partners", &kit.friends(1));
    let own: Vec<_> = kit.client.audiences(&Default::default()).stream().try_collect().await.unwrap();
    assert_eq!(names(&own), ["Own"]);
    let filter = SharedAudienceFilter::default();
    let shared: Vec<_> = kit.client.shared_audiences(&filter).stream().try_collect().await.unwrap();
    assert_eq!(names(&shared), ["Partners"]);
    let both = filter.includes_owned_audience_groups(true).size(1);
    let both: Vec<_> = kit.client.shared_audiences(&both).stream().try_collect().await.unwrap();
    assert_eq!(names(&both), ["Own", "Partners"]);
}

#[tokio::test]
async fn a_page_without_a_number_that_says_there_is_another_is_an_error_and_not_the_end() {
    let page = r#"{"audienceGroups":[],"hasNextPage":true}"#;
    let server = Server::script([ok(page)]).await;
    let outcome: Result<Vec<_>, _> =
        server.client().audiences(&Default::default()).stream().try_collect().await;
    assert!(outcome.unwrap_err().to_string().contains("another page"));
}
