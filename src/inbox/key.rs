//! What is kept of an id once its event is gone: 18 bytes that say whether it was here before.

use sha2::{Digest, Sha256};

use crate::clock::Timestamp;

/// A channel's number in this inbox. Given in the order of first use, and kept for ever.
pub(super) type ChannelNo = u16;

/// A channel's number (big endian) and 16 bytes of id.
///
/// A ULID is 16 bytes and its first bit is zero until the year 6429; any other id is a truncated SHA-256 with that
/// bit set, so the two kinds cannot collide and ULIDs sort by their time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct IdKey([u8; Self::LEN]);

const HASHED: u8 = 0x80;

impl IdKey {
    pub(super) const LEN: usize = 18;

    pub(super) fn new(channel: ChannelNo, id: &str) -> Self {
        Self::joined(channel, ulid(id).unwrap_or_else(|| hashed(id)))
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The smallest key a ULID of that channel and time can have: the end of a range to sweep.
    pub(super) fn first_ulid_at(channel: ChannelNo, time: Timestamp) -> Self {
        let ms = u128::try_from(time.as_millis().max(0)).unwrap_or(0);
        Self::joined(channel, (ms << 80).to_be_bytes())
    }

    pub(super) fn channel(&self) -> ChannelNo {
        ChannelNo::from_be_bytes([self.0[0], self.0[1]])
    }

    /// When a ULID says it was made.
    pub(super) fn time(&self) -> Option<Timestamp> {
        let [_, _, a, b, c, d, e, f, ..] = self.0;
        let ms = i64::from_be_bytes([0, 0, a, b, c, d, e, f]);
        (a & HASHED == 0).then_some(Timestamp::from_millis(ms))
    }

    /// The sixteen bytes without the channel.
    pub(super) fn id(&self) -> [u8; 16] {
        let mut id = [0; 16];
        id.copy_from_slice(&self.0[2..]);
        id
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn joined(channel: ChannelNo, id: [u8; 16]) -> Self {
        let mut key = [0; Self::LEN];
        key[..2].copy_from_slice(&channel.to_be_bytes());
        key[2..].copy_from_slice(&id);
        Self(key)
    }
}

fn hashed(id: &str) -> [u8; 16] {
    let digest = Sha256::digest(id.as_bytes());
    let mut out = [0; 16];
    out.copy_from_slice(&digest[..16]);
    out[0] |= HASHED;
    out
}

/// Only the one canonical spelling of a ULID: two spellings of one number are two ids.
fn ulid(id: &str) -> Option<[u8; 16]> {
    let digits = id.as_bytes();
    // The first digit carries the top three bits; above '3' the bit that marks a hash would be set.
    if digits.len() != 26 || digits[0] > b'3' {
        return None;
    }
    let mut number = 0_u128;
    for digit in digits {
        let value = CROCKFORD[usize::from(*digit)];
        if value == NONE {
            return None;
        }
        number = number << 5 | u128::from(value);
    }
    Some(number.to_be_bytes())
}

const NONE: u8 = 0xff;

/// The value of each Crockford base32 digit, upper case only.
const CROCKFORD: [u8; 256] = {
    let digits = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut table = [NONE; 256];
    let mut i = 0;
    while i < digits.len() {
        table[digits[i] as usize] = i as u8;
        i += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ulid_keeps_its_time_and_its_order() {
        let early = IdKey::new(1, "01FZ74A0TDDPYRVKNK77XKC3ZR");
        let late = IdKey::new(1, "01FZ74A0TEDPYRVKNK77XKC3ZR");
        assert!(early < late);
        assert_eq!(early.time().map(Timestamp::as_millis), Some(1_648_433_103_693));
        assert!(IdKey::first_ulid_at(1, Timestamp::from_millis(1_648_433_103_693)) <= early);
        assert!(IdKey::first_ulid_at(1, Timestamp::from_millis(1_648_433_103_694)) > early);
    }

    #[test]
    fn ids_that_are_no_canonical_ulid_are_hashed_apart() {
        for id in [
            "",
            "hello",
            "01fz74a0tddpyrvknk77xkc3zr",
            "7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
            "01FZ74A0TDDPYRVKNK77XKC3ZU",
        ] {
            assert_eq!(IdKey::new(1, id).time(), None, "{id}");
        }
        assert!(IdKey::new(1, "a") != IdKey::new(1, "b"));
        assert!(IdKey::new(1, "a") != IdKey::new(2, "a"));
    }
}
