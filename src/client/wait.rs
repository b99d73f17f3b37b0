//! Waiting for what LINE does in the background: asked again and again, ever more seldom, until it is done.

use std::time::Duration;

use super::ClientError;

/// How patiently something is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// The pause after the first look; doubled each time.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
    /// When it is given up; `Duration::MAX` for never.
    pub within: Duration,
}

impl Patience {
    /// Looks after one second, then ever more seldom, at least once a minute, for up to `within`.
    pub const fn within(within: Duration) -> Self {
        Self { first: Duration::from_secs(1), longest: Duration::from_secs(60), within }
    }
}

/// What was waited for did not come.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError<F> {
    /// LINE gave it up.
    #[error("{0}")]
    Failed(F),
    /// LINE could not be asked.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// It is still under way; it may be waited for again.
    #[error("not done within {0:?}; LINE is still at it")]
    NotInTime(Duration),
}

/// Looks until `look` gives something. (`AsyncFnMut` would read better, but the compiler does not see that such a wait is
/// `Send`: a handler could not wait.)
pub(crate) async fn until<T, F, L>(patience: Patience, mut look: impl FnMut() -> L) -> Result<T, WaitError<F>>
where
    L: Future<Output = Result<Option<T>, WaitError<F>>>,
{
    let Patience { first, longest, within } = patience;
    // `None`: for as long as it takes.
    let end = tokio::time::Instant::now().checked_add(within);
    let mut pause = first;
    loop {
        match look().await {
            Ok(Some(found)) => return Ok(found),
            // Somebody looks more often than LINE allows; that changes nothing of what is under way.
            Err(WaitError::Client(error)) if error.is_rate_limit() => {}
            looked => drop(looked?),
        }
        let now = tokio::time::Instant::now();
        if end.is_some_and(|end| now >= end) {
            return Err(WaitError::NotInTime(within));
        }
        let left = end.map_or(Duration::MAX, |end| end - now);
        tokio::time::sleep(pause.min(left)).await;
        pause = pause.saturating_mul(2).min(longest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{ErrorKind, Rate};

    fn failed(kind: ErrorKind) -> WaitError<&'static str> {
        ClientError { endpoint: "progress", kind, request_id: None }.into()
    }

    #[tokio::test(start_paused = true)]
    async fn a_rate_limit_does_not_end_the_wait_and_another_failure_does() {
        let patience = Patience::within(Duration::from_secs(600));
        let mut looks = 0;
        let found = until(patience, || {
            looks += 1;
            let outcome = match looks {
                1 => Err(failed(ErrorKind::Paced {
                    rate: Rate::per_hour(60),
                    free_in: Duration::from_secs(60),
                })),
                2 => Ok(None),
                _ => Ok(Some("done")),
            };
            async { outcome }
        });
        assert!(matches!(found.await, Ok("done")));
        let ended =
            until(patience, || async { Err::<Option<()>, _>(failed(ErrorKind::NotSent("away".to_owned()))) });
        assert!(matches!(ended.await, Err(WaitError::Client(_))));
        let limited = ErrorKind::Refused { status: 429, message: String::new(), details: Vec::new() };
        let mut limited = Some(limited);
        let never = until(patience, || {
            let refused = limited.take();
            async { refused.map_or(Ok(None), |kind| Err::<Option<()>, _>(failed(kind))) }
        });
        assert!(matches!(never.await, Err(WaitError::NotInTime(_))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_may_have_no_end() {
        let patience = Patience { longest: Duration::MAX, ..Patience::within(Duration::MAX) };
        let mut looks = 0;
        let found = until(patience, || {
            looks += 1;
            let found = (looks == 20).then_some("done");
            async move { Ok::<_, WaitError<&'static str>>(found) }
        });
        assert!(matches!(found.await, Ok("done")));
    }
}
