//! Deliveries, followers, demographics.

use line_bot_server::line::Date;
use line_bot_server::line::insight::{AgeRange, Gender};
use line_bot_server::line::response::CountStatus;
use line_bot_server::simulator::{Act, Attributes};
use serde_json::json;

use super::kit::{Line, told};

#[tokio::test]
async fn deliveries_are_told_by_route_the_next_day() {
    let line = Line::new().await;
    let friends = line.sim.crowd("Fan", 2);
    line.client.push(friends[0].clone(), "hello").await.unwrap();
    let all = json!({"messages": [{"type": "text", "text": "to all"}]});
    assert_eq!(line.post("/v2/bot/message/broadcast", all).await.0, 200);
    let today = line.days_ago(0);
    let early = line.client.message_deliveries(today).await.unwrap();
    assert_eq!((&early.status, early.api_push), (&Some(CountStatus::Unready), None));
    line.next_day();
    let late = line.client.message_deliveries(today).await.unwrap();
    assert_eq!(late.status, Some(CountStatus::Ready));
    assert_eq!((late.api_push, late.api_broadcast, late.api_reply), (Some(1), Some(2), Some(0)));
    assert_eq!(late.broadcast, None);
    let first = Date::new(2017, 3, 1).unwrap();
    assert_eq!(line.client.message_deliveries(first).await.unwrap().status, Some(CountStatus::Ready));
    let before = line.client.message_deliveries(first.plus_days(-1)).await.unwrap();
    assert_eq!(before.status, Some(CountStatus::OutOfService));
}

#[tokio::test]
async fn followers_are_told_with_those_who_block() {
    let line = Line::new().await;
    let friends = line.sim.crowd("Fan", 3);
    line.sim.stranger("Sam");
    line.sim.happen(Act::unfollow(&friends[0])).unwrap();
    let yesterday = line.client.follower_counts(line.days_ago(1)).await.unwrap();
    assert_eq!(
        (yesterday.followers, yesterday.targeted_reaches, yesterday.blocks),
        (Some(3), Some(2), Some(1))
    );
    let today = line.client.follower_counts(line.days_ago(0)).await.unwrap();
    assert_eq!((&today.status, today.followers, today.blocks), (&Some(CountStatus::Unready), None, None));
    let early = line.client.follower_counts(Date::new(2016, 10, 31).unwrap()).await.unwrap();
    assert_eq!(early.status, Some(CountStatus::OutOfService));
}

#[tokio::test]
async fn a_day_that_is_none_is_a_bad_request() {
    let line = Line::new().await;
    for (query, message) in [
        ("message/delivery?date=20261301", "Bad Request"),
        ("message/delivery", "Bad Request"),
        ("followers?date=yesterday", "Bad Request"),
        ("followers", "date is required"),
        ("message/event", "Bad Request"),
    ] {
        let raw = line.get(&format!("/v2/bot/insight/{query}")).await;
        assert_eq!((told(&raw).0, told(&raw).1), (400, message), "{query}");
    }
}

#[tokio::test]
async fn demographics_are_told_of_twenty_friends() {
    let line = Line::new().await;
    line.sim.crowd("Fan", 19);
    let few = line.client.friend_demographics().await.unwrap();
    assert!(!few.available && few.genders.is_empty() && few.areas.is_empty());

    let alice = line.sim.user("Alice");
    line.sim.set_attributes(&alice, Attributes::unknown().age(82).area("jp_13"));
    let told = line.client.friend_demographics().await.unwrap();
    assert!(told.available);
    let genders: Vec<_> = told.genders.iter().map(|it| (it.gender.clone(), it.percentage)).collect();
    // Ten women and nine men of the crowd, and Alice.
    assert_eq!(genders, [(Gender::Female, 50.0), (Gender::Male, 45.0), (Gender::NotKnown, 5.0)]);
    assert!(told.ages.iter().any(|it| it.age == AgeRange::From70 && it.percentage == 5.0));
    assert!(told.areas.iter().any(|it| it.area == "東京"));
    for sum in [
        told.ages.iter().map(|it| it.percentage).sum::<f64>(),
        told.areas.iter().map(|it| it.percentage).sum(),
        told.app_types.iter().map(|it| it.percentage).sum(),
        told.subscription_periods.iter().map(|it| it.percentage).sum(),
    ] {
        assert!((sum - 100.0).abs() < 1.0, "{sum}");
    }
}
