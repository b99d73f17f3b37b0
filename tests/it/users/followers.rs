//! Friends, page by page.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use line_bot_server::line::UserId;

use super::kit::{Line, invalid, refused, said, told};

const FORBIDDEN: &str = "Access to this API is not available for your account";
const START_PARAM: &str = "Invalid start param";

#[tokio::test]
async fn friends_come_page_by_page_to_the_last_one() {
    let line = Line::new().await;
    let mut friends = line.sim.crowd("Fan", 7);
    line.sim.stranger("Sam");
    friends.sort();

    let first = line.client.followers_by(3).await.unwrap();
    assert_eq!((first.items.as_slice(), first.next.is_some()), (&friends[..3], true));
    let rest: Vec<UserId> =
        line.client.followers_by(3).from(first.value.next.unwrap()).stream().try_collect().await.unwrap();
    assert_eq!(rest, friends[3..]);
    assert_eq!(line.sim.calls_to("followers").len(), 3);
    let all: Vec<UserId> = line.client.followers().stream().try_collect().await.unwrap();
    assert_eq!(all, friends);
    assert_eq!(line.sim.calls_to("followers").len(), 4);
}

#[tokio::test]
async fn a_page_has_1_to_1000_friends_and_300_if_nothing_is_said() {
    let line = Line::new().await;
    line.sim.crowd("Fan", 1001);
    let page = line.client.followers_by(1000).await.unwrap();
    assert_eq!((page.items.len(), page.next.is_some()), (1000, true));
    assert_eq!(line.client.followers_by(1).await.unwrap().items.len(), 1);
    assert_eq!(line.get("/v2/bot/followers/ids").await.1["userIds"].as_array().unwrap().len(), 300);
    for limit in [0, 1001] {
        let problem = format!("limit: {limit}, 1 to 1000 are allowed");
        assert_eq!(invalid(line.client.followers_by(limit).await), problem);
        let raw = line.get(&format!("/v2/bot/followers/ids?limit={limit}")).await;
        assert_eq!(told(&raw).0, 400, "{limit}");
    }
}

#[tokio::test]
async fn a_place_to_start_is_good_for_a_day_and_in_its_own_list() {
    let line = Line::new().await;
    line.sim.crowd("Fan", 2);
    let next = || async { line.client.followers_by(1).await.unwrap().value.next.unwrap() };
    let (early, group) = (next().await, line.sim.group("Team", &line.sim.crowd("Fan", 2)));
    line.clock.advance(Duration::from_secs(86_400 - 1));
    assert_eq!(line.client.followers_by(1).from(&*early).await.unwrap().items.len(), 1);
    line.clock.advance(Duration::from_secs(1));
    assert_eq!(refused(line.client.followers_by(1).from(&*early).await), said(400, START_PARAM));

    let strange = next().await;
    assert_eq!(refused(line.client.group_members(&group).from(strange).await), said(400, START_PARAM));
    let mut nonsense = line.client.followers().from("nonsense").stream();
    assert_eq!(refused(nonsense.try_next().await), said(400, START_PARAM));
}

#[tokio::test]
async fn ordinary_accounts_are_not_told_their_friends() {
    let line = Line::new().await;
    line.sim.user("Alice");
    line.sim.set_verified(false);
    assert_eq!(refused(line.client.followers().await), said(403, FORBIDDEN));
    line.sim.set_verified(true);
    assert_eq!(line.client.followers().await.unwrap().items.len(), 1);
}
