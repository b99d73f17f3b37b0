//! Memberships: the plans, what a user subscribes to, who subscribes to a plan.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use futures_util::TryStreamExt;
use http::Method;
use line_bot_server::line::coupon::Currency;
use line_bot_server::line::membership::MembershipList;
use line_bot_server::line::{EpochSeconds, UserId};
use line_bot_server::simulator::Act;
use serde_json::{Value, json};

use crate::support::Called;
use crate::support::called::{START, refused};

#[tokio::test]
async fn plans_are_listed_and_none_is_404() {
    let line = Called::new().await;
    let none = refused(line.client.memberships().await);
    assert_eq!(none, (404, "Membership plan not found".to_owned()));
    let gold = line.sim.membership("Gold", 1500.0, &[line.sim.user("Alice")]);
    let basic = line.sim.membership("Basic", 500.5, &[]);
    let plans = line.client.memberships().await.unwrap().value.memberships;
    let told: Vec<_> = plans.iter().map(|it| (it.offer.membership_id, it.member_count)).collect();
    assert_eq!(told, [(gold, 1), (basic, 0)]);
    assert_eq!((plans[1].offer.title.as_str(), plans[1].offer.price), ("Basic", 500.5));
    assert_eq!(plans[0].offer.currency, Currency::Jpy);
    assert_eq!(plans[0].member_limit, None);
    assert!(plans[0].is_published);
}

#[tokio::test]
async fn a_subscription_tells_plan_and_member_and_none_is_404() {
    let line = Called::new().await;
    let (alice, bob) = (line.sim.user("Alice"), line.sim.user("Bob"));
    let gold = line.sim.membership("Gold", 1500.0, &[bob, alice.clone()]);
    line.sim.membership("Basic", 500.0, std::slice::from_ref(&alice));
    line.clock.advance(Duration::from_secs(31 * 24 * 3600));
    let subscriptions = line.client.membership_subscription(&alice).await.unwrap().value.subscriptions;
    let titles: Vec<_> = subscriptions.iter().map(|it| it.membership.title.as_str()).collect();
    assert_eq!(titles, ["Gold", "Basic"]);
    let member = &subscriptions[0].user;
    assert_eq!((member.membership_no, member.total_subscription_months), (2, 2));
    assert_eq!(member.joined_time, EpochSeconds::from(START));
    assert_eq!(member.next_billing_date, "2026-12-25");

    line.sim.leave_membership(gold, &alice);
    assert_eq!(line.client.membership_subscription(&alice).await.unwrap().subscriptions.len(), 1);
    let carol = line.sim.user("Carol");
    assert_eq!(refused(line.client.membership_subscription(&carol).await), (404, "Not found".to_owned()));
    assert_eq!(refused(line.client.membership_subscription(&"me".into()).await).0, 400);
}

#[tokio::test]
async fn members_are_told_page_by_page_if_they_are_friends() {
    let line = Called::new().await;
    let members: Vec<UserId> = (0..1003).map(|at| line.sim.user(&format!("member {at}"))).collect();
    let gold = line.sim.membership("Gold", 1500.0, &members);
    let other = line.sim.membership("Other", 1500.0, &members);
    line.sim.happen(Act::unfollow(&members[0])).unwrap();
    let page = line.client.membership_users(gold).await.unwrap().value;
    assert_eq!(page.items.len(), 999);
    let next = page.next.unwrap();
    let all: Vec<_> = line.client.membership_users(gold).stream().try_collect().await.unwrap();
    assert_eq!(all, members[1..]);
    let bad = (400, "Invalid start param".to_owned());
    assert_eq!(refused(line.client.membership_users(other).from(&next).await), bad);
    assert_eq!(refused(line.client.membership_users(gold).from("nonsense").await), bad);
    line.clock.advance(Duration::from_secs(24 * 3600));
    assert_eq!(refused(line.client.membership_users(gold).from(&next).await), bad);
    let unknown = refused(line.client.membership_users(1).await);
    assert_eq!(unknown, (404, "Membership ID is not found".to_owned()));
}

#[tokio::test]
async fn a_page_has_1_to_1000_members() {
    let line = Called::new().await;
    let gold = line.sim.membership("Gold", 1500.0, &[line.sim.user("Alice"), line.sim.user("Bob")]);
    let get = |limit: &'static str| {
        let path = format!("/v2/bot/membership/{gold}/users/ids{limit}");
        let line = &line;
        async move { line.raw(Method::GET, &path, Value::Null).await }
    };
    assert_eq!(get("").await.1["userIds"].as_array().unwrap().len(), 2);
    assert_eq!(get("?limit=1000").await.1["userIds"].as_array().unwrap().len(), 2);
    let (status, first) = get("?limit=1").await;
    assert_eq!((status, first["userIds"].as_array().unwrap().len()), (200, 1));
    assert!(first["next"].is_string());
    for bad in ["?limit=0", "?limit=1001", "?limit=all"] {
        assert_eq!(get(bad).await.0, 400, "{bad}");
    }
}

#[tokio::test]
async fn a_plan_is_made_over_http_too() {
    let line = Called::new().await;
    let wish = json!({"title": "Gold", "price": 800, "members": ["Alice"]});
    let (status, made) = line.raw(Method::POST, "/_sim/membership", wish).await;
    assert_eq!(status, 200, "{made}");
    let alice = line.sim.user("Alice");
    let subscriptions = line.client.membership_subscription(&alice).await.unwrap().value.subscriptions;
    assert_eq!(json!(subscriptions[0].membership.membership_id), made["membershipId"]);
}

#[test]
fn a_plan_without_a_limit_or_with_new_words_is_read() {
    let plan = json!({
        "membershipId": 3189, "title": "Basic Plan", "description": "d", "benefits": ["b"], "price": 500.0,
        "currency": "EUR", "memberCount": 1, "memberLimit": null, "isInAppPurchase": true, "isPublished": true, "x": 1,
    });
    let list: MembershipList = serde_json::from_value(json!({"memberships": [plan]})).unwrap();
    assert_eq!(list.memberships[0].member_limit, None);
    assert_eq!(list.memberships[0].offer.currency.as_str(), "EUR");
}
