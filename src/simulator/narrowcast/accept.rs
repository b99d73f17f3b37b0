//! Takes a narrowcast in: looks at what it names, and sets messages aside for it.

use serde_json::Value;

use crate::clock::Timestamp;
use crate::line::RequestId;

use super::{UnderWay, Wish};
use crate::simulator::audience::AudienceStatus;
use crate::simulator::world::World;

/// A request found good, apart from what only LINE knows.
pub(in crate::simulator) struct Accepted<'a> {
    pub(in crate::simulator) request_id: &'a RequestId,
    pub(in crate::simulator) key: Option<&'a str>,
    pub(in crate::simulator) messages: &'a [Value],
    pub(in crate::simulator) wish: Wish,
    pub(in crate::simulator) now: Timestamp,
}

/// Why LINE does not take it.
#[derive(Debug)]
pub(in crate::simulator) enum NotAccepted {
    /// There is no such audience, or it is not ready.
    Audience(u64),
    /// No narrowcast of this id that succeeded lately.
    Redelivery(RequestId),
    /// Attributes are for accounts with many friends.
    TooFewFriends,
    /// What would have to be set aside is not there.
    OverQuota,
}

impl World {
    /// Takes a narrowcast in; from now on it goes by the clock.
    pub(in crate::simulator) fn accept(&mut self, asked: Accepted<'_>) -> Result<(), NotAccepted> {
        let Accepted { request_id, key, messages, wish, now } = asked;
        self.look_up(&wish, now)?;
        let reach = u64::try_from(self.people.friends().len()).unwrap_or(u64::MAX);
        if wish.filter.is_some() && reach < self.narrowcasts.rules.minimum_reach {
            return Err(NotAccepted::TooFewFriends);
        }
        let bound = self.bound(&wish, reach)?;
        let sends_at = now.after(self.narrowcasts.rules.waiting);
        let under_way = UnderWay {
            messages: messages.to_vec(),
            key: key.map(str::to_owned),
            accepted_at: now,
            sends_at,
            ends_at: sends_at.after(self.narrowcasts.rules.sending),
            bound,
            doom: self.narrowcasts.doomed.pop_front(),
            targets: None,
            wish,
        };
        self.narrowcasts.under_way.insert(request_id.clone(), under_way);
        Ok(())
    }

    fn look_up(&self, wish: &Wish, now: Timestamp) -> Result<(), NotAccepted> {
        for id in wish.audiences() {
            if self.audiences.get(id).is_none_or(|it| it.status(now) != AudienceStatus::Ready) {
                return Err(NotAccepted::Audience(id));
            }
        }
        for id in wish.redeliveries() {
            if self.narrowcasts.redeliverable(id, now).is_none() {
                return Err(NotAccepted::Redelivery(id.clone()));
            }
        }
        Ok(())
    }

    /// How many messages are set aside. LINE's reference has it that too few left are noticed when the delivery starts, its
    /// guide that the request is refused; here it is refused.
    fn bound(&self, wish: &Wish, reach: u64) -> Result<u64, NotAccepted> {
        let left = self.quota_left();
        let bound = wish.limit.bound(reach, left);
        // With nothing left, there is no part that could be sent.
        let short = left.is_some_and(|left| bound > left || (left == 0 && reach > 0));
        if short { Err(NotAccepted::OverQuota) } else { Ok(bound) }
    }
}
