//! Narrowcasts: how many people they need, so that nobody can be guessed at.

use line_bot_server::simulator::{Act, Attributes, Gender};
use serde_json::json;

use super::kit::{KEY, Line, and, audience, filter, gender, not, redelivery};

const WOMEN_AND_MEN: [&str; 2] = ["female", "male"];

/// Friends with LINE's minimums; the first `women` of them are women, nothing else is known.
async fn friends(count: usize, women: usize) -> (Line, Vec<line_bot_server::line::UserId>) {
    let line = Line::new().await;
    let friends = line.sim.crowd("Fan", count);
    for (number, friend) in friends.iter().enumerate() {
        let attributes = Attributes::unknown();
        let attributes = if number < women { attributes.gender(Gender::Female) } else { attributes };
        line.sim.set_attributes(friend, attributes);
    }
    (line, friends)
}

#[tokio::test]
async fn attributes_need_a_hundred_friends() {
    let both = filter(&json!({"type": "gender", "oneOf": WOMEN_AND_MEN}));
    let (line, _) = friends(99, 99).await;
    let got = line.narrowcast(both.clone()).await;
    assert_eq!(got.refusal(), (403, "Your account does not have enough friends"));
    let (line, fans) = friends(100, 100).await;
    assert_eq!(line.reached(both.clone()).await, Ok(100));
    line.sim.compose(Act::unfollow(&fans[0])).unwrap();
    assert_eq!(line.narrowcast(both).await.status, 403);
    // Without attributes, a few will do.
    let (line, _) = friends(3, 0).await;
    assert_eq!(line.reached(json!({})).await, Ok(3));
}

#[tokio::test]
async fn attributes_need_fifty_recipients() {
    let (line, _) = friends(100, 49).await;
    assert_eq!(line.reached(filter(&gender("female"))).await, Err(2));
    assert_eq!(line.count_heard(), 0);
    let (line, _) = friends(100, 50).await;
    assert_eq!(line.reached(filter(&gender("female"))).await, Ok(50));
}

#[tokio::test]
async fn an_audience_needs_fifty_recipients_unless_it_was_made_from_own_user_ids() {
    let (line, fans) = friends(60, 0).await;
    let small = line.sim.shared_audience("another account's", &fans[..49]);
    let large = line.sim.shared_audience("another account's", &fans[..50]);
    let own = line.sim.audience("own", &fans[..1]);
    assert_eq!(line.reached(json!({"recipient": audience(small)})).await, Err(2));
    assert_eq!(line.reached(json!({"recipient": audience(large)})).await, Ok(50));
    assert_eq!(line.reached(json!({"recipient": audience(own)})).await, Ok(1));
    let rest = and(&[audience(large), not(&audience(own))]);
    assert_eq!(line.reached(json!({"recipient": rest})).await, Err(2));
}

#[tokio::test]
async fn attributes_take_away_the_freedom_of_own_user_ids() {
    let (line, fans) = friends(100, 100).await;
    let own = line.sim.audience("own", &fans[..49]);
    let mut extra = filter(&gender("female"));
    extra["recipient"] = audience(own);
    assert_eq!(line.reached(extra).await, Err(2));
}

#[tokio::test]
async fn each_of_several_audiences_needs_fifty_unless_it_was_made_from_own_user_ids() {
    let (line, fans) = friends(120, 0).await;
    let small = line.sim.shared_audience("another account's", &fans[..49]);
    let large = line.sim.shared_audience("another account's", &fans[..100]);
    let enough = line.sim.shared_audience("another account's", &fans[..50]);
    let own = line.sim.audience("own", &fans[..3]);
    let without = |id| json!({"recipient": and(&[audience(large), not(&audience(id))])});
    assert_eq!(line.reached(without(small)).await, Err(4));
    assert_eq!(line.reached(without(enough)).await, Ok(50));
    assert_eq!(line.reached(without(own)).await, Ok(97));
    // Friends count, not members.
    line.sim.compose(Act::unfollow(&fans[0])).unwrap();
    assert_eq!(line.reached(without(enough)).await, Err(4));
}

#[tokio::test]
async fn a_redelivery_needs_fifty_recipients() {
    let (line, fans) = friends(60, 0).await;
    line.sim.past_narrowcast(KEY, &fans[..50]);
    let again = json!({"recipient": redelivery(KEY)});
    assert_eq!(line.reached(again.clone()).await, Ok(50));
    line.sim.compose(Act::unfollow(&fans[0])).unwrap();
    assert_eq!(line.reached(again).await, Err(2));
}

#[tokio::test]
async fn nobody_at_all_are_too_few() {
    let line = Line::for_few().await;
    assert_eq!(line.reached(json!({})).await, Err(2));
    let own = audience(line.sim.audience("own", &[line.sim.user("Alice")]));
    let nobody = and(&[own.clone(), not(&own)]);
    assert_eq!(line.reached(json!({"recipient": nobody})).await, Err(2));
}
