//! `POST /v2/bot/message/reply`, and the other send methods
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#messages)): one file each, and what they share.

mod broadcast;
mod keyed;
mod multicast;
mod narrowcast;
mod progress;
mod push;
mod reply;
mod report;
mod validate;

use crate::client::call::{read_json, request};
use crate::client::execute::Answered;
use crate::client::{ClientError, Endpoint, Request};
use crate::line::message::check_messages;
use crate::line::response::{SentMessage, SentMessages};
use crate::line::{ChatMessage, RequestId};

pub use broadcast::Broadcast;
pub use multicast::{MULTICAST_MAX, Multicast};
pub use narrowcast::SendNarrowcast;
pub use progress::Narrowcast;
pub use push::Push;
pub use reply::Reply;
pub(crate) use report::Tally;
pub use report::{MulticastError, MulticastPart, MulticastSent, PartOutcome};

/// Messages that LINE took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The call that was accepted; `None` when it is known only from its consequences.
    pub request_id: Option<RequestId>,
    /// The messages in order; may be empty after a repeat, and always is where LINE names none (broadcast).
    pub messages: Vec<SentMessage>,
}

impl Sent {
    /// LINE took them: what cannot be read of its answer does not change that.
    pub(super) fn read(answered: Answered) -> Self {
        let messages =
            read_json::<SentMessages>(&answered.body).map(|sent| sent.sent_messages).unwrap_or_default();
        Self { request_id: answered.request_id, messages }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if hands out a reference")]
pub(super) fn is_false(yes: &bool) -> bool {
    !yes
}

fn send_request(endpoint: &'static Endpoint, messages: &[ChatMessage]) -> Result<Request, ClientError> {
    check_messages(messages).map_err(|problem| ClientError::invalid(endpoint.name, problem))?;
    request(endpoint, &[])
}
