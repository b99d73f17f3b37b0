//! Every backend, the same random life, the same answers.

use std::time::Duration;

use line_bot_server::clock::Timestamp;
use line_bot_server::inbox::*;

use super::rig::*;

struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// One inbox and what it has handed out, as the others have.
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
                let told = format!("{} {:?}", told(&claims.chats), claims.next_due);
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
                // Whether a result after the end is refused at once depends on who has looked at the clock since.
                if noted.is_err() {
                    return format!("{noted:?}");
                }
                let refused = SendResult::Refused { status: 400, message: "no".into() };
                format!("{noted:?} {:?}", inbox.result(&claimed.lease, entry(key), refused).await)
            }
            Step::Extend => {
                let leases: Vec<Lease> = held.iter().map(|claimed| claimed.lease).collect();
                let lost = inbox.extend(&leases, LEASE, now).await.unwrap();
                let lost = held.iter().filter(|claimed| lost.contains(&claimed.lease));
                format!("{:?}", lost.map(|claimed| &claimed.event.id).collect::<Vec<_>>())
            }
            Step::Retry(resend) => format!("{:?}", inbox.retry(Filter::default(), *resend, now).await),
            Step::Discard(id) => {
                let filter = Filter { id: Some(id.as_str().into()), ..Filter::default() };
                format!("{:?}", inbox.discard(filter, now).await)
            }
            Step::Advance(by) => {
                rig.advance(*by).await;
                String::new()
            }
        }
    }

    /// Claims what `other` was given, and nothing else; says whether more could be claimed.
    async fn claim_as(&mut self, other: &[Claimed]) -> (Vec<Claimed>, Option<Timestamp>, bool) {
        let claims = self.rig.inbox.claim(usize::MAX, LEASE, self.rig.now()).await.unwrap();
        let (mut same, mut more) = (Vec::new(), false);
        for claimed in claims.chats {
            match other.iter().position(|given| given.event.id == claimed.event.id) {
                Some(place) => same.push((place, claimed)),
                None => {
                    more = true;
                    self.rig.settle(&claimed, Outcome::Release).await;
                }
            }
        }
        same.sort_unstable_by_key(|(place, _)| *place);
        (same.into_iter().map(|(_, claimed)| claimed).collect(), claims.next_due, more)
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
    // A redelivery names the chat and the message that it named before; a message comes again when it is edited.
    let id = random.below(120);
    let (chat, number) = (["a", "b", "c", ""][(id % 4) as usize], id / 4 % 12);
    // A message is in one chat only; an unsend without a source may mean any.
    match random.below(6) {
        0 if chat.is_empty() => unsend(chat, &format!("u{id}"), &format!("a{number}")),
        0 => unsend(chat, &format!("u{id}"), &format!("{chat}{number}")),
        _ => message(chat, &id.to_string(), &format!("{chat}{number}")),
    }
}

fn random_step(random: &mut Random, now: Timestamp) -> Step {
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

fn told(chats: &[Claimed]) -> String {
    let chats: Vec<_> = chats
        .iter()
        .map(|c| (&c.event.id, c.event.arrived, c.attempt, c.failures, &c.journal, &c.event.json))
        .collect();
    format!("{chats:?}")
}

/// Who of several that could be claimed comes first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    /// The same in both.
    Same,
    /// A database sees a retry fall due when it does, the other when somebody looks. The contract has the order.
    Own,
}

/// Lives the same life in memory and in another inbox, and compares what they say.
async fn live(seed: u64, other: Rig, line: Line) {
    let mut random = Random(seed);
    let mut memory = Side { rig: Rig::memory().await, held: Vec::new() };
    let mut other = Side { rig: other, held: Vec::new() };
    for number in 0..150 {
        let step = random_step(&mut random, memory.rig.now().wall);
        let (one, told) = match step {
            Step::Claim(max) if line == Line::Own => claim_alike(&mut memory, &mut other, max).await,
            _ => (memory.step(&step).await, other.step(&step).await),
        };
        assert_eq!(one, told, "seed {seed}, step {number}: {step:?}");
        if line == Line::Own {
            // In memory a lease that ran out is noticed by whoever claims next.
            memory.rig.claim(0).await;
        }
        let (one, told) = (memory.state().await, other.state().await);
        assert_eq!(one, told, "seed {seed}, after step {number}: {step:?}");
    }
}

/// The end of a lease is told to a millisecond more or less.
fn second(due: Timestamp) -> i64 {
    due.as_millis() / 1000
}

/// Lets `other` claim first, and `memory` the same.
async fn claim_alike(memory: &mut Side, other: &mut Side, max: usize) -> (String, String) {
    let claims = other.rig.inbox.claim(max, LEASE, other.rig.now()).await.unwrap();
    let (same, next_due, more) = memory.claim_as(&claims.chats).await;
    assert!(!more || claims.chats.len() == max, "{:?} left something out", claims.chats);
    // Who claimed something comes again anyway. The memory keeps a bound below the end of its leases.
    if max > 0 && claims.chats.is_empty() {
        let (bound, due) = (next_due.map(second), claims.next_due.map(second));
        assert!(bound.is_some() == due.is_some() && bound <= due, "{next_due:?} {:?}", claims.next_due);
    }
    let said = (told(&same), told(&claims.chats));
    memory.held.extend(same);
    other.held.extend(claims.chats);
    said
}

#[tokio::test]
async fn memory_and_file_answer_alike() {
    for seed in 0..6 {
        live(seed, Rig::sqlite().await, Line::Same).await;
    }
}

#[tokio::test]
async fn memory_and_database_answer_alike() {
    for seed in 0..6 {
        let Some(rig) = Rig::postgres().await else { return };
        live(seed, rig, Line::Own).await;
    }
}
