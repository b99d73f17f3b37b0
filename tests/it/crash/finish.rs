//! The end of a run: everything answered, and everything delivered once more.

use line_bot_server::simulator::{Parcel, Simulator};

use super::PATIENCE;
use super::load::Chat;

/// Every so many events go into one body when everything is delivered once more.
const BODY: usize = 50;

/// Waits until everything is acked and answered, or too long: what came of it is judged later, with more to say.
pub(crate) async fn all_answered(sim: &Simulator, chats: &[Chat]) {
    sim.clear_faults();
    let events: usize = chats.iter().map(|chat| chat.said.len()).sum();
    let _ = sim.wait_for(PATIENCE, |ledger| ledger.acked().len() >= events).await;
    let all: Vec<_> = chats.iter().map(|chat| (chat.id.clone(), chat.expected())).collect();
    let _ =
        sim.wait_for(PATIENCE, |ledger| all.iter().all(|(id, count)| ledger.count_heard(id) >= *count)).await;
}

/// Everything once more, after all those lives: nothing may come of it. Returns how much had been heard before.
pub(crate) async fn deliver_again(sim: &Simulator, chats: &[Chat]) -> usize {
    let events: Vec<_> =
        chats.iter().flat_map(|chat| chat.said.iter().map(|said| said.event.clone())).collect();
    let (before, heard) = sim.ledger(|ledger| (ledger.deliveries().len(), ledger.all_heard().len()));
    for events in events.chunks(BODY) {
        sim.deliver(Parcel::of(events.to_vec()).as_redelivery());
    }
    let bodies = events.len().div_ceil(BODY);
    let again = sim.wait_for(PATIENCE, |ledger| {
        ledger.deliveries()[before..].iter().filter(|one| one.outcome.acked()).count() >= bodies
    });
    again.await.expect("every event is delivered once more");
    heard
}
