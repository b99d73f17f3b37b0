//! P5: a chat in order, chats in parallel, nobody starves, and the 200s never wait for handlers.

use std::sync::Arc;

use line_bot_server::simulator::{Act, Parcel};
use line_bot_server::{Handler, handler_fn};
use tokio::sync::Barrier;

use crate::support::{Gate, Seen, Stage};

#[tokio::test]
async fn p5_each_chat_is_handled_in_its_order_over_several_deliveries() {
    const CHATS: usize = 5;
    const EACH: usize = 20;
    let stage = Stage::redelivering().await;
    let seen = Seen::default();
    let noted = seen.clone();
    let app = stage
        .start(handler_fn(move |cx, event| {
            let one = noted.note(&cx, &event);
            async move {
                // The second of each four fails once: its chat waits for it.
                if one.json["message"]["text"].as_str().unwrap().ends_with('1') && one.attempt == 1 {
                    return Err(line_bot_server::HandlerError::new("not yet"));
                }
                tokio::task::yield_now().await;
                cx.respond(one.text()).await?;
                Ok(())
            }
        }))
        .await;
    let users: Vec<_> = (0..CHATS).map(|n| stage.sim.user(&format!("User {n}"))).collect();
    for n in 0..EACH {
        for user in &users {
            stage.sim.say(user, n.to_string()).unwrap();
        }
    }
    for user in &users {
        let heard = crate::support::heard(&stage.sim, user.clone(), EACH).await;
        let texts: Vec<_> = heard.into_iter().map(|(text, _)| text).collect();
        assert_eq!(texts, (0..EACH).map(|n| n.to_string()).collect::<Vec<_>>());
    }
    app.stop().await;
    for user in &users {
        let chat = Some(user.to_string());
        let mut texts: Vec<_> =
            seen.all().iter().filter(|one| one.chat == chat).map(|one| one.text().to_owned()).collect();
        assert_eq!(texts.len(), EACH + 2, "two of them were tried twice");
        texts.dedup();
        assert_eq!(texts, (0..EACH).map(|n| n.to_string()).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn p5_different_chats_are_handled_in_parallel_and_one_chat_is_not() {
    let stage = Stage::new().await;
    // Each waits for the other: only if both run at once does either end.
    let meet = Arc::new(Barrier::new(2));
    let seen = Seen::default();
    let noted = seen.clone();
    let app = stage
        .start(handler_fn(move |cx, event| {
            let meet = Arc::clone(&meet);
            noted.note(&cx, &event);
            async move {
                meet.wait().await;
                Ok(())
            }
        }))
        .await;
    let (alice, bob) = (stage.sim.user("Alice"), stage.sim.user("Bob"));
    stage.sim.say(&alice, "a1").unwrap();
    stage.sim.say(&alice, "a2").unwrap();
    stage.acked(2).await;
    seen.wait(1).await;
    stage.sim.say(&bob, "b1").unwrap();
    seen.wait(2).await;
    assert_eq!(seen.texts()[..2], ["a1", "b1"], "Alice's second waits for her first, Bob does not");
    seen.wait(3).await;
    stage.sim.say(&bob, "b2").unwrap();
    seen.wait(4).await;
    app.stop().await;
    assert_eq!(seen.texts()[2..], ["a2", "b2"]);
}

/// Notes each event and waits at the gate with it.
fn held(seen: &Seen, gate: &Gate) -> impl Handler + use<> {
    let (seen, gate) = (seen.clone(), gate.clone());
    handler_fn(move |cx, event| {
        let gate = gate.clone();
        seen.note(&cx, &event);
        async move {
            gate.pass().await;
            Ok(())
        }
    })
}

#[tokio::test]
async fn while_every_handler_slot_is_taken_the_200s_still_leave() {
    let stage = Stage::new().await.set("HANDLER_CONCURRENCY", "2");
    let (seen, gate) = (Seen::default(), Gate::closed());
    let app = stage.start(held(&seen, &gate)).await;
    let say = |n: usize| stage.sim.say(&stage.sim.user(&format!("User {n}")), "hi").unwrap();
    (0..2).for_each(|n| drop(say(n)));
    seen.wait(2).await;
    (2..102).for_each(|n| drop(say(n)));
    stage.acked(102).await;
    assert_eq!(app.get("/readyz").await.unwrap(), 200);
    assert_eq!(seen.all().len(), 2, "no more than two at once");
    let counts = stage.counts();
    assert_eq!((counts.pending, counts.in_hand), (102, 2));
    let mut took: Vec<_> = stage.sim.deliveries().iter().map(|delivered| delivered.latency).collect();
    took.sort_unstable();
    println!(
        "200s while every slot is taken: {:?} in the middle, {:?} at most",
        took[took.len() / 2],
        took[took.len() - 1]
    );
    gate.open();
    app.stop().await;
    assert_eq!(seen.all().len(), 102);
}

#[tokio::test]
async fn p5_a_busy_chat_does_not_starve_the_others() {
    let stage = Stage::new().await.set("HANDLER_CONCURRENCY", "1");
    let (seen, gate) = (Seen::default(), Gate::closed());
    let app = stage.start(held(&seen, &gate)).await;
    let busy = stage.sim.user("Busy");
    let events: Vec<_> =
        (0..200).map(|n| stage.sim.compose(Act::say(&busy, n.to_string())).unwrap()).collect();
    stage.sim.deliver(Parcel::of(events));
    seen.wait(1).await;
    for n in 0..20 {
        stage.sim.say(&stage.sim.user(&format!("User {n}")), "first").unwrap();
    }
    stage.acked(220).await;
    gate.open();
    app.stop().await;
    let texts = seen.texts();
    assert_eq!(texts.len(), 220);
    let last_first = texts.iter().rposition(|text| text == "first").unwrap();
    // One event of a chat at a time, then the next chat: after the one in hand and one more come the others.
    assert!(last_first <= 22, "the others were done at place {last_first}: {texts:?}");
}
