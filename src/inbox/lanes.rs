//! The heart of an inbox that one process owns: which chats wait, in which order, and who holds them.
//!
//! A *lane* is a chat with at least one event. It is ready, due later, or held. Every operation is infallible and,
//! but for an unsend and an operator's filter, independent of how much waits. Nothing here is durable: a backend
//! changes the lanes only after it has committed, so that no decision rests on what could still be lost.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

use foldhash::{HashMap, HashMapExt as _};

use super::key::{ChannelNo, IdKey};
use super::pending::Pending;
use super::{BotUserId, Claimed, Filter, Lease, Now, State, Timestamp};
use crate::clock::Boot;
use crate::line::{ChatId, MessageId};

type LaneNo = u32;

pub(super) struct Lanes {
    events: HashMap<u64, Entry>,
    ids: HashMap<IdKey, u64>,
    lanes: Vec<Lane>,
    free: Vec<LaneNo>,
    chats: HashMap<Chat, LaneNo>,
    /// Lanes in line, each with the head it had; an entry whose lane has moved on is skipped.
    ready: VecDeque<(LaneNo, u64)>,
    /// When heads in retry fall due; an entry whose event has moved on is skipped.
    later: BinaryHeap<Reverse<(Timestamp, u64)>>,
    held: HashMap<u64, Hold>,
    /// No lease ends before this.
    earliest_end: Option<Boot>,
    /// Seqs in order of arrival, the front being pending; those behind it may be gone.
    order: VecDeque<u64>,
    hot: usize,
    hot_max: usize,
}

struct Entry {
    pending: Pending,
    key: IdKey,
    lane: LaneNo,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Chat {
    channel: ChannelNo,
    destination: BotUserId,
    chat: ChatId,
}

struct Lane {
    /// `None`: the lane of a single event that belongs to no chat.
    chat: Option<Chat>,
    queue: VecDeque<u64>,
    stand: Stand,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stand {
    Ready,
    Later,
    Held,
}

#[derive(Clone, Copy)]
struct Hold {
    fence: u64,
    until: Boot,
}

/// What a wipe found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wiped {
    Gone,
    Removed,
    InHand,
}

impl Lanes {
    /// `hot_max`: how many bytes of JSON to keep in memory.
    pub(super) fn new(hot_max: usize) -> Self {
        Self {
            events: HashMap::new(),
            ids: HashMap::new(),
            lanes: Vec::new(),
            free: Vec::new(),
            chats: HashMap::new(),
            ready: VecDeque::new(),
            later: BinaryHeap::new(),
            held: HashMap::new(),
            earliest_end: None,
            order: VecDeque::new(),
            hot: 0,
            hot_max,
        }
    }

    // ---- looking

    /// Waiting and in hand.
    pub(super) fn pending(&self) -> u64 {
        self.events.len() as u64
    }

    pub(super) fn in_hand(&self) -> u64 {
        self.held.len() as u64
    }

    pub(super) fn has_room_for(&self, bytes: usize) -> bool {
        self.hot.saturating_add(bytes) <= self.hot_max
    }

    pub(super) fn oldest(&self) -> Option<Timestamp> {
        self.order.front().and_then(|seq| self.get(*seq)).map(|oldest| oldest.came)
    }

    pub(super) fn find(&self, key: &IdKey) -> Option<u64> {
        self.ids.get(key).copied()
    }

    pub(super) fn get(&self, seq: u64) -> Option<&Pending> {
        self.events.get(&seq).map(|entry| &entry.pending)
    }

    pub(super) fn get_mut(&mut self, seq: u64) -> Option<&mut Pending> {
        self.events.get_mut(&seq).map(|entry| &mut entry.pending)
    }

    pub(super) fn key(&self, seq: u64) -> Option<IdKey> {
        self.events.get(&seq).map(|entry| entry.key)
    }

    /// Whether the lease still stands, by its fence alone.
    pub(super) fn holds(&self, lease: &Lease) -> bool {
        self.held.get(&lease.seq).is_some_and(|hold| hold.fence == lease.fence)
    }

    /// Whether the lease still stands, and has time left.
    pub(super) fn holds_at(&self, lease: &Lease, now: Now) -> bool {
        self.holds(lease) && self.held.get(&lease.seq).is_some_and(|hold| now.boot < hold.until)
    }

    pub(super) fn state(&self, seq: u64) -> State {
        let held = self.events.get(&seq).is_some_and(|entry| self.is_held_head(entry.lane, seq));
        if held { State::InHand } else { State::Waiting }
    }

    /// Pending events that match, oldest first.
    pub(super) fn matching(&self, filter: &Filter) -> Vec<u64> {
        let mut found: Vec<u64> = self
            .events
            .iter()
            .filter(|(seq, entry)| entry.pending.matches(filter, self.state(**seq)))
            .map(|(seq, _)| *seq)
            .collect();
        found.sort_unstable();
        found
    }

    /// Pending events about that message. Only its chat is searched, unless the unsend names none.
    pub(super) fn about(
        &self,
        channel: ChannelNo,
        destination: &BotUserId,
        chat: Option<&ChatId>,
        message: &MessageId,
    ) -> Vec<u64> {
        let about =
            |seq: &&u64| self.get(**seq).is_some_and(|event| event.message_id.as_ref() == Some(message));
        let Some(chat) = chat else {
            let of_channel = |seq: &&u64| self.key(**seq).is_some_and(|key| key.channel() == channel);
            return self.events.keys().filter(of_channel).filter(about).copied().collect();
        };
        let chat = Chat { channel, destination: destination.clone(), chat: chat.clone() };
        let Some(lane) = self.chats.get(&chat) else { return Vec::new() };
        self.lanes[*lane as usize].queue.iter().filter(about).copied().collect()
    }

    /// When time alone makes an event claimable: the next retry, or the end of a lease nobody renews.
    pub(super) fn next_due(&mut self, now: Now) -> Option<Timestamp> {
        while let Some(Reverse((due, seq))) = self.later.peek().copied() {
            if self.waits_until(seq, due) {
                break;
            }
            self.later.pop();
        }
        let due = self.later.peek().map(|Reverse((due, _))| *due);
        let lease = self.earliest_end.filter(|_| !self.held.is_empty());
        let lease = lease.map(|end| now.wall.after(now.boot.until(end) + Duration::from_millis(1)));
        due.into_iter().chain(lease).min()
    }

    // ---- time

    /// Puts lanes in line whose retry is due or whose lease is over, and says whose lease that was. Needs no commit:
    /// time decided it.
    pub(super) fn tick(&mut self, now: Now) -> Vec<u64> {
        while let Some(Reverse((due, seq))) = self.later.peek().copied() {
            if due > now.wall {
                break;
            }
            self.later.pop();
            if self.waits_until(seq, due) {
                self.line_up(self.events[&seq].lane);
            }
        }
        if self.earliest_end.is_some_and(|end| end <= now.boot) {
            return self.end_leases(|hold| hold.until <= now.boot);
        }
        Vec::new()
    }

    /// Takes back every lease.
    pub(super) fn end_all_leases(&mut self) {
        self.end_leases(|_| true);
    }

    fn end_leases(&mut self, over: impl Fn(&Hold) -> bool) -> Vec<u64> {
        let mut ended: Vec<u64> =
            self.held.iter().filter(|(_, hold)| over(hold)).map(|(seq, _)| *seq).collect();
        // In the order of arrival, so that what is handed over keeps it.
        ended.sort_unstable();
        for seq in &ended {
            self.give_back(*seq);
        }
        self.earliest_end = self.held.values().map(|hold| hold.until).min();
        ended
    }

    // ---- claiming

    /// Takes up to `max` lanes out of the line. Follow with [`hold`](Self::hold) or [`unpick`](Self::unpick).
    pub(super) fn pick(&mut self, max: usize) -> Vec<u64> {
        let mut picked = Vec::with_capacity(max.min(self.ready.len()));
        while picked.len() < max {
            let Some((lane, seq)) = self.ready.pop_front() else { break };
            let known = &mut self.lanes[lane as usize];
            if known.stand == Stand::Ready && known.queue.front() == Some(&seq) {
                known.stand = Stand::Held;
                picked.push(seq);
            }
        }
        picked
    }

    /// Puts picked lanes back where they were.
    pub(super) fn unpick(&mut self, picked: &[u64]) {
        for seq in picked.iter().rev() {
            let Some(entry) = self.events.get(seq) else { continue };
            self.lanes[entry.lane as usize].stand = Stand::Ready;
            self.ready.push_front((entry.lane, *seq));
        }
    }

    /// Gives a picked lane to a holder and counts the attempt.
    pub(super) fn hold(&mut self, seq: u64, fence: u64, until: Boot) {
        let Some(entry) = self.events.get_mut(&seq) else { return };
        entry.pending.attempts += 1;
        entry.pending.due = None;
        self.held.insert(seq, Hold { fence, until });
        self.earliest_end = Some(self.earliest_end.map_or(until, |end| end.min(until)));
    }

    /// What the holder gets to see.
    pub(super) fn claimed(&self, seq: u64, fence: u64) -> Option<Claimed> {
        self.get(seq).map(|event| Claimed {
            lease: Lease { seq, fence },
            event: event.event.clone(),
            attempt: event.attempts,
            failures: event.failures,
            journal: event.journal.clone(),
        })
    }

    /// Lengthens a lease; `false` when it is over.
    pub(super) fn extend(&mut self, lease: &Lease, until: Boot, now: Now) -> bool {
        let stands = self.holds_at(lease, now);
        if stands && let Some(hold) = self.held.get_mut(&lease.seq) {
            hold.until = until;
            // Leases may get shorter, too.
            self.earliest_end = Some(self.earliest_end.map_or(until, |end| end.min(until)));
        }
        stands
    }

    // ---- changing

    /// Puts an event at the end of its lane.
    pub(super) fn admit(&mut self, seq: u64, key: IdKey, mut pending: Pending) {
        if !pending.cold {
            if self.has_room_for(pending.event.json.len()) {
                self.hot += pending.event.json.len();
            } else {
                pending.event.json = bytes::Bytes::new();
                pending.cold = true;
            }
        }
        let chat = pending.event.chat.clone().map(|chat| Chat {
            channel: key.channel(),
            destination: pending.event.destination.clone(),
            chat,
        });
        let lane = self.lane_of(chat);
        let due = pending.due;
        self.ids.insert(key, seq);
        self.order.push_back(seq);
        self.events.insert(seq, Entry { pending, key, lane });
        let queue = &mut self.lanes[lane as usize].queue;
        queue.push_back(seq);
        if queue.len() == 1 {
            self.stand_by(lane, seq, due);
        }
    }

    /// Ends the holder's event; its lane goes to the end of the line.
    pub(super) fn finish(&mut self, seq: u64) -> Option<Pending> {
        self.held.remove(&seq);
        self.take_out(seq)
    }

    /// The head keeps its place until `at`, and its lane waits with it.
    pub(super) fn postpone(&mut self, seq: u64, at: Timestamp, error: String) {
        self.held.remove(&seq);
        let Some(entry) = self.events.get_mut(&seq) else { return };
        entry.pending.failures += 1;
        entry.pending.due = Some(at);
        entry.pending.last_error = Some(error);
        let lane = entry.lane;
        self.stand_by(lane, seq, Some(at));
    }

    /// A polite stop: the attempt is given back.
    pub(super) fn release(&mut self, seq: u64) {
        if let Some(event) = self.get_mut(seq) {
            event.attempts = event.attempts.saturating_sub(1);
            event.released = true;
        }
        self.give_back(seq);
    }

    /// Ends a waiting event, wherever in its lane it stands; one in hand stays.
    pub(super) fn remove(&mut self, seq: u64) -> Option<Pending> {
        if self.state(seq) == State::InHand { None } else { self.take_out(seq) }
    }

    /// The message was unsent.
    pub(super) fn wipe(&mut self, seq: u64) -> Wiped {
        if self.state(seq) == State::Waiting {
            return if self.take_out(seq).is_some() { Wiped::Removed } else { Wiped::Gone };
        }
        if let Some(event) = self.events.get_mut(&seq).map(|entry| &mut entry.pending) {
            let json = std::mem::take(&mut event.event.json);
            self.hot -= if event.cold { 0 } else { json.len() };
            event.unsent = true;
        }
        Wiped::InHand
    }

    // ---- within

    fn lane_of(&mut self, chat: Option<Chat>) -> LaneNo {
        if let Some(lane) = chat.as_ref().and_then(|chat| self.chats.get(chat)) {
            return *lane;
        }
        let fresh = Lane { chat: chat.clone(), queue: VecDeque::new(), stand: Stand::Ready };
        let lane = if let Some(lane) = self.free.pop() {
            self.lanes[lane as usize] = fresh;
            lane
        } else {
            self.lanes.push(fresh);
            (self.lanes.len() - 1) as LaneNo
        };
        if let Some(chat) = chat {
            self.chats.insert(chat, lane);
        }
        lane
    }

    fn is_held_head(&self, lane: LaneNo, seq: u64) -> bool {
        let lane = &self.lanes[lane as usize];
        lane.stand == Stand::Held && lane.queue.front() == Some(&seq)
    }

    fn waits_until(&self, seq: u64, due: Timestamp) -> bool {
        self.events.get(&seq).is_some_and(|entry| {
            let lane = &self.lanes[entry.lane as usize];
            entry.pending.due == Some(due) && lane.stand == Stand::Later && lane.queue.front() == Some(&seq)
        })
    }

    fn stand_by(&mut self, lane: LaneNo, head: u64, due: Option<Timestamp>) {
        match due {
            Some(due) => {
                self.lanes[lane as usize].stand = Stand::Later;
                self.later.push(Reverse((due, head)));
            }
            None => self.line_up(lane),
        }
    }

    /// To the end of the line.
    fn line_up(&mut self, lane: LaneNo) {
        let known = &mut self.lanes[lane as usize];
        known.stand = Stand::Ready;
        if let Some(head) = known.queue.front() {
            self.ready.push_back((lane, *head));
        }
    }

    /// The lease is over; what was unsent meanwhile is never handled again.
    fn give_back(&mut self, seq: u64) {
        self.held.remove(&seq);
        let Some(entry) = self.events.get(&seq) else { return };
        if entry.pending.unsent {
            self.take_out(seq);
        } else {
            self.line_up(entry.lane);
        }
    }

    fn take_out(&mut self, seq: u64) -> Option<Pending> {
        let Entry { pending, key, lane } = self.events.remove(&seq)?;
        self.ids.remove(&key);
        self.hot -= if pending.cold { 0 } else { pending.event.json.len() };
        self.forget_order();
        let known = &mut self.lanes[lane as usize];
        if known.queue.front() == Some(&seq) {
            known.queue.pop_front();
            match known.queue.front() {
                Some(_) => self.line_up(lane),
                None => self.free_lane(lane),
            }
        } else {
            known.queue.retain(|other| *other != seq);
        }
        Some(pending)
    }

    fn free_lane(&mut self, lane: LaneNo) {
        let known = &mut self.lanes[lane as usize];
        known.stand = Stand::Held;
        known.queue = VecDeque::new();
        if let Some(chat) = known.chat.take() {
            self.chats.remove(&chat);
        }
        self.free.push(lane);
    }

    /// Drops what is gone from the front, and everywhere once it is the greater part.
    fn forget_order(&mut self) {
        while self.order.front().is_some_and(|seq| !self.events.contains_key(seq)) {
            self.order.pop_front();
        }
        if self.order.len() > 1024 + 2 * self.events.len() {
            self.order.retain(|seq| self.events.contains_key(seq));
        }
    }
}
