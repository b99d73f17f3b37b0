//! The crowd that a bot sends to: many friends, what is known of them, audiences, narrowcasts of the past.

use std::time::Duration;

use crate::line::{RequestId, UserId};

use super::Simulator;
use super::attributes::Attributes;
use super::narrowcast::{NarrowcastFailure, NarrowcastRules};
use super::people::{People, Standing};
use crate::clock::Timestamp;

/// The crowd.
impl Simulator {
    /// Sets everything LINE believes to know of a person.
    pub fn set_attributes(&self, person: &UserId, attributes: Attributes) {
        if let Some(person) = self.sim.state().world.people.person_mut(person) {
            person.attributes = attributes;
        }
    }

    /// Makes `count` friends called `name 1`, `name 2` and so on, of mixed attributes that are the same for the same
    /// number.
    pub fn crowd(&self, name: &str, count: usize) -> Vec<UserId> {
        crowd(&mut self.sim.state().world.people, name, count, self.sim.now())
    }

    /// Makes an audience of uploaded user ids that is `READY` at once; returns its `audienceGroupId`.
    pub fn audience(&self, description: &str, members: &[UserId]) -> u64 {
        let now = self.sim.now();
        self.sim.state().world.audiences.upload(description, members.iter().cloned(), now)
    }

    /// As [`audience`](Self::audience), with this `audienceGroupId`; replaces one that has it.
    pub fn audience_with_id(&self, id: u64, description: &str, members: &[UserId]) {
        let now = self.sim.now();
        self.sim.state().world.audiences.upload_as(id, description, members.iter().cloned(), now);
    }

    /// As [`audience`](Self::audience), but `READY` only after this much of the simulator's time.
    pub fn audience_in_progress(&self, description: &str, members: &[UserId], ready_in: Duration) -> u64 {
        let ready_at = self.sim.now().after(ready_in);
        self.sim.state().world.audiences.upload(description, members.iter().cloned(), ready_at)
    }

    /// As [`audience`](Self::audience), but made by another account that shares it: the minimums of narrowcasts hold for
    /// it, as they do for every audience that was not made from this channel's user ids.
    pub fn shared_audience(&self, description: &str, members: &[UserId]) -> u64 {
        let now = self.sim.now();
        let mut state = self.sim.state();
        let id = state.world.audiences.upload(description, members.iter().cloned(), now);
        if let Some(audience) = state.world.audiences.by_id.get_mut(&id) {
            audience.made_from_user_ids = false;
            audience.owner = Some("Another Account".to_owned());
        }
        id
    }

    /// Remembers a narrowcast that succeeded just now and reached these people, for redelivery objects to name.
    pub fn past_narrowcast(&self, request_id: impl Into<RequestId>, reached: &[UserId]) {
        let now = self.sim.now();
        let reached = reached.iter().cloned().collect();
        self.sim.state().world.narrowcasts.remember(request_id.into(), reached, now);
    }

    /// Changes the rules for narrowcasts accepted from now on.
    pub fn set_narrowcast_rules(&self, rules: NarrowcastRules) {
        self.sim.state().world.narrowcasts.rules = rules;
    }

    /// The next narrowcast is accepted, and fails like this later.
    pub fn fail_next_narrowcast(&self, failure: NarrowcastFailure) {
        self.sim.state().world.narrowcasts.doomed.push_back(failure);
    }
}

pub(super) fn crowd(people: &mut People, name: &str, count: usize, now: Timestamp) -> Vec<UserId> {
    let mut ids = Vec::with_capacity(count);
    for number in 0..count {
        let id = people.named(&format!("{name} {}", number + 1), Standing::Friend);
        if let Some(person) = people.person_mut(&id) {
            person.attributes = Attributes::of_member(number, now);
        }
        ids.push(id);
    }
    ids
}
