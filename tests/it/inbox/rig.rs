//! An inbox, a clock that stands still, and events made by hand. A database's clock goes with it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use line_bot_server::clock::{Clock, Now, Timestamp};
use line_bot_server::inbox::*;
use line_bot_server::line::{Channel, ChatId, RawEvent, UserId};

use crate::support::postgres::{DatabaseClock, Fresh};

pub(crate) const LEASE: Duration = Duration::from_secs(30);
pub(crate) const START: i64 = 1_795_000_000_000;
pub(crate) const HOUR: Duration = Duration::from_secs(3600);

/// The limit of pending events where a test is not about it.
const MAX: u64 = 100_000;

pub(crate) struct Rig {
    pub(crate) inbox: Arc<dyn Inbox>,
    pub(crate) clock: Clock,
    pub(crate) url: String,
    pub(crate) dir: Option<tempfile::TempDir>,
    settings: Settings,
    database: Option<DatabaseClock>,
}

pub(crate) fn event(chat: &str, id: &str) -> RawEvent {
    RawEvent {
        id: id.into(),
        kind: "message".into(),
        chat: (!chat.is_empty()).then(|| ChatId::User(UserId::from(chat))),
        timestamp: Some(Timestamp::from_millis(START)),
        redelivery: false,
        message_id: None,
        unsends: None,
        json: Bytes::from(format!(r#"{{"webhookEventId":"{id}","chat":"{chat}"}}"#)),
    }
}

pub(crate) fn message(chat: &str, id: &str, message: &str) -> RawEvent {
    RawEvent { message_id: Some(message.into()), ..event(chat, id) }
}

pub(crate) fn unsend(chat: &str, id: &str, message: &str) -> RawEvent {
    RawEvent { kind: "unsend".into(), unsends: Some(message.into()), ..event(chat, id) }
}

pub(crate) fn delivery(events: Vec<RawEvent>) -> Delivery {
    Delivery { channel: "default".into(), destination: "Ubot".into(), events }
}

/// A ULID of that time.
pub(crate) fn ulid(ms: i64, n: u128) -> String {
    let mut number = ((ms as u128) << 80) | (n & ((1 << 80) - 1));
    let mut digits = [0_u8; 26];
    for digit in digits.iter_mut().rev() {
        *digit = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"[(number & 31) as usize];
        number >>= 5;
    }
    String::from_utf8(digits.to_vec()).unwrap()
}

pub(crate) fn push_note(key: &str, hash: u8) -> SendNote {
    SendNote { entry: entry(key), hash: [hash; 32] }
}

pub(crate) fn entry(key: &str) -> SendEntry {
    SendEntry { key: key.into(), part: 0, route: Route::Push }
}

pub(crate) fn parked() -> Outcome {
    Outcome::Park(Parked { reason: ParkReason::Permanent, detail: "it says so".into() })
}

impl Rig {
    pub(crate) async fn memory() -> Self {
        Self::open("memory://".into(), None, MAX).await
    }

    pub(crate) async fn sqlite() -> Self {
        Self::in_a_file(MAX).await
    }

    /// In a schema of its own; `None` where PostgreSQL is not installed.
    pub(crate) async fn postgres() -> Option<Self> {
        Self::in_a_schema(MAX).await
    }

    /// The same with statements that are prepared.
    pub(crate) async fn prepared() -> Option<Self> {
        let rig = Self::postgres().await?;
        let mut settings = rig.settings.clone();
        settings.postgres.prepare = true;
        let inbox = open(&settings).await.unwrap();
        Some(Self { inbox, settings, ..rig })
    }

    async fn in_a_file(max_pending: u64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", dir.path().join("data/inbox.db").display());
        Self::open(url, Some(dir), max_pending).await
    }

    async fn in_a_schema(max_pending: u64) -> Option<Self> {
        let Fresh { inbox, settings, clock: database } = Fresh::at(START, max_pending).await?;
        let clock = Clock::manual(Timestamp::from_millis(START));
        Some(Self { inbox, clock, url: settings.url.clone(), dir: None, settings, database: Some(database) })
    }

    async fn open(url: String, dir: Option<tempfile::TempDir>, max_pending: u64) -> Self {
        let clock = Clock::manual(Timestamp::from_millis(START));
        let settings = Settings::new(url.clone(), max_pending);
        let inbox = open(&settings).await.unwrap();
        Self { inbox, clock, url, dir, settings, database: None }
    }

    /// The same kind of inbox, empty, with another limit.
    pub(crate) async fn with_max(self, max_pending: u64) -> Self {
        match (self.dir, self.database) {
            (None, None) => Self::open(self.url, None, max_pending).await,
            (Some(_), _) => Self::in_a_file(max_pending).await,
            (_, Some(_)) => Self::in_a_schema(max_pending).await.unwrap(),
        }
    }

    /// Whether a new process finds what an earlier one has left.
    pub(crate) fn outlives_its_process(&self) -> bool {
        self.dir.is_some() || self.database.is_some()
    }

    /// Drops the inbox as it is, without closing it, and opens its file or its schema again. In a schema the leases
    /// of the dropped one go on until they end: others may still hold theirs.
    pub(crate) async fn crash(self) -> Self {
        let Self { inbox, settings, .. } = self;
        drop(inbox);
        let inbox = open(&settings).await.unwrap();
        Self { inbox, settings, ..self }
    }

    /// Moves the clock, and the database's with it.
    pub(crate) async fn advance(&self, by: Duration) {
        self.clock.advance(by);
        if let Some(database) = &self.database {
            database.set(self.now().wall.as_millis()).await;
        }
    }

    pub(crate) fn path(&self) -> std::path::PathBuf {
        self.url.strip_prefix("sqlite://").unwrap().into()
    }

    pub(crate) fn now(&self) -> Now {
        self.clock.now()
    }

    pub(crate) async fn accept(&self, events: Vec<RawEvent>) -> Vec<Acceptance> {
        self.inbox.accept(delivery(events), self.now()).await.unwrap().events
    }

    pub(crate) async fn claim(&self, max: usize) -> Vec<Claimed> {
        self.inbox.claim(max, LEASE, self.now()).await.unwrap().chats
    }

    /// Claims one chat; there must be one.
    pub(crate) async fn claim_one(&self) -> Claimed {
        self.claim(1).await.pop().expect("a chat to claim")
    }

    pub(crate) async fn claim_ids(&self, max: usize) -> Vec<String> {
        self.claim(max).await.iter().map(|claimed| claimed.event.id.to_string()).collect()
    }

    pub(crate) async fn settle(&self, claimed: &Claimed, outcome: Outcome) -> Settled {
        self.inbox.settle(&claimed.lease, outcome, self.now()).await.unwrap()
    }

    pub(crate) async fn done(&self, claimed: &Claimed) {
        assert_eq!(self.settle(claimed, Outcome::Done).await, Settled::AsAsked);
    }

    pub(crate) async fn retry_in(&self, claimed: &Claimed, after: Duration) {
        let at = self.now().wall.after(after);
        assert_eq!(self.settle(claimed, Outcome::Retry { at, error: "boom".into() }).await, Settled::AsAsked);
    }

    /// Claims and ends events until nothing is due; their ids in order.
    pub(crate) async fn drain(&self) -> Vec<String> {
        let mut ids = Vec::new();
        loop {
            let claimed = self.claim(1).await;
            let Some(claimed) = claimed.first() else { return ids };
            ids.push(claimed.event.id.to_string());
            self.done(claimed).await;
        }
    }

    pub(crate) async fn counts(&self) -> Counts {
        self.inbox.counts(self.now()).await.unwrap()
    }

    pub(crate) async fn list(&self, filter: Filter) -> Vec<String> {
        self.inbox.list(filter).await.unwrap().iter().map(|listed| listed.id.to_string()).collect()
    }

    pub(crate) async fn show(&self, id: &str) -> Option<Shown> {
        self.inbox.show(&Channel::from("default"), &id.into()).await.unwrap()
    }

    pub(crate) async fn sweep_all(&self, retention: Retention) -> (u64, u64) {
        let mut all = (0, 0);
        loop {
            let swept = self.inbox.sweep(retention, self.now()).await.unwrap();
            all = (all.0 + swept.ids, all.1 + swept.parked);
            if !swept.more {
                return all;
            }
        }
    }
}
