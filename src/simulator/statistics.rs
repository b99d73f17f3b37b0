//! What was sent how often: by day and route, by aggregation unit, and by request.
//!
//! Counted as for the quota, one per person reached, whatever the number of message objects.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::RangeInclusive;

use crate::clock::Timestamp;
use crate::line::{RequestId, UserId};

use super::ledger::Via;
use crate::line::Date;

/// Names of `customAggregationUnits` in a calendar month; those beyond are dropped, the messages are sent all the same
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-push-message)).
const UNITS_MAX: usize = 1000;

/// What was sent how often.
#[derive(Debug, Default)]
pub(super) struct Statistics {
    sent: HashMap<(Via, Date), u64>,
    units: BTreeMap<Date, BTreeSet<String>>,
    sent_by_unit: HashMap<String, BTreeMap<Date, u64>>,
    casts: HashMap<RequestId, Cast>,
}

/// A broadcast or narrowcast that was delivered.
#[derive(Debug)]
pub(super) struct Cast {
    /// When it was delivered.
    pub(super) at: Timestamp,
    /// Whom it reached.
    pub(super) reached: BTreeSet<UserId>,
}

impl Statistics {
    /// Messages were sent to `reached` people.
    pub(super) fn count(&mut self, via: Via, reached: u64, at: Timestamp) {
        *self.sent.entry((via, Date::of(at))).or_default() += reached;
    }

    /// The same, under the name of an aggregation unit; a name too many is dropped.
    pub(super) fn count_unit(&mut self, name: &str, reached: u64, at: Timestamp) {
        let day = Date::of(at);
        let names = self.units.entry(day.month()).or_default();
        if names.len() >= UNITS_MAX && !names.contains(name) {
            return;
        }
        names.insert(name.to_owned());
        *self.sent_by_unit.entry(name.to_owned()).or_default().entry(day).or_default() += reached;
    }

    /// Keeps whom a broadcast or narrowcast reached, for those who ask by its request id.
    pub(super) fn keep(&mut self, request: RequestId, cast: Cast) {
        self.casts.insert(request, cast);
    }

    /// How much was sent by `via` on `day`.
    pub(super) fn sent_on(&self, via: Via, day: Date) -> u64 {
        self.sent.get(&(via, day)).copied().unwrap_or(0)
    }

    /// The names of aggregation units used in `month`, in their order.
    pub(super) fn units_in(&self, month: Date) -> impl Iterator<Item = &str> {
        self.units.get(&month).into_iter().flatten().map(String::as_str)
    }

    /// How much was sent under the name of an aggregation unit on these days.
    pub(super) fn sent_by_unit(&self, name: &str, days: RangeInclusive<Date>) -> u64 {
        self.sent_by_unit.get(name).map_or(0, |by_day| by_day.range(days).map(|(_, sent)| sent).sum())
    }

    /// The broadcast or narrowcast with this request id.
    pub(super) fn cast(&self, request: &RequestId) -> Option<&Cast> {
        self.casts.get(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::from_millis(1_793_000_000_000);

    #[test]
    fn a_thousand_names_of_units_are_taken_in_a_month_and_the_next_is_dropped() {
        let mut statistics = Statistics::default();
        for number in 0..UNITS_MAX {
            statistics.count_unit(&format!("unit_{number}"), 1, AT);
        }
        statistics.count_unit("one_more", 1, AT);
        statistics.count_unit("unit_7", 2, AT);
        let (day, month) = (Date::of(AT), Date::of(AT).month());
        assert_eq!(statistics.units_in(month).count(), UNITS_MAX);
        assert_eq!(statistics.sent_by_unit("one_more", day..=day), 0);
        assert_eq!(statistics.sent_by_unit("unit_7", day..=day), 3);
        let next = AT.after(std::time::Duration::from_secs(31 * 86_400));
        statistics.count_unit("one_more", 1, next);
        assert_eq!(statistics.units_in(Date::of(next).month()).collect::<Vec<_>>(), ["one_more"]);
    }
}
