//! Forgetting what is older than its retention, a piece at a time. Replicas that sweep at once take different rows.
//!
//! Rows of `seen` are always named by lists of channels and ids, which its key answers: a join would have the planner
//! choose to read the whole table.

use std::time::Duration;

use tokio_postgres::types::Type;
use uuid::Uuid;

use super::core::Core;
use super::pool::Param;
use super::rows::{self, uint};
use super::unsend::Unsend;
use crate::clock::Timestamp;
use crate::inbox::key::{ChannelNo, IdKey};
use crate::inbox::pending::FORGET_SLACK;
use crate::inbox::{InboxError, Retention, Swept};

/// Rows of each kind that one sweep takes: a few tens of milliseconds' work.
const CHUNK: i64 = 10_000;

/// What slipped past an unsend did so while that was on its way.
const SLIPPED_WITHIN: Duration = Duration::from_secs(60 * 60);

const NOW: &str = "SELECT $S.now_ms(), coalesce(array_agg(no ORDER BY no), '{}') FROM $S.channel";

/// Their ids are remembered from now on.
const PARKED: &str = "
WITH clock AS MATERIALIZED (SELECT set_config('synchronous_commit', 'on', true)),
old AS MATERIALIZED (
    SELECT p.seq FROM $S.parked p WHERE p.at < $1 ORDER BY p.at LIMIT $2 FOR UPDATE SKIP LOCKED),
gone AS (
    DELETE FROM $S.parked p USING clock, old o WHERE p.seq = o.seq RETURNING p.seq, p.channel, p.key),
forgotten AS (DELETE FROM $S.journal j USING gone g WHERE j.seq = g.seq),
redated AS (
    UPDATE $S.seen s SET at = $3
    WHERE s.channel = ANY (ARRAY(SELECT DISTINCT g.channel FROM gone g)) AND s.id = ANY (ARRAY(SELECT g.key FROM gone g)))
SELECT count(*), count(*) FROM gone
";

/// Ids with a date of their own.
const DATED: &str = "
old AS MATERIALIZED (
    SELECT s.channel, s.id FROM $S.seen s WHERE s.at < $2 ORDER BY s.at LIMIT $1 FOR UPDATE SKIP LOCKED),
";

/// Ids of one channel whose time is in them: neighbours in the table's key.
const UNDATED: &str = "
old AS MATERIALIZED (
    SELECT s.channel, s.id FROM $S.seen s WHERE s.channel = $4 AND s.id >= $5 AND s.id < $6 AND s.at IS NULL
    ORDER BY s.channel, s.id LIMIT $1 FOR UPDATE SKIP LOCKED),
";

/// An id whose event is still here is not forgotten: it is dated anew and comes up again later. Nothing can bring an
/// event here while its id is known, so what is seen here is all there is.
const FORGET: &str = "
here AS MATERIALIZED (
    SELECT e.key FROM $S.event e WHERE e.key IN (SELECT id FROM old)
    UNION SELECT p.key FROM $S.parked p WHERE p.key IN (SELECT id FROM old)),
redated AS (
    UPDATE $S.seen s SET at = $3
    WHERE s.channel = ANY (ARRAY(SELECT DISTINCT o.channel FROM old o)) AND s.id = ANY (ARRAY(SELECT h.key FROM here h))),
gone AS (
    DELETE FROM $S.seen s
    WHERE s.channel = ANY (ARRAY(SELECT DISTINCT o.channel FROM old o)) AND s.id = ANY (ARRAY(SELECT o.id FROM old o))
        AND EXISTS (SELECT FROM old o WHERE o.channel = s.channel AND o.id = s.id)
        AND NOT EXISTS (SELECT FROM here h WHERE h.key = s.id)
    RETURNING s.id)
SELECT (SELECT count(*) FROM old), count(*) FROM gone
";

const UNSENT: &str = "
WITH old AS MATERIALIZED (
    SELECT u.channel, u.message_id FROM $S.unsent u WHERE u.at < $1 ORDER BY u.at LIMIT $2 FOR UPDATE SKIP LOCKED),
gone AS (
    DELETE FROM $S.unsent u USING old o WHERE u.channel = o.channel AND u.message_id = o.message_id RETURNING 1)
SELECT count(*), count(*) FROM gone
";

/// Sends that belong to no event. What wrote them was overtaken by what ended the event.
const ORPHANS: &str = "
WITH old AS MATERIALIZED (
    SELECT j.seq, j.key, j.part, j.route FROM $S.journal j
    WHERE j.noted < $1 AND NOT EXISTS (SELECT FROM $S.event e WHERE e.seq = j.seq)
        AND NOT EXISTS (SELECT FROM $S.parked p WHERE p.seq = j.seq)
    LIMIT $2 FOR UPDATE OF j SKIP LOCKED),
gone AS (
    DELETE FROM $S.journal j USING old o
    WHERE j.seq = o.seq AND j.key = o.key AND j.part = o.part AND j.route = o.route RETURNING 1)
SELECT count(*), count(*) FROM gone
";

/// Messages that are still here though their unsend has come.
const SLIPPED: &str = "
WITH recent AS MATERIALIZED (SELECT u.channel, u.message_id FROM $S.unsent u WHERE u.at >= $1)
SELECT e.channel, e.message_id, e.lane FROM recent r
JOIN $S.event e ON e.channel = r.channel AND e.message_id = r.message_id
UNION
SELECT p.channel, p.message_id, p.lane FROM recent r
JOIN $S.parked p ON p.channel = r.channel AND p.message_id = r.message_id WHERE NOT p.unsent
LIMIT $2
";

impl Core {
    /// Forgets what is older than its retention; a bounded piece.
    pub(super) async fn sweep(&self, retention: Retention) -> Result<Swept, InboxError> {
        let rows = self.run(NOW, &[]).await?;
        let Some(row) = rows.first() else { return Ok(Swept::default()) };
        let now = Timestamp::from_millis(row.get(0));
        let channels: Vec<i16> = row.get(1);
        let (millis, cutoff) = (now.as_millis(), now.before(retention.dedupe + FORGET_SLACK));

        let parked = now.before(retention.parked).as_millis();
        let columns: [Param<'_>; 3] = [(&parked, Type::INT8), (&CHUNK, Type::INT8), (&millis, Type::INT8)];
        let parked = self.piece(PARKED, &columns).await?;
        let (mut more, mut ids) = (parked.full(), 0);
        for forgotten in self.forget(&channels, now, cutoff).await? {
            more |= forgotten.full();
            ids += forgotten.done;
        }
        let late = now.before(retention.dedupe).as_millis();
        for statement in [UNSENT, ORPHANS] {
            let columns: [Param<'_>; 2] = [(&late, Type::INT8), (&CHUNK, Type::INT8)];
            more |= self.piece(statement, &columns).await?.full();
        }
        self.wipe_slipped(now).await?;
        Ok(Swept { ids, parked: parked.done, more })
    }

    /// Ids that have a date, then those of each channel that carry it.
    async fn forget(
        &self,
        channels: &[i16],
        now: Timestamp,
        cutoff: Timestamp,
    ) -> Result<Vec<Piece>, InboxError> {
        let (now, before) = (now.as_millis(), cutoff.as_millis());
        let common: [Param<'_>; 3] = [(&CHUNK, Type::INT8), (&before, Type::INT8), (&now, Type::INT8)];
        let mut pieces = vec![self.piece(&format!("WITH {DATED}{FORGET}"), &common).await?];
        let statement = format!("WITH {UNDATED}{FORGET}");
        for channel in channels {
            let number = ChannelNo::try_from(*channel).unwrap_or_default();
            let first = |time| rows::key(&IdKey::first_ulid_at(number, time));
            let (from, to): (Uuid, Uuid) = (first(Timestamp::from_millis(0)), first(cutoff));
            let [a, b, c] = common.clone();
            let columns = [a, b, c, (channel as _, Type::INT2), (&from, Type::UUID), (&to, Type::UUID)];
            pieces.push(self.piece(&statement, &columns).await?);
        }
        Ok(pieces)
    }

    async fn piece(&self, statement: &str, columns: &[Param<'_>]) -> Result<Piece, InboxError> {
        let rows = self.run_patiently(statement, columns).await?;
        Ok(rows
            .first()
            .map_or_else(Piece::default, |row| Piece { taken: row.get(0), done: uint(row.get(1)) }))
    }

    /// Wipes again what a settle or a replay carried past an unsend that ran at the same moment.
    async fn wipe_slipped(&self, now: Timestamp) -> Result<(), InboxError> {
        let since = now.before(SLIPPED_WITHIN).as_millis();
        let columns: [Param<'_>; 2] = [(&since, Type::INT8), (&CHUNK, Type::INT8)];
        let slipped: Vec<Unsend> = self
            .run_patiently(SLIPPED, &columns)
            .await?
            .iter()
            .map(|row| Unsend {
                channel: ChannelNo::try_from(row.get::<_, i16>(0)).unwrap_or_default(),
                message: row.get::<_, String>(1).into(),
                lane: Some(row.get(2)),
            })
            .collect();
        if slipped.is_empty() { Ok(()) } else { self.wipe(&slipped).await }
    }
}

/// What one statement did.
#[derive(Default)]
struct Piece {
    taken: i64,
    done: u64,
}

impl Piece {
    /// There may be more.
    const fn full(&self) -> bool {
        self.taken >= CHUNK
    }
}
