//! `POST /bot/pnp/push`, `POST /v2/bot/message/pnp/templated/push`, `GET /v2/bot/message/delivery/pnp`,
//! `GET /v2/bot/message/delivery/pnp/templated`
//! ([reference](https://developers.line.biz/en/reference/line-notification-messages/)).
//!
//! LINE takes no retry key here, so a call of unknown outcome is not repeated: it could notify twice.

use std::future::IntoFuture;

use futures_util::future::BoxFuture;
use http::{HeaderName, HeaderValue};
use serde::Serialize;

use super::message::is_false;
use crate::client::call::nothing;
use crate::client::{Answer, Call, Client, ClientError, Endpoint, Request, Until};
use crate::line::notification::{DeliveryTag, NotificationTemplate, PhoneNumber, check_notified};
use crate::line::response::SentCount;
use crate::line::{Date, InvalidField, Message, UpToFive};

const DELIVERY_TAG: HeaderName = HeaderName::from_static("x-line-delivery-tag");

static NOTIFY: Endpoint = Endpoint::post("notify", "/bot/pnp/push").once();
static NOTIFY_BY_TEMPLATE: Endpoint =
    Endpoint::post("notify_by_template", "/v2/bot/message/pnp/templated/push").once();
static SENT: Endpoint = Endpoint::get("sent_notifications", "/v2/bot/message/delivery/pnp");
static SENT_BY_TEMPLATE: Endpoint =
    Endpoint::get("sent_template_notifications", "/v2/bot/message/delivery/pnp/templated");

/// A LINE notification message: `B` is [`Flexible`] or [`Templated`].
#[must_use = "awaiting it sends it"]
pub struct Notification<B> {
    client: Client,
    endpoint: &'static Endpoint,
    body: B,
    checked: Result<(), InvalidField>,
    tag: Option<DeliveryTag>,
    until: Until,
}

/// Messages of any kind that LINE has reviewed; no images, videos and audio.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Flexible {
    to: PhoneNumber,
    messages: Vec<Message>,
    #[serde(skip_serializing_if = "is_false")]
    notification_disabled: bool,
}

/// One of LINE's templates, filled in.
#[derive(Serialize)]
pub struct Templated {
    to: PhoneNumber,
    #[serde(flatten)]
    template: NotificationTemplate,
}

impl Client {
    /// Notifies whoever has this phone number, friend or not, with one to five messages that LINE has reviewed
    /// ([reference](https://developers.line.biz/en/reference/line-notification-messages/#send-line-notification-message-flexible)).
    /// 422: nobody on LINE can be reached by the number. To somebody who blocks the account nothing is sent, and
    /// LINE takes it all the same. Not repeated when its outcome is unknown.
    pub fn notify(&self, to: &PhoneNumber, messages: impl UpToFive<Message>) -> Notification<Flexible> {
        let messages = messages.into_messages();
        let checked = check_notified(&messages);
        let body = Flexible { to: to.clone(), messages, notification_disabled: false };
        Notification::new(self, &NOTIFY, body, checked)
    }

    /// The same, with one of LINE's templates, which needs no review
    /// ([reference](https://developers.line.biz/en/reference/line-notification-messages/#send-line-notification-message-template)).
    pub fn notify_by_template(
        &self,
        to: &PhoneNumber,
        template: NotificationTemplate,
    ) -> Notification<Templated> {
        let checked = template.check();
        let body = Templated { to: to.clone(), template };
        Notification::new(self, &NOTIFY_BY_TEMPLATE, body, checked)
    }

    /// How many people were notified on a day with messages of one's own
    /// ([reference](https://developers.line.biz/en/reference/line-notification-messages/#get-number-of-sent-line-notification-messages-flexible)).
    pub fn sent_notifications(&self, date: Date) -> Call<SentCount> {
        self.sent(&SENT, date)
    }

    /// How many people were notified on a day with LINE's templates
    /// ([reference](https://developers.line.biz/en/reference/line-notification-messages/#get-number-of-sent-line-notification-messages-template)).
    pub fn sent_template_notifications(&self, date: Date) -> Call<SentCount> {
        self.sent(&SENT_BY_TEMPLATE, date)
    }
}

impl Notification<Flexible> {
    /// The user's device gives no sign.
    pub fn notification_disabled(mut self, yes: bool) -> Self {
        self.body.notification_disabled = yes;
        self
    }
}

impl<B: Serialize> Notification<B> {
    fn new(client: &Client, endpoint: &'static Endpoint, body: B, checked: Result<(), InvalidField>) -> Self {
        Self { client: client.clone(), endpoint, body, checked, tag: None, until: Until::default() }
    }

    /// Comes back in the `delivery` event.
    pub fn delivery_tag(mut self, tag: DeliveryTag) -> Self {
        self.tag = Some(tag);
        self
    }

    /// Limits in time.
    pub fn until(mut self, until: Until) -> Self {
        self.until = until;
        self
    }

    /// The request, checked and unsent.
    ///
    /// # Errors
    /// LINE would refuse it.
    pub fn into_request(self) -> Result<Request, ClientError> {
        self.call().into_request()
    }

    /// Sends it.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn send(self) -> Result<Answer<()>, ClientError> {
        self.call().send().await
    }

    fn call(self) -> Call<()> {
        let Self { client, endpoint, body, mut checked, tag, until } = self;
        let mut call = Call::new(&client, endpoint, &[], nothing()).body(&body).until(until);
        if let Some(tag) = tag {
            match HeaderValue::try_from(tag.as_str()) {
                Ok(value) => call = call.header(DELIVERY_TAG, value),
                Err(_) => {
                    let problem = "no header can carry it".into();
                    checked = checked.and(Err(InvalidField { field: DELIVERY_TAG.to_string(), problem }));
                }
            }
        }
        call.check(checked)
    }
}

impl<B: Serialize + Send + 'static> IntoFuture for Notification<B> {
    type Output = Result<Answer<()>, ClientError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
