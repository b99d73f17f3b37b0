//! What goes from one inbox to another.

use super::pending::Pending;
use super::{Channel, Parked, Timestamp};
use crate::line::MessageId;

/// An event with all that is known of it.
pub(super) struct Moving {
    pub(super) pending: Pending,
    /// From when on its id counts as remembered, if the id does not tell.
    pub(super) dated: Option<Timestamp>,
    /// Why it was given up, if it was.
    pub(super) parked: Option<GivenUp>,
}

pub(super) struct GivenUp {
    pub(super) why: Parked,
    pub(super) at: Timestamp,
    pub(super) unsent: bool,
}

/// An id, without its event.
pub(super) struct Remembered {
    pub(super) channel: Channel,
    pub(super) id: [u8; 16],
    pub(super) dated: Option<Timestamp>,
}

/// A message that was unsent.
pub(super) struct UnsentMessage {
    pub(super) channel: Channel,
    pub(super) message: MessageId,
    pub(super) at: Timestamp,
}

/// How much of each kind there is.
#[derive(Clone, Copy, Default)]
pub(super) struct Sizes {
    pub(super) waiting: u64,
    pub(super) parked: u64,
    pub(super) ids: u64,
    pub(super) unsent: u64,
    /// What operators asked for that no server has done.
    pub(super) asked: u64,
}
