//! `GET /v2/bot/message/{messageId}/content`, `GET /v2/bot/message/{messageId}/content/preview`,
//! `GET /v2/bot/message/{messageId}/content/transcoding` on `api-data.line.me`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#get-content)).

use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, StatusCode};

use crate::client::call::{Reading, json};
use crate::client::execute::Answered;
use crate::client::{Answer, Body, Call, Client, Endpoint, Host, Patience, Until, WaitError, wait};
use crate::line::MessageId;
use crate::line::content::{Transcoding, TranscodingStatus};

/// What a user sent: image, video, audio or file.
#[derive(Debug)]
#[non_exhaustive]
pub enum Content {
    /// Here it comes.
    Ready(Media),
    /// LINE is still preparing it (202): a large video or audio. Ask again later, or let
    /// [`Client::content_when_ready`] do so.
    NotReady,
}

/// Content that is arriving. It is read as it comes: what is not asked for waits on the wire, not in memory.
#[derive(Debug)]
#[non_exhaustive]
pub struct Media {
    /// `Content-Type`: `image/jpeg`. Empty when LINE names none.
    pub content_type: String,
    /// `Content-Length`, in bytes, when LINE names it.
    pub length: Option<u64>,
    /// The bytes, as a stream; `.bytes(limit)` collects them.
    pub body: Body,
}

/// LINE could not prepare a video or audio (`failed`), so it can never be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("LINE could not prepare this content: it cannot be fetched; ask the user to send it again")]
pub struct TranscodingFailed;

static CONTENT: Endpoint = Endpoint::get("content", "/v2/bot/message/{messageId}/content").on(Host::Data);
static PREVIEW: Endpoint =
    Endpoint::get("content_preview", "/v2/bot/message/{messageId}/content/preview").on(Host::Data);
static TRANSCODING: Endpoint =
    Endpoint::get("content_transcoding", "/v2/bot/message/{messageId}/content/transcoding").on(Host::Data);

impl Client {
    /// The content of a message that a user sent
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-content)). 404: unknown or deleted after a
    /// time; 410: the user unsent it.
    pub fn content(&self, message: &MessageId) -> Call<Content> {
        Call::new(self, &CONTENT, &[message.as_str()], Reading::stream(content))
    }

    /// A small image of an image or video that a user sent
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-image-or-video-preview)). 400: of another
    /// type; 404 and 410 as for [`content`](Self::content).
    pub fn content_preview(&self, message: &MessageId) -> Call<Content> {
        Call::new(self, &PREVIEW, &[message.as_str()], Reading::stream(content))
    }

    /// How far LINE is with preparing a video or audio that a user sent
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#verify-video-or-audio-preparation-status)).
    /// 400: of another type; 404 and 410 as for [`content`](Self::content).
    pub fn content_transcoding(&self, message: &MessageId) -> Call<Transcoding> {
        Call::new(self, &TRANSCODING, &[message.as_str()], json())
    }

    /// The content of a message that a user sent, once LINE has prepared it: looks ever more seldom until it can be
    /// fetched.
    ///
    /// # Errors
    /// [`WaitError::Failed`] when LINE cannot prepare it, [`WaitError::Client`] as for [`content`](Self::content),
    /// [`WaitError::NotInTime`] when LINE is still at it.
    pub async fn content_when_ready(
        &self,
        message: &MessageId,
        patience: Patience,
    ) -> Result<Answer<Media>, WaitError<TranscodingFailed>> {
        self.content_within(message, patience, Until::default).await
    }

    /// As [`content_when_ready`](Self::content_when_ready), with limits in time that are asked for before each look.
    pub(crate) async fn content_within(
        &self,
        message: &MessageId,
        patience: Patience,
        until: impl Fn() -> Until,
    ) -> Result<Answer<Media>, WaitError<TranscodingFailed>> {
        wait::until(patience, || async {
            let Answer { request_id, value } = self.content(message).until(until()).await?;
            match value {
                Content::Ready(media) => Ok(Some(Answer { request_id, value: media })),
                Content::NotReady if self.gave_up(message, until()).await? => {
                    Err(WaitError::Failed(TranscodingFailed))
                }
                Content::NotReady => Ok(None),
            }
        })
        .await
    }

    /// Whether LINE cannot prepare it. Of an image or file, which it prepares without a word, that is never known.
    async fn gave_up(&self, message: &MessageId, until: Until) -> Result<bool, WaitError<TranscodingFailed>> {
        match self.content_transcoding(message).until(until).await {
            Ok(transcoding) => Ok(transcoding.status == TranscodingStatus::Failed),
            Err(error) if error.status() == Some(400) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

fn content(answered: Answered) -> Result<Content, String> {
    Ok(match answered.stream {
        Some(body) if answered.status != StatusCode::ACCEPTED => {
            Content::Ready(media(&answered.headers, body))
        }
        _ => Content::NotReady,
    })
}

pub(super) fn media(headers: &HeaderMap, body: Body) -> Media {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let length = text(CONTENT_LENGTH).and_then(|length| length.parse().ok());
    Media { content_type: text(CONTENT_TYPE).unwrap_or_default().to_owned(), length, body }
}
