//! Moves narrowcasts on as the clock goes: picks who is to get each, then sends it to them.

use crate::clock::Timestamp;
use crate::line::{RequestId, UserId};

use super::{Finished, NarrowcastFailure, Pool, Reached, UnderWay};
use crate::simulator::happening::Happening;
use crate::simulator::ledger::Via;
use crate::simulator::people::Person;
use crate::simulator::send::Sending;
use crate::simulator::sim::State;
use crate::simulator::world::World;

impl State {
    /// Does everything that is due by `now`; returns what there is to tell of it.
    pub(in crate::simulator) fn catch_up(&mut self, now: Timestamp) -> Vec<Happening> {
        let mut told = Vec::new();
        while let Some((at, id)) = self.world.narrowcasts.due(now) {
            let Some(it) = self.world.narrowcasts.under_way.remove(&id) else { break };
            told.extend(self.go_on(&id, it, at));
        }
        told
    }

    fn go_on(&mut self, id: &RequestId, mut it: UnderWay, at: Timestamp) -> Vec<Happening> {
        let (outcome, told) = match it.targets.take() {
            None => match self.world.pick(&it, at) {
                Ok(targets) => {
                    it.targets = Some(targets);
                    self.world.narrowcasts.under_way.insert(id.clone(), it);
                    return Vec::new();
                }
                Err(failure) => {
                    let why = failure.description().to_owned();
                    (Err(failure), vec![Happening::Failed { what: "narrowcast", why }])
                }
            },
            Some(targets) => {
                let (reached, told) = self.deliver(id, &it, targets, at);
                (Ok(reached), told)
            }
        };
        let finished = Finished { accepted_at: it.accepted_at, completed_at: at, outcome };
        self.world.narrowcasts.finished.insert(id.clone(), finished);
        told
    }

    /// Sends it to those who are still friends. What was set aside is free again, what was sent is used.
    fn deliver(
        &mut self,
        id: &RequestId,
        it: &UnderWay,
        targets: Vec<UserId>,
        at: Timestamp,
    ) -> (Reached, Vec<Happening>) {
        let intended = targets.len();
        let people: Vec<UserId> =
            targets.into_iter().filter(|person| self.world.people.is_friend(person)).collect();
        let sending = Sending {
            messages: &it.messages,
            via: Via::Narrowcast,
            request_id: id,
            key: it.key.as_deref(),
            unit: None,
            now: at,
        };
        let told = self.send_to_people(&sending, &people);
        let sent = u64::try_from(people.len()).unwrap_or(u64::MAX);
        self.world.used = self.world.used.saturating_add(sent);
        let missed = intended - people.len();
        (Reached { people: people.into_iter().collect(), missed }, told)
    }
}

impl World {
    /// Who is to get it, or why nobody is.
    fn pick(&mut self, it: &UnderWay, now: Timestamp) -> Result<Vec<UserId>, NarrowcastFailure> {
        if let Some(doom) = it.doom {
            return Err(doom);
        }
        if self.names_small_audience(it) {
            return Err(NarrowcastFailure::SmallAudience);
        }
        let mut people: Vec<UserId> = self.people.friends();
        people.retain(|id| self.people.person(id).is_some_and(|person| self.is_meant(it, id, person, now)));
        let count = u64::try_from(people.len()).unwrap_or(u64::MAX);
        // Nobody at all are too few for any narrowcast.
        if count < self.recipients_needed(it).max(1) {
            return Err(NarrowcastFailure::TooFewRecipients);
        }
        if count > it.bound {
            if it.wish.limit.forbid_partial_delivery {
                return Err(NarrowcastFailure::PartialDelivery);
            }
            let amount = usize::try_from(it.bound).unwrap_or(usize::MAX);
            people = self.narrowcasts.chance.choose_multiple(people, amount);
            people.sort();
        }
        Ok(people)
    }

    fn is_meant(&self, it: &UnderWay, id: &UserId, person: &Person, now: Timestamp) -> bool {
        let asked_for = it.wish.recipient.as_ref().is_none_or(|tree| {
            let is_in = |pool: &Pool| match pool {
                Pool::Audience(group) => self.audiences.get(*group).is_some_and(|it| it.members.contains(id)),
                // Looked at by the time it was accepted: it may have grown too old since.
                Pool::Redelivery(earlier) => self
                    .narrowcasts
                    .redeliverable(earlier, it.accepted_at)
                    .is_some_and(|people| people.contains(id)),
            };
            tree.holds(&|pool| Some(is_in(pool))) == Some(true)
        });
        let passes = it.wish.filter.as_ref().is_none_or(|tree| {
            let known = tree.holds(&|filter| filter.passes(&person.attributes, now));
            known == Some(true) && !person.attributes.sheltered()
        });
        asked_for && passes
    }

    /// How many recipients it takes so that nobody can be guessed at.
    fn recipients_needed(&self, it: &UnderWay) -> u64 {
        let guarded = it.wish.filter.is_some()
            || it.wish.redeliveries().next().is_some()
            || it.wish.audiences().into_iter().any(|id| !self.is_own_upload(id));
        if guarded { self.narrowcasts.rules.minimum_recipients } else { 0 }
    }

    /// Whether one of several audiences has too few members who are friends.
    fn names_small_audience(&self, it: &UnderWay) -> bool {
        let audiences = it.wish.audiences();
        audiences.len() > 1
            && audiences.into_iter().any(|id| {
                let members = self.audiences.get(id).into_iter().flat_map(|it| &it.members);
                let friends = members.filter(|member| self.people.is_friend(member)).count();
                let friends = u64::try_from(friends).unwrap_or(u64::MAX);
                !self.is_own_upload(id) && friends < self.narrowcasts.rules.minimum_audience
            })
    }

    fn is_own_upload(&self, id: u64) -> bool {
        self.audiences.get(id).is_some_and(|it| it.made_from_user_ids)
    }
}
