//! What is asked, and who answers it. Each decides on the lanes as they are, writes, and leaves the change of the
//! lanes in the batch.

use super::batch::Batch;
use super::op::Op;
use super::writer::Writer;
use crate::inbox::{InboxError, Lease};

/// An answer, unless the whole batch fails.
pub(super) type Done<T> = rusqlite::Result<Result<T, InboxError>>;

impl Writer<'_> {
    pub(super) fn plan(&mut self, op: &mut Op, batch: &mut Batch) -> rusqlite::Result<()> {
        match op {
            Op::Claim(asked) => asked.answer = Some(self.claim(&asked.question, batch)?),
            Op::Extend(asked) => {
                let until = asked.question.now.boot.after(asked.question.lease);
                let lost = |lease: &&Lease| !self.lanes.extend(lease, until, asked.question.now);
                asked.answer = Some(Ok(asked.question.leases.iter().filter(lost).copied().collect()));
            }
            Op::Note(asked) => asked.answer = Some(self.note(&mut asked.question, batch)?),
            Op::Result(outcome) => self.result(outcome, batch)?,
            Op::Settle(asked) => asked.answer = Some(self.settle(&mut asked.question, batch)?),
            Op::Accept(asked) => asked.answer = Some(self.accept(&mut asked.question, batch)?),
            Op::Retry(asked) => asked.answer = Some(Ok(self.retry(&asked.question, batch)?)),
            Op::Discard(asked) => asked.answer = Some(Ok(self.discard(&asked.question, batch)?)),
            Op::Sweep(asked) => asked.answer = Some(Ok(self.sweep(&asked.question, batch)?)),
            Op::Probe(asked) => {
                self.probe(batch)?;
                asked.answer = Some(Ok(()));
            }
            Op::Close(asked) => asked.answer = Some(Ok(())),
        }
        Ok(())
    }
}
