//! `POST /v2/bot/richmenu/batch`, `POST /v2/bot/richmenu/validate/batch`, `GET /v2/bot/richmenu/progress/batch`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#batch-control-rich-menus-of-users)).

use std::future::IntoFuture;

use futures_util::future::BoxFuture;

use crate::client::call::{json, nothing};
use crate::client::{
    Call, Client, ClientError, Endpoint, ErrorKind, Patience, Rate, Request, Until, WaitError, wait,
};
use crate::line::RequestId;
use crate::line::rich_menu::{RichMenuBatch, RichMenuBatchPhase, RichMenuBatchProgress};

static BATCH: Endpoint = Endpoint::post("rich_menu_batch", "/v2/bot/richmenu/batch").rate(Rate::per_hour(3));
static VALIDATE: Endpoint = Endpoint::post("validate_rich_menu_batch", "/v2/bot/richmenu/validate/batch");
static PROGRESS: Endpoint =
    Endpoint::get("rich_menu_batch_progress", "/v2/bot/richmenu/progress/batch").rate(Rate::per_hour(100));

/// A batch that is ready: awaiting it hands it to LINE.
#[must_use = "awaiting it sends it"]
pub struct RichMenuBatchCall {
    client: Client,
    call: Call<()>,
    key: String,
}

/// A batch that LINE is at.
#[derive(Clone, Debug)]
pub struct RichMenuBatchRun {
    client: Client,
    request_id: RequestId,
    key: String,
}

/// LINE gave a batch up; for some users it may have been done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "LINE could not change the rich menu of every user: send the same batch again under its key `{key}`, which goes on \
     with those that are left"
)]
#[non_exhaustive]
pub struct RichMenuBatchFailed {
    /// For [`RichMenuBatch::resume_key`].
    pub key: String,
    /// When it was given up.
    pub progress: RichMenuBatchProgress,
}

impl Client {
    /// Replaces or unlinks the rich menus of all users that have them, three times an hour; LINE does it in the
    /// background. Every batch has a key, so an attempt that is repeated goes on with the one before. 400: a menu that
    /// is to be linked has no image; 404: a menu is not there
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#batch-control-rich-menus-of-users)).
    pub fn rich_menu_batch(&self, batch: &RichMenuBatch) -> RichMenuBatchCall {
        let call = Call::new(self, &BATCH, &[], nothing()).check(batch.check()).body(batch);
        RichMenuBatchCall { client: self.clone(), call, key: batch.key().to_owned() }
    }

    /// Lets LINE check a batch, which is not done; it does not count among the three an hour
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#validate-batch-control-rich-menus-request)).
    pub fn validate_rich_menu_batch(&self, batch: &RichMenuBatch) -> Call<()> {
        Call::new(self, &VALIDATE, &[], nothing()).check(batch.check()).body(batch)
    }

    /// How far the batch is that was taken with this request, for 14 days; 404 afterwards. 100 calls an hour
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-batch-control-rich-menus-progress-status)).
    pub fn rich_menu_batch_progress(&self, request: &RequestId) -> Call<RichMenuBatchProgress> {
        Call::new(self, &PROGRESS, &[], json()).query("requestId", request.as_str())
    }
}

impl RichMenuBatchCall {
    /// Limits in time.
    pub fn until(mut self, until: Until) -> Self {
        self.call = self.call.until(until);
        self
    }

    /// The request, checked and unsent.
    ///
    /// # Errors
    /// LINE would refuse it.
    pub fn into_request(self) -> Result<Request, ClientError> {
        self.call.into_request()
    }

    /// Hands it to LINE.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn send(self) -> Result<RichMenuBatchRun, ClientError> {
        let Self { client, call, key } = self;
        match call.send().await?.request_id {
            Some(request_id) => Ok(RichMenuBatchRun { client, request_id, key }),
            None => Err(ClientError {
                endpoint: BATCH.name,
                kind: ErrorKind::Answer(
                    "X-Line-Request-Id is missing: the batch cannot be asked for".to_owned(),
                ),
                request_id: None,
            }),
        }
    }
}

impl IntoFuture for RichMenuBatchCall {
    type Output = Result<RichMenuBatchRun, ClientError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl RichMenuBatchRun {
    /// The request that LINE took: what its progress is asked for with, later and elsewhere too.
    pub fn request_id(&self) -> &RequestId {
        &self.request_id
    }

    /// The key under which the batch can be resumed.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// How far it is.
    pub fn progress(&self) -> Call<RichMenuBatchProgress> {
        self.client.rich_menu_batch_progress(&self.request_id)
    }

    /// Waits until LINE is done, asking ever more seldom.
    ///
    /// # Errors
    /// LINE gave it up, could not be asked, or is not done in time.
    pub async fn wait(
        &self,
        patience: Patience,
    ) -> Result<RichMenuBatchProgress, WaitError<RichMenuBatchFailed>> {
        let look = || async {
            let progress = self.progress().await?.value;
            match progress.phase {
                RichMenuBatchPhase::Succeeded => Ok(Some(progress)),
                RichMenuBatchPhase::Failed => {
                    Err(WaitError::Failed(RichMenuBatchFailed { key: self.key.clone(), progress }))
                }
                RichMenuBatchPhase::Ongoing | RichMenuBatchPhase::Unknown(_) => Ok(None),
            }
        };
        wait::until(patience, look).await
    }
}
