//! Handing out chats: the attempt is counted in the same statement.

use std::collections::HashMap;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::core::{Core, Held};
use super::crowd::Asked;
use super::pool::Param;
use super::rows::{self, uint};
use super::settle::Settle;
use super::unsend::Unsend;
use crate::clock::{Now, Timestamp};
use crate::inbox::key::ChannelNo;
use crate::inbox::{Claimed, Claims, InboxError, JournalEntry, Lease, Outcome};

/// How many chats are wanted, for how long, and when.
#[derive(Clone, Copy)]
pub(super) struct Claim {
    pub(super) max: usize,
    pub(super) lease: Duration,
    pub(super) now: Now,
}

type Door = Asked<Claim, Claims>;

/// Rows that others have locked are passed over, so claimers never queue behind each other.
///
/// A row that changed since the statement began is given as it now is; its events are seen as they were then. Between
/// the two another replica may have handled its oldest event, which would be handed out again. Such a row has another fence
/// than it had or, if it was settled at the very end of its lease, another head: it is left for the next claim.
///
/// What was in hand before goes first. It may not be the oldest any more: of two webhooks of a chat, the one that came first
/// may be committed last.
///
/// `$P` finds the rows, [`ALL`] or [`NEW`]; `$N` when to come again.
const CLAIM: &str = "
WITH clock AS MATERIALIZED (
    SELECT $S.now_ms() AS now, nextval('$S.fence') AS fence, nextval('$S.arrival') << 20 AS turn,
        set_config('synchronous_commit', 'on', true)),
$P
sure AS MATERIALIZED (
    SELECT p.id, p.ready, p.turn, p.count, head.seq, p.head = head.seq AS again
    FROM picked p CROSS JOIN LATERAL (SELECT coalesce(
        (SELECT e.seq FROM $S.event e WHERE e.lane = p.id AND e.seq = p.head),
        (SELECT e.seq FROM $S.event e WHERE e.lane = p.id ORDER BY e.seq LIMIT 1)) AS seq) AS head
    WHERE (SELECT l.fence = p.fence AND l.head IS NOT DISTINCT FROM p.head FROM $S.lane l WHERE l.id = p.id)),
held AS (
    UPDATE $S.lane l SET held = true, holder = $2, fence = clock.fence, ready = clock.now + $3, head = s.seq, due = NULL,
        attempts = CASE WHEN l.head = s.seq THEN l.attempts ELSE 0 END + 1,
        failures = CASE WHEN l.head = s.seq THEN l.failures ELSE 0 END,
        last_error = CASE WHEN l.head = s.seq THEN l.last_error END
    FROM sure s, clock WHERE l.id = s.id AND s.seq IS NOT NULL
    RETURNING l.id, l.head, l.attempts, l.failures, s.ready, s.turn, s.again),
ended AS (DELETE FROM $S.lane l USING sure s WHERE l.id = s.id AND s.count <= 0)
SELECT clock.now, clock.fence, $N, h.id AS lane, e.seq, h.attempts, h.failures,
    e.replayed OR coalesce(h.again, false),
    CASE WHEN EXISTS (SELECT FROM $S.unsent u WHERE u.channel = e.channel AND u.message_id = e.message_id)
        THEN e.message_id END AS unsent,
    e.channel, e.destination, e.id, e.kind, e.chat_kind, e.chat, e.timestamp, e.arrived, e.redelivered, e.json, h.ready
FROM clock LEFT JOIN (held h JOIN $S.event e ON e.lane = h.id AND e.seq = h.head) ON true
ORDER BY h.ready, h.turn
";

/// Everything that may be claimed: what waits, and what was held until its lease ended.
const ALL: Look = Look {
    picked: "
expired AS MATERIALIZED (
    SELECT l.id, l.fence, l.ready, l.turn, l.count, l.head FROM $S.lane l
    WHERE l.held AND l.ready <= (SELECT now FROM clock) ORDER BY l.ready, l.turn LIMIT $1 FOR UPDATE SKIP LOCKED),
waiting AS MATERIALIZED (
    SELECT l.id, l.fence, l.ready, l.turn, l.count, l.head FROM $S.lane l
    WHERE NOT l.held AND l.ready <= (SELECT now FROM clock) ORDER BY l.ready, l.turn
    LIMIT $1 - (SELECT count(*) FROM expired) FOR UPDATE SKIP LOCKED),
picked AS (SELECT * FROM expired UNION ALL SELECT * FROM waiting),",
    next: "
    least(
        (SELECT l.ready FROM $S.lane l WHERE NOT l.held AND l.id NOT IN (SELECT id FROM sure) ORDER BY l.ready LIMIT 1),
        (SELECT l.ready FROM $S.lane l WHERE l.held AND l.id NOT IN (SELECT id FROM sure) ORDER BY l.ready LIMIT 1))",
};

/// What has begun to wait of late, from `$4` on. A busy inbox leaves hundreds of thousands of dead entries before that
/// in its indexes, until they are vacuumed, and each claim would go through them all.
const NEW: Look = Look {
    picked: "
picked AS MATERIALIZED (
    SELECT l.id, l.fence, l.ready, l.turn, l.count, l.head FROM $S.lane l
    WHERE NOT l.held AND l.ready >= $4 AND l.ready <= (SELECT now FROM clock) ORDER BY l.ready, l.turn
    LIMIT $1 FOR UPDATE SKIP LOCKED),",
    next: "
    (SELECT l.ready FROM $S.lane l WHERE NOT l.held AND l.ready >= $4 AND l.id NOT IN (SELECT id FROM sure)
        ORDER BY l.ready LIMIT 1)",
};

/// How a claim finds rows.
struct Look {
    picked: &'static str,
    next: &'static str,
}

impl Look {
    fn statement(&self) -> String {
        CLAIM.replace("$P", self.picked).replace("$N", self.next)
    }
}

/// Where claims need not look: everything that waited before was found. Once a second they look everywhere, for leases
/// that ended, and for what was committed long after it was written.
#[derive(Default)]
pub(super) struct Lookout {
    began: Option<Instant>,
    taken: usize,
    from: i64,
}

/// A result may still come when a lease is over, but not so much later.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(120);

/// So often everything is looked at, also on a busy day; on a quiet one always.
const EVERYWHERE_EVERY: Duration = Duration::from_secs(1);
const BUSY: usize = 64;
/// What is written takes so long to be committed, in milliseconds; seldom longer.
const COMMIT_TIME: i64 = 200;

impl Lookout {
    /// From where on to look; `None` is everywhere.
    fn from(&mut self) -> Option<i64> {
        if self.began.is_none_or(|began| began.elapsed() >= EVERYWHERE_EVERY) {
            (self.began, self.taken) = (Some(Instant::now()), 0);
        }
        (self.taken >= BUSY).then_some(self.from)
    }

    /// What was found: so many, all that was ready up to that moment.
    fn found(&mut self, count: usize, up_to: i64) {
        self.taken += count;
        self.from = up_to - COMMIT_TIME;
    }
}

/// Where an event begins in the columns of [`CLAIM`].
const EVENT_AT: usize = 9;
const READY_AT: usize = EVENT_AT + 10;

const JOURNAL: &str = "
SELECT $J FROM $S.journal WHERE seq = ANY($1) ORDER BY seq, noted, key, part, route
";

impl Core {
    /// Answers claims one after the other, so that a claim whose outcome is unknown can be told from what is held.
    pub(super) async fn hand_out(&self, crowd: Vec<Door>) {
        for asked in crowd {
            if asked.is_abandoned() {
                continue;
            }
            let claim = asked.question;
            let mark = self.stir.mark();
            let claimed = self.claim(claim).await;
            match &claimed {
                Ok(claims) if claims.chats.len() < claim.max => self.stir.exhausted(mark),
                Ok(_) => {}
                Err(_) => self.strayed(),
            }
            // Nobody else would give back what was claimed for a caller who has gone, before the lease ends.
            if let Some(unclaimed) = asked.answer(claimed) {
                self.give_back(unclaimed, claim.now).await;
            }
        }
    }

    async fn claim(&self, claim: Claim) -> Result<Claims, InboxError> {
        self.recover_strays().await?;
        self.write_results_over(claim.now.boot).await?;
        let lease = i64::try_from(claim.lease.as_millis()).unwrap_or(i64::MAX);
        let (max, holder) = (i64::try_from(claim.max).unwrap_or(i64::MAX), self.holder);
        let [a, b, c]: [Param<'_>; 3] = [(&max, Type::INT8), (&holder, Type::UUID), (&lease, Type::INT8)];
        let from = self.lock_lookout().from();
        if from.is_none() {
            // Of those that were lost to another replica nobody tells us.
            self.held.retain(|_, held| claim.now.boot < held.until.after(FORGOTTEN_AFTER));
        }
        let rows = match &from {
            None => self.run(&ALL.statement(), &[a, b, c]).await?,
            Some(from) => self.run(&NEW.statement(), &[a, b, c, (from, Type::INT8)]).await?,
        };
        self.look_on(&rows, claim.max);
        let taken = self.take(&rows, claim).await;
        if taken.is_err() {
            // Nobody has them: they are strays now.
            for row in &rows {
                row.get::<_, Option<i64>>(4).and_then(|seq| self.held.remove(&uint(seq)));
            }
        }
        taken
    }

    /// Remembers where the next claim may begin.
    fn look_on(&self, rows: &[Row], max: usize) {
        let Some(row) = rows.first().filter(|_| max > 0) else { return };
        let count = rows.iter().filter(|row| row.get::<_, Option<i64>>(4).is_some()).count();
        let last = rows.last().and_then(|row| row.get::<_, Option<i64>>(READY_AT));
        let up_to = last.filter(|_| count >= max).unwrap_or_else(|| row.get(0));
        self.lock_lookout().found(count, up_to);
    }

    fn lock_lookout(&self) -> MutexGuard<'_, Lookout> {
        self.lookout.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the rows of a claim say.
    async fn take(&self, rows: &[Row], claim: Claim) -> Result<Claims, InboxError> {
        let mut claims =
            Claims { chats: Vec::with_capacity(rows.len()), next_due: next_due(rows, claim.now) };
        let mut unsent = Vec::new();
        for row in rows {
            let Some(lane) = row.get::<_, Option<Uuid>>(3) else { continue };
            let claimed = self.claimed(row, claim.now).await?;
            let held = Held { lane, fence: claimed.lease.fence, until: claim.now.boot.after(claim.lease) };
            self.held.insert(claimed.lease.seq, held);
            match row.get::<_, Option<String>>(8) {
                Some(message) => unsent.push((claimed, lane, row.get::<_, i16>(EVENT_AT), message)),
                None => claims.chats.push(claimed),
            }
        }
        self.add_journals(&mut claims.chats, rows, claim.now).await?;
        for (claimed, lane, channel, message) in unsent {
            let channel = ChannelNo::try_from(channel).unwrap_or_default();
            self.wipe(&[Unsend { channel, message: message.into(), lane: Some(lane) }]).await?;
            self.settle_one(Settle { lease: claimed.lease, outcome: Outcome::Done, now: claim.now }).await?;
            // There may be more behind it.
            claims.next_due = Some(claim.now.wall);
        }
        Ok(claims)
    }

    async fn claimed(&self, row: &Row, now: Now) -> Result<Claimed, InboxError> {
        let there: i64 = row.get(0);
        let channel = self.channel(row.get(EVENT_AT)).await?;
        Ok(Claimed {
            lease: Lease { seq: uint(row.get(4)), fence: uint(row.get(1)) },
            event: rows::event(row, EVENT_AT, channel, |moment| rows::seen_from(now, there, moment))?,
            attempt: rows::count(row.get(5)),
            failures: rows::count(row.get(6)),
            journal: Vec::new(),
        })
    }

    /// What was sent before: only an event that was in hand before, or is replayed, can have sent anything. The
    /// attempt's number does not tell: a polite stop gives the attempt back.
    async fn add_journals(&self, chats: &mut [Claimed], rows: &[Row], now: Now) -> Result<(), InboxError> {
        let again: Vec<i64> = rows
            .iter()
            .filter(|row| row.get::<_, Option<bool>>(7) == Some(true))
            .map(|row| row.get(4))
            .collect();
        let Some(there) = rows.first().map(|row| row.get::<_, i64>(0)).filter(|_| !again.is_empty()) else {
            return Ok(());
        };
        let mut journals = self.journals(&again, |moment| rows::seen_from(now, there, moment)).await?;
        for claimed in chats {
            claimed.journal = journals.remove(&claimed.lease.seq).unwrap_or_default();
        }
        Ok(())
    }

    /// The journals of events, each in the order of its notes.
    pub(super) async fn journals(
        &self,
        seqs: &[i64],
        at: impl Fn(i64) -> Timestamp,
    ) -> Result<HashMap<u64, Vec<JournalEntry>>, InboxError> {
        let statement = JOURNAL.replace("$J", rows::JOURNAL_COLUMNS);
        let mut journals: HashMap<u64, Vec<JournalEntry>> = HashMap::new();
        for row in self.run(&statement, &[(&seqs, Type::INT8_ARRAY)]).await? {
            journals.entry(uint(row.get(0))).or_default().push(rows::journal_entry(&row, &at)?);
        }
        Ok(journals)
    }

    async fn give_back(&self, unclaimed: Claims, now: Now) {
        for claimed in unclaimed.chats {
            // If this fails, the lease ends by itself.
            let _ = self.settle_one(Settle { lease: claimed.lease, outcome: Outcome::Release, now }).await;
        }
    }
}

fn next_due(rows: &[Row], now: Now) -> Option<Timestamp> {
    let row = rows.first()?;
    row.get::<_, Option<i64>>(2).map(|ready| rows::seen_from(now, row.get(0), ready))
}
