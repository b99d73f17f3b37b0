//! `messageEdited` ([reference](https://developers.line.biz/en/reference/messaging-api/#edit-event)).

use super::MessageContent;

event! {
    /// A user edited a text message. Edits may arrive out of order: the one with the largest timestamp is the latest.
    pub struct MessageEditedEvent = "messageEdited" {
        /// The message as it is now: the id of the one that was edited, a quote token of its own.
        pub message: MessageContent,
    }
}
