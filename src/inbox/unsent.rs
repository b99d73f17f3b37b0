//! Messages whose unsend has come: one that arrives afterwards is wiped at the door.

use foldhash::HashMap;

use super::Timestamp;
use super::key::ChannelNo;
use crate::line::MessageId;

/// What is left of a parked event's story.
pub(super) const UNSENT_DETAIL: &str = "its message was unsent; nothing of it is kept";

#[derive(Debug, Default)]
pub(super) struct Unsent(HashMap<(ChannelNo, MessageId), Timestamp>);

impl Unsent {
    pub(super) fn contains(&self, channel: ChannelNo, message: &MessageId) -> bool {
        !self.0.is_empty() && self.0.contains_key(&(channel, message.clone()))
    }

    pub(super) fn insert(&mut self, channel: ChannelNo, message: MessageId, at: Timestamp) {
        self.0.insert((channel, message), at);
    }

    pub(super) fn has_before(&self, cutoff: Timestamp) -> bool {
        self.0.values().any(|at| *at < cutoff)
    }

    pub(super) fn forget_before(&mut self, cutoff: Timestamp) {
        self.0.retain(|_, at| *at >= cutoff);
    }
}
