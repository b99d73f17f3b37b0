//! Faults on demand: what goes wrong with which of the bot's next calls.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use serde_json::{Value, json};

/// Makes calls to one endpoint go wrong.
#[derive(Clone, Debug)]
pub struct Fault {
    endpoint: String,
    harm: Harm,
    skip: u32,
    times: u32,
    after_doing: bool,
}

/// What goes wrong.
#[derive(Clone, Debug)]
pub enum Harm {
    /// Another answer than the true one.
    Answer {
        /// HTTP status.
        status: u16,
        /// JSON body.
        body: Value,
    },
    /// The connection is dropped without an answer.
    HangUp,
    /// The answer, or the doing, comes this much later. A request that arrived is carried out even if the bot has gone.
    Delay(Duration),
    /// The true answer's body comes one byte at a time.
    SlowBody {
        /// The pause before each byte.
        every: Duration,
    },
    /// Half of the true answer's body comes, then the connection is dropped.
    CutBody,
}

impl Harm {
    /// 500, LINE's "something went wrong here".
    pub fn server_error() -> Self {
        Self::Answer { status: 500, body: json!({"message": "Internal server error"}) }
    }

    /// 429 of the rate limit.
    pub fn rate_limited() -> Self {
        let message = "The API rate limit has been exceeded. Try again later.";
        Self::Answer { status: 429, body: json!({"message": message}) }
    }

    /// 400 as for an expired or used reply token.
    pub fn invalid_reply_token() -> Self {
        Self::Answer { status: 400, body: json!({"message": "Invalid reply token"}) }
    }
}

impl Fault {
    /// Plays `harm` on the next call to `endpoint` (a name as in [`Call::endpoint`](super::Call::endpoint); `*` for any),
    /// instead of doing what was asked.
    pub fn on(endpoint: &str, harm: Harm) -> Self {
        Self { endpoint: endpoint.to_owned(), harm, skip: 0, times: 1, after_doing: false }
    }

    /// Lets this many calls pass first.
    #[must_use]
    pub fn skip(mut self, calls: u32) -> Self {
        self.skip = calls;
        self
    }

    /// Plays it on this many calls (one, if not said).
    #[must_use]
    pub fn times(mut self, calls: u32) -> Self {
        self.times = calls;
        self
    }

    /// What was asked is done first; only its answer suffers.
    #[must_use]
    pub fn after_doing(mut self) -> Self {
        self.after_doing = true;
        self
    }
}

/// The faults that are still to be played.
#[derive(Debug, Default)]
pub(super) struct Faults {
    waiting: VecDeque<Fault>,
    /// Every name of an endpoint.
    endpoints: BTreeSet<&'static str>,
}

impl Faults {
    pub(super) fn add(&mut self, fault: Fault) {
        if fault.times > 0 {
            self.waiting.push_back(fault);
        }
    }

    /// There is an endpoint of this name.
    pub(super) fn know(&mut self, endpoint: &'static str) {
        self.endpoints.insert(endpoint);
    }

    /// Every name of an endpoint.
    pub(super) fn endpoints(&self) -> &BTreeSet<&'static str> {
        &self.endpoints
    }

    /// Every name of an endpoint, if `name` is none of them.
    pub(super) fn unless_known(&self, name: &str) -> Option<String> {
        let known = name == "*" || self.endpoints.contains(name);
        (!known).then(|| self.endpoints.iter().copied().collect::<Vec<_>>().join(", "))
    }

    pub(super) fn clear(&mut self) {
        self.waiting.clear();
    }

    /// What to play on a call to `endpoint` that has just arrived: the harm, and whether after doing.
    pub(super) fn strike(&mut self, endpoint: &str) -> Option<(Harm, bool)> {
        let matching = |fault: &Fault| fault.endpoint == "*" || fault.endpoint == endpoint;
        for fault in self.waiting.iter_mut().filter(|fault| matching(fault)) {
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            fault.times -= 1;
            let struck = (fault.harm.clone(), fault.after_doing);
            self.waiting.retain(|fault| fault.times > 0);
            return Some(struck);
        }
        None
    }
}
