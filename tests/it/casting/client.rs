//! The client and the simulator, who do not know each other, agree.

use std::time::Duration;

use line_bot_server::client::api::message::MulticastError;
use line_bot_server::client::{Client, Patience, TokenSource, WaitError};
use line_bot_server::clock::Clock;
use line_bot_server::line::UserId;
use line_bot_server::line::narrowcast::{Age, Area, Demographic, Gender, Limit, Phase, Reason, Recipient};
use line_bot_server::simulator::{NarrowcastFailure, NarrowcastRules, Settings, Simulator, Via};

use crate::client::scripted::{http, settings};

const PATIENCE: Patience = Patience {
    first: Duration::from_millis(2),
    longest: Duration::from_millis(8),
    within: Duration::from_secs(20),
};

async fn both() -> (Simulator, Client) {
    let step = Duration::from_millis(3);
    let narrowcast = NarrowcastRules { waiting: step, sending: step, ..NarrowcastRules::default() };
    let sim = Simulator::start(Settings { narrowcast, ..Settings::default() }).await.unwrap();
    let token = TokenSource::fixed(sim.access_token().to_owned().into());
    let client = Client::new(settings(&sim.base_url()), http(), token, Clock::system());
    (sim, client)
}

fn heard(sim: &Simulator, via: Via) -> usize {
    sim.ledger(|ledger| ledger.all_heard().iter().filter(|it| it.via == via).count())
}

#[tokio::test]
async fn a_multicast_to_more_than_five_hundred_reaches_each_once() {
    let (sim, client) = both().await;
    let fans = sim.crowd("Fan", 1100);
    let twice = fans.iter().chain(&fans).cloned();
    let sent = client.multicast(twice, "hi").key("address").await.unwrap();
    assert_eq!((sent.parts.len(), sent.accepted().count()), (3, 1100));
    // All of it again under the same key: each part is accepted already.
    assert_eq!(client.multicast(fans, "hi").key("address").await.unwrap().accepted().count(), 1100);
    assert_eq!((heard(&sim, Via::Multicast), sim.calls_to("multicast").len()), (1100, 6));
}

#[tokio::test]
async fn an_unknown_user_spoils_their_part_alone() {
    let (sim, client) = both().await;
    let fans = sim.crowd("Fan", 600);
    let unknown = UserId::from(format!("U{}", "0".repeat(32)));
    let all = fans.into_iter().chain([unknown.clone()]);
    let error = client.multicast(all, "hi").await.unwrap_err();
    let MulticastError::Incomplete(sent) = error else { panic!("{error}") };
    assert!(sent.refused().any(|user| *user == unknown));
    assert_eq!((sent.refused().count(), sent.accepted().count()), (500, 101));
    assert_eq!(heard(&sim, Via::Multicast), 101);
}

#[tokio::test]
async fn a_broadcast_reaches_every_friend() {
    let (sim, client) = both().await;
    sim.crowd("Fan", 3);
    sim.stranger("Carol");
    client.broadcast(["one", "two"]).await.unwrap();
    assert_eq!(heard(&sim, Via::Broadcast), 6);
}

#[tokio::test]
async fn a_narrowcast_is_waited_for_and_redelivered() {
    let (sim, client) = both().await;
    let fans = sim.crowd("Fan", 240);
    let regulars = sim.audience("regulars", &fans[..180]);
    let women = Demographic::gender([Gender::Female])
        & Demographic::age(Age::Years15..)
        & !Demographic::area([Area::Okinawa]);
    let narrowcast = client
        .narrowcast("hi")
        .recipient(Recipient::audience(regulars))
        .filter(women)
        .limit(Limit::new().max(60).up_to_remaining_quota())
        .await
        .unwrap();
    let done = narrowcast.wait(PATIENCE).await.unwrap();
    assert_eq!((done.phase, done.success_count, done.failure_count), (Phase::Succeeded, Some(60), Some(0)));
    let again =
        client.narrowcast("again").recipient(Recipient::redelivery(narrowcast.request_id)).await.unwrap();
    assert_eq!(again.wait(PATIENCE).await.unwrap().success_count, Some(60));
    assert_eq!(heard(&sim, Via::Narrowcast), 120);
}

#[tokio::test]
async fn each_failure_is_the_reason_that_line_gives() {
    let (sim, client) = both().await;
    sim.user("Alice");
    for (failure, reason) in [
        (NarrowcastFailure::Internal, Reason::Internal),
        (NarrowcastFailure::TooFewRecipients, Reason::TooFewRecipients),
        (NarrowcastFailure::Conflict, Reason::AlreadyAccepted),
        (NarrowcastFailure::SmallAudience, Reason::AudienceTooSmall),
        (NarrowcastFailure::PartialDelivery, Reason::PartialDelivery),
    ] {
        sim.fail_next_narrowcast(failure);
        match client.narrowcast("hi").await.unwrap().wait(PATIENCE).await {
            Err(WaitError::Failed(failed)) => assert_eq!(failed.reason, Some(reason)),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn attributes_without_enough_friends_are_refused() {
    let (sim, client) = both().await;
    sim.crowd("Fan", 99);
    let error = client.narrowcast("hi").filter(Demographic::gender([Gender::Male])).await.unwrap_err();
    assert_eq!(error.status(), Some(403), "{error}");
}

#[tokio::test]
async fn a_quota_that_is_set_aside_is_an_exhausted_one() {
    let (sim, client) = both().await;
    let fans = sim.crowd("Fan", 10);
    sim.set_quota(Some(10));
    let rules = NarrowcastRules { waiting: Duration::from_secs(3600), ..NarrowcastRules::default() };
    sim.set_narrowcast_rules(rules);
    client.narrowcast("hi").await.unwrap();
    let error = client.push(fans[0].clone(), "hi").await.unwrap_err();
    assert_eq!((error.status(), error.is_monthly_quota()), (Some(429), true), "{error}");
    assert_eq!(sim.calls_to("push").len(), 1);
}

#[tokio::test]
async fn messages_are_validated_without_being_sent() {
    let (sim, client) = both().await;
    client.validate_reply("hi").await.unwrap();
    client.validate_push("hi").await.unwrap();
    client.validate_multicast("hi").await.unwrap();
    client.validate_narrowcast("hi").await.unwrap();
    client.validate_broadcast("hi").await.unwrap();
    assert_eq!(sim.ledger(|ledger| (ledger.calls().len(), ledger.all_heard().len())), (5, 0));
}
