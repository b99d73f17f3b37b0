//! What operators do: handle parked events anew, drop events. A piece at a time, so that nobody waits long for a lock.
//!
//! What is asked for is about the events that were here when it was asked: those whose `seq` is below a number that
//! is drawn at the first piece. So an event that is parked again while `retry --all` still runs is not taken twice.

use tokio_postgres::types::Type;

use super::core::Core;
use super::pool::Param;
use super::reader::Wanted;
use super::rows::uint;
use crate::inbox::{Filter, InboxError, SendResult, State, stored};

/// Events of one statement.
const PIECE: usize = 1000;

/// What a piece is about: see [`Wanted`]; `$6` is its length, `$7` the `seq` it begins behind, `$8` the end of all.
///
/// The rows of `seen` are named by two lists, which an index always answers. That may name some of another channel, too:
/// they are remembered longer, nothing else.
const BEGIN: &str = "
WITH clock AS MATERIALIZED (
    SELECT $S.now_ms() AS now, nextval('$S.arrival') << 20 AS base, set_config('synchronous_commit', 'on', true)),
wanted AS MATERIALIZED (
    SELECT $1::text AS channel, $2::uuid AS key, $3::smallint AS state, $4::text AS reason, $5::bigint AS since,
        $7::bigint AS behind, coalesce($8::bigint, base) AS below FROM clock),
";

/// Locks parked rows first and lanes after, each in their order.
const RETRY: &str = "
chosen AS MATERIALIZED (
    SELECT p.seq FROM wanted w, $S.parked p JOIN $S.channel c ON c.no = p.channel
    WHERE NOT p.unsent AND p.seq > w.behind AND p.seq < w.below
        AND (w.channel IS NULL OR c.name = w.channel) AND (w.key IS NULL OR p.key = w.key)
        AND (w.reason IS NULL OR p.reason = w.reason) AND (w.since IS NULL OR p.at >= w.since)
        AND NOT EXISTS (SELECT FROM $S.unsent u WHERE u.channel = p.channel AND u.message_id = p.message_id)
    ORDER BY p.seq LIMIT $6 FOR UPDATE OF p),
gone AS (DELETE FROM $S.parked p USING chosen o WHERE p.seq = o.seq RETURNING p.*),
again AS MATERIALIZED (
    SELECT g.*, clock.now, clock.base + row_number() OVER (ORDER BY g.seq) AS place FROM gone g, clock),
stored AS (
    INSERT INTO $S.event (lane, seq, timestamp, arrived, came, key, channel, chat_kind, redelivered, replayed,
        destination, id, kind, chat, message_id, json)
    SELECT a.lane, a.place, a.timestamp, a.arrived, a.now, a.key, a.channel, a.chat_kind, a.redelivered, true,
        a.destination, a.id, a.kind, a.chat, a.message_id, a.json
    FROM again a ORDER BY a.place),
moved AS (
    UPDATE $S.journal j SET seq = a.place, result = coalesce($9::text, j.result) FROM again a WHERE j.seq = a.seq),
redated AS (
    UPDATE $S.seen s SET at = clock.now FROM clock
    WHERE s.channel = ANY (ARRAY(SELECT DISTINCT a.channel FROM again a)) AND s.id = ANY (ARRAY(SELECT a.key FROM again a))),
line AS (
    INSERT INTO $S.lane (id, ready, turn, came, count)
    SELECT a.lane, min(a.now), min(a.place), min(a.now), count(*) FROM again a GROUP BY a.lane ORDER BY a.lane
    ON CONFLICT (id) DO UPDATE SET count = lane.count + excluded.count)
SELECT (SELECT below FROM wanted), count(*), max(o.seq), (SELECT count(*) FROM again) FROM chosen o
";

/// Whether an event is in hand is decided on its lane as the lock found it. A lane that loses its head begins anew. A lane
/// that is not in hand gets another fence, so that a claim which began before does not hand out what it still saw.
const DISCARD_WAITING: &str = "
chosen AS MATERIALIZED (
    SELECT e.lane, e.seq FROM clock, wanted w, $S.event e JOIN $S.channel c ON c.no = e.channel
    LEFT JOIN $S.lane l ON l.id = e.lane
    WHERE w.reason IS NULL AND e.seq > w.behind AND e.seq < w.below
        AND (w.channel IS NULL OR c.name = w.channel) AND (w.key IS NULL OR e.key = w.key)
        AND (w.since IS NULL OR e.arrived >= w.since)
        AND (l.held AND l.ready > clock.now AND l.head = e.seq) IS NOT TRUE
    ORDER BY e.seq LIMIT $6),
mine AS MATERIALIZED (
    SELECT l.id, l.count, l.head, l.held AND l.ready > clock.now AS in_hand
    FROM clock, $S.lane l WHERE l.id IN (SELECT lane FROM chosen) ORDER BY l.id FOR UPDATE OF l),
gone AS (
    DELETE FROM $S.event e USING chosen o JOIN mine m ON m.id = o.lane
    WHERE e.lane = o.lane AND e.seq = o.seq AND (m.in_hand AND m.head = e.seq) IS NOT TRUE
    RETURNING e.lane, e.seq, e.channel, e.key),
forgotten AS (DELETE FROM $S.journal j USING gone g WHERE j.seq = g.seq),
redated AS (
    UPDATE $S.seen s SET at = clock.now FROM clock
    WHERE s.channel = ANY (ARRAY(SELECT DISTINCT g.channel FROM gone g)) AND s.id = ANY (ARRAY(SELECT g.key FROM gone g))),
fewer AS MATERIALIZED (
    SELECT m.id, m.in_hand, m.count - count(*)::integer AS rest, (bool_or(g.seq = m.head)) IS TRUE AS headless
    FROM gone g JOIN mine m ON m.id = g.lane GROUP BY m.id, m.in_hand, m.count),
ended AS (DELETE FROM $S.lane l USING fewer f WHERE l.id = f.id AND f.rest <= 0 AND NOT f.in_hand),
shorter AS (
    UPDATE $S.lane l SET count = f.rest, fence = CASE WHEN f.in_hand THEN l.fence ELSE nextval('$S.fence') END,
        came = coalesce((
            SELECT e.came FROM $S.event e WHERE e.lane = f.id AND e.seq NOT IN (SELECT g.seq FROM gone g)
            ORDER BY e.seq LIMIT 1), l.came),
        held = l.held AND NOT f.headless, ready = CASE WHEN f.headless THEN clock.now ELSE l.ready END,
        head = CASE WHEN NOT f.headless THEN l.head END, due = CASE WHEN NOT f.headless THEN l.due END,
        attempts = CASE WHEN f.headless THEN 0 ELSE l.attempts END,
        failures = CASE WHEN f.headless THEN 0 ELSE l.failures END,
        last_error = CASE WHEN NOT f.headless THEN l.last_error END
    FROM fewer f, clock WHERE l.id = f.id AND (f.rest > 0 OR f.in_hand))
SELECT (SELECT below FROM wanted), count(*), max(o.seq), (SELECT count(*) FROM gone) FROM chosen o
";

const DISCARD_PARKED: &str = "
chosen AS MATERIALIZED (
    SELECT p.seq FROM wanted w, $S.parked p JOIN $S.channel c ON c.no = p.channel
    WHERE p.seq > w.behind AND p.seq < w.below
        AND (w.channel IS NULL OR c.name = w.channel) AND (w.key IS NULL OR p.key = w.key)
        AND (w.reason IS NULL OR p.reason = w.reason) AND (w.since IS NULL OR p.at >= w.since)
    ORDER BY p.seq LIMIT $6 FOR UPDATE OF p),
gone AS (
    DELETE FROM $S.parked p USING chosen o WHERE p.seq = o.seq RETURNING p.seq, p.channel, p.key),
forgotten AS (DELETE FROM $S.journal j USING gone g WHERE j.seq = g.seq),
redated AS (
    UPDATE $S.seen s SET at = clock.now FROM clock
    WHERE s.channel = ANY (ARRAY(SELECT DISTINCT g.channel FROM gone g)) AND s.id = ANY (ARRAY(SELECT g.key FROM gone g)))
SELECT (SELECT below FROM wanted), count(*), max(o.seq), (SELECT count(*) FROM gone) FROM chosen o
";

impl Core {
    /// Puts parked events that match behind everything that waits. Returns how many.
    pub(super) async fn retry(&self, filter: &Filter, resend: bool) -> Result<u64, InboxError> {
        if filter.state.is_some_and(|state| state != State::Parked) {
            return Ok(0);
        }
        let aside = resend.then(|| stored::write(&SendResult::set_aside()));
        let mut pieces = Pieces::new(filter);
        while pieces.more() {
            pieces.next(self, RETRY, Some((&aside, Type::TEXT)), 1).await?;
        }
        if pieces.done > 0 {
            // Who is not told looks around anyway.
            let _ = self.tell_now().await;
        }
        Ok(pieces.done)
    }

    /// Drops waiting or parked events that match; what is in hand is left alone. Returns how many.
    pub(super) async fn discard(&self, filter: &Filter) -> Result<u64, InboxError> {
        let asked = |state| filter.state.is_none_or(|asked| asked == state);
        let mut done = 0;
        for (state, statement, pending) in
            [(State::Waiting, DISCARD_WAITING, -1), (State::Parked, DISCARD_PARKED, 0)]
        {
            let left = filter.limit.map(|limit| limit.saturating_sub(usize::try_from(done).unwrap_or(limit)));
            let filter = Filter { limit: left, ..filter.clone() };
            let mut pieces = Pieces::new(&filter);
            while asked(state) && pieces.more() {
                pieces.next(self, statement, None, pending).await?;
            }
            done += pieces.done;
        }
        Ok(done)
    }
}

/// How far a verb has come.
struct Pieces<'a> {
    wanted: Wanted<'a>,
    /// The last `seq` that was looked at, and where to stop, once that is known.
    behind: i64,
    below: Option<i64>,
    left: usize,
    exhausted: bool,
    done: u64,
}

impl<'a> Pieces<'a> {
    fn new(filter: &'a Filter) -> Self {
        let left = filter.limit.unwrap_or(usize::MAX);
        Self { wanted: Wanted::of(filter), behind: i64::MIN, below: None, left, exhausted: false, done: 0 }
    }

    const fn more(&self) -> bool {
        !self.exhausted && self.left > 0
    }

    /// Does the next piece; each event that it takes makes `pending` more events wait.
    async fn next(
        &mut self,
        core: &Core,
        statement: &str,
        last: Option<Param<'_>>,
        pending: i64,
    ) -> Result<(), InboxError> {
        let length = i64::try_from(self.left.min(PIECE)).unwrap_or(i64::MAX);
        let mut columns: Vec<Param<'_>> = self.wanted.columns(&length).into();
        columns.extend([(&self.behind as _, Type::INT8), (&self.below as _, Type::INT8)]);
        columns.extend(last);
        let rows = core.run_patiently(&format!("{BEGIN}{statement}"), &columns).await?;
        let Some(row) = rows.first() else {
            self.exhausted = true;
            return Ok(());
        };
        let (below, chosen, done): (i64, i64, i64) = (row.get(0), row.get(1), row.get(3));
        self.below = Some(below);
        self.behind = row.get::<_, Option<i64>>(2).unwrap_or(self.behind);
        self.exhausted = chosen < length;
        self.left = self.left.saturating_sub(usize::try_from(done).unwrap_or(usize::MAX));
        self.done += uint(done);
        core.count_pending(done * pending);
        Ok(())
    }
}
