//! A small inbox in memory that keeps the contract as the dispatch sees it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use line_bot_server::clock::{Boot, Now, Timestamp};
use line_bot_server::inbox::{
    Acceptance, Accepted, Claimed, Claims, Counts, Delivery, Filter, Inbox, InboxError, JournalEntry, Lease,
    Listed, Outcome, Parked, Retention, SendEntry, SendNote, SendResult, Settled, Shown, State, StoredEvent,
    Swept,
};
use line_bot_server::line::{Channel, MessageId, RawEvent, WebhookEventId};

#[derive(Default)]
pub(super) struct Memory(Mutex<Held>);

#[derive(Default)]
struct Held {
    last_seq: u64,
    last_fence: u64,
    seen: HashMap<(Channel, WebhookEventId), u64>,
    rows: BTreeMap<u64, Row>,
}

struct Row {
    event: StoredEvent,
    message: Option<MessageId>,
    attempts: u32,
    failures: u32,
    due: Timestamp,
    lease: Option<(u64, Boot)>,
    journal: Vec<JournalEntry>,
    parked: Option<(Parked, Timestamp)>,
    last_error: Option<String>,
    unsent: bool,
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap()
    }
}

impl Held {
    fn add(&mut self, delivery: &Delivery, raw: &RawEvent, now: Now) -> Acceptance {
        let key = (delivery.channel.clone(), raw.id.clone());
        if let Some(seq) = self.seen.get(&key) {
            if let Some(row) = self.rows.get_mut(seq) {
                row.event.arrived = now.wall;
            }
            return Acceptance::Duplicate;
        }
        for row in self.rows.values_mut().filter(|row| raw.unsends.is_some() && row.message == raw.unsends) {
            row.event.json = Bytes::new();
            row.unsent = true;
        }
        self.last_seq += 1;
        self.seen.insert(key, self.last_seq);
        let event = StoredEvent {
            channel: delivery.channel.clone(),
            destination: delivery.destination.clone(),
            id: raw.id.clone(),
            kind: raw.kind.clone(),
            chat: raw.chat.clone(),
            timestamp: raw.timestamp,
            arrived: now.wall,
            first_seen_redelivered: raw.redelivery,
            json: raw.json.clone(),
        };
        let row = Row {
            event,
            message: raw.message_id.clone(),
            attempts: 0,
            failures: 0,
            due: Timestamp::default(),
            lease: None,
            journal: Vec::new(),
            parked: None,
            last_error: None,
            unsent: false,
        };
        self.rows.insert(self.last_seq, row);
        Acceptance::New
    }

    fn held(&mut self, lease: &Lease, now: Option<Now>) -> Result<&mut Row, InboxError> {
        let row = self.rows.get_mut(&lease.seq).ok_or(InboxError::LeaseLost)?;
        let (fence, end) = row.lease.ok_or(InboxError::LeaseLost)?;
        let over = now.is_some_and(|now| now.boot >= end);
        if fence == lease.fence && !over { Ok(row) } else { Err(InboxError::LeaseLost) }
    }
}

fn listed(row: &Row) -> Listed {
    Listed {
        channel: row.event.channel.clone(),
        id: row.event.id.clone(),
        kind: row.event.kind.clone(),
        chat: row.event.chat.clone(),
        arrived: row.event.arrived,
        state: match (&row.parked, &row.lease) {
            (Some(_), _) => State::Parked,
            (None, Some(_)) => State::InHand,
            (None, None) => State::Waiting,
        },
        attempts: row.attempts,
        due: Some(row.due),
        parked: row.parked.clone(),
        last_error: row.last_error.clone(),
    }
}

#[async_trait]
impl Inbox for Memory {
    async fn accept(&self, delivery: Delivery, now: Now) -> Result<Accepted, InboxError> {
        let mut held = self.lock();
        let events = delivery.events.iter().map(|raw| held.add(&delivery, raw, now)).collect();
        Ok(Accepted { events })
    }

    async fn claim(&self, max: usize, lease: Duration, now: Now) -> Result<Claims, InboxError> {
        let mut held = self.lock();
        let Held { rows, last_fence, .. } = &mut *held;
        let (mut claims, mut taken) = (Claims::default(), HashSet::new());
        for (seq, row) in rows.iter_mut().filter(|(_, row)| row.parked.is_none()) {
            let lane = row.event.chat.clone().map_or_else(|| seq.to_string(), |chat| chat.to_string());
            if !taken.insert(lane) || row.lease.is_some_and(|(_, end)| end > now.boot) {
                continue;
            }
            if row.due > now.wall {
                claims.next_due = Some(claims.next_due.map_or(row.due, |due| due.min(row.due)));
                continue;
            }
            if claims.chats.len() == max {
                break;
            }
            *last_fence += 1;
            row.lease = Some((*last_fence, now.boot.after(lease)));
            row.attempts += 1;
            claims.chats.push(Claimed {
                lease: Lease { seq: *seq, fence: *last_fence },
                event: row.event.clone(),
                attempt: row.attempts,
                failures: row.failures,
                journal: row.journal.clone(),
            });
        }
        Ok(claims)
    }

    async fn extend(&self, leases: &[Lease], by: Duration, now: Now) -> Result<Vec<Lease>, InboxError> {
        let mut held = self.lock();
        let mut lost = Vec::new();
        for lease in leases {
            match held.held(lease, Some(now)) {
                Ok(row) => row.lease = Some((lease.fence, now.boot.after(by))),
                Err(_) => lost.push(*lease),
            }
        }
        Ok(lost)
    }

    async fn settle(&self, lease: &Lease, outcome: Outcome, now: Now) -> Result<Settled, InboxError> {
        let mut held = self.lock();
        let row = held.held(lease, Some(now))?;
        row.lease = None;
        if row.unsent && outcome != Outcome::Done {
            held.rows.remove(&lease.seq);
            return Ok(Settled::Unsent);
        }
        match outcome {
            Outcome::Done => {
                held.rows.remove(&lease.seq);
            }
            Outcome::Retry { at, error } => {
                row.due = at;
                row.failures += 1;
                row.last_error = Some(error);
            }
            Outcome::Park(parked) => row.parked = Some((parked, now.wall)),
            Outcome::Release => row.attempts -= 1,
        }
        Ok(Settled::AsAsked)
    }

    async fn note(&self, lease: &Lease, sends: Vec<SendNote>, now: Now) -> Result<(), InboxError> {
        let mut held = self.lock();
        let row = held.held(lease, Some(now))?;
        for SendNote { entry, hash } in sends {
            if !row.journal.iter().any(|known| known.entry == entry) {
                row.journal.push(JournalEntry { entry, hash, noted: now.wall, result: None });
            }
        }
        Ok(())
    }

    async fn result(&self, lease: &Lease, entry: SendEntry, result: SendResult) -> Result<(), InboxError> {
        let mut held = self.lock();
        let row = held.held(lease, None)?;
        let known = row.journal.iter_mut().find(|known| known.entry == entry);
        let known = known.expect("a result without a note");
        assert_eq!(known.result, None, "one entry, two results");
        known.result = Some(result);
        Ok(())
    }

    async fn counts(&self, _now: Now) -> Result<Counts, InboxError> {
        let held = self.lock();
        let pending = held.rows.values().filter(|row| row.parked.is_none()).count() as u64;
        Ok(Counts { pending, ..Counts::default() })
    }

    async fn list(&self, _filter: Filter) -> Result<Vec<Listed>, InboxError> {
        Ok(self.lock().rows.values().map(listed).collect())
    }

    async fn show(&self, channel: &Channel, id: &WebhookEventId) -> Result<Option<Shown>, InboxError> {
        let held = self.lock();
        let row = held.rows.values().find(|row| row.event.channel == *channel && row.event.id == *id);
        Ok(row.map(|row| Shown {
            listed: listed(row),
            json: row.event.json.clone(),
            journal: row.journal.clone(),
        }))
    }

    async fn retry(&self, _filter: Filter, resend: bool, now: Now) -> Result<u64, InboxError> {
        let mut held = self.lock();
        let mut count = 0;
        for row in held.rows.values_mut().filter(|row| row.parked.is_some()) {
            (row.parked, row.attempts, row.failures, row.due) = (None, 0, 0, now.wall);
            if resend {
                let aside = SendResult::Refused { status: 0, message: "set aside".to_owned() };
                row.journal.iter_mut().for_each(|known| known.result = Some(aside.clone()));
            }
            count += 1;
        }
        Ok(count)
    }

    async fn discard(&self, _filter: Filter, _now: Now) -> Result<u64, InboxError> {
        Ok(0)
    }

    async fn sweep(&self, _retention: Retention, _now: Now) -> Result<Swept, InboxError> {
        Ok(Swept::default())
    }

    async fn ready(&self) -> Result<(), InboxError> {
        Ok(())
    }

    async fn close(&self) -> Result<(), InboxError> {
        Ok(())
    }
}
