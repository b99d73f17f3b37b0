//! One request under a retry key: repeated under it until it is known, for as long as LINE keeps that key.

use std::time::Duration;

use super::name_of;
use crate::client::api::message::Sent;
use crate::client::{ClientError, Request, Until};
use crate::dispatch::context::journal::{Meeting, Refusal};
use crate::dispatch::context::{Attempt, SendError};
use crate::inbox::{Route, SendEntry};
use crate::line::RetryKey;

/// How long after its note a send of unknown outcome is repeated. LINE keeps a retry key for 24 h from the first
/// request on ([guide](https://developers.line.biz/en/docs/messaging-api/retrying-api-request/)); a repetition that
/// comes later would be a new message.
const KEY_KEPT: Duration = Duration::from_secs(23 * 60 * 60);

impl Attempt {
    /// Sends `request` as `send`, which the journal knows by `hash`, unless it is there already.
    pub(super) async fn send_keyed(
        &self,
        send: &SendEntry,
        mut request: Request,
        hash: [u8; 32],
    ) -> Result<Sent, SendError> {
        self.check_live()?;
        let now = self.common.clock.now().wall;
        let (entry, repeats) = match self.journal.meet(send, hash, now) {
            Meeting::New(entry) => (self.noted(entry, hash).await?, false),
            Meeting::Begun(entry) => (self.noted(entry, hash).await?, true),
            Meeting::Unresolved(_, noted) if now.since(noted) > KEY_KEPT => {
                return Err(SendError::RetryKeyExpired { entry: name_of(send) });
            }
            Meeting::Unresolved(entry, _) => (entry, true),
            Meeting::Accepted(request_id, messages) => return Ok(Sent { request_id, messages }),
            Meeting::Diverged => return Err(SendError::Diverged { entry: name_of(send) }),
            // Only replies spend it.
            Meeting::TokenSpent => return Err(SendError::ReplyTokenSpent),
        };
        request.retry_key = Some(self.retry_key(&entry));
        let until = Until { begin: None, end: Some(self.hold.end()) };
        match self.client.send_keyed(&request, until).await {
            Ok(sent) => Ok(self.accepted(&entry, sent).await),
            Err(error) => Err(self.keyed_failed(&entry, repeats, error).await),
        }
    }

    /// What certainly did not arrive is written down as such, so that another one, mended perhaps, may take its place.
    /// What may have arrived keeps its entry open, to be repeated.
    async fn keyed_failed(&self, entry: &SendEntry, repeats: bool, error: ClientError) -> SendError {
        if repeats || error.is_outcome_unknown() {
            return error.into();
        }
        match self.result(entry, Refusal::of(&error).into()).await {
            Err(SendError::AttemptOver) => SendError::AttemptOver,
            // Not written down, it is repeated as if it had been unknown: the same key keeps it single.
            Ok(()) | Err(_) => error.into(),
        }
    }

    /// UUIDv5 of channel, event id, entry, part and, but for a push, route, joined by `/`. The entry's key may be the
    /// author's and hold a `/`; the others cannot, and no route is a number, so no two entries share a name.
    fn retry_key(&self, entry: &SendEntry) -> RetryKey {
        let SendEntry { key, part, route } = entry;
        let name = format!("{}/{}/{key}/{part}", self.event.channel, self.event.id);
        match route {
            Route::Reply | Route::Push => RetryKey::derived(&name),
            Route::Multicast | Route::Narrowcast | Route::Broadcast => {
                RetryKey::derived(&format!("{name}/{}", route.as_str()))
            }
        }
    }
}
