//! The inbox that forgets: everything in memory, nothing across a restart. For development and tests, and for bots
//! that would rather lose an event than own a disk.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use self::remembered::Remembered;
use super::key::{ChannelNo, IdKey};
use super::lanes::Lanes;
use super::pending::{Channels, FORGET_SLACK, Pending, is_redated};
use super::unsent::{UNSENT_DETAIL, Unsent};
use super::{
    Acceptance, Accepted, Claimed, Claims, Counts, Delivery, Filter, Inbox, InboxError, Lease, Listed, Now,
    Outcome, Parked, Retention, SendEntry, SendNote, SendResult, Settled, Shown, State, Swept, Timestamp,
};
use crate::line::{BotUserId, Channel, MessageId, RawEvent, WebhookEventId};

mod remembered;

/// Ids beyond which the oldest are forgotten before their time: about 200 MB.
const REMEMBERED_MAX: usize = 5_000_000;
/// Parked events beyond which the oldest are dropped.
const PARKED_MAX: usize = 10_000;
/// Ids one sweep looks at.
const SWEEP_IDS: usize = 20_000;

/// An [`Inbox`] in memory.
///
/// One lock around everything, held for about a microsecond: the duplicate check, the limit and the order of the
/// chats must be decided together, or a body could be refused whose duplicate was just answered with 200.
pub struct MemoryInbox {
    state: Mutex<Held>,
    max_pending: u64,
}

struct Held {
    lanes: Lanes,
    remembered: Remembered,
    channels: Channels,
    unsent: Unsent,
    parked: BTreeMap<u64, ParkedEvent>,
    seq: u64,
    fence: u64,
}

struct ParkedEvent {
    key: IdKey,
    event: Pending,
    why: Parked,
    at: Timestamp,
}

impl MemoryInbox {
    /// An empty inbox that refuses bodies once `max_pending` events wait or are in hand.
    pub fn new(max_pending: u64) -> Self {
        let state = Held {
            lanes: Lanes::new(usize::MAX),
            remembered: Remembered::new(REMEMBERED_MAX),
            channels: Channels::default(),
            unsent: Unsent::default(),
            parked: BTreeMap::new(),
            seq: 0,
            fence: 0,
        };
        Self { state: Mutex::new(state), max_pending }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // Nothing in here panics half way; a poisoned lock would only hide the first panic's message.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Inbox for MemoryInbox {
    async fn accept(&self, delivery: Delivery, now: Now) -> Result<Accepted, InboxError> {
        self.held().accept(delivery, self.max_pending, now)
    }

    async fn claim(&self, max: usize, lease: Duration, now: Now) -> Result<Claims, InboxError> {
        Ok(self.held().claim(max, lease, now))
    }

    async fn extend(&self, leases: &[Lease], lease: Duration, now: Now) -> Result<Vec<Lease>, InboxError> {
        let mut held = self.held();
        let until = now.boot.after(lease);
        Ok(leases.iter().filter(|lease| !held.lanes.extend(lease, until, now)).copied().collect())
    }

    async fn settle(&self, lease: &Lease, outcome: Outcome, now: Now) -> Result<Settled, InboxError> {
        self.held().settle(lease, outcome, now)
    }

    async fn note(&self, lease: &Lease, sends: Vec<SendNote>, now: Now) -> Result<(), InboxError> {
        let mut held = self.held();
        if !held.lanes.holds_at(lease, now) {
            return Err(InboxError::LeaseLost);
        }
        held.lanes.get_mut(lease.seq).ok_or(InboxError::LeaseLost)?.note(sends, now.wall);
        Ok(())
    }

    async fn result(&self, lease: &Lease, entry: SendEntry, result: SendResult) -> Result<(), InboxError> {
        let mut held = self.held();
        if !held.lanes.holds(lease) {
            return Err(InboxError::LeaseLost);
        }
        held.lanes.get_mut(lease.seq).ok_or(InboxError::LeaseLost)?.result(&entry, result);
        Ok(())
    }

    async fn counts(&self, now: Now) -> Result<Counts, InboxError> {
        let held = self.held();
        let mut parked = BTreeMap::new();
        for event in held.parked.values() {
            *parked.entry(event.why.reason.as_str()).or_default() += 1;
        }
        Ok(Counts {
            pending: held.lanes.pending(),
            in_hand: held.lanes.in_hand(),
            oldest_pending: held.lanes.oldest().map(|came| now.wall.since(came)),
            parked,
            remembered: held.remembered.len(),
        })
    }

    async fn list(&self, filter: Filter) -> Result<Vec<Listed>, InboxError> {
        let held = self.held();
        let pending = held.lanes.matching(&filter).into_iter().filter_map(|seq| {
            let event = held.lanes.get(seq).filter(|event| !event.unsent)?;
            Some((seq, event.listed(held.lanes.state(seq))))
        });
        let parked = held.parked.iter().filter(|(_, event)| event.matches(&filter));
        let mut all: Vec<_> = pending.chain(parked.map(|(seq, event)| (*seq, event.listed()))).collect();
        all.sort_unstable_by_key(|(seq, _)| *seq);
        all.truncate(filter.limit.unwrap_or(usize::MAX));
        Ok(all.into_iter().map(|(_, listed)| listed).collect())
    }

    async fn show(&self, channel: &Channel, id: &WebhookEventId) -> Result<Option<Shown>, InboxError> {
        let held = self.held();
        let Some(channel) = held.channels.number(channel) else { return Ok(None) };
        let key = IdKey::new(channel, id.as_str());
        let shown = |event: &Pending, listed| Shown {
            listed,
            json: event.event.json.clone(),
            journal: event.journal.clone(),
        };
        let seq = held.lanes.find(&key);
        let pending = seq.and_then(|seq| Some((seq, held.lanes.get(seq).filter(|event| !event.unsent)?)));
        if let Some((seq, event)) = pending {
            return Ok(Some(shown(event, event.listed(held.lanes.state(seq)))));
        }
        let parked = held.parked.values().find(|parked| parked.key == key);
        Ok(parked.map(|parked| shown(&parked.event, parked.listed())))
    }

    async fn retry(&self, filter: Filter, resend: bool, now: Now) -> Result<u64, InboxError> {
        let mut held = self.held();
        let found = held.parked_matching(&filter, |event| !event.event.unsent);
        for seq in &found {
            held.replay(*seq, resend, now);
        }
        Ok(found.len() as u64)
    }

    async fn discard(&self, filter: Filter, now: Now) -> Result<u64, InboxError> {
        Ok(self.held().discard(&filter, now))
    }

    async fn sweep(&self, retention: Retention, now: Now) -> Result<Swept, InboxError> {
        Ok(self.held().sweep(retention, now))
    }

    async fn ready(&self) -> Result<(), InboxError> {
        Ok(())
    }

    async fn close(&self) -> Result<(), InboxError> {
        self.held().lanes.end_all_leases();
        Ok(())
    }
}

impl Held {
    fn accept(&mut self, delivery: Delivery, max: u64, now: Now) -> Result<Accepted, InboxError> {
        let Delivery { channel, destination, events } = delivery;
        let number = self.channel(&channel)?;
        if self.lanes.pending() >= max && events.iter().any(|raw| self.is_new(number, raw)) {
            return Err(InboxError::Full { pending: self.lanes.pending(), max });
        }
        let alone = events.len() == 1;
        let accept = |raw| self.accept_one((number, &channel), &destination, raw, alone, now);
        Ok(Accepted { events: events.into_iter().map(accept).collect() })
    }

    fn channel(&mut self, channel: &Channel) -> Result<ChannelNo, InboxError> {
        if let Some(number) = self.channels.number(channel) {
            return Ok(number);
        }
        let number =
            self.channels.next().ok_or_else(|| InboxError::Unavailable("too many channels".into()))?;
        self.channels.push(channel.clone());
        Ok(number)
    }

    fn is_new(&self, channel: ChannelNo, raw: &RawEvent) -> bool {
        let key = IdKey::new(channel, raw.id.as_str());
        !self.remembered.contains(&key) && self.lanes.find(&key).is_none()
    }

    fn accept_one(
        &mut self,
        (number, channel): (ChannelNo, &Channel),
        destination: &BotUserId,
        raw: RawEvent,
        alone: bool,
        now: Now,
    ) -> Acceptance {
        let key = IdKey::new(number, raw.id.as_str());
        if let Some(seq) = self.lanes.find(&key) {
            if let Some(event) = self.lanes.get_mut(seq).filter(|event| event.restarts_at(now)) {
                event.event.arrived = now.wall;
            }
            return Acceptance::Duplicate;
        }
        if self.remembered.contains(&key) {
            return Acceptance::Duplicate;
        }
        self.remembered.insert(key, now.wall);
        if raw.message_id.as_ref().is_some_and(|message| self.unsent.contains(number, message)) {
            return Acceptance::Unsent;
        }
        if let Some(message) = &raw.unsends {
            self.unsend(number, destination, &raw, message, now);
        }
        self.seq += 1;
        self.lanes.admit(self.seq, key, Pending::new(channel, destination, raw, alone, now));
        Acceptance::New
    }

    fn unsend(
        &mut self,
        no: ChannelNo,
        destination: &BotUserId,
        raw: &RawEvent,
        message: &MessageId,
        now: Now,
    ) {
        for seq in self.lanes.about(no, destination, raw.chat.as_ref(), message) {
            self.lanes.wipe(seq);
        }
        for parked in self.parked.values_mut() {
            if parked.key.channel() == no && parked.event.message_id.as_ref() == Some(message) {
                parked.event.event.json = bytes::Bytes::new();
                parked.event.unsent = true;
                // A handler's error may quote the message.
                parked.event.last_error = None;
                UNSENT_DETAIL.clone_into(&mut parked.why.detail);
            }
        }
        self.unsent.insert(no, message.clone(), now.wall);
    }

    fn claim(&mut self, max: usize, lease: Duration, now: Now) -> Claims {
        self.lanes.tick(now);
        self.fence += 1;
        let until = now.boot.after(lease);
        let picked = self.lanes.pick(max);
        let hold = |seq: u64| -> Option<Claimed> {
            self.lanes.hold(seq, self.fence, until);
            self.lanes.claimed(seq, self.fence)
        };
        let chats = picked.into_iter().filter_map(hold).collect();
        Claims { chats, next_due: self.lanes.next_due(now) }
    }

    fn settle(&mut self, lease: &Lease, outcome: Outcome, now: Now) -> Result<Settled, InboxError> {
        if !self.lanes.holds_at(lease, now) {
            return Err(InboxError::LeaseLost);
        }
        let seq = lease.seq;
        let unsent = self.lanes.get(seq).is_some_and(|event| event.unsent);
        match outcome {
            Outcome::Done => self.finish(seq, now),
            _ if unsent => {
                self.finish(seq, now);
                return Ok(Settled::Unsent);
            }
            Outcome::Retry { at, error } => self.lanes.postpone(seq, at, error),
            Outcome::Park(why) => self.park(seq, why, now),
            Outcome::Release => self.lanes.release(seq),
        }
        Ok(Settled::AsAsked)
    }

    fn finish(&mut self, seq: u64, now: Now) {
        let key = self.lanes.key(seq);
        if let (Some(key), Some(event)) = (key, self.lanes.finish(seq)) {
            self.redate(key, event.came, now);
        }
    }

    fn redate(&mut self, key: IdKey, came: Timestamp, now: Now) {
        if is_redated(&key, came, now.wall) {
            self.remembered.insert(key, now.wall);
        }
    }

    fn park(&mut self, seq: u64, why: Parked, now: Now) {
        let key = self.lanes.key(seq);
        if let (Some(key), Some(event)) = (key, self.lanes.finish(seq)) {
            self.parked.insert(seq, ParkedEvent { key, event, why, at: now.wall });
        }
        if self.parked.len() > PARKED_MAX {
            self.parked.pop_first();
            tracing::warn!("the memory inbox dropped its oldest parked event: {PARKED_MAX} are kept");
        }
    }

    fn parked_matching(&self, filter: &Filter, also: impl Fn(&ParkedEvent) -> bool) -> Vec<u64> {
        let matching = self.parked.iter().filter(|(_, event)| event.matches(filter) && also(event));
        matching.map(|(seq, _)| *seq).take(filter.limit.unwrap_or(usize::MAX)).collect()
    }

    fn replay(&mut self, seq: u64, resend: bool, now: Now) {
        let Some(ParkedEvent { key, mut event, .. }) = self.parked.remove(&seq) else { return };
        if resend {
            event.journal.iter_mut().for_each(|known| known.result = Some(SendResult::set_aside()));
        }
        let journal = std::mem::take(&mut event.journal);
        let mut event = Pending::of(event.event, event.message_id);
        event.came = now.wall;
        self.remembered.insert(key, now.wall);
        event.journal = journal;
        self.seq += 1;
        self.lanes.admit(self.seq, key, event);
    }

    fn discard(&mut self, filter: &Filter, now: Now) -> u64 {
        let mut found = self.parked_matching(filter, |_| true);
        found.extend(
            self.lanes.matching(filter).into_iter().filter(|seq| self.lanes.state(*seq) == State::Waiting),
        );
        found.sort_unstable();
        found.truncate(filter.limit.unwrap_or(usize::MAX));
        for seq in &found {
            if let Some(parked) = self.parked.remove(seq) {
                self.remembered.insert(parked.key, now.wall);
            } else {
                let key = self.lanes.key(*seq);
                if let (Some(key), Some(event)) = (key, self.lanes.remove(*seq)) {
                    self.redate(key, event.came, now);
                }
            }
        }
        found.len() as u64
    }

    fn sweep(&mut self, retention: Retention, now: Now) -> Swept {
        let parked_before = now.wall.before(retention.parked);
        let old: Vec<u64> =
            self.parked.iter().filter(|(_, event)| event.at < parked_before).map(|(seq, _)| *seq).collect();
        for seq in &old {
            if let Some(parked) = self.parked.remove(seq) {
                self.remembered.insert(parked.key, now.wall);
            }
        }
        self.unsent.forget_before(now.wall.before(retention.dedupe));
        let (lanes, parked) = (&self.lanes, &self.parked);
        let parked_keys: std::collections::HashSet<IdKey> = parked.values().map(|event| event.key).collect();
        let keep = |key: &IdKey| lanes.find(key).is_some() || parked_keys.contains(key);
        let cutoff = now.wall.before(retention.dedupe + FORGET_SLACK);
        let (ids, more) = self.remembered.sweep(cutoff, SWEEP_IDS, keep);
        Swept { ids, parked: old.len() as u64, more }
    }
}

impl ParkedEvent {
    fn matches(&self, filter: &Filter) -> bool {
        let of_parking = Filter { reason: None, since: None, ..filter.clone() };
        self.event.matches(&of_parking, State::Parked)
            && filter.reason.is_none_or(|reason| reason == self.why.reason)
            && filter.since.is_none_or(|since| self.at >= since)
    }

    fn listed(&self) -> Listed {
        Listed { parked: Some((self.why.clone(), self.at)), due: None, ..self.event.listed(State::Parked) }
    }
}
