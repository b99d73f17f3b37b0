//! Handing out chats: the attempt is counted in the same commit.

use rusqlite::{OptionalExtension, params};

use super::batch::{Batch, Change};
use super::op::Claim;
use super::plan::Done;
use super::rows::int;
use super::writer::Writer;
use crate::inbox::{Claimed, Claims};

impl Writer<'_> {
    pub(super) fn claim(&mut self, claim: &Claim, batch: &mut Batch) -> Done<Claims> {
        for ended in self.lanes.tick(claim.now) {
            self.shared.holders.remove(&ended);
        }
        let picked = self.lanes.pick(claim.max);
        if picked.is_empty() {
            return Ok(Ok(Claims::default()));
        }
        batch.picked.extend_from_slice(&picked);
        self.begin(batch)?;
        self.fence += 1;
        let fence = self.fence;
        let until = claim.now.boot.after(claim.lease);
        let mut row = Vec::with_capacity(picked.len() * 8);
        let mut chats = Vec::with_capacity(picked.len());
        for seq in picked {
            row.extend_from_slice(&seq.to_be_bytes());
            chats.extend(self.claim_one(seq, fence)?);
            batch.changes.push(Change::Hold { seq, fence, until });
        }
        self.sql.insert_claim.execute(params![int(fence), row])?;
        Ok(Ok(Claims { chats, next_due: None }))
    }

    fn claim_one(&mut self, seq: u64, fence: u64) -> rusqlite::Result<Option<Claimed>> {
        let Some(mut claimed) = self.lanes.claimed(seq, fence) else { return Ok(None) };
        claimed.attempt += 1;
        let cold = self.lanes.get(seq).is_some_and(|event| event.cold);
        if cold {
            let json =
                self.sql.event_json.query_row([int(seq)], |row| row.get::<_, Vec<u8>>(0)).optional()?;
            claimed.event.json = json.unwrap_or_default().into();
        }
        // A lease ran out before this: its attempt must stay counted when the newer claim's row takes over.
        if let Some(earlier) = self.open_claims.fence_of(seq)
            && let Some(event) = self.lanes.get(seq)
        {
            let last_error = event.last_error.as_deref();
            let row =
                params![int(seq), int(earlier), event.attempts, event.failures, None::<i64>, last_error];
            self.sql.put_attempt.execute(row)?;
        }
        Ok(Some(claimed))
    }
}
