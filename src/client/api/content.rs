//! `GET /v2/bot/message/{messageId}/content` on `api-data.line.me`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#get-content)).

use std::future::IntoFuture;

use futures_util::future::BoxFuture;
use http::Method;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, StatusCode};

use crate::client::call::request;
use crate::client::execute::Read;
use crate::client::retry::Repeat;
use crate::client::{Answer, Body, Client, ClientError, Host, Request, Until};
use crate::line::MessageId;

/// What a user sent: image, video, audio or file.
#[derive(Debug)]
#[non_exhaustive]
pub enum Content {
    /// Here it comes.
    Ready(Media),
    /// LINE is still preparing it (202): a large video or audio. Ask again later.
    NotReady,
}

/// Content that is arriving.
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

/// The call for a message's content.
#[must_use = "awaiting it sends it"]
pub struct GetContent {
    client: Client,
    request: Result<Request, ClientError>,
    until: Until,
}

impl Client {
    /// The content of a message that a user sent. 404: unknown or deleted after a time; 410: the user unsent it.
    pub fn content(&self, message: &MessageId) -> GetContent {
        let path = "/v2/bot/message/{messageId}/content";
        let request = request("content", Method::GET, Host::Data, path, &[message.as_str()]);
        GetContent { client: self.clone(), request, until: Until::default() }
    }
}

impl GetContent {
    /// Limits in time, up to the head of the answer. A body that stands still for an attempt's time-out ends with an
    /// error.
    pub fn until(mut self, until: Until) -> Self {
        self.until = until;
        self
    }

    /// The request, checked and unsent.
    ///
    /// # Errors
    /// The message ID cannot be one.
    pub fn into_request(self) -> Result<Request, ClientError> {
        self.request
    }

    /// Sends it; the content may then be read.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn send(self) -> Result<Answer<Content>, ClientError> {
        let request = self.request?;
        let answered = self.client.execute(&request, self.until, Repeat::Freely, Read::Stream).await?;
        let value = match answered.stream {
            Some(body) if answered.status != StatusCode::ACCEPTED => {
                Content::Ready(media(&answered.headers, body))
            }
            _ => Content::NotReady,
        };
        Ok(Answer { request_id: answered.request_id, value })
    }
}

fn media(headers: &HeaderMap, body: Body) -> Media {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let length = text(CONTENT_LENGTH).and_then(|length| length.parse().ok());
    Media { content_type: text(CONTENT_TYPE).unwrap_or_default().to_owned(), length, body }
}

impl IntoFuture for GetContent {
    type Output = Result<Answer<Content>, ClientError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
