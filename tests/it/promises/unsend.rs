//! P10: an unsend is respected.

use line_bot_server::simulator::{Act, Parcel};
use line_bot_server::{Context, Event, HandlerError, handler_fn};

use crate::support::{Gate, PATIENCE, Seen, Stage, until};

const REGRETTED: &str = "I-should-never-have-said-this";

#[tokio::test]
async fn p10_a_message_that_is_unsent_while_it_waits_is_never_handled_and_its_text_is_nowhere() {
    let stage = Stage::new().await;
    let (seen, gate) = (Seen::default(), Gate::closed());
    let (noted, held) = (seen.clone(), gate.clone());
    let app = stage
        .start(handler_fn(move |cx: Context, event: Event| {
            noted.note(&cx, &event);
            let held = held.clone();
            async move {
                held.pass().await;
                Ok(())
            }
        }))
        .await;
    let alice = stage.sim.user("Alice");
    stage.sim.say(&alice, "first").unwrap();
    seen.wait(1).await;
    let regretted = stage.sim.say(&alice, REGRETTED).unwrap();
    stage.acked(2).await;
    assert!(stage.on_disk(REGRETTED), "it waits");
    stage.sim.happen(Act::unsend(&regretted.message_id.unwrap())).unwrap();
    stage.acked(3).await;
    until("gone from every file, while the server runs", || !stage.on_disk(REGRETTED)).await;
    gate.open();
    app.stop().await;
    let all = seen.all();
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!((all[1].kind(), all[1].unknown), ("unsend", false), "{all:?}");
    assert!(!stage.on_disk(REGRETTED));
}

#[tokio::test]
async fn p10_parked_and_late_messages_are_wiped_too_and_one_in_hand_is_not_tried_again() {
    let stage = Stage::new().await.set("HANDLER_ATTEMPTS", "1");
    let (seen, gate) = (Seen::default(), Gate::closed());
    let (noted, held) = (seen.clone(), gate.clone());
    let app = stage
        .start(handler_fn(move |cx: Context, event: Event| {
            let one = noted.note(&cx, &event);
            let held = held.clone();
            async move {
                match one.text() {
                    "" => Ok(()),
                    "in hand" => {
                        held.pass().await;
                        Err(HandlerError::new("fails"))
                    }
                    _ => Err(HandlerError::new("fails")),
                }
            }
        }))
        .await;
    let (alice, bob, carol) = (stage.sim.user("Alice"), stage.sim.user("Bob"), stage.sim.user("Carol"));
    let parked = stage.sim.say(&alice, format!("{REGRETTED} parked")).unwrap();
    stage.parked(1).await;
    let in_hand = stage.sim.say(&bob, "in hand").unwrap();
    seen.wait(2).await;
    let late = stage.sim.compose(Act::say(&carol, format!("{REGRETTED} late"))).unwrap();
    let unsent = [&parked, &in_hand, &late].map(|event| Act::unsend(event.message_id.as_ref().unwrap()));
    for act in unsent {
        stage.sim.happen(act).unwrap();
    }
    stage.acked(5).await;
    stage.sim.deliver(Parcel::of([late.clone()]));
    stage.sim.wait_for(PATIENCE, |ledger| ledger.acked().contains(&late.id)).await.unwrap();
    gate.open();
    app.idle().await;
    until("gone from every file", || !stage.on_disk(REGRETTED)).await;
    app.stop().await;
    let all = seen.all();
    assert_eq!(all.iter().filter(|one| one.kind() == "unsend").count(), 3);
    assert_eq!(all.len(), 5, "the late one never reached the handler: {all:?}");
    let left = stage.list(&Default::default());
    assert!(left.iter().all(|listed| listed.id != in_hand.id), "dropped, not parked: {left:?}");
}
