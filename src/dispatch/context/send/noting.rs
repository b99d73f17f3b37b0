//! Writing a send down before it leaves, and what came of it after.

use std::time::Duration;

use crate::client::api::message::Sent;
use crate::dispatch::context::{Attempt, SendError};
use crate::inbox::{InboxError, SendEntry, SendNote, SendResult};

/// Pauses between attempts to note a send while the inbox is unavailable.
const NOTE_AGAIN_FIRST: Duration = Duration::from_millis(50);
const NOTE_AGAIN_MAX: Duration = Duration::from_secs(1);

impl Attempt {
    /// Makes an entry durable; the send may then begin. An inbox that is away is asked again until the lease ends: an
    /// event that cannot be settled either gains nothing by failing early.
    pub(super) async fn noted(&self, entry: SendEntry, hash: [u8; 32]) -> Result<SendEntry, SendError> {
        let Self { common, hold, journal, .. } = self;
        let mut pause = NOTE_AGAIN_FIRST;
        let mut failed = SendError::AttemptOver;
        loop {
            let now = common.clock.now();
            if !hold.live(now.boot) {
                break;
            }
            let sends = vec![SendNote { entry: entry.clone(), hash }];
            match common.inbox.note(&hold.lease, sends, now).await {
                Ok(()) => {
                    journal.noted(&entry);
                    common.meters.note();
                    return self.check_live().map(|()| entry);
                }
                Err(error @ InboxError::LeaseLost) => {
                    failed = self.inbox_failed(error);
                    break;
                }
                Err(error) => failed = self.inbox_failed(error),
            }
            // Not beyond the lease: then it is time to say that nothing was sent.
            tokio::time::sleep(pause.min(now.boot.until(hold.end()))).await;
            pause = (pause * 2).min(NOTE_AGAIN_MAX);
        }
        journal.not_noted(&entry);
        Err(failed)
    }

    /// LINE took it. That is true whether or not it can be written down: a re-run then repeats the same request under
    /// the same key or token.
    pub(super) async fn accepted(&self, entry: &SendEntry, sent: Sent) -> Sent {
        self.common.meters.answer(entry.route);
        let Sent { request_id, messages } = sent.clone();
        let result = SendResult::Accepted { request_id, sent: messages };
        if let Err(error) = self.result(entry, result).await {
            tracing::warn!(%error, "the result of a send could not be written to its journal");
        }
        sent
    }

    /// Writes down what came of a send.
    pub(super) async fn result(&self, entry: &SendEntry, result: SendResult) -> Result<(), SendError> {
        let Self { common, hold, journal, .. } = self;
        journal.resolved(entry, result.clone());
        let written = common.inbox.result(&hold.lease, entry.clone(), result).await;
        written.map_err(|error| self.inbox_failed(error))
    }

    fn inbox_failed(&self, error: InboxError) -> SendError {
        match error {
            InboxError::LeaseLost => {
                self.hold.lose();
                SendError::AttemptOver
            }
            error => SendError::Journal(error),
        }
    }
}
