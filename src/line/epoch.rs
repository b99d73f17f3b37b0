//! Times that LINE counts in seconds, so that they are not taken for its milliseconds.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// Wall time in whole seconds since the Unix epoch, the unit of coupons and memberships. (Events have milliseconds.)
///
/// ```
/// use line_bot_server::clock::Timestamp;
/// use line_bot_server::line::EpochSeconds;
///
/// let new_year = EpochSeconds::new(1_798_729_200);
/// assert_eq!(Timestamp::from(new_year).as_millis(), 1_798_729_200_000);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EpochSeconds(i64);

impl EpochSeconds {
    /// From seconds since the Unix epoch.
    pub const fn new(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the Unix epoch.
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// The second that it lies in.
impl From<Timestamp> for EpochSeconds {
    fn from(at: Timestamp) -> Self {
        Self(at.as_millis().div_euclid(1000))
    }
}

/// Its beginning, saturating.
impl From<EpochSeconds> for Timestamp {
    fn from(at: EpochSeconds) -> Self {
        Self::from_millis(at.0.saturating_mul(1000))
    }
}
