//! The send journal: a note before a send leaves, its result after.

use rusqlite::params;

use super::batch::{Batch, Change};
use super::op::{Note, SendOutcome};
use super::plan::Done;
use super::rows::int;
use super::writer::Writer;
use crate::inbox::{InboxError, stored};

impl Writer<'_> {
    pub(super) fn note(&mut self, note: &mut Note, batch: &mut Batch) -> Done<()> {
        let Note { lease, sends, now } = note;
        if !self.lanes.holds_at(lease, *now) {
            return Ok(Err(InboxError::LeaseLost));
        }
        // Of an unsent event no row is left to be handled again.
        if !self.lanes.get(lease.seq).is_some_and(|event| event.unsent) {
            self.begin(batch)?;
            for send in &*sends {
                let entry = &send.entry;
                self.sql.note.execute(params![
                    int(lease.seq),
                    &*entry.key,
                    entry.part,
                    stored::route(entry.route),
                    send.hash,
                    now.wall.as_millis()
                ])?;
            }
        }
        let sends = std::mem::take(sends);
        batch.changes.push(Change::Note { seq: lease.seq, sends, at: now.wall });
        Ok(Ok(()))
    }

    pub(super) fn result(&mut self, outcome: &SendOutcome, batch: &mut Batch) -> rusqlite::Result<()> {
        let SendOutcome { lease, entry, result } = outcome;
        if !self.lanes.holds(lease) {
            return Ok(());
        }
        self.begin(batch)?;
        let row = params![
            int(lease.seq),
            &*entry.key,
            entry.part,
            stored::route(entry.route),
            stored::write(result)
        ];
        self.sql.result.execute(row)?;
        // Known at once, unlike all else: it is true whether or not this commit succeeds, and it is tried until one
        // does.
        if let Some(event) = self.lanes.get_mut(lease.seq) {
            event.result(entry, result.clone());
        }
        Ok(())
    }
}
