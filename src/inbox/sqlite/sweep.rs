//! Forgetting what is older than its retention, a piece at a time.

use rusqlite::params;

use super::batch::{Batch, Change};
use super::op::Sweep;
use super::rows::uint;
use super::writer::Writer;
use crate::clock::{Now, Timestamp};
use crate::inbox::Swept;
use crate::inbox::key::IdKey;
use crate::inbox::pending::FORGET_SLACK;

/// Rows of each kind that one sweep takes: a few milliseconds' work.
const CHUNK: usize = 1000;

impl Writer<'_> {
    pub(super) fn sweep(&mut self, sweep: &Sweep, batch: &mut Batch) -> rusqlite::Result<Swept> {
        let Sweep { retention, now } = sweep;
        let parked = self.sweep_parked(now.wall.before(retention.parked), *now, batch)?;
        let cutoff = now.wall.before(retention.dedupe + FORGET_SLACK);
        let mut more = parked == CHUNK;
        let mut ids = 0;
        for keys in [self.dated_before(cutoff)?, self.undated_before(cutoff)?] {
            more |= keys.len() >= CHUNK;
            ids += self.forget(&keys, *now, batch)?;
        }
        self.sweep_unsent(now.wall.before(retention.dedupe), batch)?;
        Ok(Swept { ids, parked: parked as u64, more })
    }

    fn sweep_parked(&mut self, before: Timestamp, now: Now, batch: &mut Batch) -> rusqlite::Result<usize> {
        let select = "SELECT seq FROM parked WHERE at < ?1 ORDER BY at LIMIT ?2";
        let old: Vec<i64> = self
            .conn
            .prepare_cached(select)?
            .query_map(params![before.as_millis(), CHUNK as i64], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for seq in &old {
            self.drop_event(uint(*seq), now, batch)?;
        }
        Ok(old.len())
    }

    fn dated_before(&self, cutoff: Timestamp) -> rusqlite::Result<Vec<IdKey>> {
        self.keys("SELECT key FROM seen WHERE at < ?1 LIMIT ?2", params![cutoff.as_millis(), CHUNK as i64])
    }

    /// By the time inside the key: one range of neighbours per channel, so few pages are touched.
    fn undated_before(&self, cutoff: Timestamp) -> rusqlite::Result<Vec<IdKey>> {
        let mut found = Vec::new();
        for channel in 0..self.channels.count() {
            let from = IdKey::first_ulid_at(channel, Timestamp::from_millis(0));
            let to = IdKey::first_ulid_at(channel, cutoff);
            let limit = CHUNK.saturating_sub(found.len()) as i64;
            found.extend(self.keys(
                "SELECT key FROM seen WHERE key >= ?1 AND key < ?2 AND at IS NULL LIMIT ?3",
                params![from.as_bytes(), to.as_bytes(), limit],
            )?);
        }
        Ok(found)
    }

    fn keys(&self, select: &str, params: &[&dyn rusqlite::ToSql]) -> rusqlite::Result<Vec<IdKey>> {
        let mut keys = Vec::new();
        let mut statement = self.conn.prepare_cached(select)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            keys.extend(IdKey::from_bytes(row.get_ref(0)?.as_blob()?));
        }
        Ok(keys)
    }

    /// Forgets ids, but never one whose event is still here: that is dated anew and comes up again later.
    fn forget(&mut self, keys: &[IdKey], now: Now, batch: &mut Batch) -> rusqlite::Result<u64> {
        let mut forgotten = 0;
        for key in keys {
            self.begin(batch)?;
            if self.lanes.find(key).is_some() || batch.admits(key) || self.is_parked(key)? {
                self.sql.redate.execute(params![key.as_bytes(), now.wall.as_millis()])?;
            } else {
                self.sql.forget.execute([key.as_bytes()])?;
                batch.remembered -= 1;
                forgotten += 1;
            }
        }
        Ok(forgotten)
    }

    fn is_parked(&self, key: &IdKey) -> rusqlite::Result<bool> {
        let mut parked = self.conn.prepare_cached("SELECT seq FROM parked WHERE key = ?1")?;
        parked.exists([key.as_bytes()])
    }

    fn sweep_unsent(&mut self, before: Timestamp, batch: &mut Batch) -> rusqlite::Result<()> {
        if self.unsent.has_before(before) {
            self.begin(batch)?;
            self.conn.execute("DELETE FROM unsent WHERE at < ?1", [before.as_millis()])?;
            batch.changes.push(Change::ForgetUnsent { before });
        }
        Ok(())
    }
}
