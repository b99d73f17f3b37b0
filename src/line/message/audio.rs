//! `audio`

use std::time::Duration;

use serde::{Serialize, Serializer};

use super::{InvalidField, QuickReply, Sender};
use crate::line::invalid::https_url;

/// An audio file ([reference](https://developers.line.biz/en/reference/messaging-api/#audio-message)).
///
/// ```
/// use std::time::Duration;
/// use line_bot_server::line::AudioMessage;
///
/// let song = AudioMessage::new("https://example.com/original.m4a", Duration::from_secs(60));
/// assert!(song.check().is_ok());
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AudioMessage {
    /// HTTPS URL of an mp3 or m4a of at most 200 MB; at most 2000 characters.
    pub original_content_url: String,
    /// How long it plays; sent in whole milliseconds, of which there is at least one.
    #[serde(serialize_with = "milliseconds")]
    pub duration: Duration,
    /// Buttons below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quick_reply: Option<QuickReply>,
    /// Another name and icon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender>,
}

impl AudioMessage {
    /// An audio file by its URL, and how long it plays.
    pub fn new(original_content_url: impl Into<String>, duration: Duration) -> Self {
        Self { original_content_url: original_content_url.into(), duration, quick_reply: None, sender: None }
    }

    pub(super) fn check_own(&self) -> Result<(), InvalidField> {
        https_url("originalContentUrl", &self.original_content_url)?;
        // LINE does not document the bounds: it reads a 64-bit integer, and there is no audio of no length.
        let milliseconds = self.duration.as_millis();
        if milliseconds == 0 || i64::try_from(milliseconds).is_err() {
            let problem = format!("{milliseconds} milliseconds, 1 to {} are allowed", i64::MAX);
            return Err(InvalidField::new("duration", problem));
        }
        Ok(())
    }
}

fn milliseconds<S: Serializer>(duration: &Duration, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}
