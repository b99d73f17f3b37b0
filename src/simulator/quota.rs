//! The monthly quota: what is used of it, and what narrowcasts under way have set aside.

use super::world::World;

/// More than the quota leaves.
#[derive(Debug)]
pub(super) struct OverQuota;

impl World {
    /// What may still be sent, without what is set aside; none if there is no limit.
    pub(super) fn quota_left(&self) -> Option<u64> {
        let taken = self.used.saturating_add(self.narrowcasts.reserved());
        self.quota.map(|quota| quota.saturating_sub(taken))
    }

    /// Takes one message per person reached from the quota, unless that is more than it leaves.
    pub(super) fn charge(&mut self, reached: u64) -> Result<(), OverQuota> {
        // Nothing fits into any quota, even into one that is overdrawn.
        if reached > 0 && self.quota_left().is_some_and(|left| reached > left) {
            return Err(OverQuota);
        }
        self.used = self.used.saturating_add(reached);
        Ok(())
    }
}
