//! Groups and multi-person chats: who is there, and leaving.

use futures_util::TryStreamExt as _;
use line_bot_server::line::{GroupId, RoomId, UserId};
use serde_json::json;

use super::kit::{Line, refused, said};

const NOT_FOUND: &str = "Not found";
const FORBIDDEN: &str = "Access to this API is not available for your account";

fn no_group() -> GroupId {
    GroupId::from("C00000000000000000000000000000000")
}

fn no_room() -> RoomId {
    RoomId::from("R00000000000000000000000000000000")
}

#[tokio::test]
async fn a_group_tells_its_name_and_how_many_are_in_it() {
    let line = Line::new().await;
    let (alice, sam) = (line.sim.user("Alice"), line.sim.stranger("Sam"));
    let group = line.sim.group("Team", &[alice.clone(), sam]);
    let summary = line.client.group_summary(&group).await.unwrap();
    assert_eq!(
        (&summary.group_id, summary.group_name.as_str(), &summary.picture_url),
        (&group, "Team", &None)
    );
    assert_eq!(line.client.group_member_count(&group).await.unwrap().count, 2);
    let room = line.sim.room("Three", &[alice]);
    assert_eq!(line.client.room_member_count(&room).await.unwrap().count, 1);
}

#[tokio::test]
async fn members_come_by_the_hundred() {
    let line = Line::new().await;
    let members = line.sim.crowd("Member", 201);
    let (group, room) = (line.sim.group("Team", &members), line.sim.room("Many", &members[..150]));
    let first = line.client.group_members(&group).await.unwrap();
    assert_eq!((first.items.len(), first.next.is_some()), (100, true));
    let all: Vec<UserId> = line.client.group_members(&group).stream().try_collect().await.unwrap();
    assert_eq!(all, members);
    let all: Vec<UserId> = line.client.room_members(&room).stream().try_collect().await.unwrap();
    assert_eq!(all, members[..150]);
    assert_eq!(line.sim.calls_to("room-members").len(), 2);
    let wrong = line.client.room_members(&room).from(first.value.next.unwrap()).await;
    assert_eq!(refused(wrong), said(400, "Invalid start param"));
}

#[tokio::test]
async fn ordinary_accounts_are_not_told_who_is_there_and_are_told_how_many() {
    let line = Line::new().await;
    let alice = [line.sim.user("Alice")];
    let (group, room) = (line.sim.group("Team", &alice), line.sim.room("Three", &alice));
    line.sim.set_verified(false);
    assert_eq!(refused(line.client.group_members(&group).await), said(403, FORBIDDEN));
    assert_eq!(refused(line.client.room_members(&room).await), said(403, FORBIDDEN));
    assert_eq!(line.client.group_member_count(&group).await.unwrap().count, 1);
}

#[tokio::test]
async fn leaving_makes_the_bot_go_and_tells_it() {
    let line = Line::new().await;
    let alice = [line.sim.user("Alice")];
    let (group, room) = (line.sim.group("Team", &alice), line.sim.room("Three", &alice));
    line.client.leave_group(&group).await.unwrap();
    let event = line.event().await;
    assert_eq!(
        (&event["type"], &event["source"]),
        (&json!("leave"), &json!({"type": "group", "groupId": group}))
    );
    assert!(event.get("replyToken").is_none());
    assert!(!line.sim.people(|people| people.gathering(&group.clone().into()).unwrap().bot_inside));
    for outcome in [
        line.client.leave_group(&group).await.err(),
        line.client.group_summary(&group).await.err(),
        line.client.group_member_count(&group).await.err(),
        line.client.group_members(&group).await.err(),
    ] {
        assert_eq!(refused(outcome.map_or(Ok(()), Err)), said(404, NOT_FOUND));
    }

    line.client.leave_room(&room).await.unwrap();
    assert_eq!(line.event().await["source"], json!({"type": "room", "roomId": room}));
    line.client.leave_room(&room).await.unwrap();
    assert_eq!(refused(line.client.room_member_count(&room).await), said(404, NOT_FOUND));
}

#[tokio::test]
async fn what_is_no_group_is_400_and_an_unknown_one_404() {
    let line = Line::new().await;
    let (group, room) = (no_group(), no_room());
    assert_eq!(refused(line.client.group_summary(&group).await), said(404, NOT_FOUND));
    assert_eq!(refused(line.client.leave_group(&group).await), said(404, NOT_FOUND));
    assert_eq!(refused(line.client.leave_room(&room).await), said(404, NOT_FOUND));
    assert_eq!(refused(line.client.room_members(&room).await), said(404, NOT_FOUND));
    let (group, room) = (GroupId::from("Team"), RoomId::from("Three"));
    let bad = |name: &str| said(400, &format!("The value for the '{name}' parameter is invalid"));
    assert_eq!(refused(line.client.group_summary(&group).await), bad("groupId"));
    assert_eq!(refused(line.client.group_member_count(&group).await), bad("groupId"));
    assert_eq!(refused(line.client.group_members(&group).await), bad("groupId"));
    assert_eq!(refused(line.client.leave_group(&group).await), bad("groupId"));
    assert_eq!(refused(line.client.room_member_count(&room).await), bad("roomId"));
    assert_eq!(refused(line.client.room_members(&room).await), bad("roomId"));
    assert_eq!(refused(line.client.leave_room(&room).await), bad("roomId"));
}
