//! What a narrowcast asks for: from which people, by which attributes, to how many at most.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::line::RequestId;

use super::tree::Tree;
use crate::simulator::attributes::{AppType, Attributes, Gender};

/// A request's `recipient`, `filter` and `limit`.
#[derive(Debug, Default)]
pub(in crate::simulator) struct Wish {
    pub(in crate::simulator) recipient: Option<Tree<Pool>>,
    pub(in crate::simulator) filter: Option<Tree<Filter>>,
    pub(in crate::simulator) limit: Limit,
}

/// People that a narrowcast may be taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::simulator) enum Pool {
    Audience(u64),
    /// Whom an earlier narrowcast reached.
    Redelivery(RequestId),
}

/// One demographic filter.
#[derive(Debug)]
pub(in crate::simulator) enum Filter {
    Gender(Vec<Gender>),
    Age(Range),
    AppType(Vec<AppType>),
    Area(Vec<String>),
    /// In days.
    SubscriptionPeriod(Range),
}

/// From `gte` on, below `lt`.
#[derive(Clone, Copy, Debug)]
pub(in crate::simulator) struct Range {
    pub(in crate::simulator) gte: Option<u64>,
    pub(in crate::simulator) lt: Option<u64>,
}

/// A request's `limit`.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::simulator) struct Limit {
    pub(in crate::simulator) max: Option<u64>,
    pub(in crate::simulator) up_to_remaining_quota: bool,
    pub(in crate::simulator) forbid_partial_delivery: bool,
}

impl Wish {
    /// The audiences named, each once.
    pub(super) fn audiences(&self) -> Vec<u64> {
        let mut ids: Vec<u64> = self
            .pools()
            .filter_map(|pool| match pool {
                Pool::Audience(id) => Some(*id),
                Pool::Redelivery(_) => None,
            })
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The earlier narrowcasts named.
    pub(super) fn redeliveries(&self) -> impl Iterator<Item = &RequestId> {
        self.pools().filter_map(|pool| match pool {
            Pool::Redelivery(id) => Some(id),
            Pool::Audience(_) => None,
        })
    }

    fn pools(&self) -> impl Iterator<Item = &Pool> {
        self.recipient.iter().flat_map(Tree::leaves)
    }
}

impl Filter {
    /// Whether a person passes; none if the attribute is unknown.
    pub(super) fn passes(&self, attributes: &Attributes, now: Timestamp) -> Option<bool> {
        match self {
            Self::Gender(any) => attributes.gender.map(|gender| any.contains(&gender)),
            Self::Age(range) => attributes.age.map(|age| range.holds(age.into())),
            Self::AppType(any) => attributes.app_type.map(|app| any.contains(&app)),
            Self::Area(any) => attributes.area.as_ref().map(|area| any.contains(area)),
            Self::SubscriptionPeriod(range) => {
                attributes.friend_since.map(|since| range.holds(days(now.since(since))))
            }
        }
    }
}

fn days(time: Duration) -> u64 {
    time.as_secs() / 86_400
}

impl Range {
    fn holds(self, value: u64) -> bool {
        self.gte.is_none_or(|gte| value >= gte) && self.lt.is_none_or(|lt| value < lt)
    }
}

impl Limit {
    /// How many messages are set aside, which are also the most that are sent
    /// ([table](https://developers.line.biz/en/reference/messaging-api/#send-narrowcast-limit)).
    pub(super) fn bound(self, reach: u64, quota_left: Option<u64>) -> u64 {
        let bound = self.max.map_or(reach, |max| reach.min(max));
        match quota_left {
            Some(left) if self.up_to_remaining_quota => bound.min(left),
            _ => bound,
        }
    }
}
