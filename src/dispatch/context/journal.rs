//! The send journal of one event, as one attempt sees it: what earlier attempts noted, and what this one adds.
//!
//! A send is found by key, part and route. Deciding what it meets and taking its place is one step under one lock, so
//! that two sends at once cannot both be the first.
//!
//! An entry that was refused for certain may be begun anew: nothing was sent for it, and the next request may even say
//! something else. The refusal stays where it is, and the new beginning is an entry of its own whose key has a number
//! before it: after `#0` comes `1#0`. So an entry has one request and, in the end, one result.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::clock::Timestamp;
use crate::inbox::{JournalEntry, Route, SendEntry, SendResult};
use crate::line::RequestId;
use crate::line::response::SentMessage;

/// What a send finds in the journal.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meeting {
    /// Nothing that left: it is to be noted now as this entry, and then sent.
    New(SendEntry),
    /// The same request, given up while it was being noted: it is to be noted too, and then repeated as one that may
    /// have left.
    Begun(SendEntry),
    /// The same request, of which nobody knows what became; noted then.
    Unresolved(SendEntry, Timestamp),
    /// The same request, and LINE took it.
    Accepted(Option<RequestId>, Vec<SentMessage>),
    /// Another request.
    Diverged,
    /// The reply token was used by another send.
    TokenSpent,
}

/// A refusal that certainly kept a send from arriving.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The HTTP status; [`NOT_SENT`] when it never left.
    pub(super) status: u16,
    /// LINE's `message`.
    pub(super) message: String,
}

/// In place of a status: the request certainly did not leave.
pub(super) const NOT_SENT: u16 = 0;

/// How far an entry has come.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// There is none.
    Absent,
    /// It was noted, and may have left.
    Unresolved,
    /// LINE took it.
    Accepted,
    /// It certainly did not arrive.
    Refused(Refusal),
}

/// The entries, and whose turn it is under each name; no memory is taken while there are none.
#[derive(Debug, Default)]
pub(super) struct Journal {
    entries: Mutex<Vec<Known>>,
    turns: Mutex<HashMap<Box<str>, Turn>>,
}

/// Held while a send of this name is on its way.
type Turn = Arc<tokio::sync::Mutex<()>>;

#[derive(Debug)]
struct Known {
    entry: SendEntry,
    hash: [u8; 32],
    noted: Timestamp,
    result: Option<SendResult>,
    /// The inbox has it.
    durable: bool,
}

impl Journal {
    /// What earlier attempts noted.
    pub(super) fn new(entries: Vec<JournalEntry>) -> Self {
        let known = |e: JournalEntry| {
            let JournalEntry { entry, hash, noted, result } = e;
            Known { entry, hash, noted, result, durable: true }
        };
        Self { entries: Mutex::new(entries.into_iter().map(known).collect()), turns: Mutex::default() }
    }

    /// The turn of the sends of this name.
    pub(super) fn turn(&self, name: &str) -> Turn {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(name.into()).or_default())
    }

    /// How far a send has come.
    pub(super) fn standing(&self, send: &SendEntry) -> Standing {
        match latest(&self.lock(), send) {
            Some(Known { durable: false, .. }) | None => Standing::Absent,
            Some(Known { result: None, .. }) => Standing::Unresolved,
            Some(Known { result: Some(SendResult::Accepted { .. }), .. }) => Standing::Accepted,
            Some(Known { result: Some(SendResult::Refused { status, message }), .. }) => {
                Standing::Refused(Refusal { status: *status, message: message.clone() })
            }
        }
    }

    /// Whether this send has gone by a route that is not among these, with whatever part, and may have arrived.
    pub(super) fn went_otherwise(&self, send: &SendEntry, routes: &[Route]) -> bool {
        self.lock().iter().any(|known| may_have_arrived(known, send) && !routes.contains(&known.entry.route))
    }

    /// Whether any part of this send has gone as part of another request than this one, and may have arrived.
    pub(super) fn went_as_another(&self, send: &SendEntry, hash: [u8; 32]) -> bool {
        self.lock().iter().any(|known| may_have_arrived(known, send) && known.hash != hash)
    }

    /// Whether another send than this one has used the reply token.
    pub(super) fn token_spent_by_other(&self, send: &SendEntry) -> bool {
        spent_by_other(&self.lock(), send)
    }

    /// What a send of this request finds; if that is nothing, it takes its place as of `now`.
    pub(super) fn meet(&self, send: &SendEntry, hash: [u8; 32], now: Timestamp) -> Meeting {
        let mut all = self.lock();
        if send.route == Route::Reply && spent_by_other(&all, send) {
            return Meeting::TokenSpent;
        }
        let entry = match latest(&all, send) {
            None => send.clone(),
            Some(known) => match &known.result {
                Some(SendResult::Refused { .. }) => anew(&known.entry),
                _ if known.hash != hash => return Meeting::Diverged,
                Some(SendResult::Accepted { request_id, sent }) => {
                    return Meeting::Accepted(request_id.clone(), sent.clone());
                }
                None if known.durable => return Meeting::Unresolved(known.entry.clone(), known.noted),
                None => return Meeting::Begun(known.entry.clone()),
            },
        };
        all.push(Known { entry: entry.clone(), hash, noted: now, result: None, durable: false });
        Meeting::New(entry)
    }

    /// The inbox has `entry`.
    pub(super) fn noted(&self, entry: &SendEntry) {
        if let Some(known) = find(&mut self.lock(), entry) {
            known.durable = true;
        }
    }

    /// The inbox may not have `entry`, and nothing was sent: forgets it, unless it has gone further since.
    pub(super) fn not_noted(&self, entry: &SendEntry) {
        self.lock().retain(|known| known.durable || known.entry != *entry);
    }

    /// What came of `entry`.
    pub(super) fn resolved(&self, entry: &SendEntry, result: SendResult) {
        if let Some(known) = find(&mut self.lock(), entry) {
            known.result = Some(result);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Known>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An entry itself.
fn find<'a>(all: &'a mut [Known], entry: &SendEntry) -> Option<&'a mut Known> {
    all.iter_mut().find(|known| known.entry == *entry)
}

/// A send's last beginning.
fn latest<'a>(all: &'a [Known], send: &SendEntry) -> Option<&'a Known> {
    let its = all.iter().filter(|known| is_of(&known.entry, send) && known.entry.route == send.route);
    its.max_by_key(|known| beginning(&known.entry).0)
}

/// Whether an entry belongs to this part of this send, by whatever route.
fn is_of(entry: &SendEntry, send: &SendEntry) -> bool {
    entry.part == send.part && is_named(entry, send)
}

/// Whether an entry belongs to this send.
fn is_named(entry: &SendEntry, send: &SendEntry) -> bool {
    beginning(entry).1 == beginning(send).1
}

/// Whether this is an entry of that send, of whatever part and route, that was not refused for certain.
fn may_have_arrived(known: &Known, send: &SendEntry) -> bool {
    let refused = matches!(known.result, Some(SendResult::Refused { .. }));
    known.durable && !refused && is_named(&known.entry, send)
}

/// Which beginning an entry is, from 0, and its send's name, which starts with `#` or `=`.
fn beginning(entry: &SendEntry) -> (u32, &str) {
    let name = entry.key.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = &entry.key[..entry.key.len() - name.len()];
    (number.parse().unwrap_or(0), name)
}

/// The next beginning.
fn anew(entry: &SendEntry) -> SendEntry {
    let (number, name) = beginning(entry);
    let key = format!("{}{name}", number.saturating_add(1)).into();
    SendEntry { key, ..entry.clone() }
}

/// A reply that left, or may have, spends the token; one that certainly never left does not.
fn spent_by_other(all: &[Known], send: &SendEntry) -> bool {
    all.iter().any(|known| {
        known.entry.route == Route::Reply
            && !is_of(&known.entry, send)
            && !matches!(known.result, Some(SendResult::Refused { status: NOT_SENT, .. }))
    })
}
