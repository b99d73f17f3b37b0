//! An event that waits or is in hand, with all that is known of it.

use bytes::Bytes;

use std::time::Duration;

use super::key::{ChannelNo, IdKey};
use super::{
    BotUserId, Channel, Filter, JournalEntry, Listed, Now, RawEvent, SendEntry, SendNote, SendResult, State,
    StoredEvent, TOKEN_RESTART_MAX, Timestamp,
};
use crate::line::MessageId;

/// A settle that comes so much later than the id's date has the id dated anew; forgetting waits twice as long
/// beyond the retention, so that an id is never forgotten early.
pub(super) const REDATE_AFTER: Duration = Duration::from_secs(60 * 60);
pub(super) const FORGET_SLACK: Duration = Duration::from_secs(2 * 60 * 60);

#[derive(Debug)]
pub(super) struct Pending {
    pub(super) event: StoredEvent,
    pub(super) message_id: Option<MessageId>,
    /// When it first came, which a redelivery does not move.
    pub(super) came: Timestamp,
    pub(super) attempts: u32,
    pub(super) failures: u32,
    /// An attempt was given back.
    pub(super) released: bool,
    pub(super) due: Option<Timestamp>,
    pub(super) last_error: Option<String>,
    pub(super) journal: Vec<JournalEntry>,
    /// Its JSON is in the file only.
    pub(super) cold: bool,
    /// Wiped while in hand: it ends with its lease.
    pub(super) unsent: bool,
}

impl Pending {
    /// `alone`: the event is all there is in its body, so keeping the slice keeps nothing else alive.
    pub(super) fn new(
        channel: &Channel,
        destination: &BotUserId,
        raw: RawEvent,
        alone: bool,
        now: Now,
    ) -> Self {
        let json = if alone { raw.json } else { Bytes::copy_from_slice(&raw.json) };
        let event = StoredEvent {
            channel: channel.clone(),
            destination: destination.clone(),
            id: raw.id,
            kind: raw.kind,
            chat: raw.chat,
            timestamp: raw.timestamp,
            arrived: now.wall,
            first_seen_redelivered: raw.redelivery,
            json,
        };
        Self::of(event, raw.message_id)
    }

    pub(super) fn of(event: StoredEvent, message_id: Option<MessageId>) -> Self {
        Self {
            came: event.arrived,
            event,
            message_id,
            attempts: 0,
            failures: 0,
            released: false,
            due: None,
            last_error: None,
            journal: Vec::new(),
            cold: false,
            unsent: false,
        }
    }

    /// A redelivery gives the reply token another minute, unless the event is too old for that.
    pub(super) fn restarts_at(&self, now: Now) -> bool {
        self.event.timestamp.is_none_or(|then| now.wall.since(then) <= TOKEN_RESTART_MAX)
    }

    /// Puts sends into the journal. What is there already stays: its retry key's time counts from the first note.
    pub(super) fn note(&mut self, sends: Vec<SendNote>, noted: Timestamp) {
        for SendNote { entry, hash } in sends {
            if !self.journal.iter().any(|known| known.entry == entry) {
                self.journal.push(JournalEntry { entry, hash, noted, result: None });
            }
        }
    }

    pub(super) fn result(&mut self, entry: &SendEntry, result: SendResult) {
        if let Some(known) = self.journal.iter_mut().find(|known| known.entry == *entry) {
            known.result = Some(result);
        }
    }

    pub(super) fn matches(&self, filter: &Filter, state: State) -> bool {
        filter.reason.is_none()
            && filter.state.is_none_or(|asked| asked == state)
            && filter.channel.as_ref().is_none_or(|channel| *channel == self.event.channel)
            && filter.id.as_ref().is_none_or(|id| *id == self.event.id)
            && filter.since.is_none_or(|since| self.event.arrived >= since)
    }

    pub(super) fn listed(&self, state: State) -> Listed {
        Listed {
            channel: self.event.channel.clone(),
            id: self.event.id.clone(),
            kind: self.event.kind.clone(),
            chat: self.event.chat.clone(),
            arrived: self.event.arrived,
            state,
            attempts: self.attempts,
            due: self.due,
            parked: None,
            last_error: self.last_error.clone(),
        }
    }
}

/// When an id counts as remembered from: a ULID's own time if that is near its arrival.
pub(super) fn own_date(key: &IdKey, came: Timestamp) -> Option<Timestamp> {
    key.time().filter(|time| came.since(*time) <= REDATE_AFTER && time.since(came) <= REDATE_AFTER)
}

/// Whether an id must be dated anew, now that its event is settled.
pub(super) fn is_redated(key: &IdKey, came: Timestamp, now: Timestamp) -> bool {
    now.since(own_date(key, came).unwrap_or(came)) > REDATE_AFTER
}

/// The channels of an inbox and their numbers.
#[derive(Debug, Default)]
pub(super) struct Channels(Vec<Channel>);

impl Channels {
    pub(super) fn from_names(names: Vec<Channel>) -> Self {
        Self(names)
    }

    pub(super) fn number(&self, channel: &Channel) -> Option<ChannelNo> {
        self.0.iter().position(|known| known == channel).and_then(|at| ChannelNo::try_from(at).ok())
    }

    /// The number that the next new channel gets.
    pub(super) fn next(&self) -> Option<ChannelNo> {
        ChannelNo::try_from(self.0.len()).ok()
    }

    pub(super) fn push(&mut self, channel: Channel) {
        self.0.push(channel);
    }

    pub(super) fn count(&self) -> ChannelNo {
        ChannelNo::try_from(self.0.len()).unwrap_or(ChannelNo::MAX)
    }
}
