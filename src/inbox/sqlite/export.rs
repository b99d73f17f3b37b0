//! What goes from a file to another inbox: read by key, a piece at a time, while no server owns the file.

use std::collections::HashMap;
use std::fs::File;

use rusqlite::{Connection, Row, params};

use super::open::Place;
use super::problem::explain;
use super::reader::{self, Counted};
use super::rows::{self, EVENT_COLUMNS, count, int, uint};
use crate::clock::Timestamp;
use crate::inbox::key::{ChannelNo, IdKey};
use crate::inbox::moving::{GivenUp, Moving, Remembered, Sizes, UnsentMessage};
use crate::inbox::{InboxError, ParkReason, Parked};
use crate::line::Channel;

/// Bytes of JSON after which a piece takes no more events.
const WEIGHT_MAX: usize = 4 << 20;

const TAKEN: &str = "a server is using it: what that accepts while its inbox is moved would be left behind; stop it \
                     first, and do not start it on this file again";

/// Where [`EVENT_COLUMNS`] end.
const JSON_AT: usize = 12;

/// A file whose inbox goes elsewhere. Nobody else can own it meanwhile. Nothing in it is changed.
pub(in crate::inbox) struct Export {
    conn: Connection,
    names: Vec<Channel>,
    /// The counts that were written down, and the fences of claims that may have come after them.
    attempts: HashMap<u64, Counted>,
    claims: HashMap<u64, Vec<u64>>,
    _lock: File,
}

/// A piece, and where the next begins; there is none once nothing was found.
type Piece<T, K> = (Vec<T>, Option<K>);

impl Export {
    /// Takes the file as its server would.
    pub(in crate::inbox) fn open(url: &str, path: &str) -> Result<Self, InboxError> {
        let place = Place::new(url, path)?;
        // First, for the lock would make a file where there is none.
        let conn = place.guest()?;
        let lock = place.lock_or(TAKEN)?;
        let read = || {
            conn.pragma_update(None, "query_only", true)?;
            Ok((rows::channel_names(&conn)?, reader::attempts(&conn)?, rows::claims(&conn)?))
        };
        let (names, attempts, claims) = read().map_err(|error| place.sqlite(&error))?;
        Ok(Self { conn, names, attempts, claims, _lock: lock })
    }

    pub(in crate::inbox) fn sizes(&self) -> Result<Sizes, InboxError> {
        let count = "SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM parked),
            (SELECT count(*) FROM seen), (SELECT count(*) FROM unsent), (SELECT count(*) FROM ask)";
        let sizes = |row: &Row<'_>| {
            let at = |column| row.get(column).map(uint);
            Ok(Sizes { waiting: at(0)?, parked: at(1)?, ids: at(2)?, unsent: at(3)?, asked: at(4)? })
        };
        self.conn.query_row(count, [], sizes).map_err(|error| unreadable(&error))
    }

    /// What waits behind that place, in its order. What was in hand when the last server ended waits too; that
    /// attempt counts.
    pub(in crate::inbox) fn waiting(
        &self,
        behind: i64,
        most: usize,
    ) -> Result<Piece<Moving, i64>, InboxError> {
        let select = format!(
            "SELECT {EVENT_COLUMNS}, json, (SELECT at FROM seen WHERE seen.key = event.key) FROM event
             WHERE seq > ?1 ORDER BY seq LIMIT ?2"
        );
        self.events(&select, behind, most, |seq, _, moving| {
            let counted = self.attempts.get(&seq);
            let fence = counted.map_or(0, |counted| counted.fence);
            let claims = self.claims.get(&seq).map_or(&[][..], Vec::as_slice);
            let open = claims.iter().filter(|claimed| **claimed > fence).count();
            moving.pending.attempts = u32::try_from(open).unwrap_or(u32::MAX);
            if let Some(counted) = counted {
                moving.pending.attempts += counted.attempts;
                moving.pending.failures = counted.failures;
                moving.pending.due = counted.due.filter(|_| open == 0);
                moving.pending.last_error.clone_from(&counted.last_error);
            }
            Ok(())
        })
    }

    /// What is parked behind that place.
    pub(in crate::inbox) fn parked(
        &self,
        behind: i64,
        most: usize,
    ) -> Result<Piece<Moving, i64>, InboxError> {
        let select = format!(
            "SELECT {EVENT_COLUMNS}, json, (SELECT seen.at FROM seen WHERE seen.key = parked.key),
                attempts, last_error, reason, detail, parked.at, unsent
             FROM parked WHERE seq > ?1 ORDER BY seq LIMIT ?2"
        );
        self.events(&select, behind, most, |_, row, moving| {
            moving.pending.attempts = count(row.get(JSON_AT + 2)?);
            moving.pending.last_error = row.get(JSON_AT + 3)?;
            let reason: String = row.get(JSON_AT + 4)?;
            let reason = ParkReason::parse(&reason).unwrap_or(ParkReason::Permanent);
            moving.parked = Some(GivenUp {
                why: Parked { reason, detail: row.get(JSON_AT + 5)? },
                at: Timestamp::from_millis(row.get(JSON_AT + 6)?),
                unsent: row.get(JSON_AT + 7)?,
            });
            Ok(())
        })
    }

    fn events(
        &self,
        select: &str,
        behind: i64,
        most: usize,
        add: impl Fn(u64, &Row<'_>, &mut Moving) -> rusqlite::Result<()>,
    ) -> Result<Piece<Moving, i64>, InboxError> {
        let read = || {
            let mut statement = self.conn.prepare_cached(select)?;
            let mut found = statement.query(params![behind, most as i64])?;
            let (mut events, mut next, mut weight) = (Vec::new(), None, 0);
            while weight < WEIGHT_MAX
                && let Some(row) = found.next()?
            {
                let (seq, mut moving) = self.event(row)?;
                add(seq, row, &mut moving)?;
                weight += moving.pending.event.json.len();
                events.push(moving);
                next = Some(int(seq));
            }
            Ok((events, next))
        };
        read().map_err(|error: rusqlite::Error| unreadable(&error))
    }

    fn event(&self, row: &Row<'_>) -> rusqlite::Result<(u64, Moving)> {
        let (seq, key, mut pending) = rows::event(row, &self.names)?;
        pending.event.json = row.get::<_, Vec<u8>>(JSON_AT)?.into();
        pending.journal = rows::journal(&self.conn, seq)?;
        let dated = row.get::<_, Option<i64>>(JSON_AT + 1)?.map(Timestamp::from_millis);
        // An id that tells nothing always has a date; who has lost it gets one.
        let dated = dated.or_else(|| key.time().is_none().then_some(pending.came));
        Ok((seq, Moving { pending, dated, parked: None }))
    }

    /// Ids behind that key.
    pub(in crate::inbox) fn ids(
        &self,
        behind: &[u8],
        most: usize,
    ) -> Result<Piece<Remembered, Vec<u8>>, InboxError> {
        let read = || {
            let select = "SELECT key, at FROM seen WHERE key > ?1 ORDER BY key LIMIT ?2";
            let mut statement = self.conn.prepare_cached(select)?;
            let mut found = statement.query(params![behind, most as i64])?;
            let (mut ids, mut next) = (Vec::new(), None);
            while let Some(row) = found.next()? {
                let key = row.get_ref(0)?.as_blob()?;
                next = Some(key.to_vec());
                let Some(key) = IdKey::from_bytes(key) else { continue };
                let Some(channel) = self.channel(key.channel()) else { continue };
                let dated = row.get::<_, Option<i64>>(1)?.map(Timestamp::from_millis);
                ids.push(Remembered { channel, id: key.id(), dated });
            }
            Ok((ids, next))
        };
        read().map_err(|error: rusqlite::Error| unreadable(&error))
    }

    /// Messages that were unsent, behind that one.
    pub(in crate::inbox) fn unsent(
        &self,
        behind: Option<&(ChannelNo, String)>,
        most: usize,
    ) -> Result<Piece<UnsentMessage, (ChannelNo, String)>, InboxError> {
        let read = || {
            let select = "SELECT channel, message_id, at FROM unsent WHERE (channel, message_id) > (?1, ?2)
                ORDER BY channel, message_id LIMIT ?3";
            let (channel, message) = behind.map_or((-1, ""), |(no, id)| (i64::from(*no), id));
            let mut statement = self.conn.prepare_cached(select)?;
            let mut found = statement.query(params![channel, message, most as i64])?;
            let (mut unsent, mut next) = (Vec::new(), None);
            while let Some(row) = found.next()? {
                let (number, message): (ChannelNo, String) = (row.get(0)?, row.get(1)?);
                let at = Timestamp::from_millis(row.get(2)?);
                if let Some(channel) = self.channel(number) {
                    unsent.push(UnsentMessage { channel, message: message.as_str().into(), at });
                }
                next = Some((number, message));
            }
            Ok((unsent, next))
        };
        read().map_err(|error: rusqlite::Error| unreadable(&error))
    }

    fn channel(&self, number: ChannelNo) -> Option<Channel> {
        self.names.get(usize::from(number)).cloned()
    }
}

fn unreadable(error: &rusqlite::Error) -> InboxError {
    InboxError::Unavailable(format!("the file cannot be read: {}", explain(error)))
}
