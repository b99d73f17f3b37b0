//! Keeps a stranger who knocks a million times from filling the log.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use tokio::time::Instant;

/// Between two lines about the same thing.
const PAUSE: Duration = Duration::from_secs(10);

/// Lets one line through per [`PAUSE`] and counts those it kept back.
#[derive(Default)]
pub(super) struct Quiet(Mutex<State>);

#[derive(Default)]
struct State {
    last: Option<Instant>,
    kept_back: u64,
}

impl Quiet {
    /// `Some(lines kept back since the last one)` when a line may be written now.
    pub(super) fn speak(&self, now: Instant) -> Option<u64> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.last.is_some_and(|last| now.duration_since(last) < PAUSE) {
            state.kept_back += 1;
            return None;
        }
        state.last = Some(now);
        Some(std::mem::take(&mut state.kept_back))
    }
}

#[cfg(test)]
mod tests {
    use super::{Instant, PAUSE, Quiet};

    #[test]
    fn the_second_line_waits_and_the_third_says_what_was_kept_back() {
        let (quiet, start) = (Quiet::default(), Instant::now());
        assert_eq!(quiet.speak(start), Some(0));
        assert_eq!(quiet.speak(start), None);
        assert_eq!(quiet.speak(start + PAUSE / 2), None);
        assert_eq!(quiet.speak(start + PAUSE), Some(2));
    }
}
