//! What the writer does now and then: hear operators, and wipe the traces of what was unsent.

use std::time::{Duration, Instant};

use super::open::BUSY;
use super::problem::explain;
use super::rows::{int, uint};
use super::schema;
use super::writer::{POLL, Writer};

/// The traces of an unsent message must have left the files by then.
const GONE_WITHIN: Duration = Duration::from_secs(60);
/// Rewriting this many rows takes some milliseconds; a longer table waits, to be done once for several.
const SCRUB_AT_ONCE: u64 = 2000;
const SCRUB_WITHIN: Duration = Duration::from_secs(30);

/// An unsent message may still stand somewhere in the files.
pub(super) struct Traces {
    pub(super) since: Instant,
    /// They have left `event`; they may be in `parked`, and are in the log.
    pub(super) scrubbed: bool,
}

impl Writer<'_> {
    /// Now and then: what operators ask, and what an unsend leaves to do.
    pub(super) fn keep_house(&mut self) {
        if self.polled.is_some_and(|polled| polled.elapsed() < POLL) {
            return;
        }
        self.polled = Some(Instant::now());
        self.hear_operators();
        self.wipe_traces();
    }

    fn wipe_traces(&mut self) {
        let Some(traces) = &self.traces else { return };
        let since = traces.since;
        if !self.scrub(since) {
            return;
        }
        match self.truncate_log() {
            Ok(true) => self.traces = None,
            Ok(false) if since.elapsed() < GONE_WITHIN => {}
            Ok(false) => {
                tracing::error!(
                    "an unsent message may still be in the inbox's write-ahead log: somebody has been reading the \
                     file for over a minute; end that reader"
                );
                self.traces = Some(Traces { since: Instant::now(), scrubbed: true });
            }
            Err(error) => tracing::warn!(problem = explain(&error), "the inbox's log could not be truncated"),
        }
    }

    /// Each table in a transaction of its own. `false`: not yet.
    fn scrub(&mut self, since: Instant) -> bool {
        let patient = since.elapsed() < SCRUB_WITHIN;
        if !self.traces.as_ref().is_some_and(|traces| traces.scrubbed) {
            if patient && self.lanes.pending() > SCRUB_AT_ONCE || !self.rewrite(schema::SCRUB_EVENT) {
                return false;
            }
            if let Some(traces) = &mut self.traces {
                traces.scrubbed = true;
            }
            if self.parked_stale {
                // Others have their turn between the two.
                return false;
            }
        }
        if self.parked_stale {
            let waits = patient && self.parked_reaches(SCRUB_AT_ONCE);
            if waits || !self.rewrite(schema::SCRUB_PARKED) {
                return false;
            }
            self.parked_stale = false;
        }
        true
    }

    /// Counts no further than that. If it cannot be told, the rewriting will say why.
    fn parked_reaches(&self, many: u64) -> bool {
        let count = self.conn.prepare_cached("SELECT count(*) FROM (SELECT 1 FROM parked LIMIT ?1)");
        let count = count.and_then(|mut count| count.query_row([int(many + 1)], |row| row.get(0)).map(uint));
        count.is_ok_and(|count| count > many)
    }

    fn rewrite(&mut self, scrub: &str) -> bool {
        let rewritten = self.transact(|writer, batch| {
            writer.begin(batch)?;
            writer.conn.execute_batch(scrub)
        });
        rewritten.is_ok()
    }

    /// `false`: a reader is in the way.
    fn truncate_log(&self) -> rusqlite::Result<bool> {
        // Nobody's 200 waits for a reader.
        self.conn.busy_timeout(Duration::ZERO)?;
        let busy = self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
        self.conn.busy_timeout(BUSY)?;
        busy.map(|busy| busy == 0)
    }

    /// Another connection's commit moves the data version; ours do not.
    pub(super) fn hear_operators(&mut self) {
        let version = self.sql.data_version.query_row([], |row| row.get::<_, i64>(0));
        let Ok(version) = version else { return };
        if version == self.data_version {
            return;
        }
        // If it fails, that has been said; what was asked waits in the file.
        if self.transact(|writer, batch| writer.plan_asks(batch)).is_ok() {
            self.data_version = version;
        }
    }
}
