//! Ending claims: all that wait in one statement for those that were handled, and one for the rest.

use std::collections::{HashMap, HashSet};

use tokio_postgres::types::Type;
use uuid::Uuid;

use super::core::{Core, Held};
use super::crowd::{Asked, fail};
use super::pool::Param;
use super::rows::{self, int, uint};
use crate::clock::{Now, Timestamp};
use crate::inbox::pending::REDATE_AFTER;
use crate::inbox::{InboxError, Lease, Outcome, Parked, Settled};

/// What became of an event.
#[derive(Clone)]
pub(super) struct Settle {
    pub(super) lease: Lease,
    pub(super) outcome: Outcome,
    pub(super) now: Now,
}

type Door = Asked<Settle, Settled>;

/// Whoever still holds its lane ends its event. Lanes are looked up one by one, in order: a join might be planned when there
/// are few, and then read a table that is full of dead rows. Decides by `mine.count`, which is as the lock found it. An event that
/// took long has its id dated anew, so that it is remembered long enough from now on.
const DONE: &str = "
WITH clock AS MATERIALIZED (
    SELECT $S.now_ms() AS now, nextval('$S.arrival') << 20 AS turn,
        set_config('synchronous_commit', 'on', true)),
mine AS MATERIALIZED (
    SELECT l.id, l.count, i.seq FROM (
        SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS i(lane, seq, fence) ORDER BY lane) AS i
    CROSS JOIN LATERAL (
        SELECT l.id, l.count FROM $S.lane l
        WHERE l.id = i.lane AND l.held AND l.fence = i.fence AND l.ready > (SELECT now FROM clock) FOR UPDATE) AS l),
gone AS (
    DELETE FROM $S.event e USING mine m WHERE e.lane = m.id AND e.seq = m.seq
    RETURNING e.seq, e.channel, e.key, e.came),
forgotten AS (DELETE FROM $S.journal j USING mine m WHERE j.seq = m.seq),
redated AS (
    UPDATE $S.seen s SET at = (SELECT now FROM clock) FROM gone g
    WHERE s.channel = g.channel AND s.id = g.key AND (SELECT now FROM clock) - g.came > $4),
ending AS MATERIALIZED (
    SELECT id, seq, here, count - here::integer AS count
    FROM (SELECT id, seq, count, seq IN (SELECT seq FROM gone) AS here FROM mine) AS mine),
ended AS (DELETE FROM $S.lane l USING ending o WHERE l.id = o.id AND o.count <= 0),
freed AS (
    UPDATE $S.lane l SET held = false, count = o.count, ready = clock.now, turn = clock.turn, head = NULL,
        due = NULL, attempts = 0, failures = 0, last_error = NULL,
        came = coalesce((SELECT e.came FROM $S.event e WHERE e.lane = o.id AND e.seq <> o.seq ORDER BY e.seq LIMIT 1),
            clock.now)
    FROM ending o, clock WHERE l.id = o.id AND o.count > 0)
SELECT seq, here FROM ending
";

/// The same for an event that is not handled. One that is gone was unsent while in hand; what is left of it goes.
const OTHERWISE: &str = "
WITH clock AS MATERIALIZED (
    SELECT $S.now_ms() AS now, nextval('$S.arrival') << 20 AS turn,
        set_config('synchronous_commit', 'on', true)),
mine AS MATERIALIZED (
    SELECT l.*, i.* FROM (
        SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[])
            AS i(lane, seq, fence, delay, error, reason, detail) ORDER BY lane) AS i
    CROSS JOIN LATERAL (
        SELECT l.id, l.count, l.attempts, l.last_error AS before FROM $S.lane l
        WHERE l.id = i.lane AND l.held AND l.fence = i.fence AND l.ready > (SELECT now FROM clock) FOR UPDATE) AS l),
there AS MATERIALIZED (
    SELECT e.seq FROM mine m JOIN $S.event e ON e.lane = m.id AND e.seq = m.seq
    WHERE m.reason IS NULL FOR UPDATE OF e),
gone AS (
    DELETE FROM $S.event e USING mine m WHERE e.lane = m.id AND e.seq = m.seq AND m.reason IS NOT NULL
    RETURNING e.*),
parked AS (
    INSERT INTO $S.parked (seq, lane, timestamp, arrived, key, channel, chat_kind, redelivered, destination, id, kind,
        chat, message_id, json, unsent, attempts, last_error, reason, detail, at)
    SELECT g.seq, g.lane, g.timestamp, g.arrived, g.key, g.channel, g.chat_kind, g.redelivered, g.destination, g.id,
        g.kind, g.chat, g.message_id, g.json, false, m.attempts, m.before, m.reason, m.detail, clock.now
    FROM gone g JOIN mine m ON m.seq = g.seq, clock),
ending AS MATERIALIZED (
    SELECT *, stays OR went AS here, count - went::integer AS rest
    FROM (SELECT *, seq IN (SELECT seq FROM there) AS stays, seq IN (SELECT seq FROM gone) AS went FROM mine) AS mine),
forgotten AS (DELETE FROM $S.journal j USING ending o WHERE j.seq = o.seq AND NOT o.here),
ended AS (DELETE FROM $S.lane l USING ending o WHERE l.id = o.id AND o.rest <= 0),
freed AS (
    UPDATE $S.lane l SET held = false, ready = clock.now, turn = clock.turn, head = NULL, due = NULL, attempts = 0,
        failures = 0, last_error = NULL, count = o.rest,
        came = coalesce((SELECT e.came FROM $S.event e WHERE e.lane = o.id AND e.seq <> o.seq ORDER BY e.seq LIMIT 1),
            clock.now)
    FROM ending o, clock WHERE l.id = o.id AND NOT o.stays AND o.rest > 0),
postponed AS (
    UPDATE $S.lane l SET held = false, ready = clock.now + o.delay, due = clock.now + o.delay,
        failures = l.failures + 1, last_error = o.error
    FROM ending o, clock WHERE l.id = o.id AND o.stays AND o.delay IS NOT NULL AND o.rest > 0),
released AS (
    UPDATE $S.lane l SET held = false, ready = clock.now, attempts = l.attempts - 1
    FROM ending o, clock WHERE l.id = o.id AND o.stays AND o.delay IS NULL AND o.rest > 0)
SELECT seq, here FROM ending
";

impl Core {
    /// Answers a crowd of settles.
    pub(super) async fn settle(&self, crowd: Vec<Door>) {
        let (done, rest): (Vec<_>, Vec<_>) =
            crowd.into_iter().partition(|asked| asked.question.outcome == Outcome::Done);
        // What was sent for an event that is handled need not be remembered.
        let over: Vec<Lease> = done.iter().map(|asked| asked.question.lease).collect();
        let mut results = self.take_results(&over);
        results.forget(&self.answer(done).await);
        drop(results);
        if !rest.is_empty() {
            match self.write_results().await {
                Ok(()) => drop(self.answer(rest).await),
                Err(error) => fail(rest, &error),
            }
        }
    }

    /// Returns those that were ended.
    async fn answer(&self, crowd: Vec<Door>) -> HashSet<Lease> {
        let settles: Vec<Settle> = crowd.iter().map(|asked| asked.question.clone()).collect();
        match self.settle_all(&settles).await {
            Ok(mut settled) => {
                let ended = settled.keys().copied().collect();
                for asked in crowd {
                    let settled = settled.remove(&asked.question.lease).ok_or(InboxError::LeaseLost);
                    asked.answer(settled);
                }
                ended
            }
            Err(error) => {
                fail(crowd, &error);
                HashSet::new()
            }
        }
    }

    /// Ends one claim of its own.
    pub(super) async fn settle_one(&self, settle: Settle) -> Result<Settled, InboxError> {
        let settled = self.settle_all(std::slice::from_ref(&settle)).await?;
        settled.get(&settle.lease).copied().ok_or(InboxError::LeaseLost)
    }

    /// Ends claims that are all handled, or all not. What is missing in the answer was lost.
    async fn settle_all(&self, settles: &[Settle]) -> Result<HashMap<Lease, Settled>, InboxError> {
        let (held, over): (Vec<(&Settle, Held)>, Vec<_>) = settles
            .iter()
            .filter_map(|settle| Some((settle, self.holds(&settle.lease)?)))
            .partition(|(settle, held)| settle.now.boot < held.until);
        over.iter().for_each(|(settle, _)| self.let_go(&settle.lease));
        if held.is_empty() {
            return Ok(HashMap::new());
        }
        let lanes: Vec<Uuid> = held.iter().map(|(_, held)| held.lane).collect();
        let seqs: Vec<i64> = held.iter().map(|(settle, _)| int(settle.lease.seq)).collect();
        let fences: Vec<i64> = held.iter().map(|(settle, _)| int(settle.lease.fence)).collect();
        let who: [Param<'_>; 3] =
            [(&lanes, Type::UUID_ARRAY), (&seqs, Type::INT8_ARRAY), (&fences, Type::INT8_ARRAY)];
        let rows = if held[0].0.outcome == Outcome::Done {
            let long = i64::try_from(REDATE_AFTER.as_millis()).unwrap_or(i64::MAX);
            let [a, b, c] = who;
            self.run(DONE, &[a, b, c, (&long, Type::INT8)]).await?
        } else {
            let endings: Vec<Ending<'_>> = held.iter().map(|(settle, _)| Ending::of(settle)).collect();
            self.settle_otherwise(who, &endings).await?
        };
        let here: HashMap<u64, bool> = rows.iter().map(|row| (uint(row.get(0)), row.get(1))).collect();
        Ok(held.iter().filter_map(|(settle, _)| self.settled(settle, &here)).collect())
    }

    fn settled(&self, settle: &Settle, here: &HashMap<u64, bool>) -> Option<(Lease, Settled)> {
        self.let_go(&settle.lease);
        let here = *here.get(&settle.lease.seq)?;
        if here && matches!(settle.outcome, Outcome::Done | Outcome::Park(_)) {
            self.count_pending(-1);
        }
        let as_asked = here || settle.outcome == Outcome::Done;
        Some((settle.lease, if as_asked { Settled::AsAsked } else { Settled::Unsent }))
    }

    async fn settle_otherwise(
        &self,
        [lanes, seqs, fences]: [Param<'_>; 3],
        endings: &[Ending<'_>],
    ) -> Result<Vec<tokio_postgres::Row>, InboxError> {
        let delays: Vec<Option<i64>> = endings.iter().map(|ending| ending.delay).collect();
        let errors: Vec<_> = endings.iter().map(|ending| ending.error.map(rows::text)).collect();
        let parked: Vec<Option<&Parked>> = endings.iter().map(|ending| ending.parked).collect();
        let reasons: Vec<Option<&str>> =
            parked.iter().map(|parked| parked.map(|parked| parked.reason.as_str())).collect();
        let details: Vec<_> =
            parked.iter().map(|parked| parked.map(|parked| rows::text(&parked.detail))).collect();
        let columns: [Param<'_>; 7] = [
            lanes,
            seqs,
            fences,
            (&delays, Type::INT8_ARRAY),
            (&errors, Type::TEXT_ARRAY),
            (&reasons, Type::TEXT_ARRAY),
            (&details, Type::TEXT_ARRAY),
        ];
        self.run(OTHERWISE, &columns).await
    }
}

/// The columns of an outcome that is not done.
#[derive(Default)]
struct Ending<'a> {
    /// Of a retry: how long from now.
    delay: Option<i64>,
    error: Option<&'a str>,
    parked: Option<&'a Parked>,
}

impl<'a> Ending<'a> {
    fn of(settle: &'a Settle) -> Self {
        match &settle.outcome {
            Outcome::Retry { at, error } => {
                Self { delay: Some(until(*at, settle.now)), error: Some(error), parked: None }
            }
            Outcome::Park(parked) => Self { parked: Some(parked), ..Self::default() },
            Outcome::Done | Outcome::Release => Self::default(),
        }
    }
}

/// In milliseconds.
fn until(at: Timestamp, now: Now) -> i64 {
    i64::try_from(at.since(now.wall).as_millis()).unwrap_or(i64::MAX)
}
