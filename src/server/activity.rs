//! What a connection is doing, so that a slow one can be told from an idle one without a timer per read.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

/// A kept-alive connection may rest so long: longer than a reverse proxy keeps its own side, or a proxy would now and
/// then write a webhook into a connection that we are just closing.
pub(super) const IDLE_MAX: Duration = Duration::from_secs(300);

/// What a connection is doing.
pub(super) struct Activity {
    opened: Instant,
    /// Nanoseconds from `opened` to the first byte of a request that has no head yet, plus one; 0 when there is none.
    begun: AtomicU64,
    /// Nanoseconds from `opened` to the last answer.
    last: AtomicU64,
    in_hand: AtomicU32,
    touched: AtomicBool,
    multiplexed: AtomicBool,
}

impl Activity {
    /// A fresh connection: its first request is expected at once.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            opened: now,
            begun: AtomicU64::new(1),
            last: AtomicU64::new(0),
            in_hand: AtomicU32::new(0),
            touched: AtomicBool::new(false),
            multiplexed: AtomicBool::new(false),
        }
    }

    fn since_open(&self, now: Instant) -> u64 {
        u64::try_from(now.duration_since(self.opened).as_nanos()).unwrap_or(u64::MAX)
    }

    fn bytes_came(&self) {
        self.touched.store(true, Ordering::Relaxed);
        // On HTTP/2 a byte begins nothing, for it may be a ping; whoever sends nothing else rests, and not for ever.
        if !self.multiplexed.load(Ordering::Relaxed)
            && self.in_hand.load(Ordering::Relaxed) == 0
            && self.begun.load(Ordering::Relaxed) == 0
        {
            self.begun.store(self.since_open(Instant::now()) + 1, Ordering::Relaxed);
        }
    }

    /// A head is complete. Returns when its first byte came.
    pub(super) fn head_came(&self, now: Instant, multiplexed: bool) -> Instant {
        self.in_hand.fetch_add(1, Ordering::Relaxed);
        self.multiplexed.store(multiplexed, Ordering::Relaxed);
        match self.begun.swap(0, Ordering::Relaxed) {
            0 => now,
            begun => self.opened + Duration::from_nanos(begun - 1),
        }
    }

    /// A request was answered, or its caller went away.
    pub(super) fn answered(&self, now: Instant) {
        self.last.store(self.since_open(now), Ordering::Relaxed);
        self.in_hand.fetch_sub(1, Ordering::Relaxed);
    }

    /// A request's first bytes are here and its head is not complete.
    pub(super) fn is_receiving(&self) -> bool {
        self.touched.load(Ordering::Relaxed)
            && self.in_hand.load(Ordering::Relaxed) == 0
            && self.begun.load(Ordering::Relaxed) != 0
    }

    /// Whether the connection has been given all the time it gets: `read_timeout` for a request, `rest` between two. A
    /// request in hand minds its own time.
    pub(super) fn is_overdue(&self, now: Instant, read_timeout: Duration, rest: Duration) -> bool {
        if self.in_hand.load(Ordering::Relaxed) > 0 {
            return false;
        }
        let passed = |since: u64| Duration::from_nanos(self.since_open(now).saturating_sub(since));
        match self.begun.load(Ordering::Relaxed) {
            0 => passed(self.last.load(Ordering::Relaxed)) > rest,
            begun => passed(begun - 1) > read_timeout,
        }
    }
}

/// A stream that tells [`Activity`] when bytes come.
pub(super) struct Watched {
    pub(super) stream: TcpStream,
    pub(super) activity: Arc<Activity>,
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.activity.bytes_came();
        }
        polled
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: Duration = Duration::from_secs(10);

    #[test]
    fn a_connection_that_sends_nothing_is_overdue_after_the_read_timeout() {
        let opened = Instant::now();
        let fresh = Activity::new(opened);
        assert!(!fresh.is_overdue(opened + READ, READ, IDLE_MAX));
        assert!(fresh.is_overdue(opened + READ * 2, READ, IDLE_MAX));
        assert!(!fresh.is_receiving());
    }

    #[test]
    fn a_kept_alive_connection_may_rest_longer_than_a_request_may_take() {
        let opened = Instant::now();
        let activity = Activity::new(opened);
        activity.head_came(opened, false);
        assert!(
            !activity.is_overdue(opened + IDLE_MAX * 2, READ, IDLE_MAX),
            "a request in hand minds its own time"
        );
        activity.answered(opened);
        assert!(!activity.is_overdue(opened + READ * 2, READ, IDLE_MAX));
        assert!(activity.is_overdue(opened + IDLE_MAX + READ, READ, IDLE_MAX));
        activity.bytes_came();
        assert!(activity.is_receiving());
        assert!(activity.is_overdue(opened + READ * 2, READ, IDLE_MAX));
    }

    #[test]
    fn an_http2_connection_without_requests_ends_whatever_else_it_sends() {
        let opened = Instant::now();
        let activity = Activity::new(opened);
        activity.head_came(opened, true);
        activity.answered(opened);
        activity.bytes_came();
        assert!(!activity.is_overdue(opened + READ * 2, READ, IDLE_MAX), "it may rest");
        assert!(activity.is_overdue(opened + IDLE_MAX + READ, READ, IDLE_MAX));
    }

    #[test]
    fn the_time_of_a_request_counts_from_its_first_byte() {
        let opened = Instant::now();
        let activity = Activity::new(opened);
        activity.bytes_came();
        assert_eq!(activity.head_came(opened + READ / 2, false), opened);
    }
}
