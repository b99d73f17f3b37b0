//! Remembers every event exactly once, and what was sent for it. Knows nothing of HTTP or handlers.
//!
//! An [`Inbox`] is the one place where promises P2, P3, P5, P6, P7 and P10 are kept: the insert is the duplicate
//! check, a *chat* is claimed under a lease with a fence, and nothing a holder does counts once its lease is over.
//! Backends: [`memory`], [`sqlite`]. [`open`] picks one by its URL.
//!
//! # Time
//! Every operation takes [`Now`]. What is stored uses its wall time; leases use its boot time. A backend that is
//! shared by several machines measures leases by the database's clock and uses `now` to place the caller on it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use crate::clock::{Now, Timestamp};
use crate::line::response::SentMessage;
use crate::line::{BotUserId, Channel, ChatId, RawEvent, RequestId, WebhookEventId};

mod key;
mod lanes;
pub mod memory;
mod migrate;
mod moving;
mod operator;
mod pending;
pub mod postgres;
pub mod sqlite;
mod stored;
mod unsent;

pub use migrate::{Migration, Moved, Pace, Tally, migrate};
pub use operator::{Operator, operator};

/// Stores events, hands out chats, remembers sends.
#[async_trait]
pub trait Inbox: Send + Sync + 'static {
    /// Stores the events of one webhook in one commit; the insert is the duplicate check. When it returns `Ok`,
    /// everything is durable. A body is taken or refused whole.
    ///
    /// A duplicate that still waits has its arrival moved to `now` (its reply token lives anew, unless the event is
    /// older than [`TOKEN_RESTART_MAX`]). An `unsend` wipes the payloads of the message it names: waiting, in hand,
    /// parked, and yet to come.
    ///
    /// # Errors
    /// [`InboxError::Full`] when a new event would go beyond the limit of pending events (nothing was stored);
    /// [`InboxError::Unavailable`] when the outcome is unknown.
    async fn accept(&self, delivery: Delivery, now: Now) -> Result<Accepted, InboxError>;

    /// Claims up to `max` chats that have an event due and no holder, the longest waiting first, and gives the
    /// oldest event of each. The attempt is counted, durably, before this returns. One event per chat per claim:
    /// a busy chat goes back to the end of the line after each of its events.
    ///
    /// # Errors
    /// [`InboxError::Unavailable`]; nothing is then held, or only until the lease ends.
    async fn claim(&self, max: usize, lease: Duration, now: Now) -> Result<Claims, InboxError>;

    /// Lengthens leases to `now + lease`. Returns those that were lost: their holders must stop.
    ///
    /// # Errors
    /// [`InboxError::Unavailable`]; the leases end when they would have ended.
    async fn extend(&self, leases: &[Lease], lease: Duration, now: Now) -> Result<Vec<Lease>, InboxError>;

    /// Ends a claim with what became of its event, and frees the chat.
    ///
    /// # Errors
    /// [`InboxError::LeaseLost`] when the lease is over: nothing was changed.
    async fn settle(&self, lease: &Lease, outcome: Outcome, now: Now) -> Result<Settled, InboxError>;

    /// Writes sends into the event's journal before they leave; durable when it returns.
    ///
    /// # Errors
    /// [`InboxError::LeaseLost`]: nothing was written and nothing may be sent.
    async fn note(&self, lease: &Lease, sends: Vec<SendNote>, now: Now) -> Result<(), InboxError>;

    /// Writes the result of a send. It may become durable only with a later commit, at the latest with the next `note`
    /// or `settle` of this lease.
    ///
    /// # Errors
    /// [`InboxError::LeaseLost`].
    async fn result(&self, lease: &Lease, entry: SendEntry, result: SendResult) -> Result<(), InboxError>;

    /// How much there is of what.
    async fn counts(&self, now: Now) -> Result<Counts, InboxError>;

    /// Waiting, in-hand and parked events that match, oldest first.
    async fn list(&self, filter: Filter) -> Result<Vec<Listed>, InboxError>;

    /// One event with its payload and journal; `None` when it is not here (never was, or settled).
    async fn show(&self, channel: &Channel, id: &WebhookEventId) -> Result<Option<Shown>, InboxError>;

    /// Puts parked events that match behind everything that waits, attempts counted anew. `resend` sets
    /// their sends aside, so that they are sent again: each as a new entry, under a new retry key, for LINE would
    /// answer the old one with 409 and send nothing. Those whose message was unsent stay parked. Returns how
    /// many.
    async fn retry(&self, filter: Filter, resend: bool, now: Now) -> Result<u64, InboxError>;

    /// Drops waiting or parked events that match; they stay remembered, so a redelivery is a duplicate. An event in
    /// hand is not interrupted and not dropped. Returns how many.
    async fn discard(&self, filter: Filter, now: Now) -> Result<u64, InboxError>;

    /// Forgets what is older than its retention. Does a bounded piece of the work; `more` says whether to come again.
    async fn sweep(&self, retention: Retention, now: Now) -> Result<Swept, InboxError>;

    /// Whether the inbox could commit just now.
    ///
    /// # Errors
    /// Why it could not.
    async fn ready(&self) -> Result<(), InboxError>;

    /// Returns once the inbox can never answer again and only a restart helps. Most never can get there.
    async fn broken(&self) {
        std::future::pending::<()>().await;
    }

    /// Returns when another process has something to claim, so that the worker looks at once and not at its next round.
    /// Never does in an inbox that belongs to one process.
    async fn stirred(&self) {
        std::future::pending::<()>().await;
    }

    /// Gives up every lease this process holds and writes what is still to be written. Attempts that a polite stop
    /// cut short were given back with [`Outcome::Release`] before. A durable inbox is then free for its next owner,
    /// and answers [`InboxError::Unavailable`].
    async fn close(&self) -> Result<(), InboxError>;
}

/// Opens the inbox that `settings.url` names: `memory://`, or `sqlite://path` (`sqlite:///path` from the root).
///
/// # Errors
/// [`InboxError::Open`] says what is wrong with the URL or with what it names, and what to do.
pub async fn open(settings: &Settings) -> Result<Arc<dyn Inbox>, InboxError> {
    match Url::parse(&settings.url)? {
        Url::Memory => Ok(Arc::new(memory::MemoryInbox::new(settings.max_pending))),
        Url::Postgres => {
            let opened =
                postgres::PostgresInbox::open(&settings.url, settings.max_pending, &settings.postgres);
            Ok(Arc::new(opened.await?))
        }
        Url::Sqlite(path) => {
            let (url, path, max) = (settings.url.clone(), path.to_owned(), settings.max_pending);
            let opened =
                tokio::task::spawn_blocking(move || sqlite::SqliteInbox::open(&url, &path, max)).await;
            match opened {
                Ok(opened) => Ok(Arc::new(opened?)),
                Err(error) => Err(open_error(&settings.url, format!("opening it failed: {error}"))),
            }
        }
    }
}

enum Url<'a> {
    Memory,
    Sqlite(&'a str),
    Postgres,
}

impl<'a> Url<'a> {
    fn parse(url: &'a str) -> Result<Self, InboxError> {
        match url.split_once("://") {
            Some(("memory", "")) => Ok(Self::Memory),
            Some(("memory", _)) => Err(open_error(url, "a memory inbox has no name; write memory://")),
            Some(("sqlite", path)) => Ok(Self::Sqlite(path)),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres),
            _ => Err(open_error(
                url,
                "write sqlite://data/inbox.db, sqlite:///var/lib/bot/inbox.db, postgres://user@host/database or \
                 memory://",
            )),
        }
    }
}

/// The URL of an inbox as people may see it: without a password.
fn shown(url: &str) -> String {
    match url.split_once("://") {
        Some(("postgres" | "postgresql", _)) => postgres::url::shown(url),
        Some(("sqlite" | "memory", _)) => url.to_owned(),
        // What stands before an @ may be one.
        _ if url.contains('@') => "…".to_owned(),
        _ => url.to_owned(),
    }
}

fn open_error(url: &str, problem: impl Into<String>) -> InboxError {
    InboxError::Open { url: shown(url), problem: problem.into() }
}

/// A redelivery of a waiting event gives its reply token another minute, but not later than this after the event.
pub const TOKEN_RESTART_MAX: Duration = Duration::from_secs(20 * 60);

/// One webhook's events, on their way into the inbox.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The channel it came in by.
    pub channel: Channel,
    /// The bot it is for.
    pub destination: BotUserId,
    /// Its events, in order.
    pub events: Vec<RawEvent>,
}

/// What an [`Inbox::accept`] did with each event, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// New or duplicate, by the event's place in the delivery.
    pub events: Vec<Acceptance>,
}

/// What became of one event at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// Stored, and waiting.
    New,
    /// Known already.
    Duplicate,
    /// A message whose unsend came first: remembered, never handled.
    Unsent,
}

/// What [`Inbox::claim`] found.
#[derive(Debug, Default)]
pub struct Claims {
    /// The chats now held, each with its oldest event.
    pub chats: Vec<Claimed>,
    /// When time alone makes another event claimable, if nothing else wakes the worker before: the next retry falls
    /// due, or a lease ends that nobody renewed.
    pub next_due: Option<Timestamp>,
}

/// The right to handle one event of one chat. Worth nothing once its fence is passed by a later claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The event's place in the order of arrival.
    pub seq: u64,
    /// Grows with every claim.
    pub fence: u64,
}

/// A held chat and its oldest event.
#[derive(Debug)]
pub struct Claimed {
    /// The right to it.
    pub lease: Lease,
    /// The event.
    pub event: StoredEvent,
    /// This attempt, counted from 1; crashes count, polite stops do not.
    pub attempt: u32,
    /// Attempts that ended with a settled failure; `attempt - 1 - failures` of them died with their process.
    pub failures: u32,
    /// What was sent for it in earlier attempts.
    pub journal: Vec<JournalEntry>,
}

/// An event in the inbox. Its `Debug` does not show the JSON.
#[derive(Clone)]
pub struct StoredEvent {
    /// The channel it came in by.
    pub channel: Channel,
    /// The bot it is for.
    pub destination: BotUserId,
    /// Its id.
    pub id: WebhookEventId,
    /// Its `type`.
    pub kind: Box<str>,
    /// Its chat.
    pub chat: Option<ChatId>,
    /// When it happened.
    pub timestamp: Option<Timestamp>,
    /// When its last delivery arrived: the reply token's minute counts from here.
    pub arrived: Timestamp,
    /// Its first delivery here was already a redelivery, so somebody may have answered it.
    pub first_seen_redelivered: bool,
    /// Its exact JSON.
    pub json: Bytes,
}

impl fmt::Debug for StoredEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredEvent")
            .field("channel", &self.channel)
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("chat", &self.chat)
            .field("arrived", &self.arrived)
            .finish_non_exhaustive()
    }
}

/// How a claim ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Handled: the payload and the journal go, the id stays.
    Done,
    /// Failed: due again at `at`, in its place; its chat waits with it.
    Retry {
        /// When it is due.
        at: Timestamp,
        /// The error, for the CLI.
        error: String,
    },
    /// Given up: kept with its payload and reason.
    Park(Parked),
    /// A polite stop: due at once, the attempt given back.
    Release,
}

/// Why an event was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parked {
    /// The kind of reason, for `--reason` and metrics.
    pub reason: ParkReason,
    /// The story, for the CLI only: may carry a handler's error text.
    pub detail: String,
}

/// The kinds of reason for which an event is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParkReason {
    /// The last attempt failed.
    Attempts,
    /// The handler said it is permanent.
    Permanent,
    /// LINE refused for good (a 4xx, or the monthly quota).
    Refused,
    /// A known type with a shape that cannot be read.
    Undecodable,
    /// The process died in every attempt.
    ProcessDied,
    /// A re-run sent something else than the journal says.
    SendDiverged,
    /// Whether a reply arrived can no longer be known.
    OutcomeUnknown,
    /// A journal entry is older than LINE keeps a retry key.
    RetryKeyExpired,
}

impl ParkReason {
    /// Every reason.
    pub const ALL: [Self; 8] = [
        Self::Attempts,
        Self::Permanent,
        Self::Refused,
        Self::Undecodable,
        Self::ProcessDied,
        Self::SendDiverged,
        Self::OutcomeUnknown,
        Self::RetryKeyExpired,
    ];

    /// Its name in the CLI, in metrics and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Attempts => "attempts",
            Self::Permanent => "permanent",
            Self::Refused => "refused",
            Self::Undecodable => "undecodable",
            Self::ProcessDied => "process-died",
            Self::SendDiverged => "send-diverged",
            Self::OutcomeUnknown => "outcome-unknown",
            Self::RetryKeyExpired => "retry-key-expired",
        }
    }

    /// The reason of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

/// What became of the event when its claim was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// As asked.
    AsAsked,
    /// Its message was unsent while it was in hand: dropped instead of retried or parked.
    Unsent,
}

/// Which send of an event: the author's key or the builder's ordinal, the part of a long answer, and the route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SendEntry {
    /// `#0`, `#1`, … in the order the builders were made, or `=receipt` for the author's `cx.key("receipt")`. A send
    /// that was refused for certain and is tried again is an entry of its own: `1#0`, `1=receipt`, `2#0` …
    pub key: Box<str>,
    /// Which part, from 0: of an answer five messages each, of a multicast 500 users each.
    pub part: u16,
    /// Which way.
    pub route: Route,
}

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Route {
    /// Free, with the reply token.
    Reply,
    /// Paid, under a retry key, as all below.
    Push,
    /// To users by their ids.
    Multicast,
    /// To the friends an expression describes.
    Narrowcast,
    /// To all friends.
    Broadcast,
}

impl Route {
    /// Every route, each at the place of the number it has in a database: add at the end only.
    pub const ALL: [Self; 5] = [Self::Reply, Self::Push, Self::Multicast, Self::Narrowcast, Self::Broadcast];

    /// Its name in the CLI and in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Push => "push",
            Self::Multicast => "multicast",
            Self::Narrowcast => "narrowcast",
            Self::Broadcast => "broadcast",
        }
    }
}

/// A send that is about to leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendNote {
    /// Which send.
    pub entry: SendEntry,
    /// SHA-256 of the request: path and body.
    pub hash: [u8; 32],
}

/// What is known of a send after it left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendResult {
    /// LINE took it.
    Accepted {
        /// Of the call that was accepted.
        request_id: Option<RequestId>,
        /// The messages, where LINE told them.
        sent: Vec<SentMessage>,
    },
    /// LINE refused it for certain, it never left, or an operator set it aside: it may be begun anew.
    Refused {
        /// The HTTP status; 0 when there was none.
        status: u16,
        /// LINE's `message`.
        message: String,
    },
}

impl SendResult {
    /// An operator wants it sent anew, whatever came of it.
    pub(crate) fn set_aside() -> Self {
        Self::Refused { status: 0, message: "set aside by `inbox retry --resend`".to_owned() }
    }
}

/// A send in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntry {
    /// Which send.
    pub entry: SendEntry,
    /// SHA-256 of the request.
    pub hash: [u8; 32],
    /// When it was noted: LINE keeps its retry key for 24 h from about then.
    pub noted: Timestamp,
    /// What came of it; `None` when that is not known.
    pub result: Option<SendResult>,
}

/// Which events an operator means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only of this channel.
    pub channel: Option<Channel>,
    /// Only this event.
    pub id: Option<WebhookEventId>,
    /// Only in this state.
    pub state: Option<State>,
    /// Only parked for this reason.
    pub reason: Option<ParkReason>,
    /// Only parked (or, if waiting, arrived) at or after this time.
    pub since: Option<Timestamp>,
    /// At most so many.
    pub limit: Option<usize>,
}

/// Where an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Waiting, or due again later.
    Waiting,
    /// Held by a worker.
    InHand,
    /// Given up.
    Parked,
}

/// An event in a list: no payload.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The channel it came in by.
    pub channel: Channel,
    /// Its id.
    pub id: WebhookEventId,
    /// Its `type`.
    pub kind: Box<str>,
    /// Its chat.
    pub chat: Option<ChatId>,
    /// When its last delivery arrived.
    pub arrived: Timestamp,
    /// Where it stands.
    pub state: State,
    /// Attempts so far.
    pub attempts: u32,
    /// When it is due, if that is later.
    pub due: Option<Timestamp>,
    /// Why it was parked, and when.
    pub parked: Option<(Parked, Timestamp)>,
    /// The error of the last failed attempt.
    pub last_error: Option<String>,
}

/// An event with all that is known of it. Its `Debug` does not show the JSON.
#[derive(Clone)]
pub struct Shown {
    /// The line it has in a list.
    pub listed: Listed,
    /// Its exact JSON; empty once wiped.
    pub json: Bytes,
    /// What was sent for it.
    pub journal: Vec<JournalEntry>,
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shown")
            .field("listed", &self.listed)
            .field("journal", &self.journal)
            .finish_non_exhaustive()
    }
}

/// How much there is of what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Waiting or in hand.
    pub pending: u64,
    /// Of these, in hand.
    pub in_hand: u64,
    /// How long the oldest pending event has been here.
    pub oldest_pending: Option<Duration>,
    /// Parked, by reason.
    pub parked: BTreeMap<&'static str, u64>,
    /// Remembered ids. In PostgreSQL an estimate, as of its last vacuum or analyze, beyond a hundred thousand.
    pub remembered: u64,
}

/// How long things are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Ids, after their event was settled (at least so long, and up to a few hours more); unsends, in case they
    /// overtook their message.
    pub dedupe: Duration,
    /// Parked events with their payload.
    pub parked: Duration,
}

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Ids forgotten.
    pub ids: u64,
    /// Parked events dropped.
    pub parked: u64,
    /// There is more to do.
    pub more: bool,
}

/// What an inbox needs to know. Its `Debug` shows no password.
#[derive(Clone)]
pub struct Settings {
    /// `sqlite://path`, `memory://`, `postgres://…`; the last may carry a password.
    pub url: String,
    /// Waiting and in-hand events beyond which a body is refused.
    pub max_pending: u64,
    /// For `postgres://…` only.
    pub postgres: postgres::Settings,
}

impl Settings {
    /// All that the URL does not say as it is by default.
    pub fn new(url: impl Into<String>, max_pending: u64) -> Self {
        Self { url: url.into(), max_pending, postgres: postgres::Settings::default() }
    }

    /// The URL as people may see it: without a password.
    pub fn shown_url(&self) -> String {
        shown(&self.url)
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("url", &self.shown_url())
            .field("max_pending", &self.max_pending)
            .field("postgres", &self.postgres)
            .finish()
    }
}

/// What can go wrong with an inbox.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InboxError {
    /// Too much waits already.
    #[error("the inbox is full: {pending} events wait, {max} are allowed (MAX_PENDING_EVENTS)")]
    Full {
        /// Waiting and in hand.
        pending: u64,
        /// The limit.
        max: u64,
    },
    /// The lease is over; another holder may have the chat.
    #[error("the lease on this chat is over")]
    LeaseLost,
    /// It could not be done now; whether it was is unknown.
    #[error("the inbox is unavailable: {0}")]
    Unavailable(String),
    /// This kind of inbox leaves it to others.
    #[error("{0}")]
    Unsupported(String),
    /// It cannot be opened.
    #[error("cannot open the inbox {url}: {problem}")]
    Open {
        /// Which.
        url: String,
        /// What is wrong and what to do.
        problem: String,
    },
}
