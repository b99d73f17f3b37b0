//! What operators look at: lists, one event, counts. Works on any connection, beside a running server too.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, Row};

use super::super::{Counts, Filter, Listed, ParkReason, Parked, Shown, State};
use super::rows::{self, EVENT_COLUMNS, Names, channel_names, count, int, uint};
use crate::clock::{Now, Timestamp};
use crate::line::{Channel, WebhookEventId};

/// A line of a list and its place.
pub(super) struct Found {
    pub(super) seq: u64,
    pub(super) unsent: bool,
    pub(super) listed: Listed,
}

/// Events that match, oldest first, all as of one moment.
pub(super) fn find(conn: &Connection, filter: &Filter) -> rusqlite::Result<Vec<Found>> {
    let names = channel_names(conn)?;
    let limit = filter.limit.unwrap_or(usize::MAX);
    let mut found = Vec::new();
    if filter.reason.is_none() && filter.state != Some(State::Parked) {
        find_pending(conn, filter, &names, limit, &mut found)?;
    }
    if filter.state.is_none_or(|state| state == State::Parked) {
        find_parked(conn, filter, &names, limit, &mut found)?;
    }
    found.sort_unstable_by_key(|found| found.seq);
    found.truncate(limit);
    Ok(found)
}

fn find_pending(
    conn: &Connection,
    filter: &Filter,
    names: &Names,
    limit: usize,
    found: &mut Vec<Found>,
) -> rusqlite::Result<()> {
    let claims = rows::claims(conn)?;
    let attempts = attempts(conn)?;
    let mut statement = conn.prepare_cached(&format!("SELECT {EVENT_COLUMNS} FROM event ORDER BY seq"))?;
    let mut events = statement.query([])?;
    while let Some(row) = events.next()? {
        let (seq, _, mut pending) = rows::event(row, names)?;
        let counted = attempts.get(&seq);
        let fence = counted.map_or(0, |counted| counted.fence);
        let open = claims.get(&seq).map_or(0, |fences| fences.iter().filter(|known| **known > fence).count());
        let state = if open > 0 { State::InHand } else { State::Waiting };
        if !pending.matches(filter, state) {
            continue;
        }
        pending.attempts = u32::try_from(open).unwrap_or(u32::MAX);
        if let Some(counted) = counted {
            pending.attempts += counted.attempts;
            pending.due = counted.due.filter(|_| open == 0);
            pending.last_error.clone_from(&counted.last_error);
        }
        found.push(Found { seq, unsent: false, listed: pending.listed(state) });
        if found.len() >= limit {
            break;
        }
    }
    Ok(())
}

pub(super) struct Counted {
    pub(super) fence: u64,
    pub(super) attempts: u32,
    pub(super) failures: u32,
    pub(super) due: Option<Timestamp>,
    pub(super) last_error: Option<String>,
}

/// The counts that were written down, by event.
pub(super) fn attempts(conn: &Connection) -> rusqlite::Result<HashMap<u64, Counted>> {
    let mut statement =
        conn.prepare_cached("SELECT seq, fence, attempts, failures, due, last_error FROM attempt")?;
    let counted = |row: &Row<'_>| {
        let counted = Counted {
            fence: uint(row.get(1)?),
            attempts: count(row.get(2)?),
            failures: count(row.get(3)?),
            due: row.get::<_, Option<i64>>(4)?.map(Timestamp::from_millis),
            last_error: row.get(5)?,
        };
        Ok((uint(row.get(0)?), counted))
    };
    statement.query_map([], counted)?.collect()
}

fn find_parked(
    conn: &Connection,
    filter: &Filter,
    names: &Names,
    limit: usize,
    found: &mut Vec<Found>,
) -> rusqlite::Result<()> {
    // What concerns parking is asked of the row; the rest as for a waiting event.
    let general = Filter { reason: None, since: None, ..filter.clone() };
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {EVENT_COLUMNS}, unsent, attempts, last_error, reason, detail, at FROM parked
         WHERE (?1 IS NULL OR reason = ?1) AND (?2 IS NULL OR at >= ?2) ORDER BY seq"
    ))?;
    let reason = filter.reason.map(ParkReason::as_str);
    let mut parked = statement.query((reason, filter.since.map(Timestamp::as_millis)))?;
    let from = found.len();
    while let Some(row) = parked.next()? {
        let (seq, _, mut pending) = rows::event(row, names)?;
        if !pending.matches(&general, State::Parked) {
            continue;
        }
        pending.attempts = count(row.get(13)?);
        pending.last_error = row.get(14)?;
        let mut listed = pending.listed(State::Parked);
        listed.parked = Some(why(row)?);
        found.push(Found { seq, unsent: row.get(12)?, listed });
        if found.len() - from >= limit {
            break;
        }
    }
    Ok(())
}

fn why(row: &Row<'_>) -> rusqlite::Result<(Parked, Timestamp)> {
    let reason: String = row.get(15)?;
    // A reason that only a later version knows cannot be in a file of this version.
    let reason = ParkReason::parse(&reason).unwrap_or(ParkReason::Permanent);
    Ok((Parked { reason, detail: row.get(16)? }, Timestamp::from_millis(row.get(17)?)))
}

pub(super) fn list(conn: &Connection, filter: &Filter) -> rusqlite::Result<Vec<Listed>> {
    let tx = conn.unchecked_transaction()?;
    Ok(find(&tx, filter)?.into_iter().map(|found| found.listed).collect())
}

pub(super) fn show(
    conn: &Connection,
    channel: &Channel,
    id: &WebhookEventId,
) -> rusqlite::Result<Option<Shown>> {
    let tx = conn.unchecked_transaction()?;
    let filter =
        Filter { channel: Some(channel.clone()), id: Some(id.clone()), limit: Some(1), ..Filter::default() };
    let Some(found) = find(&tx, &filter)?.pop() else { return Ok(None) };
    let json = json(&tx, found.seq)?.unwrap_or_default();
    let journal = rows::journal(&tx, found.seq)?;
    Ok(Some(Shown { listed: found.listed, json, journal }))
}

fn json(conn: &Connection, seq: u64) -> rusqlite::Result<Option<Bytes>> {
    conn.query_row(
        "SELECT json FROM event WHERE seq = ?1 UNION ALL SELECT json FROM parked WHERE seq = ?1",
        [int(seq)],
        |row| row.get::<_, Vec<u8>>(0).map(Bytes::from),
    )
    .optional()
}

pub(super) fn parked(conn: &Connection) -> rusqlite::Result<BTreeMap<&'static str, u64>> {
    let mut statement = conn.prepare_cached("SELECT reason, count(*) FROM parked GROUP BY reason")?;
    let mut counted = BTreeMap::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let reason = ParkReason::parse(row.get_ref(0)?.as_str()?).unwrap_or(ParkReason::Permanent);
        counted.insert(reason.as_str(), uint(row.get(1)?));
    }
    Ok(counted)
}

pub(super) fn remembered(conn: &Connection) -> rusqlite::Result<u64> {
    conn.query_row("SELECT count(*) FROM seen", [], |row| row.get(0)).map(uint)
}

/// Everything from the file, for who is not the server.
pub(super) fn counts(conn: &Connection, now: Now) -> rusqlite::Result<Counts> {
    let tx = conn.unchecked_transaction()?;
    let listed = find(&tx, &Filter::default())?;
    let pending = listed.iter().filter(|found| found.listed.state != State::Parked);
    let oldest = pending.clone().next().map(|found| now.wall.since(found.listed.arrived));
    let in_hand = listed.iter().filter(|found| found.listed.state == State::InHand).count();
    Ok(Counts {
        pending: pending.count() as u64,
        in_hand: in_hand as u64,
        oldest_pending: oldest,
        parked: parked(&tx)?,
        remembered: remembered(&tx)?,
    })
}
