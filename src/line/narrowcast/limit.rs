//! `limit`: how many messages a narrowcast sends at most
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#send-narrowcast-limit)).

use serde::Serialize;

use crate::line::InvalidField;

/// The greatest [`Limit::max`]: LINE's field is an `int32`.
pub const LIMIT_MAX: u32 = i32::MAX as u32;

/// How many messages a narrowcast sends at most, which is also how many it reserves of the month's quota until it is
/// done; without a limit that is its whole target reach. Who is left out is chosen at random
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-narrowcast-limit)).
///
/// ```
/// use line_bot_server::line::narrowcast::Limit;
///
/// let limit = Limit::new().max(100).up_to_remaining_quota();
/// assert_eq!(
///     serde_json::to_value(Limit::from(limit))?,
///     serde_json::json!({"max": 100, "upToRemainingQuota": true}),
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Only a limit to the quota can forbid that a part is sent:
///
/// ```compile_fail,E0599
/// use line_bot_server::line::narrowcast::Limit;
///
/// let refused = Limit::new().max(100).forbid_partial_delivery();
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Limit {
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<u32>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    up_to_remaining_quota: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    forbid_partial_delivery: bool,
}

/// A [`Limit`] to what is left of the month's quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotaLimit(Limit);

impl Limit {
    /// None yet.
    pub const fn new() -> Self {
        Self { max: None, up_to_remaining_quota: false, forbid_partial_delivery: false }
    }

    /// At most so many messages, 1 to [`LIMIT_MAX`].
    #[must_use]
    pub const fn max(mut self, messages: u32) -> Self {
        self.max = Some(messages);
        self
    }

    /// Not more than are left of the month's quota. Without it a target reach beyond the quota is refused.
    #[must_use]
    pub const fn up_to_remaining_quota(mut self) -> QuotaLimit {
        self.up_to_remaining_quota = true;
        QuotaLimit(self)
    }

    /// Checks the greatest number, 1 to [`LIMIT_MAX`].
    ///
    /// # Errors
    /// It is 0, or more.
    pub fn check(&self) -> Result<(), InvalidField> {
        match self.max {
            Some(max) if !(1..=LIMIT_MAX).contains(&max) => {
                Err(InvalidField::new("limit.max", format!("{max} messages, 1 to {LIMIT_MAX} are allowed")))
            }
            _ => Ok(()),
        }
    }
}

impl QuotaLimit {
    /// As [`Limit::max`].
    #[must_use]
    pub const fn max(self, messages: u32) -> Self {
        Self(self.0.max(messages))
    }

    /// Cancels the narrowcast, with [`Reason::PartialDelivery`](super::Reason::PartialDelivery), rather than leave
    /// anybody out. It is accepted all the same, and fails later.
    #[must_use]
    pub const fn forbid_partial_delivery(mut self) -> Self {
        self.0.forbid_partial_delivery = true;
        self
    }
}

impl From<QuotaLimit> for Limit {
    fn from(QuotaLimit(limit): QuotaLimit) -> Self {
        limit
    }
}
