//! `GET /v2/bot/channel/webhook/endpoint`, `PUT /v2/bot/channel/webhook/endpoint`,
//! `POST /v2/bot/channel/webhook/test`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#webhook-settings)).

use serde::Serialize;

use crate::client::call::{json, nothing};
use crate::client::{Call, Client, Endpoint, Rate};
use crate::line::InvalidField;
use crate::line::response::{WebhookEndpoint, WebhookTest};

/// The longest webhook URL, in characters.
pub const WEBHOOK_URL_MAX: usize = 500;

static GET: Endpoint =
    Endpoint::get("webhook_endpoint", "/v2/bot/channel/webhook/endpoint").rate(Rate::per_minute(1000));
static SET: Endpoint =
    Endpoint::put("set_webhook_endpoint", "/v2/bot/channel/webhook/endpoint").rate(Rate::per_minute(1000));
static TEST: Endpoint =
    Endpoint::post("test_webhook_endpoint", "/v2/bot/channel/webhook/test").rate(Rate::per_hour(60));

#[derive(Serialize)]
struct Url<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<&'a str>,
}

impl Client {
    /// The webhook's URL and whether webhooks are switched on; 404 when none is set
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-webhook-endpoint-information)).
    pub fn webhook_endpoint(&self) -> Call<WebhookEndpoint> {
        Call::new(self, &GET, &[], json())
    }

    /// Sets the webhook's URL (HTTPS, up to 500 characters); LINE takes up to a minute to use it
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#set-webhook-endpoint-url)).
    pub fn set_webhook_endpoint(&self, url: &str) -> Call<()> {
        Call::new(self, &SET, &[], nothing()).body(&Url { endpoint: Some(url) }).check(check_url(url))
    }

    /// Has LINE send an empty webhook to `url`, or to the URL that is set
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#test-webhook-endpoint)). LINE allows 60
    /// tests an hour.
    pub fn test_webhook_endpoint(&self, url: Option<&str>) -> Call<WebhookTest> {
        Call::new(self, &TEST, &[], json()).body(&Url { endpoint: url }).check(url.map_or(Ok(()), check_url))
    }
}

fn check_url(url: &str) -> Result<(), InvalidField> {
    let length = url.chars().count();
    if length <= WEBHOOK_URL_MAX {
        return Ok(());
    }
    let problem = format!("has {length} characters; LINE allows {WEBHOOK_URL_MAX}").into();
    Err(InvalidField { field: "endpoint".to_owned(), problem })
}
