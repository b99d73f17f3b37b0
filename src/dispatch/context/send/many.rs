//! To many: multicast, narrowcast and broadcast, each request journaled like a push.
//!
//! In standby the event's chat must not notice. A multicast is refused if it names the chat's user; whom a narrowcast
//! or a broadcast reaches cannot be told, so they are refused always.

use sha2::{Digest, Sha256};

use super::{Key, hash_of, name_of};
use crate::client::api::message::{Multicast, MulticastSent, Sent, Tally};
use crate::client::{ClientError, Request};
use crate::dispatch::context::journal::Standing;
use crate::dispatch::context::{Attempt, SendError};
use crate::inbox::{Route, SendEntry};
use crate::line::{ChatId, InvalidField};

/// Parts of a multicast that a journal can number.
const PARTS_MAX: usize = u16::MAX as usize;

impl Attempt {
    /// Sends one request by `route`.
    pub(in crate::dispatch::context) async fn to_many(
        &self,
        key: &Key,
        route: Route,
        request: Result<Request, ClientError>,
    ) -> Result<Sent, SendError> {
        let sent = async {
            self.check_may_send()?;
            self.check_active()?;
            let (send, request) = (key.entry(0, route), request?);
            self.check_route(&send)?;
            let hash = hash_of(&request);
            self.send_keyed(&send, request, hash).await
        };
        self.alone(key, sent).await
    }

    /// Sends a multicast, part by part.
    pub(in crate::dispatch::context) async fn multicast(
        &self,
        key: &Key,
        multicast: &Multicast,
    ) -> Result<MulticastSent, SendError> {
        self.alone(key, self.multicast_in_parts(key, multicast)).await
    }

    async fn multicast_in_parts(&self, key: &Key, multicast: &Multicast) -> Result<MulticastSent, SendError> {
        self.check_may_send()?;
        if let Some(ChatId::User(user)) = &self.event.chat
            && multicast.is_to(user)
        {
            self.check_active()?;
        }
        let first = key.entry(0, Route::Multicast);
        self.check_route(&first)?;
        let hash = hash_of_all(multicast)?;
        // Looked at for all parts before the first one leaves: a part that was refused may be begun anew, and with
        // other users it could hold some of a part that was accepted.
        if self.journal.went_as_another(&first, hash) {
            return Err(SendError::Diverged { entry: name_of(&first) });
        }
        let mut tally = Tally::default();
        for part in multicast.parts() {
            // Their number was checked.
            let send = key.entry(u16::try_from(part.number).unwrap_or(u16::MAX), Route::Multicast);
            if tally.is_over() && self.journal.standing(&send) != Standing::Accepted {
                tally.not_tried(part.users);
                continue;
            }
            match self.send_keyed(&send, multicast.request(&part)?, hash).await {
                Ok(sent) => tally.accepted(part.users, sent),
                Err(SendError::Client(error)) => {
                    let unknown = self.journal.standing(&send) == Standing::Unresolved;
                    tally.failed(part.users, error, unknown);
                }
                Err(other) => return Err(other),
            }
        }
        Ok(tally.finish()?)
    }

    fn check_may_send(&self) -> Result<(), SendError> {
        self.check_live()?;
        self.check_not_given_up()
    }

    /// # Errors
    /// An earlier run has sent something under this name by another route.
    fn check_route(&self, send: &SendEntry) -> Result<(), SendError> {
        if self.journal.went_otherwise(send, &[send.route]) {
            return Err(SendError::Diverged { entry: name_of(send) });
        }
        Ok(())
    }
}

/// What the journal knows every part by: other users in any part make it another multicast, before anything is sent.
fn hash_of_all(multicast: &Multicast) -> Result<[u8; 32], ClientError> {
    let mut hash = Sha256::new();
    for part in multicast.parts() {
        if part.number > PARTS_MAX {
            let problem = format!("more than {} of them at once cannot be journaled", PARTS_MAX * 500).into();
            return Err(ClientError::invalid("multicast", InvalidField { field: "to".to_owned(), problem }));
        }
        hash.update(hash_of(&multicast.request(&part)?));
    }
    Ok(hash.finalize().into())
}
