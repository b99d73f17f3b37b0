//! Why an attempt failed, and whether another one can help.

use std::error::Error;
use std::fmt::{self, Write};

use crate::client::{ClientError, ErrorKind};
use crate::dispatch::SendError;
use crate::inbox::ParkReason;

/// The longest text that is kept for the CLI, in bytes.
const TEXT_MAX: usize = 4096;

/// A failed attempt. Made by `?` from any error; the event is then retried, unless the error is LINE's refusal
/// for good, a send that must not be repeated, or was made by [`permanent`](Self::permanent).
///
/// It is not an [`Error`] itself, so that `?` can make it from every error. Its text is kept for
/// `inbox list` and `inbox show` and never logged, for it may carry what a user wrote; its `Debug` shows the kind.
pub struct HandlerError {
    permanent: bool,
    source: Box<dyn Error + Send + Sync>,
}

/// What is to become of an event whose attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Another attempt may succeed.
    Retry,
    /// It is given up now.
    Park(ParkReason),
}

impl HandlerError {
    /// A failure that another attempt may mend, from a text or from an error that `?` does not take
    /// (`anyhow::Error`, `Box<dyn Error + Send + Sync>`).
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { permanent: false, source: error.into() }
    }

    /// A failure that no further attempt can mend, from a text or an error: the event is parked at once.
    pub fn permanent(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { permanent: true, source: error.into() }
    }

    /// The error it was made of.
    pub fn source(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.source
    }

    /// What is to become of the event.
    pub(crate) fn verdict(&self) -> Verdict {
        match self.chain().find_map(reason_of) {
            Some(reason) => Verdict::Park(reason),
            None if self.permanent => Verdict::Park(ParkReason::Permanent),
            None => Verdict::Retry,
        }
    }

    /// The text with its causes, for the CLI alone.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let mut before = String::new();
        for error in self.chain() {
            let part = error.to_string();
            // Many errors print their cause already.
            if text.is_empty() {
                text.push_str(&part);
            } else if !before.contains(&part) {
                let _ = write!(text, ": {part}");
            }
            before = part;
        }
        shortened(text)
    }

    fn chain(&self) -> impl Iterator<Item = &(dyn Error + 'static)> {
        let mut next: Option<&(dyn Error + 'static)> = Some(&*self.source);
        std::iter::from_fn(move || {
            let error = next?;
            next = error.source();
            Some(error)
        })
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for HandlerError {
    fn from(error: E) -> Self {
        Self { permanent: false, source: Box::new(error) }
    }
}

impl fmt::Debug for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.verdict() {
            Verdict::Retry => "retryable",
            Verdict::Park(reason) => reason.as_str(),
        };
        f.debug_struct("HandlerError").field("kind", &kind).finish_non_exhaustive()
    }
}

impl fmt::Display for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// The reason to give up that lies in one error of the chain. What wraps an error may hide it and show its causes alone,
/// as `anyhow::Error` does, so these are known, too.
fn reason_of(error: &(dyn Error + 'static)) -> Option<ParkReason> {
    if let Some(error) = error.downcast_ref::<SendError>() {
        return error.park_reason();
    }
    let kind = error.downcast_ref::<ErrorKind>();
    kind.or_else(|| error.downcast_ref::<ClientError>().map(|error| &error.kind)).and_then(for_good)
}

/// LINE refused, and will refuse again: a 4xx, an exhausted quota, a message beyond its limits.
pub(crate) fn refused_for_good(error: &ClientError) -> Option<ParkReason> {
    for_good(&error.kind)
}

fn for_good(kind: &ErrorKind) -> Option<ParkReason> {
    kind.is_permanent().then_some(ParkReason::Refused)
}

/// Cut at [`TEXT_MAX`], on a character's edge.
pub(crate) fn shortened(mut text: String) -> String {
    if text.len() > TEXT_MAX {
        let mut end = TEXT_MAX;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text
}
