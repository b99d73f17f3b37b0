//! Ending a claim.

use rusqlite::params;

use super::batch::{Batch, Change};
use super::op::Settle;
use super::plan::Done;
use super::rows::int;
use super::writer::Writer;
use crate::clock::{Now, Timestamp};
use crate::inbox::pending::is_redated;
use crate::inbox::{InboxError, Lease, Outcome, Parked, Settled};

impl Writer<'_> {
    pub(super) fn settle(&mut self, settle: &mut Settle, batch: &mut Batch) -> Done<Settled> {
        let seq = settle.lease.seq;
        let now = settle.now;
        if !self.lanes.holds_at(&settle.lease, now) || !batch.ended.insert(seq) {
            return Ok(Err(InboxError::LeaseLost));
        }
        let unsent = self.lanes.get(seq).is_some_and(|event| event.unsent);
        let outcome = std::mem::replace(&mut settle.outcome, Outcome::Done);
        if unsent {
            // Its rows went with the unsend.
            let settled = if outcome == Outcome::Done { Settled::AsAsked } else { Settled::Unsent };
            batch.changes.push(Change::Finish { seq });
            return Ok(Ok(settled));
        }
        self.begin(batch)?;
        match outcome {
            Outcome::Done => {
                self.redate(seq, now)?;
                self.delete_handled(seq)?;
                batch.changes.push(Change::Finish { seq });
            }
            Outcome::Retry { at, error } => {
                self.count(&settle.lease, (0, 1), Some((at, &error)))?;
                batch.changes.push(Change::Postpone { seq, at, error });
            }
            Outcome::Park(why) => {
                self.park(seq, &why, now)?;
                batch.changes.push(Change::Finish { seq });
            }
            Outcome::Release => {
                self.count(&settle.lease, (1, 0), None)?;
                batch.changes.push(Change::Release { seq });
            }
        }
        Ok(Ok(Settled::AsAsked))
    }

    /// Writes down where an event's counts stand, all claims up to this lease's included.
    fn count(
        &mut self,
        lease: &Lease,
        (back, failed): (u32, u32),
        retry: Option<(Timestamp, &str)>,
    ) -> rusqlite::Result<()> {
        let Some(event) = self.lanes.get(lease.seq) else { return Ok(()) };
        let (due, error) = retry.unzip();
        self.sql
            .put_attempt
            .execute(params![
                int(lease.seq),
                int(lease.fence),
                event.attempts.saturating_sub(back),
                event.failures + failed,
                due.map(Timestamp::as_millis),
                error.or(event.last_error.as_deref()),
            ])
            .map(drop)
    }

    fn park(&mut self, seq: u64, why: &Parked, now: Now) -> rusqlite::Result<()> {
        let Some(event) = self.lanes.get(seq) else { return Ok(()) };
        let row = params![
            int(seq),
            event.attempts,
            event.last_error,
            why.reason.as_str(),
            why.detail,
            now.wall.as_millis()
        ];
        self.conn
            .prepare_cached(
                "INSERT INTO parked (seq, key, channel, destination, id, kind, chat_kind, chat, timestamp, arrived,
                    redelivered, message_id, json, unsent, attempts, last_error, reason, detail, at)
                 SELECT seq, key, channel, destination, id, kind, chat_kind, chat, timestamp, arrived,
                    redelivered, message_id, json, 0, ?2, ?3, ?4, ?5, ?6 FROM event WHERE seq = ?1",
            )?
            .execute(row)?;
        self.sql.delete_event.execute([int(seq)])?;
        self.sql.delete_attempt.execute([int(seq)]).map(drop)
    }

    /// Dates the id anew if its event took long, so that it is remembered long enough from now.
    pub(super) fn redate(&mut self, seq: u64, now: Now) -> rusqlite::Result<()> {
        let (Some(key), Some(event)) = (self.lanes.key(seq), self.lanes.get(seq)) else { return Ok(()) };
        if is_redated(&key, event.came, now.wall) {
            self.sql.redate.execute(params![key.as_bytes(), now.wall.as_millis()])?;
        }
        Ok(())
    }

    /// Ends a handled event. Most have nothing in the file but their own row.
    fn delete_handled(&mut self, seq: u64) -> rusqlite::Result<()> {
        self.sql.delete_event.execute([int(seq)])?;
        let Some(event) = self.lanes.get(seq) else { return Ok(()) };
        let (counted, journaled) = (event.attempts > 1 || event.released, !event.journal.is_empty());
        if counted {
            self.sql.delete_attempt.execute([int(seq)])?;
        }
        if journaled {
            self.sql.delete_journal.execute([int(seq)])?;
        }
        Ok(())
    }

    /// Everything the file may have of a pending event.
    pub(super) fn delete_rows(&mut self, seq: u64) -> rusqlite::Result<()> {
        self.sql.delete_event.execute([int(seq)])?;
        self.sql.delete_attempt.execute([int(seq)])?;
        self.sql.delete_journal.execute([int(seq)]).map(drop)
    }
}
