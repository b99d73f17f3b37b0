//! `GET /v2/bot/channel/webhook/endpoint`, `PUT /v2/bot/channel/webhook/endpoint`,
//! `POST /v2/bot/channel/webhook/test`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#webhook-settings)).

use http::Method;
use serde::Serialize;

use crate::client::call::{json, nothing};
use crate::client::{Call, Client};
use crate::line::InvalidField;
use crate::line::response::{WebhookEndpoint, WebhookTest};

/// The longest webhook URL, in characters.
pub const WEBHOOK_URL_MAX: usize = 500;

#[derive(Serialize)]
struct Endpoint<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<&'a str>,
}

impl Client {
    /// The webhook's URL and whether webhooks are switched on; 404 when none is set
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-webhook-endpoint-information)).
    pub fn webhook_endpoint(&self) -> Call<WebhookEndpoint> {
        Call::new(self, "webhook_endpoint", Method::GET, "/v2/bot/channel/webhook/endpoint", &[], json)
    }

    /// Sets the webhook's URL (HTTPS, up to 500 characters); LINE takes up to a minute to use it
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#set-webhook-endpoint-url)).
    pub fn set_webhook_endpoint(&self, url: &str) -> Call<()> {
        Call::new(self, "set_webhook_endpoint", Method::PUT, "/v2/bot/channel/webhook/endpoint", &[], nothing)
            .body(&Endpoint { endpoint: Some(url) })
            .check(too_long(url))
    }

    /// Has LINE send an empty webhook to `url`, or to the URL that is set
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#test-webhook-endpoint)). LINE allows 60
    /// tests an hour.
    pub fn test_webhook_endpoint(&self, url: Option<&str>) -> Call<WebhookTest> {
        Call::new(self, "test_webhook_endpoint", Method::POST, "/v2/bot/channel/webhook/test", &[], json)
            .body(&Endpoint { endpoint: url })
            .check(url.and_then(too_long))
    }
}

fn too_long(url: &str) -> Option<InvalidField> {
    let length = url.chars().count();
    (length > WEBHOOK_URL_MAX).then(|| InvalidField {
        field: "endpoint".to_owned(),
        problem: format!("has {length} characters; LINE allows {WEBHOOK_URL_MAX}").into(),
    })
}
