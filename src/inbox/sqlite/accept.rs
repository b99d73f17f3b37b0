//! Storing the events of a webhook: the insert is the duplicate check. And what an unsend wipes.

use rusqlite::params;

use super::batch::{Batch, Change};
use super::op::Accept;
use super::plan::Done;
use super::rows::{chat_kind, int};
use super::writer::Writer;
use crate::clock::{Now, Timestamp};
use crate::inbox::key::{ChannelNo, IdKey};
use crate::inbox::pending::{Pending, own_date};
use crate::inbox::unsent::UNSENT_DETAIL;
use crate::inbox::{Acceptance, Accepted, InboxError};
use crate::line::{BotUserId, Channel, ChatId, MessageId, RawEvent};

impl Writer<'_> {
    pub(super) fn accept(&mut self, accept: &mut Accept, batch: &mut Batch) -> Done<Accepted> {
        let Some(delivery) = accept.delivery.take() else { return Ok(Ok(Accepted::default())) };
        let now = accept.now;
        let Some(channel) = self.channel_number(&delivery.channel, batch)? else {
            return Ok(Err(InboxError::Unavailable("too many channels".into())));
        };
        let pending = self.lanes.pending() + batch.admitted;
        if pending >= self.max_pending && self.any_new(channel, &delivery.events)? {
            return Ok(Err(InboxError::Full { pending, max: self.max_pending }));
        }
        let alone = delivery.events.len() == 1;
        let mut events = Vec::with_capacity(delivery.events.len());
        for raw in delivery.events {
            let key = IdKey::new(channel, raw.id.as_str());
            let arrival =
                Arrival { channel: &delivery.channel, destination: &delivery.destination, key, alone, now };
            events.push(self.accept_one(&arrival, raw, batch)?);
        }
        Ok(Ok(Accepted { events }))
    }

    fn channel_number(
        &mut self,
        channel: &Channel,
        batch: &mut Batch,
    ) -> rusqlite::Result<Option<ChannelNo>> {
        if let Some(number) = self.channels.number(channel) {
            return Ok(Some(number));
        }
        let fresh = usize::from(self.channels.count());
        let at = batch.channels.iter().position(|known| known == channel);
        let Ok(number) = ChannelNo::try_from(fresh + at.unwrap_or(batch.channels.len())) else {
            return Ok(None);
        };
        if at.is_none() {
            self.begin(batch)?;
            let row = params![number, channel.as_str()];
            self.conn.execute("INSERT INTO channel (no, name) VALUES (?1, ?2)", row)?;
            batch.channels.push(channel.clone());
        }
        Ok(Some(number))
    }

    /// Only a full inbox has to look before it writes.
    fn any_new(&mut self, channel: ChannelNo, events: &[RawEvent]) -> rusqlite::Result<bool> {
        for raw in events {
            let key = IdKey::new(channel, raw.id.as_str());
            if self.lanes.find(&key).is_none() && !self.sql.is_seen.exists([key.as_bytes()])? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn accept_one(
        &mut self,
        arrival: &Arrival<'_>,
        raw: RawEvent,
        batch: &mut Batch,
    ) -> rusqlite::Result<Acceptance> {
        self.begin(batch)?;
        let now = arrival.now;
        if let Some(seq) = self.lanes.find(&arrival.key) {
            if self.lanes.get(seq).is_some_and(|event| event.restarts_at(now)) {
                self.sql.restart.execute([int(seq), now.wall.as_millis()])?;
                batch.changes.push(Change::Restart { seq, at: now.wall });
            }
            return Ok(Acceptance::Duplicate);
        }
        let dated =
            if own_date(&arrival.key, now.wall).is_some() { None } else { Some(now.wall.as_millis()) };
        if self.sql.remember.execute(params![arrival.key.as_bytes(), dated])? == 0 {
            return Ok(Acceptance::Duplicate);
        }
        batch.remembered += 1;
        let channel = arrival.key.channel();
        if let Some(message) = &raw.message_id
            && (self.unsent.contains(channel, message) || batch.unsends(channel, message))
        {
            return Ok(Acceptance::Unsent);
        }
        if let Some(message) = &raw.unsends {
            self.unsend(arrival, &raw, message, batch)?;
        }
        let event = Pending::new(arrival.channel, arrival.destination, raw, arrival.alone, now);
        self.insert(arrival.key, event, batch)?;
        Ok(Acceptance::New)
    }

    /// Puts an event behind everything that waits.
    pub(super) fn insert(&mut self, key: IdKey, event: Pending, batch: &mut Batch) -> rusqlite::Result<u64> {
        batch.admitted += 1;
        let seq = self.seq + batch.admitted;
        let stored = &event.event;
        self.sql.insert_event.execute(params![
            int(seq),
            key.as_bytes(),
            key.channel(),
            stored.destination.as_str(),
            stored.id.as_str(),
            &*stored.kind,
            stored.chat.as_ref().map(chat_kind),
            stored.chat.as_ref().map(ChatId::as_str),
            stored.timestamp.map(Timestamp::as_millis),
            stored.arrived.as_millis(),
            stored.first_seen_redelivered,
            event.message_id.as_ref().map(MessageId::as_str),
            &*stored.json,
        ])?;
        batch.changes.push(Change::Admit { seq, key, event: Box::new(event) });
        Ok(seq)
    }

    /// Wipes what is here of a message, and remembers that it is gone. What is in hand is not interrupted, but its
    /// rows go: whatever becomes of it, it is not handled again.
    fn unsend(
        &mut self,
        arrival: &Arrival<'_>,
        raw: &RawEvent,
        message: &MessageId,
        batch: &mut Batch,
    ) -> rusqlite::Result<()> {
        let channel = arrival.key.channel();
        let mut about = self.lanes.about(channel, arrival.destination, raw.chat.as_ref(), message);
        about.extend(batch.about(channel, message));
        for seq in about {
            self.delete_rows(seq)?;
            batch.changes.push(Change::Wipe { seq });
        }
        let row = params![channel, message.as_str(), arrival.now.wall.as_millis()];
        // A handler's error may quote the message.
        let emptied = self
            .conn
            .prepare_cached(
                "UPDATE parked SET json = x'', unsent = 1, last_error = NULL, detail = ?3
                 WHERE channel = ?1 AND message_id = ?2",
            )?
            .execute(params![channel, message.as_str(), UNSENT_DETAIL])?;
        batch.unparked |= emptied > 0;
        self.conn
            .prepare_cached("INSERT OR REPLACE INTO unsent (channel, message_id, at) VALUES (?1, ?2, ?3)")?
            .execute(row)?;
        // Even if nothing was left to wipe: traces of a handled message may be.
        batch.wiped = true;
        let (message, at) = (message.clone(), arrival.now.wall);
        batch.changes.push(Change::Unsent { channel, message, at });
        Ok(())
    }
}

/// What an event is stored with, besides itself.
struct Arrival<'a> {
    channel: &'a Channel,
    destination: &'a BotUserId,
    key: IdKey,
    alone: bool,
    now: Now,
}
