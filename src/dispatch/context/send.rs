//! The way of one send to the chat: guards, parts, route. What is said of each route is in [`reply`] and [`push`]; what
//! goes to many has its way in [`many`]; what all under a retry key have in common is in [`keyed`], and what all sends
//! have, in [`noting`].

mod keyed;
pub(super) mod many;
mod noting;
mod push;
mod reply;

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::attempt::Attempt;
use super::journal::Standing;
use super::sending::Sending;
use super::{Journal, SendError};
use crate::client::api::message::Sent;
use crate::client::{ClientError, ErrorKind, Request};
use crate::dispatch::Fallback;
use crate::inbox::{Route, SendEntry};
use crate::line::{AggregationUnit, ChatId, ChatMessage};

/// Messages that one request takes
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-reply-message)).
const PART: usize = 5;

/// How the author asked for it to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// By reply while that is possible, else by push.
    Respond,
    /// By reply alone.
    Reply,
    /// By push to the event's chat.
    PushHere,
    /// By push to this chat.
    PushTo(ChatId),
}

/// What a send is known by when the handler runs again: `#0` or `=receipt`.
#[derive(Clone, Debug)]
pub(super) struct Key(Box<str>);

impl Key {
    pub(super) fn ordinal(ordinal: u32) -> Self {
        Self(format!("#{ordinal}").into())
    }

    pub(super) fn named(name: &str) -> Self {
        Self(format!("={name}").into())
    }

    fn entry(&self, part: u16, route: Route) -> SendEntry {
        SendEntry { key: self.0.clone(), part, route }
    }
}

/// For errors.
fn name_of(entry: &SendEntry) -> String {
    format!("{} (part {})", entry.key, u32::from(entry.part) + 1)
}

/// Sends it, in parts of five.
pub(super) async fn send(sending: Sending) -> Result<Sent, SendError> {
    let (attempt, key) = (Arc::clone(&sending.attempt), sending.key.clone());
    attempt.alone(&key, in_parts(sending)).await
}

impl Attempt {
    /// Sends under one name go one after another: of two at once, the refusal of one would hide that the other has
    /// arrived. An error for which the event must be given up is remembered, so that a handler that swallows it makes
    /// no false success.
    async fn alone<T>(
        &self,
        key: &Key,
        send: impl Future<Output = Result<T, SendError>>,
    ) -> Result<T, SendError> {
        let turn = self.journal.turn(&key.0);
        let _turn = turn.lock().await;
        let sent = send.await;
        if let Err(error) = &sent {
            self.remember(error);
        }
        sent
    }
}

async fn in_parts(sending: Sending) -> Result<Sent, SendError> {
    let Sending { attempt, key, way, messages, notification_disabled: quiet, reply_only, unit } = sending;
    attempt.check_live()?;
    attempt.check_not_given_up()?;
    let paid = may_push(&attempt, &way, reply_only);
    check_number(messages.len(), paid)?;
    let to = target(&attempt, &way, messages.len(), paid)?;
    check_routes(&attempt, &key, &way)?;
    let send = Send { attempt: &attempt, way: &way, paid, to: to.as_ref(), quiet, unit: unit.as_ref() };
    let parts = cut(&key, messages);
    for part in parts.iter().skip(1) {
        send.check(part)?;
    }
    let mut whole: Option<Sent> = None;
    for part in parts {
        let sent = send.part(&part).await?;
        whole = Some(whole.map_or_else(|| sent.clone(), |before| joined(before, &sent)));
    }
    whole.ok_or(SendError::NoMessages)
}

/// # Errors
/// An earlier run has sent something under this name by a way that this one does not take.
fn check_routes(attempt: &Attempt, key: &Key, way: &Way) -> Result<(), SendError> {
    let routes: &[Route] = match way {
        Way::Respond => &[Route::Reply, Route::Push],
        Way::Reply => &[Route::Reply],
        Way::PushHere | Way::PushTo(_) => &[Route::Push],
    };
    let first = key.entry(0, Route::Push);
    if attempt.journal.went_otherwise(&first, routes) {
        return Err(SendError::Diverged { entry: name_of(&first) });
    }
    Ok(())
}

/// Whether this send may cost something.
fn may_push(attempt: &Attempt, way: &Way, reply_only: bool) -> bool {
    match way {
        Way::Reply => false,
        Way::Respond => !reply_only && attempt.common.fallback == Fallback::Push,
        Way::PushHere | Way::PushTo(_) => true,
    }
}

/// What cannot be sent whole is not begun.
fn check_number(messages: usize, paid: bool) -> Result<(), SendError> {
    let max = if paid { usize::from(u16::MAX) * PART } else { PART };
    match messages {
        0 => Err(SendError::NoMessages),
        _ if messages > max => Err(SendError::TooMany { messages, max }),
        _ => Ok(()),
    }
}

/// The chat a push goes to; `None` if none is known and none is needed yet.
fn target(attempt: &Attempt, way: &Way, messages: usize, paid: bool) -> Result<Option<ChatId>, SendError> {
    let here = &attempt.event.chat;
    match way {
        Way::PushTo(chat) if here.as_ref() != Some(chat) => return Ok(Some(chat.clone())),
        _ => attempt.check_active()?,
    }
    let needed = matches!(way, Way::PushHere | Way::PushTo(_)) || (paid && messages > PART);
    match here {
        None if needed => Err(SendError::NoChat),
        here => Ok(here.clone()),
    }
}

fn cut(key: &Key, messages: Vec<ChatMessage>) -> Vec<Part> {
    let part = |number: u16, messages| Part { key: key.clone(), number, messages };
    if messages.len() <= PART {
        return vec![part(0, messages)];
    }
    (0..).zip(messages.chunks(PART)).map(|(number, messages)| part(number, messages.to_vec())).collect()
}

/// The answer to both parts. Where the messages of one are not known the whole has none, for a message's place would
/// be wrong.
fn joined(mut before: Sent, next: &Sent) -> Sent {
    if before.messages.is_empty() || next.messages.is_empty() {
        before.messages.clear();
    } else {
        before.messages.extend_from_slice(&next.messages);
    }
    before
}

/// One request's share of a send.
struct Part {
    key: Key,
    number: u16,
    messages: Vec<ChatMessage>,
}

impl Part {
    fn entry(&self, route: Route) -> SendEntry {
        self.key.entry(self.number, route)
    }

    fn name(&self) -> String {
        name_of(&self.entry(Route::Reply))
    }

    fn diverged(&self) -> SendError {
        SendError::Diverged { entry: self.name() }
    }

    fn outcome_unknown(&self, why: &'static str) -> SendError {
        SendError::OutcomeUnknown { entry: self.name(), why }
    }
}

/// What the parts of a send have in common.
struct Send<'a> {
    attempt: &'a Attempt,
    way: &'a Way,
    paid: bool,
    to: Option<&'a ChatId>,
    quiet: bool,
    unit: Option<&'a AggregationUnit>,
}

impl Send<'_> {
    fn journal(&self) -> &Journal {
        &self.attempt.journal
    }

    /// # Errors
    /// A message of a later part is beyond a limit; the earlier ones shall not go out alone.
    fn check(&self, part: &Part) -> Result<(), SendError> {
        self.push_request(part, self.to.ok_or(SendError::NoChat)?)?;
        Ok(())
    }

    /// Sends a part by its route. The reply token serves the first part alone.
    async fn part(&self, part: &Part) -> Result<Sent, SendError> {
        let pushed = self.began(part, Route::Push);
        match self.way {
            Way::PushHere | Way::PushTo(_) => self.push(part).await,
            Way::Reply => self.reply(part).await?.or_closed(),
            // An earlier run took the paid way with it: that may have arrived.
            Way::Respond if pushed && !self.paid && !self.is_accepted(part) => Err(part.diverged()),
            Way::Respond if pushed || part.number > 0 => self.push(part).await,
            Way::Respond => match self.reply(part).await? {
                Replied::Closed(_) if self.paid => self.push(part).await,
                replied => replied.or_closed(),
            },
        }
    }

    /// Whether this part has taken that route and may have arrived.
    fn began(&self, part: &Part, route: Route) -> bool {
        matches!(self.journal().standing(&part.entry(route)), Standing::Unresolved | Standing::Accepted)
    }

    fn is_accepted(&self, part: &Part) -> bool {
        self.journal().standing(&part.entry(Route::Push)) == Standing::Accepted
    }
}

/// What became of a reply.
enum Replied {
    /// LINE took it, now or in an earlier attempt.
    Sent(Sent),
    /// It certainly did not go out and will not: the free way is closed, for this reason.
    Closed(SendError),
}

impl Replied {
    fn or_closed(self) -> Result<Sent, SendError> {
        match self {
            Self::Sent(sent) => Ok(sent),
            Self::Closed(why) => Err(why),
        }
    }
}

/// What the journal knows a request by. A re-run that wants to be the same must make the same bytes.
fn hash_of(request: &Request) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(request.path.as_bytes());
    hash.update([0]);
    hash.update(request.body.bytes());
    hash.finalize().into()
}

/// LINE took it, though its answer cannot be read.
fn taken_unread(error: &ClientError) -> Option<Sent> {
    matches!(error.kind, ErrorKind::Answer(_))
        .then(|| Sent { request_id: error.request_id.clone(), messages: Vec::new() })
}
