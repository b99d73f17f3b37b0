//! The default, and the menus of single users.

use line_bot_server::simulator::Act;

use super::{created, finished, nobody};
use crate::support::Called;
use crate::support::called::refused;

const NO_IMAGE: &str = "must upload richmenu image before applying it to user";

fn told(status: u16, message: &str) -> (u16, String) {
    (status, message.to_owned())
}

#[tokio::test]
async fn a_default_is_set_asked_for_and_cancelled() {
    let line = Called::new().await;
    let client = &line.client;
    let alice = line.sim.user("Alice");
    assert_eq!(refused(client.default_rich_menu().await), told(404, "no default richmenu"));
    assert_eq!(refused(client.set_default_rich_menu(&created(&line).await).await), told(400, NO_IMAGE));
    assert_eq!(refused(client.set_default_rich_menu(&nobody()).await), told(404, "Not found"));
    let id = finished(&line).await;
    client.set_default_rich_menu(&id).await.unwrap();
    assert_eq!(client.default_rich_menu().await.unwrap().value, id);
    assert_eq!(line.sim.rich_menu_shown_to(&alice), Some(id));
    client.cancel_default_rich_menu().await.unwrap();
    assert_eq!(refused(client.default_rich_menu().await).0, 404);
    assert_eq!(line.sim.rich_menu_shown_to(&alice), None);
    client.cancel_default_rich_menu().await.unwrap();
}

#[tokio::test]
async fn the_default_of_another_channel_is_403() {
    let line = Called::new().await;
    line.sim.default_rich_menu_of_another_channel();
    let refusal = refused(line.client.default_rich_menu().await);
    assert_eq!(refusal, told(403, "the richmenu is owned by another channel"));
    let id = finished(&line).await;
    line.client.set_default_rich_menu(&id).await.unwrap();
    assert_eq!(line.client.default_rich_menu().await.unwrap().value, id);
}

#[tokio::test]
async fn a_friend_sees_their_own_menu_before_the_default() {
    let line = Called::new().await;
    let client = &line.client;
    let (alice, bob) = (line.sim.user("Alice"), line.sim.user("Bob"));
    let (default, own, other) = (finished(&line).await, finished(&line).await, finished(&line).await);
    client.set_default_rich_menu(&default).await.unwrap();
    assert_eq!(refused(client.rich_menu_of_user(&alice).await), told(404, "the user has no richmenu"));
    client.link_rich_menu(&alice, &own).await.unwrap();
    assert_eq!(client.rich_menu_of_user(&alice).await.unwrap().value, own);
    assert_eq!(line.sim.rich_menu_shown_to(&alice), Some(own));
    assert_eq!(line.sim.rich_menu_shown_to(&bob), Some(default.clone()));
    client.link_rich_menu(&alice, &other).await.unwrap();
    assert_eq!(line.sim.rich_menu_shown_to(&alice), Some(other.clone()));
    client.unlink_rich_menu(&alice).await.unwrap();
    assert_eq!(line.sim.rich_menu_shown_to(&alice), Some(default.clone()));
    client.unlink_rich_menu(&alice).await.unwrap();

    client.link_rich_menu(&alice, &other).await.unwrap();
    client.delete_rich_menu(&other).await.unwrap();
    assert_eq!(refused(client.rich_menu_of_user(&alice).await).0, 404);
    client.delete_rich_menu(&default).await.unwrap();
    assert_eq!(refused(client.default_rich_menu().await).0, 404);
    assert_eq!(line.sim.rich_menu_shown_to(&alice), None);
}

#[tokio::test]
async fn who_is_no_friend_gets_none_and_nobody_is_told() {
    let line = Called::new().await;
    let client = &line.client;
    let id = finished(&line).await;
    let (alice, sam) = (line.sim.user("Alice"), line.sim.stranger("Sam"));
    client.link_rich_menu(&sam, &id).await.unwrap();
    assert_eq!(refused(client.rich_menu_of_user(&sam).await).0, 404);
    assert_eq!(line.sim.rich_menu_shown_to(&sam), None);
    client.link_rich_menu(&alice, &id).await.unwrap();
    line.sim.happen(Act::unfollow(&alice)).unwrap();
    assert_eq!(refused(client.rich_menu_of_user(&alice).await).0, 404);
}

#[tokio::test]
async fn what_cannot_be_linked_is_refused() {
    let line = Called::new().await;
    let client = &line.client;
    let (alice, id) = (line.sim.user("Alice"), finished(&line).await);
    assert_eq!(refused(client.link_rich_menu(&alice, &created(&line).await).await), told(400, NO_IMAGE));
    assert_eq!(refused(client.link_rich_menu(&alice, &nobody()).await), told(404, "Not found"));
    let invalid = told(400, "The value for the 'userId' parameter is invalid");
    assert_eq!(refused(client.link_rich_menu(&"me".into(), &id).await), invalid);
    assert_eq!(refused(client.rich_menu_of_user(&"me".into()).await), invalid);
    assert_eq!(refused(client.unlink_rich_menu(&"me".into()).await), invalid);
}
