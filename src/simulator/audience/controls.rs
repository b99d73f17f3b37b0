//! What tests and demonstrations may do with audiences beyond what a bot can.

use std::time::Duration;

use crate::line::UserId;
use crate::simulator::Simulator;

/// What becomes of an audience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AudienceFate {
    /// `FAILED`, with this `failedType`.
    Failed(&'static str),
    /// `INACTIVE`
    Inactive,
    /// The last upload to it is `FAILED`, with this `failedType`.
    UploadFailed(&'static str),
}

/// Audiences.
impl Simulator {
    /// How long, by the simulator's clock, LINE takes from now on to make an audience and to add ids to it. At first it
    /// takes no time at all.
    pub fn set_audience_time(&self, takes: Duration) {
        self.sim.state().world.audiences.takes = takes;
    }

    /// Lets this become of an audience; nothing if there is no such audience.
    pub fn set_audience_fate(&self, audience: u64, fate: AudienceFate) {
        let mut state = self.sim.state();
        let Some(audience) = state.world.audiences.by_id.get_mut(&audience) else { return };
        if let (AudienceFate::UploadFailed(why), Some(job)) = (fate, audience.jobs.last_mut()) {
            job.failed = Some(why);
        }
        audience.fate = Some(fate);
    }

    /// Who is in an audience, in the order of their ids.
    pub fn audience_members(&self, audience: u64) -> Vec<UserId> {
        let state = self.sim.state();
        let members = state.world.audiences.get(audience).map(|it| &it.members);
        members.into_iter().flatten().cloned().collect()
    }
}
