//! The ids a memory inbox has seen: sharded, so that growing and sweeping are small steps; bounded, oldest first out.

use foldhash::{HashMap, HashMapExt as _};

use super::super::key::IdKey;
use crate::clock::Timestamp;

const SHARDS: usize = 256;
const HOUR_MS: i64 = 3_600_000;

/// 20 bytes of key and date per id, and what the table leaves free: 24 to 48 bytes.
pub(super) struct Remembered {
    shards: Vec<HashMap<IdKey, Hour>>,
    max_per_shard: usize,
    len: usize,
    /// The shard the next sweep looks at.
    next: usize,
    /// The hour that counts as zero.
    start: Option<i64>,
}

/// Hours since the first id, plus one day: good for seven years of running.
type Hour = u16;
const FIRST_HOUR: i64 = 24;

impl Remembered {
    pub(super) fn new(max: usize) -> Self {
        let shards = std::iter::repeat_with(HashMap::new).take(SHARDS).collect();
        Self { shards, max_per_shard: max.div_ceil(SHARDS), len: 0, next: 0, start: None }
    }

    pub(super) fn len(&self) -> u64 {
        self.len as u64
    }

    pub(super) fn contains(&self, key: &IdKey) -> bool {
        self.shards[shard(key)].contains_key(key)
    }

    /// Remembers an id from `at` on. Beyond the bound the oldest of its shard make room.
    pub(super) fn insert(&mut self, key: IdKey, at: Timestamp) {
        let hour = self.hour(at);
        let max = self.max_per_shard;
        let ids = &mut self.shards[shard(&key)];
        if ids.insert(key, hour).is_none() {
            self.len += 1;
        }
        if ids.len() > max {
            self.len -= drop_oldest(ids, max / 8 + 1);
        }
    }

    /// Forgets what is older than `cutoff` in a few shards, but what `keep` says. Returns how many went, and whether
    /// shards are left to look at.
    pub(super) fn sweep(
        &mut self,
        cutoff: Timestamp,
        budget: usize,
        keep: impl Fn(&IdKey) -> bool,
    ) -> (u64, bool) {
        let oldest = self.hour(cutoff);
        let mut looked = 0;
        let mut gone = 0;
        while looked < budget {
            let ids = &mut self.shards[self.next];
            let before = ids.len();
            looked += before.max(1);
            ids.retain(|key, hour| *hour >= oldest || keep(key));
            gone += before - ids.len();
            if ids.capacity() > 64 && ids.len() < ids.capacity() / 4 {
                ids.shrink_to_fit();
            }
            self.next = (self.next + 1) % SHARDS;
            if self.next == 0 {
                break;
            }
        }
        self.len -= gone;
        (gone as u64, self.next != 0)
    }

    fn hour(&mut self, at: Timestamp) -> Hour {
        let hour = at.as_millis().div_euclid(HOUR_MS);
        let start = *self.start.get_or_insert(hour - FIRST_HOUR);
        Hour::try_from((hour - start).max(0)).unwrap_or(Hour::MAX)
    }
}

/// The last byte of a ULID or a hash is as random as it gets.
fn shard(key: &IdKey) -> usize {
    usize::from(key.as_bytes()[IdKey::LEN - 1]) % SHARDS
}

fn drop_oldest(ids: &mut HashMap<IdKey, Hour>, count: usize) -> usize {
    let mut ages: Vec<(Hour, IdKey)> = ids.iter().map(|(key, hour)| (*hour, *key)).collect();
    let count = count.min(ages.len().saturating_sub(1));
    let (old, _, _) = ages.select_nth_unstable(count);
    for (_, key) in old.iter() {
        ids.remove(key);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_its_bound_the_oldest_go_first() {
        let mut remembered = Remembered::new(SHARDS * 16);
        let at = |n: i64| Timestamp::from_millis(n * HOUR_MS);
        let keys: Vec<IdKey> = (0..20_000).map(|n| IdKey::new(0, &n.to_string())).collect();
        for (n, key) in keys.iter().enumerate() {
            remembered.insert(*key, at(1000 + n as i64 / 1000));
        }
        assert!(remembered.len() <= SHARDS as u64 * 16);
        assert!(remembered.len() > SHARDS as u64 * 8);
        assert!(keys[19_900..].iter().all(|key| remembered.contains(key)));
        assert!(!remembered.contains(&keys[0]));
    }

    #[test]
    fn a_sweep_is_bounded_and_comes_around() {
        let mut remembered = Remembered::new(1_000_000);
        for n in 0..10_000 {
            remembered.insert(IdKey::new(0, &n.to_string()), Timestamp::from_millis(0));
        }
        let late = Timestamp::from_millis(100 * HOUR_MS);
        let (gone, more) = remembered.sweep(late, 1000, |_| false);
        assert!(more && gone > 0 && gone < 2000);
        while remembered.sweep(late, 1000, |_| false).1 {}
        assert_eq!(remembered.len(), 0);
    }
}
