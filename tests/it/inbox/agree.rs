//! Both backends, the same random life, the same answers.

use std::time::Duration;

use line_bot_server::inbox::*;

use super::rig::*;

struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// One inbox and what it has handed out, as the other has.
struct Side {
    rig: Rig,
    held: Vec<Claimed>,
}

impl Side {
    async fn step(&mut self, step: &Step) -> String {
        let Self { rig, held } = self;
        let (inbox, now) = (&rig.inbox, rig.now());
        match step {
            Step::Accept(events) => format!("{:?}", inbox.accept(delivery(events.clone()), now).await),
            Step::Claim(max) => {
                let claims = inbox.claim(*max, LEASE, now).await.unwrap();
                let told = claims.chats.iter().map(|c| {
                    (
                        c.event.id.clone(),
                        c.event.arrived,
                        c.attempt,
                        c.failures,
                        c.journal.clone(),
                        c.event.json.clone(),
                    )
                });
                let told = format!("{:?} {:?}", told.collect::<Vec<_>>(), claims.next_due);
                held.extend(claims.chats);
                told
            }
            Step::Settle(pick, outcome) => {
                if held.is_empty() {
                    return String::new();
                }
                let claimed = held.remove(pick % held.len());
                format!("{:?}", inbox.settle(&claimed.lease, outcome.clone(), now).await)
            }
            Step::Note(pick, key) => {
                let Some(claimed) = held.get(pick % held.len().max(1)) else { return String::new() };
                let noted = inbox.note(&claimed.lease, vec![push_note(key, 1)], now).await;
                let refused = SendResult::Refused { status: 400, message: "no".into() };
                format!("{noted:?} {:?}", inbox.result(&claimed.lease, entry(key), refused).await)
            }
            Step::Extend => {
                let leases: Vec<Lease> = held.iter().map(|claimed| claimed.lease).collect();
                let lost = inbox.extend(&leases, LEASE, now).await.unwrap();
                format!("{:?}", lost.iter().map(|lease| lease.seq).collect::<Vec<_>>())
            }
            Step::Retry(resend) => format!("{:?}", inbox.retry(Filter::default(), *resend, now).await),
            Step::Discard(id) => {
                let filter = Filter { id: Some(id.as_str().into()), ..Filter::default() };
                format!("{:?}", inbox.discard(filter, now).await)
            }
            Step::Advance(by) => {
                rig.clock.advance(*by);
                String::new()
            }
        }
    }

    async fn state(&self) -> String {
        let counts = self.rig.counts().await;
        // An expired lease shows as held in the file until the chat is claimed again.
        let listed = self.rig.inbox.list(Filter::default()).await.unwrap();
        let listed = listed.iter().map(|l| (l.id.clone(), l.arrived, l.attempts, l.parked.clone()));
        format!("{counts:?} {:?}", listed.collect::<Vec<_>>())
    }
}

#[derive(Clone, Debug)]
enum Step {
    Accept(Vec<line_bot_server::line::RawEvent>),
    Claim(usize),
    Settle(usize, Outcome),
    Note(usize, String),
    Extend,
    Retry(bool),
    Discard(String),
    Advance(Duration),
}

fn random_event(random: &mut Random) -> line_bot_server::line::RawEvent {
    let chat = ["a", "b", "c", ""][random.below(4) as usize];
    let (id, number) = (random.below(120).to_string(), random.below(12));
    // A message is in one chat only; an unsend without a source may mean any.
    match random.below(6) {
        0 if chat.is_empty() => unsend(chat, &format!("u{id}"), &format!("a{number}")),
        0 => unsend(chat, &format!("u{id}"), &format!("{chat}{number}")),
        _ => message(chat, &id, &format!("{chat}{number}")),
    }
}

fn random_step(random: &mut Random, now: line_bot_server::clock::Timestamp) -> Step {
    match random.below(16) {
        0..=4 => Step::Accept((0..=random.below(3)).map(|_| random_event(random)).collect()),
        5..=7 => Step::Claim(random.below(4) as usize),
        8..=11 => {
            let outcome = match random.below(6) {
                0 => parked(),
                1 => Outcome::Release,
                2 => {
                    Outcome::Retry { at: now.after(Duration::from_secs(random.below(20))), error: "e".into() }
                }
                _ => Outcome::Done,
            };
            Step::Settle(random.below(8) as usize, outcome)
        }
        12 => Step::Note(random.below(8) as usize, format!("#{}", random.below(2))),
        13 => match random.below(4) {
            0 => Step::Retry(random.below(2) == 0),
            1 => Step::Discard(random.below(120).to_string()),
            _ => Step::Extend,
        },
        _ => Step::Advance(Duration::from_secs(random.below(12))),
    }
}

#[tokio::test]
async fn memory_and_file_answer_alike() {
    for seed in 0..6 {
        let mut random = Random(seed);
        let mut memory = Side { rig: Rig::memory().await, held: Vec::new() };
        let mut file = Side { rig: Rig::sqlite().await, held: Vec::new() };
        for number in 0..150 {
            let step = random_step(&mut random, memory.rig.now().wall);
            let (one, other) = (memory.step(&step).await, file.step(&step).await);
            assert_eq!(one, other, "seed {seed}, step {number}: {step:?}");
            let (one, other) = (memory.state().await, file.state().await);
            assert_eq!(one, other, "seed {seed}, after step {number}: {step:?}");
        }
    }
}
