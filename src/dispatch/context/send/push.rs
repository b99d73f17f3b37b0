//! By push: paid, to one chat.

use super::{Part, Send, hash_of};
use crate::client::api::message::Sent;
use crate::client::{ClientError, Request};
use crate::dispatch::context::SendError;
use crate::inbox::Route;
use crate::line::ChatId;

impl Send<'_> {
    /// Pushes.
    pub(super) async fn push(&self, part: &Part) -> Result<Sent, SendError> {
        let request = self.push_request(part, self.to.ok_or(SendError::NoChat)?)?;
        let hash = hash_of(&request);
        self.attempt.send_keyed(&part.entry(Route::Push), request, hash).await
    }

    /// The request, checked and unsent.
    pub(super) fn push_request(&self, part: &Part, to: &ChatId) -> Result<Request, ClientError> {
        let push = self.attempt.client.push_with(to.clone(), part.messages.clone());
        let push = push.notification_disabled(self.quiet);
        match self.unit {
            Some(unit) => push.custom_aggregation_unit(unit.clone()).into_request(),
            None => push.into_request(),
        }
    }
}
