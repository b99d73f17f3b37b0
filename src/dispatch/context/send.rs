//! The way of one send: guards, parts, route. What is said of each route is in [`reply`] and [`push`].

mod push;
mod reply;

use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::attempt::Attempt;
use super::journal::Standing;
use super::sending::Sending;
use super::{Journal, SendError};
use crate::client::api::message::Sent;
use crate::client::{ClientError, ErrorKind, Request};
use crate::dispatch::Fallback;
use crate::inbox::{InboxError, Route, SendEntry, SendNote, SendResult};
use crate::line::{ChatId, ChatMessage};

/// Messages that one request takes
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-reply-message)).
const PART: usize = 5;
/// Pauses between attempts to note a send while the inbox is unavailable.
const NOTE_AGAIN_FIRST: Duration = Duration::from_millis(50);
const NOTE_AGAIN_MAX: Duration = Duration::from_secs(1);

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
}

/// Sends it, in parts of five. An error for which the event must be given up is remembered, so that a handler that
/// swallows it makes no false success.
pub(super) async fn send(sending: Sending) -> Result<Sent, SendError> {
    let attempt = Arc::clone(&sending.attempt);
    let sent = in_parts(sending).await;
    if let Err(error) = &sent {
        attempt.remember(error);
    }
    sent
}

async fn in_parts(sending: Sending) -> Result<Sent, SendError> {
    let Sending { attempt, key, way, messages, notification_disabled, reply_only } = sending;
    attempt.check_live()?;
    attempt.check_not_given_up()?;
    let paid = may_push(&attempt, &way, reply_only);
    check_number(messages.len(), paid)?;
    let to = target(&attempt, &way, messages.len(), paid)?;
    let send = Send { attempt: &attempt, way: &way, paid, to: to.as_ref(), quiet: notification_disabled };
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
    let part = |number: u16, messages| Part { key: key.0.clone(), number, messages };
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
    key: Box<str>,
    number: u16,
    messages: Vec<ChatMessage>,
}

impl Part {
    fn entry(&self, route: Route) -> SendEntry {
        SendEntry { key: self.key.clone(), part: self.number, route }
    }

    /// For errors.
    fn name(&self) -> String {
        format!("{} (part {})", self.key, u32::from(self.number) + 1)
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
            Way::PushHere | Way::PushTo(_) if self.began(part, Route::Reply) => Err(part.diverged()),
            Way::PushHere | Way::PushTo(_) => self.push(part).await,
            Way::Reply if pushed => Err(part.diverged()),
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

    /// Makes an entry durable; the send may then begin. An inbox that is away is asked again until the lease ends: an
    /// event that cannot be settled either gains nothing by failing early.
    async fn noted(&self, entry: SendEntry, hash: [u8; 32]) -> Result<SendEntry, SendError> {
        let Attempt { common, hold, journal, .. } = self.attempt;
        let mut pause = NOTE_AGAIN_FIRST;
        let mut failed = SendError::AttemptOver;
        loop {
            let now = common.clock.now();
            if !hold.live(now.boot) {
                break;
            }
            let sends = vec![SendNote { entry: entry.clone(), hash }];
            match common.inbox.note(&hold.lease, sends, now).await {
                Ok(()) => {
                    journal.noted(&entry);
                    common.meters.note();
                    return self.attempt.check_live().map(|()| entry);
                }
                Err(error @ InboxError::LeaseLost) => {
                    failed = self.inbox_failed(error);
                    break;
                }
                Err(error) => failed = self.inbox_failed(error),
            }
            // Not beyond the lease: then it is time to say that nothing was sent.
            tokio::time::sleep(pause.min(now.boot.until(hold.end()))).await;
            pause = (pause * 2).min(NOTE_AGAIN_MAX);
        }
        journal.not_noted(&entry);
        Err(failed)
    }

    /// LINE took it. That is true whether or not it can be written down: a re-run then repeats the same request under
    /// the same key or token.
    async fn accepted(&self, entry: &SendEntry, sent: Sent) -> Sent {
        self.attempt.common.meters.answer(entry.route);
        let Sent { request_id, messages } = sent.clone();
        let result = SendResult::Accepted { request_id, sent: messages };
        if let Err(error) = self.result(entry, result).await {
            tracing::warn!(%error, "the result of a send could not be written to its journal");
        }
        sent
    }

    /// Writes down what came of a send.
    async fn result(&self, entry: &SendEntry, result: SendResult) -> Result<(), SendError> {
        let Attempt { common, hold, journal, .. } = self.attempt;
        journal.resolved(entry, result.clone());
        let written = common.inbox.result(&hold.lease, entry.clone(), result).await;
        written.map_err(|error| self.inbox_failed(error))
    }

    fn inbox_failed(&self, error: InboxError) -> SendError {
        match error {
            InboxError::LeaseLost => {
                self.attempt.hold.lose();
                SendError::AttemptOver
            }
            error => SendError::Journal(error),
        }
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
    hash.update(&request.body);
    hash.finalize().into()
}

/// LINE took it, though its answer cannot be read.
fn taken_unread(error: &ClientError) -> Option<Sent> {
    matches!(error.kind, ErrorKind::Answer(_))
        .then(|| Sent { request_id: error.request_id.clone(), messages: Vec::new() })
}
