//! Makes ids and tokens that look like LINE's. Knows nothing of what they name.

use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::line::{MessageId, WebhookEventId};

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Message ids start beyond 2^53, as LINE's do.
const FIRST_MESSAGE_ID: u64 = 500_000_000_000_000_000;
const MESSAGE_ID_SPREAD: u64 = 90_000_000_000_000_000;

/// Counts message ids upwards from a random start, so that a simulator started anew does not repeat the last one's.
#[derive(Debug)]
pub(super) struct MessageIds(AtomicU64);

impl MessageIds {
    pub(super) fn new() -> Self {
        let (random, _) = Uuid::new_v4().as_u64_pair();
        Self(AtomicU64::new(FIRST_MESSAGE_ID + random % MESSAGE_ID_SPREAD))
    }

    pub(super) fn next(&self) -> MessageId {
        MessageId::from(self.0.fetch_add(1, Ordering::Relaxed).to_string())
    }
}

/// 32 hexadecimal digits that are the same for the same `name`: a person keeps their id over restarts.
pub(super) fn lasting(kind: char, name: &str) -> String {
    const NAMESPACE: Uuid = Uuid::from_u128(0x6c69_6e65_2d73_696d_756c_6174_6f72_2121);
    format!("{kind}{}", Uuid::new_v5(&NAMESPACE, format!("{kind}{name}").as_bytes()).simple())
}

/// An opaque token.
pub(super) fn token() -> String {
    Uuid::new_v4().simple().to_string()
}

/// A ULID: 48 bits of time, 80 of chance.
pub(super) fn event_id(at: Timestamp) -> WebhookEventId {
    let time = u128::from(u64::try_from(at.as_millis()).unwrap_or(0)) << 80;
    let chance = Uuid::new_v4().as_u128() & ((1 << 80) - 1);
    let bits = time | chance;
    let ulid: String = (0..26)
        .rev()
        .map(|place| char::from(CROCKFORD[usize::try_from(bits >> (place * 5) & 31).unwrap_or(0)]))
        .collect();
    WebhookEventId::from(ulid)
}

/// Whether `id` is a `kind` (`U`, `C`, `R`) followed by 32 lower-case hexadecimal digits.
pub(super) fn well_formed(kind: char, id: &str) -> bool {
    id.strip_prefix(kind)
        .is_some_and(|hex| hex.len() == 32 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_id_is_a_ulid_that_begins_with_its_time() {
        let id = event_id(Timestamp::from_millis(1_469_918_176_385));
        assert_eq!(id.as_str().len(), 26);
        assert!(id.as_str().starts_with("01ARYZ6S41"), "{id}");
    }
}
