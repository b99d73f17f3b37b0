//! What can be said in one answer: any number of messages, counted when they are sent.

use crate::line::{ChatMessage, UpToFive};

/// One message or more: whatever [`UpToFive`] takes (a message, an array, a tuple), or a `Vec`. An empty `Vec` is
/// refused with [`SendError::NoMessages`](super::SendError::NoMessages) when it is sent.
pub trait Messages {
    /// The messages, in order.
    fn into_messages(self) -> Vec<ChatMessage>;
}

impl<T: UpToFive> Messages for T {
    fn into_messages(self) -> Vec<ChatMessage> {
        UpToFive::into_messages(self)
    }
}

impl<T> Messages for Vec<T>
where
    ChatMessage: From<T>,
{
    fn into_messages(self) -> Vec<ChatMessage> {
        self.into_iter().map(Into::into).collect()
    }
}
