//! The memory that large bodies share while nobody has proved yet that they are LINE's.
//!
//! A body of up to [`FREE`] bytes, as nearly all are, needs no leave. A larger one asks once, for all that it may become:
//! asking in steps, many bodies could each hold a part and wait for the rest, and none would ever be complete.

use std::sync::Arc;

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// Bytes of a body that need no leave.
pub(super) const FREE: usize = 64 * 1024;
/// What all larger bodies may hold together, in bytes, unless four of the largest are more.
const LEAST: usize = 64 * 1024 * 1024;
/// Bytes of one permit.
const STEP: usize = 64 * 1024;

/// A large body's share; given back when dropped.
pub(super) type Share = OwnedSemaphorePermit;

/// What is left for large bodies.
pub(super) struct Budget(Arc<Semaphore>);

impl Budget {
    /// Enough for four bodies of `max_body` bytes, and never little.
    pub(super) fn new(max_body: usize) -> Self {
        let bytes = max_body.saturating_mul(4).max(LEAST);
        Self(Arc::new(Semaphore::new(bytes.div_ceil(STEP).min(Semaphore::MAX_PERMITS))))
    }

    /// Waits for a share of `bytes`, first come, first served.
    ///
    /// # Errors
    /// Never: the budget is not closed.
    pub(super) async fn share(&self, bytes: usize) -> Result<Share, AcquireError> {
        let permits = u32::try_from(bytes.div_ceil(STEP)).unwrap_or(u32::MAX);
        Arc::clone(&self.0).acquire_many_owned(permits).await
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[test]
    fn four_of_the_largest_bodies_have_room_and_a_fifth_waits_for_one_of_them() {
        let max = 100 * 1024 * 1024;
        let budget = Budget::new(max);
        let mut held: Vec<_> = (0..4).filter_map(|_| budget.share(max).now_or_never()).collect();
        assert_eq!(held.len(), 4);
        let mut fifth = Box::pin(budget.share(FREE + 1));
        assert!(fifth.as_mut().now_or_never().is_none());
        held.pop();
        assert!(fifth.now_or_never().is_some());
    }

    #[test]
    fn a_small_limit_leaves_room_for_many_and_a_boundless_one_for_one() {
        let small = Budget::new(1024 * 1024);
        let held: Vec<_> = (0..65).filter_map(|_| small.share(1024 * 1024).now_or_never()).collect();
        assert_eq!(held.len(), 64);
        assert!(Budget::new(usize::MAX).share(usize::MAX).now_or_never().is_some());
    }
}
