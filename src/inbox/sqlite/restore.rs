//! What the file says at start: claims of the last run are counted, and the lanes are built anew.

use rusqlite::{Connection, OptionalExtension, params};

use super::super::lanes::Lanes;
use super::super::unsent::Unsent;
use super::reader;
use super::rows::{self, EVENT_COLUMNS, Names, int, uint};
use crate::clock::Timestamp;

/// Writes the claims of the last run into `attempt`, where they stay counted, and drops what belongs to no event.
pub(super) fn fold_claims(conn: &Connection) -> rusqlite::Result<()> {
    let tx = conn.unchecked_transaction()?;
    let known = reader::attempts(&tx)?;
    for (seq, fences) in rows::claims(&tx)? {
        let fence = known.get(&seq).map_or(0, |known| known.fence);
        let open = fences.iter().filter(|claimed| **claimed > fence).count();
        let last = fences.last().copied().unwrap_or(0).max(fence);
        if open > 0 {
            tx.execute(
                "INSERT INTO attempt (seq, fence, attempts, failures)
                 SELECT ?1, ?2, ?3, 0 WHERE EXISTS (SELECT 1 FROM event WHERE seq = ?1)
                 ON CONFLICT (seq) DO UPDATE SET fence = ?2, attempts = attempts + ?3, due = NULL",
                params![int(seq), int(last), open as i64],
            )?;
        }
    }
    tx.execute_batch(
        "DELETE FROM claim;
         DELETE FROM attempt WHERE seq NOT IN (SELECT seq FROM event);
         DELETE FROM journal WHERE seq NOT IN (SELECT seq FROM event UNION ALL SELECT seq FROM parked);",
    )?;
    tx.commit()
}

/// Everything that waits, in its order, with as much JSON as there is room for.
pub(super) fn lanes(conn: &Connection, names: &Names, hot_max: usize) -> rusqlite::Result<Lanes> {
    let mut lanes = Lanes::new(hot_max);
    let mut attempts = reader::attempts(conn)?;
    let mut json = conn.prepare("SELECT json FROM event WHERE seq = ?1 AND length(json) <= ?2")?;
    let mut statement = conn.prepare(&format!("SELECT {EVENT_COLUMNS} FROM event ORDER BY seq"))?;
    let mut events = statement.query([])?;
    let mut room = hot_max;
    while let Some(row) = events.next()? {
        let (seq, key, mut pending) = rows::event(row, names)?;
        if room > 0 {
            let found =
                json.query_row(params![int(seq), room as i64], |row| row.get::<_, Vec<u8>>(0)).optional()?;
            room = found.as_ref().map_or(0, |json| room - json.len());
            pending.cold = found.is_none();
            pending.event.json = found.unwrap_or_default().into();
        }
        if let Some(counted) = attempts.remove(&seq) {
            pending.attempts = counted.attempts;
            pending.failures = counted.failures;
            // Its row is there, whatever it counts.
            pending.released = true;
            pending.due = counted.due;
            pending.last_error = counted.last_error;
        }
        lanes.admit(seq, key, pending);
    }
    restore_journals(conn, &mut lanes)?;
    Ok(lanes)
}

fn restore_journals(conn: &Connection, lanes: &mut Lanes) -> rusqlite::Result<()> {
    let mut statement = conn.prepare("SELECT DISTINCT seq FROM journal")?;
    let seqs: Vec<u64> = statement.query_map([], |row| row.get(0).map(uint))?.collect::<Result<_, _>>()?;
    for seq in seqs {
        if let Some(event) = lanes.get_mut(seq) {
            event.journal = rows::journal(conn, seq)?;
        }
    }
    Ok(())
}

pub(super) fn unsent(conn: &Connection) -> rusqlite::Result<Unsent> {
    let mut unsent = Unsent::default();
    let mut statement = conn.prepare("SELECT channel, message_id, at FROM unsent")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let message: String = row.get(1)?;
        unsent.insert(row.get(0)?, message.into(), Timestamp::from_millis(row.get(2)?));
    }
    Ok(unsent)
}

/// The greatest number in use, so that new ones come behind.
pub(super) fn last_numbers(conn: &Connection) -> rusqlite::Result<(u64, u64)> {
    let seq =
        "SELECT max(coalesce((SELECT max(seq) FROM event), 0), coalesce((SELECT max(seq) FROM parked), 0))";
    let seq: i64 = conn.query_row(seq, [], |row| row.get(0))?;
    let fence: i64 = conn.query_row("SELECT coalesce(max(fence), 0) FROM attempt", [], |row| row.get(0))?;
    Ok((uint(seq), uint(fence)))
}
