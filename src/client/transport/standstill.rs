//! Waiting for an answer while a request's body is still streaming out: for as long as it moves.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt};
use std::io;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// Sees the pieces of a stream go by.
pub(super) struct Watch(watch::Receiver<Option<String>>);

/// The same stream, and who sees its pieces go by.
pub(super) fn watched(
    pieces: BoxStream<'static, io::Result<Bytes>>,
) -> (impl Stream<Item = io::Result<Bytes>> + Send + 'static, Watch) {
    let (moved, seen) = watch::channel(None);
    let pieces = pieces.inspect(move |piece| {
        moved.send_replace(piece.as_ref().err().map(io::Error::to_string));
    });
    (pieces, Watch(seen))
}

impl Watch {
    /// One that has nothing to see: the body is in memory.
    pub(super) fn none() -> Self {
        Self(watch::channel(None).1)
    }

    /// Why the stream broke off on our side, if it did.
    pub(super) fn fault(&self) -> Option<String> {
        self.0.borrow().clone()
    }

    /// Waits for `answer` for `timeout`, counted anew from each piece that goes, and from the end of them all.
    pub(super) async fn without_standstill<T>(
        &mut self,
        timeout: Duration,
        answer: impl Future<Output = T>,
    ) -> Option<T> {
        let mut answer = pin!(answer);
        let mut still = pin!(sleep_until(Instant::now() + timeout));
        let mut streaming = true;
        loop {
            tokio::select! {
                biased;
                answer = &mut answer => return Some(answer),
                moved = self.0.changed(), if streaming => {
                    // The other end is gone once the body is sent, or given up.
                    streaming = moved.is_ok();
                    still.as_mut().reset(Instant::now() + timeout);
                }
                () = &mut still => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use futures_util::stream;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    fn every(pause: Duration, pieces: usize) -> BoxStream<'static, io::Result<Bytes>> {
        let piece = move |_| async move {
            tokio::time::sleep(pause).await;
            Ok(Bytes::from_static(b"x"))
        };
        stream::iter(0..pieces).then(piece).boxed()
    }

    async fn takes<T>(work: impl Future<Output = T>) -> (T, Duration) {
        let begun = Instant::now();
        (work.await, begun.elapsed())
    }

    /// Reads it all, as a connection does, and answers `then` later.
    async fn read(pieces: impl Stream<Item = io::Result<Bytes>>, then: Duration) -> usize {
        let count = pin!(pieces).count().await;
        tokio::time::sleep(then).await;
        count
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_moves_may_take_any_time_and_then_the_answer_has_its_own() {
        let (pieces, mut watch) = watched(every(LIMIT - Duration::from_secs(1), 100));
        let answer = async move { read(pieces, LIMIT - Duration::from_secs(1)).await };
        assert_eq!(watch.without_standstill(LIMIT, answer).await, Some(100));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stands_still_is_waited_for_once_over_from_its_last_piece() {
        let stuck = every(LIMIT / 2, 1).chain(stream::pending()).boxed();
        let (pieces, mut watch) = watched(stuck);
        let (answer, took) =
            takes(watch.without_standstill(LIMIT, async move { read(pieces, LIMIT).await })).await;
        assert_eq!((answer, took), (None, LIMIT + LIMIT / 2));
        let (answer, took) = takes(Watch::none().without_standstill(LIMIT, pending::<()>())).await;
        assert_eq!((answer, took), (None, LIMIT));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_does_not_come_after_the_last_piece_is_waited_for_once_over() {
        let (pieces, mut watch) = watched(every(LIMIT / 2, 3));
        let answer = async move { read(pieces, LIMIT * 2).await };
        let (answer, took) = takes(watch.without_standstill(LIMIT, answer)).await;
        assert_eq!((answer, took), (None, LIMIT / 2 * 3 + LIMIT));
    }

    #[tokio::test]
    async fn a_stream_that_fails_says_why() {
        let (pieces, watch) = watched(stream::iter([Err(io::Error::other("no such disk"))]).boxed());
        assert_eq!(watch.fault(), None);
        read(pieces, Duration::ZERO).await;
        assert_eq!(watch.fault().as_deref(), Some("no such disk"));
    }
}
