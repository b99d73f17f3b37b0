//! By push: paid, and repeated under one retry key until it is known, for as long as LINE keeps that key.

use std::time::Duration;

use super::{Part, Send, hash_of, taken_unread};
use crate::client::api::message::{Push, Sent};
use crate::client::{ClientError, Request, Until};
use crate::dispatch::context::SendError;
use crate::dispatch::context::journal::{Meeting, Refusal};
use crate::inbox::{Route, SendEntry};
use crate::line::{ChatId, RetryKey};

/// How long after its note a push of unknown outcome is repeated. LINE keeps a retry key for 24 h from the first
/// request on ([guide](https://developers.line.biz/en/docs/messaging-api/retrying-api-request/)); a repetition that
/// comes later would be a new message.
const KEY_KEPT: Duration = Duration::from_secs(23 * 60 * 60);

impl Send<'_> {
    /// Pushes.
    pub(super) async fn push(&self, part: &Part) -> Result<Sent, SendError> {
        let to = self.to.ok_or(SendError::NoChat)?;
        let hash = hash_of(&self.push_request(part, to)?);
        let now = self.attempt.common.clock.now().wall;
        let (entry, repeats) = match self.journal().meet(&part.entry(Route::Push), hash, now) {
            Meeting::New(entry) => (self.noted(entry, hash).await?, false),
            Meeting::Begun(entry) => (self.noted(entry, hash).await?, true),
            Meeting::Unresolved(_, noted) if now.since(noted) > KEY_KEPT => {
                return Err(SendError::RetryKeyExpired { entry: part.name() });
            }
            Meeting::Unresolved(entry, _) => (entry, true),
            Meeting::Accepted(request_id, messages) => return Ok(Sent { request_id, messages }),
            Meeting::Diverged => return Err(part.diverged()),
            // Only replies spend it.
            Meeting::TokenSpent => return Err(SendError::ReplyTokenSpent),
        };
        let until = Until { begin: None, end: Some(self.attempt.hold.end()) };
        match self.push_builder(part, to).retry_key(self.retry_key(&entry)).until(until).send().await {
            Ok(sent) => Ok(self.accepted(&entry, sent).await),
            Err(error) => match taken_unread(&error) {
                Some(sent) => Ok(self.accepted(&entry, sent).await),
                None => Err(self.push_failed(&entry, repeats, error).await),
            },
        }
    }

    /// A push that certainly did not arrive is written down as such, so that another one, mended perhaps, may take its
    /// place. One that may have arrived keeps its entry open, to be repeated.
    async fn push_failed(&self, entry: &SendEntry, repeats: bool, error: ClientError) -> SendError {
        if repeats || error.is_outcome_unknown() {
            return error.into();
        }
        match self.result(entry, Refusal::of(&error).into()).await {
            Err(SendError::AttemptOver) => SendError::AttemptOver,
            // Not written down, it is repeated as if it had been unknown: the same key keeps it single.
            Ok(()) | Err(_) => error.into(),
        }
    }

    /// The request, checked and unsent.
    pub(super) fn push_request(&self, part: &Part, to: &ChatId) -> Result<Request, ClientError> {
        self.push_builder(part, to).into_request()
    }

    fn push_builder(&self, part: &Part, to: &ChatId) -> Push {
        let push = self.attempt.client.push_with(to.clone(), part.messages.clone());
        push.notification_disabled(self.quiet)
    }

    /// UUIDv5 of channel, event id, entry and part, joined by `/`. The entry's key may be the author's and hold a `/`;
    /// the others cannot, so no two entries share a name.
    fn retry_key(&self, entry: &SendEntry) -> RetryKey {
        let event = &self.attempt.event;
        RetryKey::derived(&format!("{}/{}/{}/{}", event.channel, event.id, entry.key, entry.part))
    }
}
