//! `GET /v2/bot/message/progress/narrowcast`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#get-narrowcast-progress-status)).

use crate::client::call::json;
use crate::client::{Call, Client, Endpoint, Patience, WaitError, wait};
use crate::line::RequestId;
use crate::line::narrowcast::{NarrowcastFailed, NarrowcastProgress, Phase};

static PROGRESS: Endpoint = Endpoint::get("narrowcast_progress", "/v2/bot/message/progress/narrowcast");

/// A narrowcast that LINE has accepted and sends in the background.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Narrowcast {
    /// The request that was accepted: names it in [`Client::narrowcast_progress`] and
    /// [`Recipient::redelivery`](crate::line::narrowcast::Recipient::redelivery), for 14 days.
    pub request_id: RequestId,
    client: Client,
}

impl Client {
    /// How far a narrowcast has come; 404 for other requests, and 14 days after it was accepted
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-narrowcast-progress-status)).
    pub fn narrowcast_progress(&self, request: &RequestId) -> Call<NarrowcastProgress> {
        Call::new(self, &PROGRESS, &[], json()).query("requestId", request.as_str())
    }
}

impl Narrowcast {
    /// One that was sent earlier, by the request id of then.
    pub fn of(client: &Client, request_id: RequestId) -> Self {
        Self { request_id, client: client.clone() }
    }

    /// How far it has come.
    pub fn progress(&self) -> Call<NarrowcastProgress> {
        self.client.narrowcast_progress(&self.request_id)
    }

    /// Waits until it was sent. A handler should not: it would hold its chat, and `HANDLER_TIMEOUT` ends it.
    ///
    /// # Errors
    /// [`WaitError::Failed`] with the reason and what to do; [`WaitError::NotInTime`] when it is still under way.
    pub async fn wait(&self, patience: Patience) -> Result<NarrowcastProgress, WaitError<NarrowcastFailed>> {
        wait::until(patience, || async {
            let progress = self.progress().await?.value;
            match progress.failed() {
                Some(failed) => Err(WaitError::Failed(failed)),
                None => Ok((progress.phase == Phase::Succeeded).then_some(progress)),
            }
        })
        .await
    }
}
