//! An inbox in front of another that stops for ever at one point, as a process does that is killed there.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use line_bot_server::clock::Now;
use line_bot_server::inbox::{
    Accepted, Claims, Counts, Delivery, Filter, Inbox, InboxError, Lease, Listed, Outcome, Retention,
    SendEntry, SendNote, SendResult, Settled, Shown, Swept,
};
use line_bot_server::line::{Channel, WebhookEventId};
use tokio::sync::Notify;

/// Where the process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Point {
    BeforeClaim,
    BeforeNote,
    /// Between note and call.
    AfterNote,
    /// Between call and result: LINE has it.
    AfterCall,
    /// The same, seen from the inbox: the answer is here, and not yet written.
    BeforeResult,
    /// Between result and settle.
    BeforeSettle,
}

pub(crate) struct Stuck {
    inner: Arc<dyn Inbox>,
    point: Option<Point>,
    /// Fails so many times at the point, instead of stopping there.
    fails: Option<AtomicU32>,
    pub(crate) reached: Notify,
    /// Leases were renewed.
    pub(crate) extended: Notify,
    lease: Mutex<Option<Lease>>,
}

impl Stuck {
    pub(crate) fn new(inner: Arc<dyn Inbox>, point: Point) -> Self {
        Self { point: Some(point), ..Self::nowhere(inner) }
    }

    /// Stops nowhere, and can be watched.
    pub(crate) fn nowhere(inner: Arc<dyn Inbox>) -> Self {
        let (reached, extended) = (Notify::new(), Notify::new());
        Self { inner, point: None, fails: None, reached, extended, lease: Mutex::default() }
    }

    /// Is unavailable at `point`, so many times.
    pub(crate) fn failing(inner: Arc<dyn Inbox>, point: Point, times: u32) -> Self {
        Self { fails: Some(AtomicU32::new(times)), ..Self::new(inner, point) }
    }

    /// Ends the claim last handed out behind its holder's back: its lease has not ended by the clock.
    pub(crate) async fn take_away(&self, now: Now) {
        let lease = self.lease.lock().unwrap().take().unwrap();
        self.inner.settle(&lease, Outcome::Done, now).await.unwrap();
    }

    async fn at(&self, point: Point) -> Result<(), InboxError> {
        if self.point != Some(point) {
            return Ok(());
        }
        let Some(left) = &self.fails else {
            self.reached.notify_one();
            return std::future::pending().await;
        };
        match left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)) {
            Ok(_) => Err(InboxError::Unavailable("database is locked".to_owned())),
            Err(_) => Ok(()),
        }
    }
}

#[async_trait]
impl Inbox for Stuck {
    async fn accept(&self, delivery: Delivery, now: Now) -> Result<Accepted, InboxError> {
        self.inner.accept(delivery, now).await
    }
    async fn claim(&self, max: usize, lease: Duration, now: Now) -> Result<Claims, InboxError> {
        self.at(Point::BeforeClaim).await?;
        let claims = self.inner.claim(max, lease, now).await?;
        *self.lease.lock().unwrap() = claims.chats.last().map(|claimed| claimed.lease);
        Ok(claims)
    }
    async fn extend(&self, leases: &[Lease], lease: Duration, now: Now) -> Result<Vec<Lease>, InboxError> {
        let extended = self.inner.extend(leases, lease, now).await;
        self.extended.notify_one();
        extended
    }
    async fn settle(&self, lease: &Lease, outcome: Outcome, now: Now) -> Result<Settled, InboxError> {
        self.at(Point::BeforeSettle).await?;
        self.inner.settle(lease, outcome, now).await
    }
    async fn note(&self, lease: &Lease, sends: Vec<SendNote>, now: Now) -> Result<(), InboxError> {
        self.at(Point::BeforeNote).await?;
        let noted = self.inner.note(lease, sends, now).await;
        self.at(Point::AfterNote).await?;
        noted
    }
    async fn result(&self, lease: &Lease, entry: SendEntry, result: SendResult) -> Result<(), InboxError> {
        self.at(Point::BeforeResult).await?;
        self.inner.result(lease, entry, result).await
    }
    async fn counts(&self, now: Now) -> Result<Counts, InboxError> {
        self.inner.counts(now).await
    }
    async fn list(&self, filter: Filter) -> Result<Vec<Listed>, InboxError> {
        self.inner.list(filter).await
    }
    async fn show(&self, channel: &Channel, id: &WebhookEventId) -> Result<Option<Shown>, InboxError> {
        self.inner.show(channel, id).await
    }
    async fn retry(&self, filter: Filter, resend: bool, now: Now) -> Result<u64, InboxError> {
        self.inner.retry(filter, resend, now).await
    }
    async fn discard(&self, filter: Filter, now: Now) -> Result<u64, InboxError> {
        self.inner.discard(filter, now).await
    }
    async fn sweep(&self, retention: Retention, now: Now) -> Result<Swept, InboxError> {
        self.inner.sweep(retention, now).await
    }
    async fn ready(&self) -> Result<(), InboxError> {
        self.inner.ready().await
    }
    async fn close(&self) -> Result<(), InboxError> {
        self.inner.close().await
    }
}
