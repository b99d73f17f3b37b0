//! What operators want: parked events again, or events gone.

use rusqlite::{OptionalExtension, params};

use super::batch::{Batch, Change};
use super::op::{Discard, Retry};
use super::reader;
use super::rows::{self, int, uint};
use super::writer::Writer;
use crate::clock::{Now, Timestamp};
use crate::inbox::{Filter, SendResult, State, stored};

impl Writer<'_> {
    pub(super) fn retry(&mut self, retry: &Retry, batch: &mut Batch) -> rusqlite::Result<u64> {
        let filter = Filter { state: retry.filter.state.or(Some(State::Parked)), ..retry.filter.clone() };
        let found = reader::find(self.conn, &filter)?;
        let mut replayed = 0;
        for parked in found.iter().filter(|found| found.listed.state == State::Parked) {
            replayed += u64::from(self.replay(parked.seq, retry.resend, retry.now, batch)?);
        }
        Ok(replayed)
    }

    /// Puts a parked event behind everything that waits; `false` if it is not there, or was unsent.
    fn replay(&mut self, seq: u64, resend: bool, now: Now, batch: &mut Batch) -> rusqlite::Result<bool> {
        let names = rows::channel_names(self.conn)?;
        let select =
            format!("SELECT {}, json FROM parked WHERE seq = ?1 AND unsent = 0", rows::EVENT_COLUMNS);
        let row = self.conn.prepare_cached(&select)?.query_row([int(seq)], |row| {
            let (_, key, mut event) = rows::event(row, &names)?;
            event.event.json = row.get::<_, Vec<u8>>(12)?.into();
            Ok((key, event))
        });
        let Some((key, mut event)) = row.optional()? else { return Ok(false) };
        self.begin(batch)?;
        event.cold = false;
        event.came = now.wall;
        if resend {
            self.conn
                .prepare_cached("UPDATE journal SET result = ?2 WHERE seq = ?1")?
                .execute(params![int(seq), stored::write(&SendResult::set_aside())])?;
        }
        event.journal = rows::journal(self.conn, seq)?;
        self.sql.redate.execute(params![key.as_bytes(), now.wall.as_millis()])?;
        self.conn.prepare_cached("DELETE FROM parked WHERE seq = ?1")?.execute([int(seq)])?;
        batch.unparked = true;
        let behind = self.insert(key, event, batch)?;
        let moved = [int(seq), int(behind)];
        self.conn.prepare_cached("UPDATE journal SET seq = ?2 WHERE seq = ?1")?.execute(moved)?;
        Ok(true)
    }

    pub(super) fn discard(&mut self, discard: &Discard, batch: &mut Batch) -> rusqlite::Result<u64> {
        let Discard { filter, now } = discard;
        let mut found: Vec<u64> = self.lanes.matching(filter);
        found.retain(|seq| self.lanes.state(*seq) == State::Waiting);
        if filter.state.is_none_or(|state| state == State::Parked) {
            let parked = Filter { state: Some(State::Parked), ..filter.clone() };
            found.extend(reader::find(self.conn, &parked)?.into_iter().map(|found| found.seq));
        }
        found.sort_unstable();
        found.truncate(filter.limit.unwrap_or(usize::MAX));
        let mut dropped = 0;
        for seq in found {
            dropped += u64::from(self.drop_event(seq, *now, batch)?);
        }
        Ok(dropped)
    }

    /// Drops one event, waiting or parked. It stays remembered, from now on.
    pub(super) fn drop_event(&mut self, seq: u64, now: Now, batch: &mut Batch) -> rusqlite::Result<bool> {
        self.begin(batch)?;
        if self.lanes.get(seq).is_some() {
            if self.lanes.state(seq) == State::InHand {
                return Ok(false);
            }
            self.redate(seq, now)?;
            self.delete_rows(seq)?;
            batch.changes.push(Change::Remove { seq });
            return Ok(true);
        }
        let mut drop_parked = self.conn.prepare_cached("DELETE FROM parked WHERE seq = ?1 RETURNING key")?;
        let key: Option<Vec<u8>> = drop_parked.query_row([int(seq)], |row| row.get(0)).optional()?;
        let Some(key) = key else { return Ok(false) };
        batch.unparked = true;
        self.sql.redate.execute(params![key, now.wall.as_millis()])?;
        self.sql.delete_journal.execute([int(seq)])?;
        Ok(true)
    }

    /// Does what operators beside this server asked for.
    pub(super) fn plan_asks(&mut self, batch: &mut Batch) -> rusqlite::Result<()> {
        // What is asked between the look and the delete must not be lost.
        if !self.conn.prepare_cached("SELECT 1 FROM ask")?.exists([])? {
            return Ok(());
        }
        self.begin(batch)?;
        let asks: Vec<(i64, i64, i64)> = {
            let mut statement = self.conn.prepare_cached("SELECT verb, seq, at FROM ask ORDER BY no")?;
            let asks = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            asks.collect::<Result<_, _>>()?
        };
        for (verb, seq, at) in asks {
            let now = Now { wall: Timestamp::from_millis(at), ..Now::default() };
            let done = match Verb::from_number(verb) {
                Some(Verb::Retry) => self.replay(uint(seq), false, now, batch)?,
                Some(Verb::Resend) => self.replay(uint(seq), true, now, batch)?,
                Some(Verb::Discard) => self.drop_event(uint(seq), now, batch)?,
                None => false,
            };
            tracing::debug!(verb, seq, done, "an operator asked");
        }
        self.conn.execute("DELETE FROM ask", []).map(drop)
    }
}

/// What operators can ask of a running server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Retry = 1,
    Resend = 2,
    Discard = 3,
}

impl Verb {
    fn from_number(number: i64) -> Option<Self> {
        [Self::Retry, Self::Resend, Self::Discard].into_iter().find(|verb| *verb as i64 == number)
    }
}
