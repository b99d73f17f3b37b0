//! The narrowcasts that were accepted, and how far each has got
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#send-narrowcast-message)).

mod accept;
mod deliver;
mod tree;
mod wish;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::line::{RequestId, UserId};

use super::calendar::iso_8601;

pub(super) use accept::{Accepted, NotAccepted};
pub(super) use tree::Tree;
pub(super) use wish::{Filter, Limit, Pool, Range, Wish};

/// A narrowcast is told of, and can be named for redelivery, this long after it was accepted
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-narrowcast-progress-status)).
pub const NARROWCAST_LIFE: Duration = Duration::from_secs(14 * 24 * 3600);

/// The same choices at every start.
const SEED: u64 = 0x006e_6172_726f_7721;

/// How many people narrowcasts need, and how long they take. The default is LINE's, but quick.
///
/// The minimums keep anybody from guessing at single people
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-narrowcast-message-restrictions)); lower
/// them where there are few people to send to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NarrowcastRules {
    /// Friends that filtering by attributes needs; 403 below.
    pub minimum_reach: u64,
    /// Recipients that attributes, earlier narrowcasts and audiences other than those of uploaded user ids need;
    /// `errorCode` 2 below.
    pub minimum_recipients: u64,
    /// Members that each needs where several audiences are named, other than those of uploaded user ids; `errorCode` 4
    /// below.
    pub minimum_audience: u64,
    /// How long a narrowcast is `waiting`, by the simulator's clock.
    pub waiting: Duration,
    /// How long it is `sending` then. The messages are heard at the end.
    pub sending: Duration,
}

impl NarrowcastRules {
    /// The same, without any minimum.
    #[must_use]
    pub fn without_minimums(self) -> Self {
        Self { minimum_reach: 0, minimum_recipients: 0, minimum_audience: 0, ..self }
    }
}

impl Default for NarrowcastRules {
    fn default() -> Self {
        Self {
            minimum_reach: 100,
            minimum_recipients: 50,
            minimum_audience: 50,
            waiting: Duration::from_millis(500),
            sending: Duration::from_millis(500),
        }
    }
}

/// Why an accepted narrowcast failed: `errorCode`
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-narrowcast-progress-status)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NarrowcastFailure {
    /// 1: LINE broke. Only on demand.
    Internal,
    /// 2: too few recipients.
    TooFewRecipients,
    /// 3: it was accepted before. Only on demand.
    Conflict,
    /// 4: one of several audiences is too small.
    SmallAudience,
    /// 5: not everybody could have got it, and it was not to go to a part.
    PartialDelivery,
}

impl NarrowcastFailure {
    pub(super) const ALL: [Self; 5] =
        [Self::Internal, Self::TooFewRecipients, Self::Conflict, Self::SmallAudience, Self::PartialDelivery];

    pub(super) fn code(self) -> u64 {
        match self {
            Self::Internal => 1,
            Self::TooFewRecipients => 2,
            Self::Conflict => 3,
            Self::SmallAudience => 4,
            Self::PartialDelivery => 5,
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::Internal => "An internal error occurred",
            Self::TooFewRecipients => "There were not enough recipients",
            Self::Conflict => "The request was already accepted",
            Self::SmallAudience => "An audience has too few members",
            Self::PartialDelivery => "Cancelled: only a part of the recipients would have got it",
        }
    }
}

/// The narrowcasts that were accepted, and how far each has got.
#[derive(Debug)]
pub(super) struct Narrowcasts {
    pub(super) rules: NarrowcastRules,
    /// The next ones fail like this.
    pub(super) doomed: VecDeque<NarrowcastFailure>,
    under_way: BTreeMap<RequestId, UnderWay>,
    finished: HashMap<RequestId, Finished>,
    chance: fastrand::Rng,
}

#[derive(Debug)]
struct UnderWay {
    wish: Wish,
    messages: Vec<Value>,
    key: Option<String>,
    accepted_at: Timestamp,
    sends_at: Timestamp,
    ends_at: Timestamp,
    /// Messages set aside from the quota; no more are sent.
    bound: u64,
    doom: Option<NarrowcastFailure>,
    /// Who is to get it; nobody yet while it waits.
    targets: Option<Vec<UserId>>,
}

#[derive(Debug)]
struct Finished {
    accepted_at: Timestamp,
    completed_at: Timestamp,
    outcome: Result<Reached, NarrowcastFailure>,
}

#[derive(Debug)]
struct Reached {
    people: BTreeSet<UserId>,
    missed: usize,
}

impl Narrowcasts {
    pub(super) fn new(rules: NarrowcastRules) -> Self {
        Self {
            rules,
            doomed: VecDeque::new(),
            under_way: BTreeMap::new(),
            finished: HashMap::new(),
            chance: fastrand::Rng::with_seed(SEED),
        }
    }

    /// Messages that are set aside from the quota for those under way.
    pub(super) fn reserved(&self) -> u64 {
        self.under_way.values().map(|it| it.bound).fold(0, u64::saturating_add)
    }

    pub(super) fn any_under_way(&self) -> bool {
        !self.under_way.is_empty()
    }

    /// The one that goes on first by `now`, and when it does.
    fn due(&self, now: Timestamp) -> Option<(Timestamp, RequestId)> {
        let next = self.under_way.iter().map(|(id, it)| (it.next_step(), id)).min()?;
        (next.0 <= now).then(|| (next.0, next.1.clone()))
    }

    /// Remembers a narrowcast of the past that reached these people.
    pub(super) fn remember(&mut self, id: RequestId, people: BTreeSet<UserId>, at: Timestamp) {
        let outcome = Ok(Reached { people, missed: 0 });
        self.finished.insert(id, Finished { accepted_at: at, completed_at: at, outcome });
    }

    /// Whom a narrowcast reached that can be named for redelivery.
    fn redeliverable(&self, id: &RequestId, now: Timestamp) -> Option<&BTreeSet<UserId>> {
        let finished = self.finished.get(id).filter(|it| now.since(it.accepted_at) < NARROWCAST_LIFE)?;
        finished.outcome.as_ref().ok().map(|reached| &reached.people)
    }

    /// What the progress endpoint answers; none for what is no narrowcast, or too old.
    pub(super) fn progress(&self, id: &RequestId, now: Timestamp) -> Option<Value> {
        let current = |accepted_at| now.since(accepted_at) <= NARROWCAST_LIFE;
        let under_way = self.under_way.get(id).map(|it| (it.accepted_at, it.progress()));
        let finished = || self.finished.get(id).map(|it| (it.accepted_at, it.progress()));
        let (accepted_at, progress) = under_way.or_else(finished)?;
        current(accepted_at).then_some(progress)
    }
}

impl UnderWay {
    fn next_step(&self) -> Timestamp {
        if self.targets.is_some() { self.ends_at } else { self.sends_at }
    }

    fn progress(&self) -> Value {
        let accepted = iso_8601(self.accepted_at);
        match &self.targets {
            None => json!({"phase": "waiting", "acceptedTime": accepted}),
            Some(targets) => json!({
                "phase": "sending",
                "successCount": 0,
                "failureCount": 0,
                "targetCount": targets.len(),
                "acceptedTime": accepted,
            }),
        }
    }
}

impl Finished {
    fn progress(&self) -> Value {
        let (accepted, completed) = (iso_8601(self.accepted_at), iso_8601(self.completed_at));
        match &self.outcome {
            Ok(reached) => json!({
                "phase": "succeeded",
                "successCount": reached.people.len(),
                "failureCount": reached.missed,
                "targetCount": reached.people.len() + reached.missed,
                "acceptedTime": accepted,
                "completedTime": completed,
            }),
            Err(failure) => json!({
                "phase": "failed",
                "failedDescription": failure.description(),
                "errorCode": failure.code(),
                "acceptedTime": accepted,
                "completedTime": completed,
            }),
        }
    }
}
