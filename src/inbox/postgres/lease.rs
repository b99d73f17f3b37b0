//! Leases: lengthened in one statement, given up at once, and found again when a claim's answer was lost.

use std::collections::{BTreeSet, HashSet};
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio_postgres::types::Type;
use uuid::Uuid;

use super::core::{Core, Held};
use super::pool::Param;
use super::rows::{int, uint};
use crate::clock::Now;
use crate::inbox::{InboxError, Lease};

const EXTEND: &str = "
WITH clock AS MATERIALIZED (
    SELECT $S.now_ms() AS now, set_config('synchronous_commit', 'on', true)),
mine AS MATERIALIZED (
    SELECT l.id, i.seq FROM (
        SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS i(lane, seq, fence) ORDER BY lane) AS i
    CROSS JOIN LATERAL (
        SELECT l.id FROM $S.lane l
        WHERE l.id = i.lane AND l.held AND l.fence = i.fence AND l.ready > (SELECT now FROM clock) FOR UPDATE) AS l)
UPDATE $S.lane l SET ready = clock.now + $4 FROM mine m, clock WHERE l.id = m.id RETURNING m.seq
";

/// Lanes that this process holds by other fences than it knows of are free again. Their attempts, `$3`, begin anew: no
/// handler saw them.
const FREE: &str = "
WITH clock AS MATERIALIZED (SELECT $S.now_ms() AS now, set_config('synchronous_commit', 'on', true)),
mine AS MATERIALIZED (
    SELECT l.id, l.count FROM $S.lane l WHERE l.held AND l.holder = $1 AND l.fence <> ALL ($2)
    ORDER BY l.id FOR UPDATE),
ended AS (DELETE FROM $S.lane l USING mine m WHERE l.id = m.id AND m.count <= 0)
UPDATE $S.lane l SET held = false, ready = clock.now, attempts = l.attempts - $3
FROM mine m, clock WHERE l.id = m.id AND m.count > 0
";

impl Core {
    /// Lengthens leases; returns those that were lost.
    pub(super) async fn extend(
        &self,
        leases: &[Lease],
        lease: Duration,
        now: Now,
    ) -> Result<Vec<Lease>, InboxError> {
        let held: Vec<(Lease, Held)> = leases
            .iter()
            .filter_map(|lease| Some((*lease, self.holds(lease)?)))
            .filter(|(_, held)| now.boot < held.until)
            .collect();
        let kept = if held.is_empty() { BTreeSet::new() } else { self.lengthen(&held, lease).await? };
        // Not by the event alone: it may be in hand here a second time, its first holder having lost it.
        let kept: HashSet<Lease> =
            held.iter().map(|(lease, _)| *lease).filter(|lease| kept.contains(&lease.seq)).collect();
        for held in &kept {
            if let Some(mut held) = self.held.get_mut(&held.seq) {
                held.until = now.boot.after(lease);
            }
        }
        let lost: Vec<Lease> = leases.iter().filter(|lease| !kept.contains(lease)).copied().collect();
        lost.iter().for_each(|lease| self.let_go(lease));
        Ok(lost)
    }

    async fn lengthen(&self, held: &[(Lease, Held)], lease: Duration) -> Result<BTreeSet<u64>, InboxError> {
        let lanes: Vec<Uuid> = held.iter().map(|(_, held)| held.lane).collect();
        let seqs: Vec<i64> = held.iter().map(|(lease, _)| int(lease.seq)).collect();
        let fences: Vec<i64> = held.iter().map(|(lease, _)| int(lease.fence)).collect();
        let length = i64::try_from(lease.as_millis()).unwrap_or(i64::MAX);
        let columns: [Param<'_>; 4] = [
            (&lanes, Type::UUID_ARRAY),
            (&seqs, Type::INT8_ARRAY),
            (&fences, Type::INT8_ARRAY),
            (&length, Type::INT8),
        ];
        Ok(self.run(EXTEND, &columns).await?.iter().map(|row| uint(row.get(0))).collect())
    }

    /// A claim may have taken effect without our knowing by which fence.
    pub(super) fn strayed(&self) {
        self.strays.store(true, Ordering::Release);
    }

    /// Frees what a claim of unknown outcome took. To be called where no claim is on its way.
    pub(super) async fn recover_strays(&self) -> Result<(), InboxError> {
        if self.strays.load(Ordering::Acquire) {
            let known: BTreeSet<i64> = self.held.iter().map(|held| int(held.fence)).collect();
            self.free(&known.into_iter().collect::<Vec<_>>(), 1).await?;
            self.strays.store(false, Ordering::Release);
        }
        Ok(())
    }

    /// Writes what is still to be written and gives up everything that this process holds. Its attempts count: whoever
    /// could give them back did so before. A database that is away is not waited for: the leases end by themselves.
    pub(super) async fn close(&self) -> Result<(), InboxError> {
        self.write_results().await?;
        self.held.clear();
        self.free(&[], 0).await
    }

    async fn free(&self, but: &[i64], back: i32) -> Result<(), InboxError> {
        let holder = self.holder;
        let columns: [Param<'_>; 3] = [(&holder, Type::UUID), (&but, Type::INT8_ARRAY), (&back, Type::INT4)];
        self.run(FREE, &columns).await.map(drop)
    }
}
