//! The send journal: a note before a send leaves, its result after.

use std::collections::{HashMap, HashSet};
use std::mem::take;
use std::sync::PoisonError;
use std::time::Duration;

use tokio_postgres::types::Type;
use uuid::Uuid;

use super::core::{Core, Held};
use super::crowd::{Asked, fail};
use super::pool::Param;
use super::rows::{int, uint};
use crate::clock::{Boot, Now};
use crate::inbox::{InboxError, Lease, SendEntry, SendNote, SendResult, stored};

/// Sends that are about to leave.
pub(super) struct Note {
    pub(super) lease: Lease,
    pub(super) sends: Vec<SendNote>,
    pub(super) now: Now,
}

type Door = Asked<Note, ()>;

/// The result of a send. Nobody waits for it.
pub(super) struct SendOutcome {
    lease: Lease,
    held: Held,
    entry: SendEntry,
    result: SendResult,
}

/// A result waits so long for its event to be handled: then nobody needs it any more.
const PATIENCE: Duration = Duration::from_millis(5);

/// Of an event that was unsent meanwhile nothing is written, but its holder is not interrupted.
const NOTE: &str = "
WITH clock AS MATERIALIZED (SELECT $S.now_ms() AS now, set_config('synchronous_commit', 'on', true)),
input AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bytea[], $5::integer[], $6::smallint[],
        $7::bytea[]) AS i(lane, seq, fence, key, part, route, hash)),
mine AS MATERIALIZED (
    SELECT l.id, i.seq, i.fence FROM (SELECT DISTINCT lane, seq, fence FROM input ORDER BY lane, seq, fence) AS i
    CROSS JOIN LATERAL (
        SELECT l.id FROM $S.lane l
        WHERE l.id = i.lane AND l.held AND l.fence = i.fence AND l.ready > (SELECT now FROM clock) FOR UPDATE) AS l),
noted AS (
    INSERT INTO $S.journal (seq, noted, part, route, key, hash)
    SELECT i.seq, clock.now, i.part, i.route, i.key, i.hash
    FROM clock, input i JOIN mine m ON m.seq = i.seq AND m.fence = i.fence JOIN $S.event e ON e.lane = m.id AND e.seq = m.seq
    ORDER BY i.seq, i.key, i.part, i.route
    ON CONFLICT DO NOTHING)
SELECT seq, fence FROM mine
";

/// A result is true however late it is written, as long as nobody else has claimed the chat: its journal is theirs.
const RESULT: &str = "
WITH input AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bytea[], $5::integer[], $6::smallint[],
        $7::text[]) AS i(lane, seq, fence, key, part, route, result)),
mine AS MATERIALIZED (
    SELECT l.id, i.seq, i.fence FROM (SELECT DISTINCT lane, seq, fence FROM input ORDER BY lane, seq, fence) AS i
    CROSS JOIN LATERAL (
        SELECT l.id FROM $S.lane l WHERE l.id = i.lane AND l.fence = i.fence FOR UPDATE) AS l)
UPDATE $S.journal j SET result = i.result FROM input i JOIN mine m ON m.seq = i.seq AND m.fence = i.fence
WHERE j.seq = i.seq AND j.key = i.key AND j.part = i.part AND j.route = i.route
";

impl Core {
    /// Answers a crowd of notes.
    pub(super) async fn note(&self, crowd: Vec<Door>) {
        let held: Vec<Option<Held>> = crowd
            .iter()
            .map(|asked| &asked.question)
            .map(|note| self.holds(&note.lease).filter(|held| note.now.boot < held.until))
            .collect();
        // First what is known of their earlier sends: a push may rest on the refusal of a reply.
        let leases: HashSet<Lease> = crowd.iter().map(|asked| asked.question.lease).collect();
        if let Err(error) = self.write_results_if(|outcome| leases.contains(&outcome.lease)).await {
            return fail(crowd, &error);
        }
        match self.write_notes(&crowd, &held).await {
            Ok(mine) => {
                for asked in crowd {
                    let known = mine.contains(&asked.question.lease);
                    asked.answer(if known { Ok(()) } else { Err(InboxError::LeaseLost) });
                }
            }
            Err(error) => fail(crowd, &error),
        }
    }

    /// The leases whose notes are written.
    async fn write_notes(&self, crowd: &[Door], held: &[Option<Held>]) -> Result<HashSet<Lease>, InboxError> {
        let mut lines = Lines::default();
        let mut hashes: Vec<&[u8]> = Vec::new();
        for (asked, held) in crowd.iter().zip(held) {
            let Some(held) = held else { continue };
            for send in &asked.question.sends {
                lines.push(&asked.question.lease, held, &send.entry);
                hashes.push(&send.hash);
            }
        }
        if lines.seq.is_empty() {
            return Ok(HashSet::new());
        }
        let [a, b, c, d, e, f] = lines.columns();
        let columns = [a, b, c, d, e, f, (&hashes, Type::BYTEA_ARRAY)];
        let rows = self.run(NOTE, &columns).await?;
        Ok(rows.iter().map(|row| Lease { seq: uint(row.get(0)), fence: uint(row.get(1)) }).collect())
    }

    /// Takes a result in; it is written soon.
    pub(super) fn result(
        &self,
        lease: &Lease,
        entry: SendEntry,
        result: SendResult,
    ) -> Result<(), InboxError> {
        let held = self.holds(lease).ok_or(InboxError::LeaseLost)?;
        self.lock_results().push(SendOutcome { lease: *lease, held, entry, result });
        self.noted.notify_one();
        Ok(())
    }

    /// Writes results that nobody else has asked to be written.
    pub(super) async fn keep_writing_results(&self) {
        loop {
            self.noted.notified().await;
            tokio::time::sleep(PATIENCE).await;
            if self.write_results().await.is_err() {
                // They are there still, and the next settle or claim that needs them says what is wrong.
                tokio::time::sleep(PATIENCE * 20).await;
            }
        }
    }

    /// Takes out the results of events that are about to end: if they do, nobody needs them.
    pub(super) fn take_results(&self, of: &[Lease]) -> Kept<'_> {
        let mut results = self.lock_results();
        let taken = if results.is_empty() {
            Vec::new()
        } else {
            let of: HashSet<&Lease> = of.iter().collect();
            results.extract_if(.., |outcome| of.contains(&outcome.lease)).collect()
        };
        Kept { core: self, results: taken }
    }

    /// Writes all results that wait.
    pub(super) async fn write_results(&self) -> Result<(), InboxError> {
        self.write_results_if(|_| true).await
    }

    /// Writes the results whose leases are over, for whoever claims the chat next.
    pub(super) async fn write_results_over(&self, now: Boot) -> Result<(), InboxError> {
        self.write_results_if(|outcome| outcome.held.until <= now).await
    }

    /// When it returns, none of them is on its way any more either.
    async fn write_results_if(&self, wanted: impl Fn(&SendOutcome) -> bool) -> Result<(), InboxError> {
        let _turn = self.writing.lock().await;
        let results = self.lock_results().extract_if(.., |outcome| wanted(outcome)).collect();
        let mut kept = Kept { core: self, results };
        self.write(&kept.results).await?;
        kept.results.clear();
        Ok(())
    }

    async fn write(&self, results: &[SendOutcome]) -> Result<(), InboxError> {
        if results.is_empty() {
            return Ok(());
        }
        // The last one of each send is the one that counts.
        let last: HashMap<(u64, &SendEntry), &SendOutcome> =
            results.iter().map(|outcome| ((outcome.lease.seq, &outcome.entry), outcome)).collect();
        let mut lines = Lines::default();
        let mut texts = Vec::new();
        for outcome in last.into_values() {
            lines.push(&outcome.lease, &outcome.held, &outcome.entry);
            texts.push(stored::write(&outcome.result));
        }
        let [a, b, c, d, e, f] = lines.columns();
        self.run(RESULT, &[a, b, c, d, e, f, (&texts, Type::TEXT_ARRAY)]).await.map(drop)
    }

    fn lock_results(&self) -> std::sync::MutexGuard<'_, Vec<SendOutcome>> {
        self.results.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Results on their way; those that did not arrive, however that came about, wait again.
pub(super) struct Kept<'a> {
    core: &'a Core,
    results: Vec<SendOutcome>,
}

impl Kept<'_> {
    /// Nobody needs the results of these any more.
    pub(super) fn forget(&mut self, over: &HashSet<Lease>) {
        self.results.retain(|outcome| !over.contains(&outcome.lease));
    }
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        if !self.results.is_empty() {
            self.core.lock_results().splice(0..0, take(&mut self.results));
            self.core.noted.notify_one();
        }
    }
}

/// The columns that name journal entries and who may write them.
#[derive(Default)]
struct Lines<'a> {
    lane: Vec<Uuid>,
    seq: Vec<i64>,
    fence: Vec<i64>,
    key: Vec<&'a [u8]>,
    part: Vec<i32>,
    route: Vec<i16>,
}

impl<'a> Lines<'a> {
    fn push(&mut self, lease: &Lease, held: &Held, entry: &'a SendEntry) {
        self.lane.push(held.lane);
        self.seq.push(int(lease.seq));
        self.fence.push(int(lease.fence));
        self.key.push(entry.key.as_bytes());
        self.part.push(i32::from(entry.part));
        self.route.push(stored::route(entry.route).into());
    }

    fn columns(&self) -> [Param<'_>; 6] {
        [
            (&self.lane, Type::UUID_ARRAY),
            (&self.seq, Type::INT8_ARRAY),
            (&self.fence, Type::INT8_ARRAY),
            (&self.key, Type::BYTEA_ARRAY),
            (&self.part, Type::INT4_ARRAY),
            (&self.route, Type::INT2_ARRAY),
        ]
    }
}
