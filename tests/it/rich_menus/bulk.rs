//! Many users at once: in parts that LINE takes, told part by part, done in the background.

use std::time::Duration;

use http::Method;
use line_bot_server::line::rich_menu::BULK_USERS_MAX;
use line_bot_server::line::{RichMenuId, UserId};
use line_bot_server::simulator::{Fault, Harm};
use serde_json::{Value, json};

use super::{created, finished, nobody};
use crate::support::Called;
use crate::support::called::{invalid, refused};

const LINK: &str = "/v2/bot/richmenu/bulk/link";
const UNLINK: &str = "/v2/bot/richmenu/bulk/unlink";

fn people(line: &Called, count: usize) -> Vec<UserId> {
    (0..count).map(|at| line.sim.user(&format!("friend {at}"))).collect()
}

fn bodies(line: &Called, endpoint: &str) -> Vec<Value> {
    line.sim.calls_to(endpoint).iter().map(|call| (*call.body).clone()).collect()
}

fn users(body: &Value) -> usize {
    body["userIds"].as_array().unwrap().len()
}

#[tokio::test]
async fn any_number_of_users_is_linked_in_parts_each_user_once() {
    let line = Called::new().await;
    let id = finished(&line).await;
    let friends = people(&line, BULK_USERS_MAX + 1);
    let twice = friends.iter().rev().chain(&friends).cloned();
    let parts = line.client.link_rich_menu_to_users(&id, twice.clone()).await.unwrap();
    assert_eq!(parts.parts().iter().map(|part| part.users.len()).collect::<Vec<_>>(), [500, 1]);
    assert!(parts.parts().iter().all(|part| part.outcome.as_ref().unwrap().is_some()));
    assert_eq!(parts.failed().count(), 0);
    parts.all().unwrap();
    let sent = bodies(&line, "rich-menu-bulk-link");
    assert_eq!(sent.iter().map(users).collect::<Vec<_>>(), [500, 1]);
    assert!(sent.iter().all(|body| body["richMenuId"] == json!(id)));
    let requests = line.client.link_rich_menu_to_users(&id, twice).into_requests().unwrap();
    let again: Vec<Value> =
        requests.iter().map(|it| serde_json::from_slice(it.body.bytes()).unwrap()).collect();
    assert_eq!(again, sent);

    assert_eq!(line.sim.rich_menu_shown_to(&friends[500]), None);
    line.clock.advance(Duration::from_secs(2));
    assert!(friends.iter().all(|friend| line.sim.rich_menu_shown_to(friend).as_ref() == Some(&id)));
    line.client.unlink_rich_menu_from_users(friends.iter().cloned()).await.unwrap().all().unwrap();
    line.clock.advance(Duration::from_secs(2));
    assert!(friends.iter().all(|friend| line.sim.rich_menu_shown_to(friend).is_none()));
    assert_eq!(bodies(&line, "rich-menu-bulk-unlink").iter().map(users).collect::<Vec<_>>(), [500, 1]);
}

#[tokio::test]
async fn lines_limit_is_500_users() {
    let line = Called::new().await;
    let id = finished(&line).await;
    let friends = people(&line, 501);
    for (path, menu) in [(LINK, json!(id)), (UNLINK, Value::Null)] {
        let body = |count: usize| json!({"richMenuId": menu, "userIds": friends[..count]});
        assert_eq!(line.raw(Method::POST, path, body(500)).await, (202, json!({})));
        for count in [0, 501] {
            let (status, answer) = line.raw(Method::POST, path, body(count)).await;
            let message = "The property, 'userIds', in the request body is invalid (line: -, column: -)";
            assert_eq!((status, answer["message"].as_str()), (400, Some(message)), "{count}");
        }
    }
    let told = "userIds: 0 user IDs, 1 or more are needed";
    assert_eq!(invalid(line.client.link_rich_menu_to_users(&id, []).await), told);
    assert_eq!(invalid(line.client.unlink_rich_menu_from_users([]).await), told);
}

#[tokio::test]
async fn a_part_that_fails_does_not_keep_the_others_back() {
    let line = Called::new().await;
    let id = finished(&line).await;
    let refusal = json!({"message": "no"});
    line.sim.fault(Fault::on("rich-menu-bulk-link", Harm::Answer { status: 400, body: refusal }).skip(1));
    let friends = people(&line, 1100);
    let parts = line.client.link_rich_menu_to_users(&id, friends).await.unwrap();
    let taken: Vec<_> = parts.parts().iter().map(|part| part.outcome.is_ok()).collect();
    assert_eq!(taken, [true, false, true]);
    let failed: Vec<_> = parts.failed().flat_map(|part| part.users.clone()).collect();
    assert_eq!(failed.len(), 500);
    line.clock.advance(Duration::from_secs(2));
    assert!(failed.iter().all(|user| line.sim.rich_menu_shown_to(user).is_none()));
    assert_eq!(refused(parts.all()), (400, "no".to_owned()));
    line.client.link_rich_menu_to_users(&id, failed.clone()).await.unwrap().all().unwrap();
    line.clock.advance(Duration::from_secs(2));
    assert!(failed.iter().all(|user| line.sim.rich_menu_shown_to(user).is_some()));
}

#[tokio::test]
async fn only_friends_are_linked_and_what_is_wrong_is_told() {
    let line = Called::new().await;
    let (id, sam, alice) = (finished(&line).await, line.sim.stranger("Sam"), line.sim.user("Alice"));
    let both = [sam.clone(), alice.clone()];
    line.client.link_rich_menu_to_users(&id, both.clone()).await.unwrap().all().unwrap();
    line.clock.advance(Duration::from_secs(2));
    assert_eq!(line.sim.rich_menu_shown_to(&sam), None);
    assert_eq!(line.sim.rich_menu_shown_to(&alice), Some(id.clone()));

    let outcome = |menu: RichMenuId, users: Vec<UserId>| {
        let bulk = line.client.link_rich_menu_to_users(&menu, users);
        async move { refused(bulk.await.unwrap().all()) }
    };
    assert_eq!(outcome(nobody(), both.to_vec()).await, (404, "richmenu not found".to_owned()));
    assert_eq!(outcome(created(&line).await, both.to_vec()).await.0, 400);
    assert_eq!(outcome("menu".into(), both.to_vec()).await.0, 400);
    let message = "The property, 'userIds[0]', in the request body is invalid (line: -, column: -)";
    assert_eq!(outcome(id, vec!["Me".into()]).await, (400, message.to_owned()));
}
