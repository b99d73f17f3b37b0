//! What every operation needs: the way to the database, the channels' numbers, and what this process holds.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::Duration;

use dashmap::DashMap;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::Settings;
use super::claim::Lookout;
use super::journal::SendOutcome;
use super::pool::{Db, Param};
use super::stir::Stir;
use crate::clock::Boot;
use crate::inbox::key::ChannelNo;
use crate::inbox::{InboxError, Lease};
use crate::line::Channel;
use crate::telemetry;

/// Looking at much may take so many times as long as a statement on the way of an event.
const PATIENT: u32 = 10;

/// New channels that may want the same number at once.
const RIVALS: u32 = 64;

pub(super) struct Core {
    pub(super) db: Db,
    /// This process, among its likes.
    pub(super) holder: Uuid,
    pub(super) max_pending: u64,
    /// Every chat in hand here, by the event's `seq`.
    pub(super) held: DashMap<u64, Held>,
    /// How many events are pending, as far as this process knows: as of the last count, and what it did since.
    pub(super) pending: AtomicI64,
    pub(super) counted: Mutex<Option<Instant>>,
    /// Results of sends that are not written yet.
    pub(super) results: Mutex<Vec<SendOutcome>>,
    /// Held by whoever writes results: who has it knows that none are on their way.
    pub(super) writing: tokio::sync::Mutex<()>,
    /// A claim of unknown outcome may have left chats in hand here that nobody knows of.
    pub(super) strays: AtomicBool,
    /// There are results.
    pub(super) noted: Notify,
    pub(super) stir: Stir,
    pub(super) lookout: Mutex<Lookout>,
    /// Where the others listen, if they do.
    pub(super) channel: Option<String>,
    timeout: Duration,
    channels: RwLock<Vec<Channel>>,
}

/// A chat in hand.
#[derive(Clone, Copy)]
pub(super) struct Held {
    pub(super) lane: Uuid,
    pub(super) fence: u64,
    pub(super) until: Boot,
}

impl Core {
    pub(super) fn new(db: Db, max_pending: u64, settings: &Settings) -> Self {
        Self {
            db,
            holder: Uuid::new_v4(),
            max_pending,
            held: DashMap::new(),
            pending: AtomicI64::new(0),
            counted: Mutex::default(),
            results: Mutex::default(),
            writing: tokio::sync::Mutex::default(),
            strays: AtomicBool::new(false),
            noted: Notify::new(),
            stir: Stir::default(),
            lookout: Mutex::default(),
            channel: settings.listen_url.as_ref().map(|_| settings.schema.clone()),
            timeout: settings.timeout,
            channels: RwLock::default(),
        }
    }

    /// Runs a statement of this inbox, which is a commit of its own.
    pub(super) async fn run(&self, statement: &str, params: &[Param<'_>]) -> Result<Vec<Row>, InboxError> {
        let started = Instant::now();
        let rows = self.db.query(&self.db.sql(statement), params).await?;
        metrics::histogram!(telemetry::COMMIT_SECONDS).record(started.elapsed());
        Ok(rows)
    }

    /// The same for one that looks at much.
    pub(super) async fn run_patiently(
        &self,
        statement: &str,
        params: &[Param<'_>],
    ) -> Result<Vec<Row>, InboxError> {
        self.db.query_within(self.timeout * PATIENT, &self.db.sql(statement), params).await
    }

    /// What a lease is about, while it lasts as far as can be told from here.
    pub(super) fn holds(&self, lease: &Lease) -> Option<Held> {
        self.held.get(&lease.seq).filter(|held| held.fence == lease.fence).map(|held| *held)
    }

    pub(super) fn let_go(&self, lease: &Lease) {
        self.held.remove_if(&lease.seq, |_, held| held.fence == lease.fence);
    }

    pub(super) fn count_pending(&self, more: i64) {
        self.pending.fetch_add(more, Ordering::Relaxed);
    }

    /// The number of a channel, which is given when it first comes, and kept for ever.
    pub(super) async fn number(&self, channel: &Channel) -> Result<ChannelNo, InboxError> {
        for _ in 0..RIVALS {
            if let Some(number) = self.known(channel) {
                return Ok(number);
            }
            self.run(ADD_CHANNEL, &[(&channel.as_str(), Type::TEXT)]).await?;
            self.load_channels().await?;
        }
        Err(InboxError::Unavailable(format!("the channel {channel} got no number")))
    }

    /// The channel of a number.
    pub(super) async fn channel(&self, number: i16) -> Result<Channel, InboxError> {
        if let Some(channel) = self.named(number) {
            return Ok(channel);
        }
        // Another replica may have met it first.
        self.load_channels().await?;
        self.named(number).ok_or_else(|| super::rows::broken("channel"))
    }

    pub(super) async fn load_channels(&self) -> Result<(), InboxError> {
        let rows = self.run("SELECT name FROM $S.channel ORDER BY no", &[]).await?;
        let names = rows.iter().map(|row| Channel::from(row.get::<_, String>(0))).collect();
        *self.channels.write().unwrap_or_else(PoisonError::into_inner) = names;
        Ok(())
    }

    fn known(&self, channel: &Channel) -> Option<ChannelNo> {
        let channels = self.channels.read().unwrap_or_else(PoisonError::into_inner);
        channels.iter().position(|known| known == channel).and_then(|at| ChannelNo::try_from(at).ok())
    }

    fn named(&self, number: i16) -> Option<Channel> {
        let channels = self.channels.read().unwrap_or_else(PoisonError::into_inner);
        usize::try_from(number).ok().and_then(|number| channels.get(number).cloned())
    }
}

/// Numbers without gaps: two new channels at once want the same one, and one of them asks again.
const ADD_CHANNEL: &str = "
INSERT INTO $S.channel (no, name)
SELECT (SELECT count(*) FROM $S.channel)::smallint, $1
WHERE NOT EXISTS (SELECT FROM $S.channel WHERE name = $1)
ON CONFLICT DO NOTHING
";
