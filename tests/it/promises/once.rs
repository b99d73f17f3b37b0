//! P3: each event once.

use line_bot_server::bot::QuoteBot;
use line_bot_server::simulator::{Act, Outcome, Parcel};

use crate::support::{PATIENCE, Stage, heard};

#[tokio::test]
async fn p3_a_thousand_copies_at_once_are_handled_once() {
    let stage = Stage::new().await;
    let app = stage.start(QuoteBot).await;
    let alice = stage.sim.user("Alice");
    let event = stage.sim.compose(Act::say(&alice, "hi")).unwrap();
    stage.sim.deliver(Parcel::of([event]).copies(1000).at_once());
    stage.sim.wait_for(PATIENCE, |ledger| ledger.deliveries().len() == 1000).await.unwrap();
    assert!(stage.sim.deliveries().iter().all(|it| it.outcome == Outcome::Answered(200)));
    app.stop().await;
    assert_eq!(stage.counts().remembered, 1);
    assert_eq!(stage.sim.heard(alice).len(), 1);
    assert_eq!(stage.sim.calls_to("reply").len() + stage.sim.calls_to("push").len(), 1);
}

#[tokio::test]
async fn p3_duplicates_and_redeliveries_in_a_chat_are_handled_once_also_after_a_restart() {
    let stage = Stage::new().await;
    let app = stage.start(QuoteBot).await;
    let alice = stage.sim.user("Alice");
    let (a, b) = (Act::say(&alice, "a"), Act::say(&alice, "b"));
    let (a, b) = (stage.sim.compose(a).unwrap(), stage.sim.compose(b).unwrap());
    stage.sim.deliver(Parcel::of([a.clone(), a.clone(), b.clone()]).copies(2));
    stage.sim.deliver(Parcel::of([b.clone(), a.clone()]).as_redelivery().copies(3));
    stage.sim.wait_for(PATIENCE, |ledger| ledger.deliveries().len() == 5).await.unwrap();
    heard(&stage.sim, alice.clone(), 2).await;
    app.stop().await;
    let app = stage.start(QuoteBot).await;
    stage.sim.deliver(Parcel::of([a, b]).as_redelivery());
    stage.sim.wait_for(PATIENCE, |ledger| ledger.deliveries().len() == 6).await.unwrap();
    assert!(stage.sim.deliveries().iter().all(|it| it.outcome == Outcome::Answered(200)));
    app.stop().await;
    let texts: Vec<_> = stage.sim.heard(alice).iter().map(|heard| heard.text().to_owned()).collect();
    assert_eq!(texts, ["a", "b"]);
}
