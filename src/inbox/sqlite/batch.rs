//! What a transaction has done so far, to be applied to the lanes once it is committed.

use std::collections::HashSet;

use super::super::key::{ChannelNo, IdKey};
use super::super::pending::Pending;
use super::super::{SendNote, Timestamp};
use crate::clock::Boot;
use crate::line::{Channel, MessageId};

#[derive(Default)]
pub(super) struct Batch {
    /// A transaction is open.
    pub(super) begun: bool,
    /// A message was unsent: its traces must leave the file and its log too.
    pub(super) wiped: bool,
    /// A parked row was emptied or left: its traces are in that table until it is rewritten.
    pub(super) unparked: bool,
    /// Lanes taken out of the line; to be put back if the commit fails.
    pub(super) picked: Vec<u64>,
    pub(super) changes: Vec<Change>,
    /// Events whose claim ends in this batch.
    pub(super) ended: HashSet<u64>,
    /// Channels that were first seen in this batch.
    pub(super) channels: Vec<Channel>,
    /// Events that were admitted so far.
    pub(super) admitted: u64,
    /// Ids that came, less those that went.
    pub(super) remembered: i64,
}

/// A change of the lanes that cannot fail.
pub(super) enum Change {
    Hold { seq: u64, fence: u64, until: Boot },
    Admit { seq: u64, key: IdKey, event: Box<Pending> },
    Restart { seq: u64, at: Timestamp },
    Note { seq: u64, sends: Vec<SendNote>, at: Timestamp },
    Finish { seq: u64 },
    Postpone { seq: u64, at: Timestamp, error: String },
    Release { seq: u64 },
    Remove { seq: u64 },
    Wipe { seq: u64 },
    Unsent { channel: ChannelNo, message: MessageId, at: Timestamp },
    ForgetUnsent { before: Timestamp },
}

impl Batch {
    /// Events of this batch about that message.
    pub(super) fn about(&self, channel: ChannelNo, message: &MessageId) -> Vec<u64> {
        let about = |change: &Change| match change {
            Change::Admit { seq, key, event }
                if key.channel() == channel && event.message_id.as_ref() == Some(message) =>
            {
                Some(*seq)
            }
            _ => None,
        };
        self.changes.iter().filter_map(about).collect()
    }

    pub(super) fn admits(&self, key: &IdKey) -> bool {
        self.changes
            .iter()
            .any(|change| matches!(change, Change::Admit { key: admitted, .. } if admitted == key))
    }

    /// Whether an unsend of this batch names that message.
    pub(super) fn unsends(&self, channel: ChannelNo, message: &MessageId) -> bool {
        // Asked of every message, and a batch may be long.
        self.wiped
            && self.changes.iter().any(|change| {
            matches!(change, Change::Unsent { channel: of, message: gone, .. } if *of == channel && gone == message)
        })
    }
}
