//! What waits together goes in one statement: while one is on its way, the next gathers its crowd.

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::inbox::InboxError;

/// Questions that may wait; more than that means the database has stopped answering.
const QUEUE_MAX: usize = 65_536;
/// Questions that go in one statement.
const TOGETHER: usize = 1024;

/// A question, and where its answer goes.
pub(super) struct Asked<Q, T> {
    pub(super) question: Q,
    reply: oneshot::Sender<Result<T, InboxError>>,
}

impl<Q, T> Asked<Q, T> {
    /// Gives the answer back if nobody waits for it any more.
    pub(super) fn answer(self, answer: Result<T, InboxError>) -> Option<T> {
        self.reply.send(answer).err().and_then(Result::ok)
    }

    /// Nobody waits for the answer any more.
    pub(super) fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    /// To be dealt with elsewhere; the answer still comes here.
    pub(super) fn split(self) -> (Q, Asked<(), T>) {
        (self.question, Asked { question: (), reply: self.reply })
    }
}

/// Tells all of them that it failed.
pub(super) fn fail<Q, T>(asked: Vec<Asked<Q, T>>, error: &InboxError) {
    for asked in asked {
        asked.answer(Err(InboxError::Unavailable(why(error))));
    }
}

/// What an error says besides that the inbox is unavailable.
fn why(error: &InboxError) -> String {
    match error {
        InboxError::Unavailable(why) => why.clone(),
        other => other.to_string(),
    }
}

/// Where questions of one kind are asked. One crowd at a time is on its way: more at once would be smaller ones, and a
/// statement costs about as much as ten events in it.
pub(super) struct Crowd<Q, T> {
    queue: Sender<Asked<Q, T>>,
}

impl<Q: Send + 'static, T: Send + 'static> Crowd<Q, T> {
    /// Starts a task that answers one crowd after the other.
    pub(super) fn served<F>(
        tasks: &mut JoinSet<()>,
        answer: impl Fn(Vec<Asked<Q, T>>) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send,
    {
        let (queue, mut asked) = channel(QUEUE_MAX);
        tasks.spawn(async move {
            while let Some(crowd) = gather(&mut asked).await {
                answer(crowd).await;
            }
        });
        Self { queue }
    }

    /// Asks, and waits for the answer.
    pub(super) async fn ask(&self, question: Q) -> Result<T, InboxError> {
        let (reply, answer) = oneshot::channel();
        self.queue.try_send(Asked { question, reply }).map_err(|error| {
            InboxError::Unavailable(match error {
                TrySendError::Full(_) => {
                    "too many requests wait for the database; check whether it still answers".into()
                }
                TrySendError::Closed(_) => "it is closed".into(),
            })
        })?;
        answer.await.unwrap_or_else(|_| Err(InboxError::Unavailable("it is closed".into())))
    }
}

/// Waits for somebody, and takes in who came meanwhile. `None` when nobody can ask any more.
async fn gather<Q, T>(asked: &mut Receiver<Asked<Q, T>>) -> Option<Vec<Asked<Q, T>>> {
    let mut crowd = vec![asked.recv().await?];
    // Those who are about to ask go first, so that one statement has them all.
    tokio::task::yield_now().await;
    while crowd.len() < TOGETHER
        && let Ok(next) = asked.try_recv()
    {
        crowd.push(next);
    }
    Some(crowd)
}
