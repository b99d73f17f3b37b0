//! What operators look at: lists, one event, counts. One statement each, so each tells of one moment.
//!
//! Times are the database's, as they stand in it.

use std::collections::BTreeMap;

use bytes::Bytes;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::core::Core;
use super::pool::Param;
use super::rows::{self, broken, int, uint};
use crate::clock::{Now, Timestamp};
use crate::inbox::key::IdKey;
use crate::inbox::{Counts, Filter, InboxError, Listed, ParkReason, Parked, Shown, State};
use crate::line::{Channel, WebhookEventId};

/// Looks at lanes, never at events. What was unsent in hand is pending until its attempt ends. Ids are counted one by one up to [`COUNTED`]; beyond that the planner's estimate
/// has to do, which is as of the last vacuum or analyze: counting ten million of them would take seconds.
const COUNTS: &str = "
WITH clock AS MATERIALIZED (SELECT $S.now_ms() AS now),
lanes AS (
    SELECT coalesce(sum(l.count), 0)::bigint
            + count(*) FILTER (WHERE l.held AND l.ready > clock.now AND l.head IS NULL) AS pending,
        count(*) FILTER (WHERE l.held AND l.ready > clock.now) AS in_hand,
        min(l.came) FILTER (WHERE l.count > 0) AS came
    FROM $S.lane l, clock),
estimate AS (
    SELECT coalesce((SELECT reltuples FROM pg_class WHERE oid = to_regclass('$S.seen')), 0)::bigint AS ids),
ids AS (
    SELECT CASE WHEN estimate.ids > 2 * $1 THEN estimate.ids ELSE (
        SELECT CASE WHEN count(*) < $1 THEN count(*) ELSE greatest(count(*), estimate.ids) END
        FROM (SELECT FROM $S.seen LIMIT $1) AS counted) END AS remembered
    FROM estimate)
SELECT clock.now, lanes.pending, lanes.in_hand, lanes.came, ids.remembered, parked.reason, parked.count
FROM clock, lanes, ids
LEFT JOIN (SELECT reason, count(*) AS count FROM $S.parked GROUP BY reason) AS parked ON true
";

/// So many ids are counted one by one.
const COUNTED: i64 = 100_000;

/// Events that match. One is in hand while its lane is held for it and the lease lasts. Attempts are its lane's if the
/// lane's are about it; else it never was in hand.
const FOUND: &str = "
WITH clock AS MATERIALIZED (SELECT $S.now_ms() AS now),
wanted AS MATERIALIZED (
    SELECT $1::text AS channel, $2::uuid AS key, $3::smallint AS state, $4::text AS reason, $5::bigint AS since),
placed AS (
    SELECT e.*, l.attempts, l.due, l.last_error, l.id IS NOT NULL AS first,
        (l.held AND l.ready > clock.now) IS TRUE AS in_hand
    FROM clock, $S.event e LEFT JOIN $S.lane l ON l.id = e.lane AND l.head = e.seq),
waiting AS (
    SELECT e.lane, e.seq, c.name AS channel, e.id, e.kind, e.chat_kind, e.chat, e.arrived,
        e.in_hand::integer::smallint AS state, CASE WHEN e.first THEN e.attempts ELSE 0 END AS attempts,
        CASE WHEN NOT e.in_hand THEN e.due END AS due, e.last_error, NULL::text AS reason, NULL::text AS detail,
        NULL::bigint AS at
    FROM wanted w, placed e JOIN $S.channel c ON c.no = e.channel
    WHERE w.reason IS NULL AND (w.state IS NULL OR w.state = e.in_hand::integer)
        AND (w.channel IS NULL OR c.name = w.channel) AND (w.key IS NULL OR e.key = w.key)
        AND (w.since IS NULL OR e.arrived >= w.since)
    ORDER BY e.seq LIMIT $6),
parked AS (
    SELECT p.lane, p.seq, c.name AS channel, p.id, p.kind, p.chat_kind, p.chat, p.arrived, 2::smallint AS state,
        p.attempts, NULL::bigint AS due, p.last_error, p.reason, p.detail, p.at
    FROM wanted w, $S.parked p JOIN $S.channel c ON c.no = p.channel
    WHERE (w.state IS NULL OR w.state = 2) AND (w.reason IS NULL OR p.reason = w.reason)
        AND (w.channel IS NULL OR c.name = w.channel) AND (w.key IS NULL OR p.key = w.key)
        AND (w.since IS NULL OR p.at >= w.since)
    ORDER BY p.seq LIMIT $6),
found AS (SELECT * FROM waiting UNION ALL SELECT * FROM parked ORDER BY seq LIMIT $6)
";

const LIST: &str = "
SELECT channel, id, kind, chat_kind, chat, arrived, state, attempts, due, last_error, reason, detail, at
FROM found ORDER BY seq
";

/// A line for each entry of the journal, or one.
const SHOW: &str = "
SELECT j.*, f.channel, f.id, f.kind, f.chat_kind, f.chat, f.arrived, f.state, f.attempts, f.due, f.last_error, f.reason,
    f.detail, f.at,
    coalesce((SELECT e.json FROM $S.event e WHERE e.lane = f.lane AND e.seq = f.seq),
        (SELECT p.json FROM $S.parked p WHERE p.seq = f.seq)) AS json
FROM found f LEFT JOIN (SELECT $J FROM $S.journal) AS j ON j.seq = f.seq
ORDER BY j.noted, j.key, j.part, j.route
";

/// Where a listed event begins in the columns of [`SHOW`], and where its JSON is.
const LISTED_AT: usize = 7;
const JSON_AT: usize = LISTED_AT + 13;

impl Core {
    /// How much there is of what.
    pub(super) async fn counts(&self, now: Now) -> Result<Counts, InboxError> {
        let rows = self.run_patiently(COUNTS, &[(&COUNTED, Type::INT8)]).await?;
        let Some(row) = rows.first() else { return Ok(Counts::default()) };
        let there = row.get(0);
        let oldest = row.get::<_, Option<i64>>(3).map(|came| rows::seen_from(now, there, came));
        let mut parked = BTreeMap::new();
        for row in &rows {
            if let Some(reason) = row.get::<_, Option<&str>>(5) {
                *parked.entry(park_reason(reason).as_str()).or_insert(0) += uint(row.get(6));
            }
        }
        Ok(Counts {
            pending: uint(row.get(1)),
            in_hand: uint(row.get(2)),
            oldest_pending: oldest.map(|came| now.wall.since(came)),
            parked,
            remembered: uint(row.get(4)),
        })
    }

    /// Events that match, oldest first.
    pub(super) async fn list(&self, filter: &Filter) -> Result<Vec<Listed>, InboxError> {
        let wanted = Wanted::of(filter);
        let limit = wanted.limit(usize::MAX);
        let rows = self.run_patiently(&format!("{FOUND}{LIST}"), &wanted.columns(&limit)).await?;
        rows.iter().map(|row| listed(row, 0)).collect()
    }

    /// One event with its payload and journal.
    pub(super) async fn show(
        &self,
        channel: &Channel,
        id: &WebhookEventId,
    ) -> Result<Option<Shown>, InboxError> {
        let filter = Filter { channel: Some(channel.clone()), id: Some(id.clone()), ..Filter::default() };
        let statement = format!("{FOUND}{}", SHOW.replace("$J", rows::JOURNAL_COLUMNS));
        let wanted = Wanted::of(&filter);
        let rows = self.run_patiently(&statement, &wanted.columns(&1)).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let noted = rows.iter().filter(|row| row.get::<_, Option<i64>>(0).is_some());
        Ok(Some(Shown {
            listed: listed(row, LISTED_AT)?,
            json: Bytes::from(row.get::<_, Option<Vec<u8>>>(JSON_AT).unwrap_or_default()),
            journal: noted
                .map(|row| rows::journal_entry(row, Timestamp::from_millis))
                .collect::<Result<_, _>>()?,
        }))
    }
}

/// A [`Filter`] as values of a statement: `NULL` is everything.
pub(super) struct Wanted<'a> {
    channel: Option<&'a str>,
    /// The same on every channel.
    key: Option<Uuid>,
    state: Option<i16>,
    reason: Option<&'static str>,
    since: Option<i64>,
    most: Option<usize>,
}

impl<'a> Wanted<'a> {
    pub(super) fn of(filter: &'a Filter) -> Self {
        Self {
            channel: filter.channel.as_ref().map(Channel::as_str),
            key: filter.id.as_ref().map(|id| rows::key(&IdKey::new(0, id.as_str()))),
            state: filter.state.map(|state| match state {
                State::Waiting => 0,
                State::InHand => 1,
                State::Parked => 2,
            }),
            reason: filter.reason.map(ParkReason::as_str),
            since: filter.since.map(Timestamp::as_millis),
            most: filter.limit,
        }
    }

    /// How many at most, and never more than `most`.
    pub(super) fn limit(&self, most: usize) -> i64 {
        int(self.most.unwrap_or(most).min(most) as u64)
    }

    /// `$1` to `$5`, and the limit as `$6`.
    pub(super) fn columns<'b>(&'b self, limit: &'b i64) -> [Param<'b>; 6] {
        [
            (&self.channel, Type::TEXT),
            (&self.key, Type::UUID),
            (&self.state, Type::INT2),
            (&self.reason, Type::TEXT),
            (&self.since, Type::INT8),
            (limit, Type::INT8),
        ]
    }
}

/// A reason that only a later version knows cannot be in a schema of this version.
fn park_reason(name: &str) -> ParkReason {
    ParkReason::parse(name).unwrap_or(ParkReason::Permanent)
}

/// A line of a list, whose columns begin at `from`.
fn listed(row: &Row, from: usize) -> Result<Listed, InboxError> {
    let parked = row.get::<_, Option<&str>>(from + 10).map(|reason| {
        let parked = Parked { reason: park_reason(reason), detail: row.get(from + 11) };
        (parked, Timestamp::from_millis(row.get(from + 12)))
    });
    Ok(Listed {
        channel: row.get::<_, String>(from).into(),
        id: row.get::<_, String>(from + 1).into(),
        kind: row.get::<_, String>(from + 2).into(),
        chat: rows::chat(row.get(from + 3), row.get(from + 4))?,
        arrived: Timestamp::from_millis(row.get(from + 5)),
        state: match row.get::<_, i16>(from + 6) {
            0 => State::Waiting,
            1 => State::InHand,
            2 => State::Parked,
            _ => return Err(broken("state")),
        },
        attempts: rows::count(row.get(from + 7)),
        due: row.get::<_, Option<i64>>(from + 8).map(Timestamp::from_millis),
        last_error: row.get(from + 9),
        parked,
    })
}
